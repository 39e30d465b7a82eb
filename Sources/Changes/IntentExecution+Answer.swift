import Foundation
import Leads
import Upstreams

/// Evaluates answers, and resolves uncertain ones.
extension IntentExecution {
  /// How often a write may come too late before the lead is left to the next run.
  private static let maximumLateness = 3

  package func classify(_ answer: WriteAnswer, _ progress: inout Progress) async throws -> Step {
    progress.count(answer)
    switch answer {
    case .acknowledged(let version, let etag, let notifications, let actions):
      let (domiq, resman) = try await versions(acknowledged: version)
      try await sender.log.end(
        entry.id,
        .success(evidence: .acknowledged, domiqVersion: domiq, resmanVersion: resman),
        attempts: progress.attempts)
      return .ended(
        .applied(
          Applied(
            sideEffects: unasked(notifications, actions), version: version, etag: etag,
            knownAt: progress.sentAt)))
    case .conditions(let reasons):
      return try await stop(.conditions, .refused(reasons), progress)
    case .refused(let status, let reasons):
      return try await stop(.refused, .ended(.failed, "HTTP \(status): \(reasons)"), progress)
    case .changed:
      var stop = Stop(
        failure: .stale, result: .ended(.stale, "changed between reading and writing"))
      // The present status may prove that an earlier step was acknowledged but not saved.
      if case .failure(let seen) = await readSide() { stop.found = seen.found }
      return .ended(try await finish(stop, progress))
    case .unauthorized: return try await stop(.unauthorized, .unauthorized, progress)
    case .forbidden: return try await stop(.forbidden, .ended(.failed, "HTTP 403"), progress)
    case .tryLater(let seconds): return try await tryLater(seconds, &progress)
    case .notSent(let why):
      let stop = Stop(failure: .notSent, result: .ended(.failed, why))
      guard let wait = retryWait(&progress) else {
        return .ended(try await finish(stop, progress))
      }
      return .again(wait: wait, otherwise: stop)
    case .conflict:
      // ResMan may also refuse the status that the lead has already: read back before it counts as a refusal.
      return try await settle("HTTP 409", &progress, refusal: .refused)
    case .unacknowledged(let why):
      progress.mayBeApplied = true
      return try await settle(why, &progress)
    case .uncertain(let why):
      progress.mayBeApplied = true
      progress.arrivesUntil = progress.sentAt + .seconds(sender.settleSeconds)
      return try await settle(why, &progress)
    case .late: return try await late(&progress)
    }
  }

  private func late(_ progress: inout Progress) async throws -> Step {
    let stop = Stop(
      failure: .deferred,
      result: .ended(.deferred, "a fresh read could not be followed by a write in time"))
    guard progress.lateness <= Self.maximumLateness, sender.clock.elapsed() < run.deadline else {
      return .ended(try await finish(stop, progress))
    }
    return .again(wait: .zero, otherwise: stop)
  }

  private func tryLater(_ seconds: Double?, _ progress: inout Progress) async throws -> Step {
    let wait = Duration.seconds(Backoff.pause(asked: seconds, times: progress.pauses))
    progress.pauses += 1
    let stop = Stop(
      failure: .deferred, result: .ended(.deferred, "the server asks to wait"),
      retryAfter: seconds)
    guard sender.clock.elapsed() + wait < run.deadline else {
      return .ended(try await finish(stop, progress))
    }
    return .again(wait: wait, otherwise: stop)
  }

  /// The outcome is uncertain: reads back, and sends again only where the change cannot be applied twice.
  /// - Parameter refusal: set where the answer itself was a refusal, for the log.
  private func settle(
    _ why: String, _ progress: inout Progress, refusal: FailureCause? = nil
  ) async throws -> Step {
    let finding = await look()
    guard case .notApplied(let isCertain) = finding else {
      return .ended(try await end(finding, why, progress))
    }
    if let refusal, isCertain || !progress.mayBeApplied {
      return .ended(
        try await fail(Stop(failure: refusal, result: .ended(.failed, why)), progress))
    }
    guard refusal == nil, maySendAgain(progress, isCertain: isCertain),
      let wait = retryWait(&progress)
    else {
      // It may still be applied: the row stays pending, and the next run resolves it.
      return .ended(.stopped(.ended(.unknown, why)))
    }
    return .again(wait: wait, otherwise: nil)
  }

  /// DomIQ remembers webhook ids, so a repeated one is not applied twice. ResMan may not remember keys: there, its
  /// complete history must lack the intent, and the write must have been answered or its settle window have passed.
  private func maySendAgain(_ progress: Progress, isCertain: Bool) -> Bool {
    side == .domiq || isCertain && !progress.mayStillArrive(at: sender.clock.elapsed())
  }

