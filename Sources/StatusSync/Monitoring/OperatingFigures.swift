import Foundation
import Leads
import Nightly
import Postgres

/// Figures for operators between two nights.
package struct OperatingFigures: Codable, Sendable {
  /// Questions that wait for a person, and the age of the oldest; null: none waits.
  package var reviews_open: Int
  package var oldest_review_seconds: Double?
  /// Changes whose outcome is not known.
  package var pending_changes: Int
  /// Seconds since the property that was read completely longest ago was, by system.
  package var watermark_lag_seconds: [String: Double]
  package var database_bytes: Int
  /// Messages of the last 30 days that ended, and of them those that were delivered.
  package var messages_ended: Int
  package var messages_delivered: Int
  package var live: LiveFigures?

  /// Reads them, as of an instant.
  package static func read(
    _ connection: PostgresConnection, at now: Instant
  ) async throws -> OperatingFigures {
    let row = try await connection.queryOne(
      SQL(file: PackageResources.operating_figures_sql, now.iso8601))
    let lags = try await connection.query(
      SQL(file: PackageResources.watermark_lag_sql, now.iso8601))
    let delivery = try await connection.queryOne(SQL(file: PackageResources.status_delivery_sql))
    return OperatingFigures(
      reviews_open: try row?["reviews_open"] ?? 0,
      oldest_review_seconds: try row?["oldest_review_seconds"],
      pending_changes: try row?["pending_changes"] ?? 0,
      watermark_lag_seconds: try Dictionary(
        lags.map { (try $0["system"] as String, try $0["seconds"] as Double) },
        uniquingKeysWith: max),
      database_bytes: try row?["database_bytes"] ?? 0,
      messages_ended: try delivery?["ended"] ?? 0,
      messages_delivered: try delivery?["delivered"] ?? 0,
      live: try await LiveFigures.read(connection))
  }
}

extension Nightly {
  /// Reads the figures over a new connection, even when the run's task was cancelled.
  package func operatingFigures() async throws -> OperatingFigures {
    try await Task {
      let connection = try await parts.connect()
      let result: Result<OperatingFigures, any Error>
      do {
        result = .success(try await OperatingFigures.read(connection, at: parts.clock.now()))
      } catch { result = .failure(error) }
      await connection.close()
      return try result.get()
    }.value
  }
}
