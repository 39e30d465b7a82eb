import Analytics
import Foundation
import Leads
import Postgres
import Settings
import Store

/// `status-sync report`: every figure from the log alone, for any instant and window.
package struct LogReport: Sendable {
  package let connection: PostgresConnection
  package let settings: ReportSettings
  /// Limits for figures, judged with each report.
  package let targets: [Target]

  package init(
    _ connection: PostgresConnection, settings: ReportSettings, targets: [Target] = []
  ) {
    self.connection = connection
    self.settings = settings
    self.targets = targets
  }

  /// Measures and writes; where a run measured that instant, writes what it measured. Until the files are written, nobody
  /// else measures, prunes or erases.
  /// - Parameters:
  ///   - from: start of the window, included; null: 90 days before its end.
  ///   - to: its end, excluded; null: `asOf`.
  ///   - property: the only one to write about; null: all of them and the portfolio.
  ///   - cohort: also the funnel of each period's leads; null: `cohorts.csv` has no row.
  ///   - directory: null: a folder of its own below the configured directory.
  ///   - rebuild: compute everything from the whole log.
  ///   - now: by the clock; nothing later can be measured.
  /// - Throws: `MeasureError` where there is nothing to measure; `ReportError` where the folder is not to be
  ///   replaced.
  package func run(
    asOf: Instant, from: Instant?, to: Instant?, property: UUID? = nil,
    cohort: CohortGrain? = nil, directory: String?, rebuild: Bool = false, now: Instant,
    progress: @escaping @Sendable (StageProgress) -> Void = { _ in }
  ) async throws -> ReportSummary {
    guard asOf <= now else { throw MeasureError.future(asOf: asOf) }
    return try await JobLock.measurement.held(on: connection, timeout: .seconds(600)) {
      do {
        let summary = try await written(
          asOf: asOf, from: from, to: to, property: property, cohort: cohort, directory: directory,
          rebuild: rebuild, progress: progress)
        try await forward()
        return summary
      } catch {
        try? await forward()
        throw error
      }
    }
  }

  /// `leads.csv` is of the report's instant; whoever reads the stays afterwards finds the newest.
  private func forward() async throws {
    try await connection.transaction(.repeatableRead) { try Measure.forward(on: $0) }
  }

  private func written(
    asOf: Instant, from: Instant?, to: Instant?, property: UUID?, cohort: CohortGrain?,
    directory: String?, rebuild: Bool, progress: @escaping @Sendable (StageProgress) -> Void
  ) async throws -> ReportSummary {
    let isStandard = from == nil && to == nil
    // A run's figures stay as that night published them: what is known now may differ.
    if let run = try await self.run(asOf: asOf) {
      guard isStandard, cohort == nil, !rebuild else { throw MeasureError.ofRun(run, asOf: asOf) }
    } else {
      let end = to ?? asOf
      _ = try await Measure(database: connection).run(
        asOf: asOf, window: from.map { MeasureWindow(start: $0, end: end) } ?? .before(end),
        funnelWindowDays: settings.funnelWindowDays, isStandard: isStandard, cohort: cohort,
        rebuild: rebuild, progress: progress)
      _ = try await TargetAlarms(connection: connection).evaluate(targets, asOf: asOf)
    }
    if let property, try await !isMeasured(property, asOf: asOf) {
      throw MeasureError.unknownProperty(property)
    }
    let place =
      directory.map { ReportPlace.folder(URL(fileURLWithPath: $0)) }
      ?? .named(Self.name(asOf: asOf, from: from, to: to, property: property))
    return try await Report(connection, settings: settings).run(
      asOf: asOf, runID: nil, property: property, at: place)
  }

  /// The name of the folder, from the options.
  private static func name(asOf: Instant, from: Instant?, to: Instant?, property: UUID?) -> String {
    let parts = [
      "report", ReportPlace.compact(asOf), from.map { "from-\(ReportPlace.compact($0))" },
      to.map { "to-\(ReportPlace.compact($0))" }, property?.uuidString.lowercased(),
    ]
    return parts.compactMap(\.self).joined(separator: "-")
  }

  /// The run whose measurement that instant is; nil: none.
  private func run(asOf: Instant) async throws -> UUID? {
    try await connection.queryOne(
      "select run_id from measurement where as_of = \(asOf.iso8601)::timestamptz")?["run_id"]
  }

  private func isMeasured(_ property: UUID, asOf: Instant) async throws -> Bool {
    try await !connection.query(
      """
      select from metric_funnel
      where as_of = \(asOf.iso8601)::timestamptz and property_id = \(property) limit 1
      """
    ).isEmpty
  }

  /// The portfolio's funnel at an instant that was measured: leads of every age.
  package static func funnel(_ connection: PostgresConnection, asOf: Instant) async throws
    -> [FunnelLine]
  {
    try await connection.query(SQL(file: PackageResources.funnel_lines_sql, asOf.iso8601)).map {
      FunnelLine(status: try $0["status"], reached: try $0["reached"])
    }
  }
}