  /// Ends an intent that is given up. Where an earlier attempt may have been applied, reading back decides, not the last
  /// answer.
  package func finish(_ stop: Stop, _ progress: Progress) async throws -> Ended {
    guard progress.mayBeApplied else { return try await fail(stop, progress) }
    let finding = await look()
    switch finding {
    case .notApplied(certain: true): return try await fail(stop, progress)
    case .notApplied(certain: false):
      return .stopped(.ended(.unknown, "an earlier attempt may still be applied"))
    case .applied, .superseded, .missing, .unreadable:
      return try await end(finding, "an earlier attempt was not answered", progress)
    }
  }

  private func end(
    _ finding: Finding, _ why: String, _ progress: Progress
  ) async throws -> Ended {
    switch finding {
    case .applied(let evidence, let version, let shown):
      if side == .domiq { try await sender.keep(shown, of: entry.leadID) }
      let (domiq, resman) = side == .resman ? (nil, version) : (version, nil)
      try await sender.log.end(
        entry.id, .success(evidence: evidence, domiqVersion: domiq, resmanVersion: resman),
        attempts: progress.attempts)
      guard canonical(shown.raw) == written else {
        return .applied(
          Applied(
            sideEffects: nil, version: version, etag: nil, knownAt: progress.sentAt,
            movedOn: shown))
      }
      // The next step is based on this read.
      return .applied(
        Applied(
          sideEffects: nil, version: version, etag: shown.etag,
          knownAt: shown.readAt ?? progress.sentAt))
    case .superseded(let found):
      let result = SendResult.ended(.stale, "\(why); it is \(found.raw) now")
      return try await fail(
        Stop(failure: .superseded, result: result, found: found), progress)
    case .missing:
      return try await fail(
        Stop(failure: .missing, result: .ended(.failed, "it is not there any more")), progress)
    case .unreadable(let reason):
      return .stopped(.ended(.unknown, "\(why); reading back: \(reason)"))
    case .notApplied: return .stopped(.ended(.unknown, why))
    }
  }

  private func stop(
    _ failure: FailureCause, _ result: SendResult, _ progress: Progress
  ) async throws -> Step {
    .ended(try await finish(Stop(failure: failure, result: result), progress))
  }

  /// Ends the row, unless an attempt may still arrive: a status that staff set meanwhile, or a lead that is not found,
  /// does not keep it from taking effect. Then the row stays pending, and the next run resolves it after the settle window.
  private func fail(_ stop: Stop, _ progress: Progress) async throws -> Ended {
    guard !progress.mayStillArrive(at: sender.clock.elapsed()) else {
      var why = stop.failure.rawValue
      if case .ended(_, let reason) = stop.result { why = reason }
      return .stopped(.ended(.unknown, why))
    }
    try await sender.log.end(entry.id, .failed(stop.failure), attempts: progress.attempts)
    failing?(stop)
    return .stopped(stop.result, found: stop.found)
  }

  private func look() async -> Finding {
    await sender.readBack.look(
      at: ReadBack.Change(
        side: side, lead: entry.leadID, property: entry.propertyID,
        conversation: entry.conversationID, intent: entry.id, old: canonical(expected),
        new: entry.new))
  }

  /// What the system can show of the new status.
  private var written: Status? {
    let lenses = sender.mapping.lenses
    return (side == .resman ? lenses.resman : lenses.domiq).shown(entry.new)
  }

  private func canonical(_ raw: String) -> Status? {
    side == .resman ? sender.mapping.canonical(resman: raw) : sender.mapping.canonical(domiq: raw)
  }

  /// The versions of the agreement. DomIQ's answer has none, so the lead is read back. Where the read does not show the
  /// change (not saved, or changed again), the version from before the write stays: anything newer is a change.
  private func versions(acknowledged version: String?) async throws -> (String?, String?) {
    guard side == .domiq else { return (nil, version) }
    if let version { return (version, nil) }
    guard let id = entry.conversationID,
      case .found(let snapshot) = await sender.domiq.read(id, of: entry.leadID),
      canonical(snapshot.raw) == written
    else { return (nil, nil) }
    try await sender.keep(snapshot, of: entry.leadID)
    return (snapshot.version, nil)
  }

  private func unasked(_ notifications: Int, _ actions: [String]) -> String? {
    guard !change.notify, notifications > 0 || !actions.isEmpty else { return nil }
    return "\(notifications) notifications and \(actions.count) workflow actions nobody asked for"
  }

  /// The pause before another attempt, with full jitter; nil where none is allowed.
  private func retryWait(_ progress: inout Progress) -> Duration? {
    progress.failures += 1
    let wait = Duration.seconds(
      Backoff.seconds(after: progress.failures, random: sender.clock.random()))
    guard progress.failures < ChangeSender.maximumAttempts,
      sender.clock.elapsed() + wait < run.deadline, sender.budget.takeRetry()
    else { return nil }
    return wait
  }
}
