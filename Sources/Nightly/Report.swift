import Leads
import Reports
import Store
import Tracing

extension NightlyJob {
  /// Stage 10: the files and the page; `run.json` goes with them. Then the report is on its way to those who want it.
  func report(_ summary: inout RunSummary) async throws -> ReportSummary {
    let asOf = startedAt
    let run = summary.runID
    var current = summary
    let start = parts.clock.elapsed()
    let clock = parts.clock
    let stage = Nightly.Stage.report.rawValue
    let report = try await withSpan(stage) { _ in
      try await Report(connection, settings: settings.reports).run(
        asOf: asOf, runID: run, at: .night,
        runJSON: {
          current.stages[stage] = StageFigures(seconds: (clock.elapsed() - start) / .seconds(1))
          current.finishedAt = clock.now().iso8601
          return try Report.json(current)
        })
    }
    summary = current
    if summary.mode == .run { try await tell(report, run: run) }
    return report
  }
}
