import Leads
import Postgres
import Reports
import Store

extension NightlyJob {
  /// Stage 11: the run's row ends with what `run.json` says.
  func certify(_ report: ReportSummary, _ summary: RunSummary) async throws -> RunResult {
    let funnel = try await LogReport.funnel(connection, asOf: startedAt)
    try await Runs(connection).end(
      summary.runID, state: "finished", at: parts.clock.now(), exitCode: summary.exitCode,
      summary: try JSON.encode(summary))
    return RunResult(summary: summary, report: report, funnel: funnel)
  }

  /// Sets the counts of the run from `drift`, its digests and its exit codes.
  func count(_ summary: inout RunSummary) async throws {
    var planned = 0
    var outcomes: [String: Int] = [:]
    var drifted: [String: Int] = [:]
    for row in try await connection.query(
      SQL(file: PackageResources.drift_totals_sql, summary.runID))
    {
      let leads: Int = try row["leads"]
      drifted[try row["verdict"], default: 0] += leads
      guard [Action.push.rawValue, Action.pull.rawValue].contains(try row["action"] as String)
      else { continue }
      planned += leads
      if let outcome: String = try row["outcome"] { outcomes[outcome, default: 0] += leads }
    }
    for verdict in [Verdict.inSync, .resmanOnly] {
      drifted[verdict.rawValue, default: 0] += summary.verdicts[verdict.rawValue] ?? 0
    }
    summary.verdicts = drifted.filter { $0.value > 0 }
    if summary.mode != .run { summary.pulled = summary.verdicts.values.reduce(0, +) }
    summary.planned = planned
    summary.outcomes = outcomes
    summary.digests["residual"] = try await connection.query(
      SQL(file: PackageResources.residual_digest_sql, summary.runID)
    ).first?["digest"]
    summary.review.open =
      try await connection.query(SQL(file: PackageResources.review_open_sql))
      .first?["open"] ?? 0
    summary.agreement = summary.agreed
    summary.conclude()
    for contradiction in summary.contradictions {
      parts.logger.error("the run's counts do not add up: \(contradiction)")
    }
  }
}
