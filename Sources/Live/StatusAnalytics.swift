import Analytics
import Foundation
import Leads
import Postgres
import Store

/// `StatusAnalytics` (docs/api.md#endpoints): figures of one property, read from the tables that
/// the reports are written from, so that they are the same numbers.
package struct StatusAnalytics: Sendable {
  /// `getStatusMetrics`.
  package struct Metrics: Codable, Sendable, Equatable {
    /// A kind of change, and how often it was made.
    package struct Transition: Codable, Sendable, Equatable {
      package var from: String
      package var to: String
      package var count: Int
    }
    package var as_of: String
    package var window_start: String
    package var window_end: String
    @Nullable package var total_status_changes: Int?
    /// Mean seconds of the stays that ended, by status; null where none did.
    package var average_time_in_status: [String: Double?]
    /// Share that advanced, 0…1, by status; null where nobody entered it.
    package var status_conversion_rates: [String: Double?]
    /// The ten most frequent.
    package var most_common_transitions: [Transition]
  }

  /// `getStatusTrends`.
  package struct Trends: Codable, Sendable, Equatable {
    /// One local day.
    package struct Day: Codable, Sendable, Equatable {
      package var date: String
      package var count: Int
    }
    /// One step of the funnel, leads of every age.
    package struct Step: Codable, Sendable, Equatable {
      package var status: String
      package var count: Int
      /// Share of the first step, 0…1.
      @Nullable package var conversion_rate: Double?

      package init(status: String, count: Int, conversion_rate: Double? = nil) {
        self.status = status
        self.count = count
        self.conversion_rate = conversion_rate
      }
    }
    package var as_of: String
    package var window_start: String
    package var window_end: String
    package var daily_status_changes: [Day]
    package var status_distribution: [String: Int]
    package var conversion_funnel: [Step]
  }

  /// `getStatusPerformanceMetrics`.
  package struct Performance: Codable, Sendable, Equatable {
    package var as_of: String
    package var window_start: String
    package var window_end: String
    /// Mean seconds from creation to the first answer.
    @Nullable package var average_response_time: Double?
    @Nullable package var status_update_accuracy: Double?
    @Nullable package var workflow_trigger_rate: Double?
    @Nullable package var notification_delivery_rate: Double?
  }

  /// Which measurement: the latest, or that of a window.
  package struct Window: Sendable, Equatable {
    /// Included.
    package var start: Instant?
    /// Excluded.
    package var end: Instant?

    package init(start: Instant? = nil, end: Instant? = nil) {
      self.start = start
      self.end = end
    }
  }

  package let database: any ConnectionLender
  /// The quota of windows that no report has.
  package let shares = Shares("windows", total: 32, each: 2, what: "windows")
  /// One is measured at a time.
  private let turns = FairQueue(limit: 1)

  /// How many days after its creation a lead's progress counts in the funnel of a window that no report has.
  private let funnelWindowDays: Int

  package init(database: any ConnectionLender, funnelWindowDays: Int = 90) {
    self.database = database
    self.funnelWindowDays = funnelWindowDays
  }

  /// Changes, stays, rates and transitions.
  package func metrics(_ property: UUID, _ window: Window, caller: Caller) async throws -> Metrics {
    try await read(PackageResources.analytics_metrics_sql, property, window, caller)
  }

  /// Days, distribution and funnel.
  package func trends(_ property: UUID, _ window: Window, caller: Caller) async throws -> Trends {
    try await read(PackageResources.analytics_trends_sql, property, window, caller)
  }

  /// Response, accuracy, workflows and delivery.
  package func performance(
    _ property: UUID, _ window: Window, caller: Caller
  ) async throws -> Performance {
    try await read(PackageResources.analytics_performance_sql, property, window, caller)
  }

  /// Reads the figures of a window that a report has; measures another window for this answer only, as of the last
  /// measurement.
  private func read<T: Decodable & Sendable>(
    _ file: [UInt8], _ property: UUID, _ window: Window, _ caller: Caller
  ) async throws -> T {
    guard caller.sees(property) else { throw Problem(.notFound) }
    let kept: T? = try await database.withConnection { connection in
      try await connection.transaction(.snapshot) { db in
        guard try db.queryOne(SQL(file: PackageResources.property_exists_sql, property)) != nil
        else { throw Problem(.notFound) }
        return try Self.figures(file, property, window, in: db)
      }
    }
    if let kept { return kept }
    try shares.take(caller.id)
    defer { shares.give(caller.id) }
    // A request that waits for its turn holds no connection.
    let measured: T? = try await turns.turn(of: caller.id) {
      try await measure(file, property, window)
    }
    guard let measured else {
      throw Problem(.notFound, "no figures of this property are in that window")
    }
    return measured
  }

  private func measure<T: Decodable & Sendable>(
    _ file: [UInt8], _ property: UUID, _ window: Window
  ) async throws -> T? {
    try await database.withConnection { connection in
      try await connection.transaction(.repeatableRead) { db -> T? in
        let found = try Measure.aside(
          from: window.start, to: window.end, funnelWindowDays: funnelWindowDays, on: db)
        guard let found else { return nil }
        return try Self.figures(
          file, property, Window(start: found.window.start, end: found.window.end), in: db)
      }
    }
  }

  /// Null where the window was not measured.
  private static func figures<T: Decodable>(
    _ file: [UInt8], _ property: UUID, _ window: Window, in db: isolated PostgresConnection
  ) throws -> T? {
    let measured = try db.queryOne(
      SQL(
        file: PackageResources.analytics_window_sql, property, window.start?.iso8601,
        window.end?.iso8601))
    guard let measured else { return nil }
    let row = try db.queryOne(
      SQL(
        file: file, property, try measured["as_of"] as String,
        try measured["window_start"] as String, try measured["window_end"] as String,
        try measured["bounds"] as JSONText))
    return try row.map { try JSON.decode(try $0["figures"]) }
  }
}
