import Foundation
import Leads
import Postgres

/// `status-sync report`: every figure from the log alone, for any instant and window.
public struct LogReport: Sendable {
  let connection: PostgresConnection
  let settings: ReportSettings

  public init(_ connection: PostgresConnection, settings: ReportSettings) {
    self.connection = connection
    self.settings = settings
  }

  /// Measures and writes.
  /// - Parameters:
  ///   - from: start of the window, included; null: the configured days before `asOf`.
  ///   - to: its end, excluded; null: `asOf`.
  ///   - directory: null: the day's folder below the configured directory.
  public func run(
    asOf: Instant, from: Instant?, to: Instant?, directory: String?
  ) async throws -> ReportSummary {
    let end = (to ?? asOf).date
    let start =
      from?.date
      ?? end.addingTimeInterval(-86_400 * Double(settings.funnelWindowDays))
    _ = try await Measure(database: connection).run(
      asOf: asOf.date, window: MeasureWindow(start: start, end: end))
    return try await Report(connection, settings: settings).run(
      asOf: asOf, runID: nil, directory: directory)
  }

  /// The portfolio's funnel at an instant that was measured: leads of every age.
  static func funnel(_ connection: PostgresConnection, asOf: Instant) async throws -> [FunnelLine] {
    try await connection.query(SQL(file: PackageResources.funnel_lines_sql, asOf.iso8601)).map {
      FunnelLine(status: try $0["status"], reached: try $0["reached"])
    }
  }
}
