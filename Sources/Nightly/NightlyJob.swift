import Changes
import Foundation
import Leads
import Logging
import Messaging
import Postgres
import Reports
import Settings
import Store
import Upstreams

/// One execution, under the lock: the stages over one connection, each timed.
struct NightlyJob: Sendable {
  let parts: Nightly.Dependencies
  /// Holds the advisory lock and writes the intents.
  let connection: PostgresConnection
  let startedAt: Instant
  let startedElapsed: Duration
  /// Asks this run to stop; shared by all its writes.
  let drain: Drain

  var settings: Settings { parts.settings }
  var mapping: StatusMapping { settings.mapping }

  /// Begins the run's row, works, measures, reports, certifies, and ends the row whatever happens.
  func recorded(
    mode: RunMode, full: Bool, _ work: (inout RunSummary) async throws -> Void
  ) async throws -> RunResult {
    let runs = Runs(connection)
    let id = parts.newID()
    var summary = RunSummary(runID: id, mode: mode, asOf: startedAt.iso8601)
    try await runs.begin(id, mode: mode, at: startedAt, full: full)
    do {
      try await work(&summary)
      try await conclude(&summary)
      let report = try await publish(&summary)
      let funnel = try await LogReport.funnel(connection, asOf: startedAt)
      try await runs.end(
        id, state: "finished", at: parts.clock.now(), exitCode: summary.exitCode,
        summary: try JSON.encode(summary))
      return RunResult(summary: summary, report: report, funnel: funnel)
    } catch {
      await giveUp(id, error: error, summary: summary)
      throw error
    }
  }

  /// Records how the run ended, even when its task was cancelled or its session ended: then another session does it. A
  /// row that has an end already stays as it is.
  private func giveUp(_ id: UUID, error: any Error, summary: RunSummary) async {
    let interrupted = error is CancellationError || Task.isCancelled
    let now = parts.clock.now()
    let status = interrupted ? parts.stopped() : ExitStatus(of: error)
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

  func timed<T>(
    _ stage: String, expected: Int? = nil, _ summary: inout RunSummary,
    _ work: () async throws -> T
  ) async throws -> T {
    try Task.checkCancellation()
    parts.progress(.began(stage: stage, expected: expected))
    let start = parts.clock.elapsed()
    let result = try await work()
    let seconds = (parts.clock.elapsed() - start) / .seconds(1)
    summary.stages[stage, default: StageFigures(seconds: 0)].seconds += seconds
    parts.progress(.ended(stage: stage, seconds: seconds))
    return result
  }

  func recover(_ summary: inout RunSummary) async throws {
    let context = context(summary.runID)
    summary.recovered = try await timed("recover", &summary) {
      try await WebhookReceiver(database: connection, mapping: mapping, clock: parts.clock)
        .takeWaiting()
      var settling = sender
      settling.log = ChangeEffects(mapping: mapping).log(settling: connection)
      return try await Recover(sender: settling).run(context)
    }
  }

  /// The context that all writes of the run share.
  func context(_ run: UUID) -> RunContext {
    RunContext(
      id: run, startedAt: startedAt,
      deadline: deadline, newID: parts.newID, drain: drain)
  }

  /// After this time from the run's start, nothing more is read or begun.
  private var deadline: Duration { startedElapsed + .seconds(settings.limits.deadlineSeconds) }

  /// The one write path, on the connection that holds the lock.
  var sender: ChangeSender {
    ChangeSender(
      log: SyncLog(connection, following: RequestedEffects.follow), resman: parts.resman,
      domiq: parts.domiq, mapping: mapping,
      policy: settings.policy, budget: parts.budget, clock: parts.clock, logger: parts.logger,
      freshness: .seconds(settings.limits.freshSeconds),
      settleSeconds: Double(settings.limits.settleSeconds))
  }

  /// Reads both systems into staging; the run ends if a whole system gives nothing.
  func pull(full: Bool, _ summary: inout RunSummary) async throws -> PullSummary {
    let pull = try await timed("pull", &summary) {
      let list: PropertyList
      do throws(CallFailure) {
        list = try await parts.resman.properties()
      } catch {
        throw PullError(system: .resman, failure: error)
      }
      return try await Pull(
        resman: parts.resman, domiq: parts.domiq, connect: parts.connect, settings: settings,
        mapping: mapping, clock: parts.clock, startedAt: startedAt, deadline: deadline,
        progress: { parts.progress(.advanced(stage: "pull", by: $0)) }
      ).run(list, full: full)
    }
    summary.pull = pull.figures
    return pull
  }

  func plan(_ pull: PullSummary, _ summary: inout RunSummary) async throws {
    let diff = Diff(connection: connection)
    let seen = try await timed("diff", &summary) { try await diff.run(pull) }
    let plan = try await timed("plan", expected: seen.judged, &summary) {
      try await Planning(
        rows: PlanTable(connection: connection), resman: parts.resman, mapping: mapping,
        policy: settings.policy, concurrency: settings.resman.concurrency, now: startedAt,
        isInTime: { [clock = parts.clock, deadline] in clock.elapsed() < deadline }
      ).run()
    }
    summary.pull?.unseen = seen.unseen
    summary.pull?.duplicateConversations = seen.duplicateConversations
    summary.pulled = seen.judged
    summary.verdicts = plan.verdicts
    summary.verdicts[Verdict.inSync.rawValue, default: 0] += seen.inSync
    summary.verdicts[Verdict.resmanOnly.rawValue, default: 0] += seen.resmanOnly
    summary.verdicts = summary.verdicts.filter { $0.value > 0 }
    summary.digests["plan"] = plan.digest
    summary.planned = plan.planned
  }

  /// The changes from ResMan's history of the leads that the plan takes over; takes at most a quarter of the run's
  /// time.
  func backfill(_ summary: inout RunSummary) async throws -> Backfill.Courses {
    let courses = try await timed("backfill", &summary) {
      try await Backfill(
        connection: connection, resman: parts.resman, mapping: mapping,
        limit: settings.limits.backfillLeads, concurrency: settings.resman.concurrency,
        asOf: startedAt, clock: parts.clock,
        deadline: startedElapsed + .seconds(settings.limits.deadlineSeconds / 4)
      ).run()
    }
    if courses.figures.takenOver > 0 { summary.backfill = courses.figures }
    return courses
  }
}
