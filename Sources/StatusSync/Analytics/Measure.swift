public import Foundation
public import Postgres

/// Turns the log into figures: computes `visit`, `rollup` and every `metric_` table from
/// `status_sync_log` alone, in one transaction on one snapshot, and replaces what stood there for
/// the same `asOf`. The definitions are those of the data dictionary; the SQL is in `sql/metrics`.
public struct Measure: Sendable {
  private let database: PostgresConnection

  /// The tables of figures, without their prefix `metric_`, in the order of the data dictionary.
  public static let tables = [
    "funnel", "time_in_status", "conversion", "transitions", "daily", "distribution", "delivery",
    "performance", "changes", "anomalies", "stalled", "restatements", "data_quality",
  ]

  /// Measures over a connection that has no transaction open.
  public init(database: PostgresConnection) {
    self.database = database
  }

  /// Computes everything as it was known at `asOf`.
  ///
  /// - Parameters:
  ///   - window: Changes by when they happened, cohorts by when the leads were created, stays by
  ///     when they began; each followed until `asOf`. The 90 days before `asOf` unless given.
  ///   - funnelWindowDays: How long after its creation a lead's progress counts in the funnel.
  ///   - runID: The nightly run whose drift tells how many leads agreed; without it that is NULL.
  /// - Throws: `PostgresError`, with nothing changed; or `MeasureError` for a window that is none.
  public func run(
    asOf: Date, window: MeasureWindow? = nil, funnelWindowDays: Int = 90, runID: UUID? = nil
  ) async throws -> MeasureSummary {
    let window = window ?? .before(asOf)
    guard window.start < window.end, window.start < asOf else {
      throw MeasureError.emptyWindow(start: window.start, end: window.end)
    }
    guard funnelWindowDays > 0 else { throw MeasureError.emptyFunnelWindow }
    let pass = MeasurePass(
      asOf: asOf, window: window, funnelSeconds: funnelWindowDays * 86_400, runID: runID)
    return try await database.transaction(.repeatableRead) { connection in
      try pass.run(on: connection)
    }
  }
}

/// Why nothing can be measured.
public enum MeasureError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The window ends before it starts, or starts after `asOf`.
  case emptyWindow(start: Date, end: Date)
  /// The funnel window is not at least a day.
  case emptyFunnelWindow

  /// One sentence for the person who asked.
  public var description: String {
    switch self {
    case .emptyWindow(let start, let end):
      "The window from \(start.ISO8601Format()) to \(end.ISO8601Format()) is empty."
    case .emptyFunnelWindow: "The funnel window must be at least one day."
    }
  }
}
