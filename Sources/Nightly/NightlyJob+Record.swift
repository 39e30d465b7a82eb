import Foundation
import Leads
import Postgres
import Reports
import Store
import Tracing

extension NightlyJob {
  /// Inserts the run's row, runs the work, certifies, and ends the row in every case.
  func recorded(
    mode: RunMode, full: Bool, _ work: (inout RunSummary) async throws -> ReportSummary
  ) async throws -> RunResult {
    let runs = Runs(connection)
    let id = parts.newID()
    var summary = RunSummary(runID: id, mode: mode, asOf: startedAt.iso8601)
    try await runs.begin(id, mode: mode, at: startedAt, full: full)
    parts.progress(.run(id))
    do {
      return try await withSpan("status-sync \(mode.rawValue)") { span in
        span.attributes["status_sync.run.id"] = id.uuidString.lowercased()
        let report = try await work(&summary)
        let result = try await certify(report, summary)
        span.attributes["status_sync.exit_code"] = result.summary.exitCode
        return result
      }
    } catch {
      await giveUp(id, error: error, summary: summary)
      throw error
    }
  }

  /// Records how the run ended, even when its task was cancelled or its session ended: then another session does it. A
  /// row that has an end already stays as it is.
  private func giveUp(_ id: UUID, error: any Error, summary: RunSummary) async {
    let isAsked = error is StoppedAsAsked
    let interrupted = isAsked || error is CancellationError || Task.isCancelled
    let now = parts.clock.now()
    let status =
      isAsked ? .converged : interrupted ? parts.stopped() : ExitStatus(of: error)
    let json = try? JSON.encode(summary)
    await Task {
      @Sendable func end(on connection: PostgresConnection) async -> Bool {
        let ended: ()? = try? await Runs(connection).end(
          id, state: interrupted ? "interrupted" : "failed", at: now,
          exitCode: Int(status.rawValue), summary: json)
        return ended != nil
      }
      if await end(on: connection) { return }
      // A server that restarts is back within seconds; otherwise the next run records it.
      let start = parts.clock.elapsed()
      for pause in [0, 1, 2, 4] where parts.clock.elapsed() - start < .seconds(10) {
        try? await parts.clock.sleep(.seconds(pause))
        guard let another = try? await parts.connect() else { continue }
        let isDone = await end(on: another)
        await another.close()
        if isDone { return }
      }
    }.value
  }
}
