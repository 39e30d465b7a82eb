import Foundation
import Leads

/// One intent on its way: pending row committed, then sent until its end is known or cannot be.
struct Delivery: Sendable {
  enum Ended: Sendable {
    /// The change holds; what the other system did unasked, if anything.
    case applied(sideEffects: String?, version: String?)
    /// `found` is what a read showed instead of the expected status, where one did.
    case stopped(SendResult, found: LeadSnapshot? = nil)
  }

  let sender: ChangeSender
  let entry: LogEntry
  let change: StatusChange
  let side: Side
  /// The status the other system must still have before each send, as it spells it.
  let expected: String
  let run: RunContext

  /// Sends with at most three attempts for what is uncertain, and as long as the deadline allows
  /// for a server that asks to wait.
  func run(etag: String?, readAt: Duration, after history: [LogEntry]) async throws -> Ended {
    try await sender.log.begin(entry, after: history)
    sender.budget.operation()
    var etag = etag
    var readAt = readAt
    var attempts = 0
    var failures = 0
    while true {
      // Before the look at the clock: a slow statement makes the read older.
      if attempts > 0 { try await sender.log.sendingAgain(lead: entry.leadID) }
      if sender.clock.elapsed() - readAt > ChangeSender.freshness {
        readAt = sender.clock.elapsed()
        switch await readAgain() {
        case .success(let fresh): etag = fresh.etag
        case .failure(let end):
          return try await fail(end.failure, attempts, end.result, found: end.found)
        }
      }
      attempts += 1
      let answer =
        side == .resman
        ? await sender.resman.update(change, etag: etag) : await sender.domiq.send(change)
      switch try await judge(answer, attempts: attempts, failures: failures) {
      case .ended(let ended): return ended
      case .again(let wait, let isFailure):
        if isFailure { failures += 1 }
        guard await pause(wait) else {
          // Not sent again: what was not applied is given up, what may be stays pending.
          return isFailure
            ? .stopped(.ended(.unknown, "stopped while waiting to try again"))
            : try await fail("deferred", attempts, .ended(.deferred, "stopped while waiting"))
        }
      }
    }
  }

  /// Waits, unless the run is asked to stop meanwhile.
  private func pause(_ wait: Duration) async -> Bool {
    let end = sender.clock.elapsed() + wait
    while sender.clock.elapsed() < end {
      guard !run.drain.isRequested else { return false }
      let slice = min(end - sender.clock.elapsed(), .milliseconds(500))
      guard (try? await sender.clock.sleep(slice)) != nil else { return false }
    }
    return !run.drain.isRequested
  }

  private enum Step {
    case ended(Ended)
    case again(wait: Duration, isFailure: Bool)
  }

  private func judge(_ answer: WriteAnswer, attempts: Int, failures: Int) async throws -> Step {
    switch answer {
    case .acknowledged(let version, let notifications, let actions):
      let (domiq, resman) = await versions(acknowledged: version)
      try await sender.log.end(
        entry.id,
        .success(evidence: "acknowledged", domiqVersion: domiq, resmanVersion: resman),
        attempts: attempts)
      return .ended(.applied(sideEffects: unasked(notifications, actions), version: version))
    case .conditions(let reasons):
      return .ended(try await fail("conditions", attempts, .refused(reasons)))
    case .refused(let status, let reasons):
      return .ended(
        try await fail("refused", attempts, .ended(.failed, "HTTP \(status): \(reasons)")))
    case .changed:
      return .ended(
        try await fail("stale", attempts, .ended(.stale, "changed between reading and writing")))
    case .unauthorized: return .ended(try await fail("unauthorized", attempts, .unauthorized))
    case .forbidden:
      return .ended(try await fail("forbidden", attempts, .ended(.failed, "HTTP 403")))
    case .tryLater(let seconds):
      let wait = Duration.seconds(max(seconds ?? backoff(attempts), 0.1))
      guard sender.clock.elapsed() + wait < run.deadline else {
        return .ended(
          try await fail("deferred", attempts, .ended(.deferred, "the server asks to wait")))
      }
      return .again(wait: wait, isFailure: false)
    case .notSent(let why):
      guard let wait = retryWait(failures) else {
        return .ended(try await fail("not_sent", attempts, .ended(.failed, why)))
      }
      return .again(wait: wait, isFailure: true)
    case .conflict: return try await settle("HTTP 409", attempts, mayRetry: false, failures)
    case .uncertain(let why): return try await settle(why, attempts, mayRetry: true, failures)
    }
  }

