import Analytics
import Leads
import Postgres
import Store

extension NightlyJob {
  /// Stage 9: the figures, from the log and from the run's own counts.
  func measure(_ summary: inout RunSummary) async throws {
    try await count(&summary)
    let asOf = startedAt
    let run = summary.runID
    // The figures read the run's row, so it gets its counts first.
    let counts = JSONText(try JSON.encode(summary))
    _ = try await connection.execute(
      SQL(file: PackageResources.run_counts_sql, run, counts))
    var targets: TargetFigures?
    try await timed(.measure, &summary) {
      _ = try await Measure(database: connection).run(
        asOf: asOf, funnelWindowDays: settings.reports.funnelWindowDays, runID: run,
        isStandard: true)
      targets = try await TargetAlarms(connection: connection)
        .evaluate(settings.targets, asOf: asOf)
    }
    summary.targets = targets
  }
}
