import Changes
import Foundation
import Leads
import Logging
import Messaging
import Postgres
import Reports
import Settings
import Store
import Tracing
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

  func timed<T>(
    _ stage: Nightly.Stage, expected: Int? = nil, _ summary: inout RunSummary,
    _ work: () async throws -> T
  ) async throws -> T {
    try Task.checkCancellation()
    let stage = stage.rawValue
    parts.progress(.began(stage: stage, expected: expected))
    let start = parts.clock.elapsed()
    let result = try await withSpan(stage) { _ in try await work() }
    let seconds = (parts.clock.elapsed() - start) / .seconds(1)
    summary.stages[stage, default: StageFigures(seconds: 0)].seconds += seconds
    parts.progress(.ended(stage: stage, seconds: seconds))
    if parts.stopAfter == stage { throw StoppedAsAsked(stage: stage) }
    return result
  }

  /// The context that all writes of the run share.
  func context(_ run: UUID) -> RunContext {
    RunContext(
      id: run, startedAt: startedAt,
      deadline: deadline, newID: parts.newID, drain: drain)
  }

  /// After this time from the run's start, nothing more is read or begun.
  var deadline: Duration { startedElapsed + .seconds(settings.limits.deadlineSeconds) }

  /// The one write path, on the connection that holds the lock.
  var sender: ChangeSender {
    ChangeSender(
      log: SyncLog(connection, following: RequestedEffects.follow), resman: parts.resman,
      domiq: parts.domiq, mapping: mapping,
      policy: settings.policy, budget: parts.budget, clock: parts.clock, logger: parts.logger,
      freshness: .seconds(settings.limits.freshSeconds),
      settleSeconds: Double(settings.limits.settleSeconds), writing: settings.writing)
  }
}