  /// The answer does not say what happened: read back.
  private func settle(
    _ why: String, _ attempts: Int, mayRetry: Bool, _ failures: Int
  ) async throws -> Step {
    let settle = Settle(resman: sender.resman, domiq: sender.domiq, mapping: sender.mapping)
    let finding = await settle.look(
      at: side, lead: entry.leadID, conversation: entry.conversationID, intent: entry.id,
      old: canonical(expected), new: entry.new)
    switch finding {
    case .applied(let evidence, let version):
      let (domiq, resman) = side == .resman ? (nil, version) : (version, nil)
      try await sender.log.end(
        entry.id, .success(evidence: evidence, domiqVersion: domiq, resmanVersion: resman),
        attempts: attempts)
      return .ended(.applied(sideEffects: nil, version: version))
    case .notApplied:
      guard mayRetry else {
        return .ended(try await fail("refused", attempts, .ended(.failed, why)))
      }
      guard let wait = retryWait(failures) else {
        // It may still arrive: the row stays pending, and the next run settles it.
        return .ended(.stopped(.ended(.unknown, why)))
      }
      return .again(wait: wait, isFailure: true)
    case .superseded(let found):
      return .ended(
        try await fail(
          "superseded", attempts, .ended(.stale, "\(why); it is \(found.raw) now"), found: found))
    case .missing:
      return .ended(
        try await fail("missing", attempts, .ended(.failed, "it is not there any more")))
    case .unreadable(let reason):
      return .ended(.stopped(.ended(.unknown, "\(why); reading back: \(reason)")))
    }
  }

  private func fail(
    _ failure: String, _ attempts: Int, _ result: SendResult, found: LeadSnapshot? = nil
  ) async throws -> Ended {
    try await sender.log.end(entry.id, .failed(failure), attempts: attempts)
    return .stopped(result, found: found)
  }

  private struct Stop: Error {
    let failure: String
    let result: SendResult
    var found: LeadSnapshot?
  }

  /// Waiting made the read old: the lead has to be what it was, or nothing is sent.
  private func readAgain() async -> Result<LeadSnapshot, Stop> {
    let answer: ReadAnswer
    switch (side, entry.conversationID) {
    case (.resman, _): answer = await sender.resman.lead(entry.leadID)
    case (.domiq, .some(let id)): answer = await sender.domiq.lead(conversation: id)
    case (.domiq, .none): answer = .notOffered
    }
    switch answer {
    case .found(let snapshot)
    where StatusMapping.normalise(snapshot.raw) == StatusMapping.normalise(expected):
      return .success(snapshot)
    case .found(let snapshot):
      return .failure(
        Stop(
          failure: "stale", result: .ended(.stale, "it is \(snapshot.raw) now"), found: snapshot))
    case .missing:
      return .failure(Stop(failure: "missing", result: .ended(.stale, "it is not there any more")))
    case .notOffered:
      return .failure(Stop(failure: "unread", result: .ended(.failed, "reads are not offered")))
    case .failed(let failure):
      return .failure(
        Stop(failure: "unread", result: .ended(.failed, "read again: \(failure.label)")))
    }
  }

  private func canonical(_ raw: String) -> Status? {
    side == .resman ? sender.mapping.canonical(resman: raw) : sender.mapping.canonical(domiq: raw)
  }

  /// The versions that go with the agreement. DomIQ's answer has none, so it is read back: a
  /// write acknowledged but not saved shows there, as a version that did not move.
  private func versions(acknowledged version: String?) async -> (String?, String?) {
    guard side == .domiq else { return (nil, version) }
    if let version { return (version, nil) }
    guard let id = entry.conversationID,
      case .found(let snapshot) = await sender.domiq.lead(conversation: id)
    else { return (nil, nil) }
    return (snapshot.version, nil)
  }

  private func unasked(_ notifications: Int, _ actions: [String]) -> String? {
    guard !change.notify, notifications > 0 || !actions.isEmpty else { return nil }
    return "\(notifications) notifications and \(actions.count) workflow actions nobody asked for"
  }

  /// The pause before one more try, with full jitter; nil where none is allowed.
  private func retryWait(_ failures: Int) -> Duration? {
    guard failures + 1 < ChangeSender.maximumAttempts, sender.budget.takeRetry() else { return nil }
    let wait = Duration.seconds(backoff(failures + 1) * sender.clock.random())
    return sender.clock.elapsed() + wait < run.deadline ? wait : nil
  }

  private func backoff(_ attempt: Int) -> Double {
    min(0.25 * Double(1 << min(attempt, 6)), 10)
  }
}
