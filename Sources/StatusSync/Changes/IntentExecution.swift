import Foundation
import Leads

/// One intent on its way: pending row committed, then sent until its end is known or cannot be.
struct IntentExecution: Sendable {
  /// What the other side has said of an applied change.
  struct Applied: Sendable {
    /// What the other system did unasked, if anything.
    var sideEffects: String?
    var version: String?
    var etag: String?
    /// From when the age of what is known counts, by the run's clock: when the write left that was
    /// taken, or the read that showed it.
    var knownAt: Duration
    /// What a read showed where the change was applied, and somebody has moved the lead since.
    var movedOn: LeadSnapshot?
  }

  enum Ended: Sendable {
    case applied(Applied)
    /// `found` is what a read showed instead of the expected status, where one did. The outcome
    /// `unknown` means that the row stays pending for the next run to settle.
    case stopped(SendResult, found: LeadSnapshot? = nil)
  }

  /// How an intent ends that is not, or no longer, sent.
  struct Stop: Error, Sendable {
    /// For the log.
    let failure: String
    let result: SendResult
    /// What a read showed instead of the expected status.
    var found: LeadSnapshot?
    /// Seconds that the other side asks to wait, where it did.
    var retryAfter: Double?
  }

  /// How far the sending got.
  struct Progress: Sendable {
    var attempts = 0
    /// Attempts after which it is tried again at a cost: uncertain ones, and those not sent.
    var failures = 0
    /// Times that the host asked to wait.
    var pauses = 0
    /// Times that the read was too old when the write's turn came.
    var lateness = 0
    /// An attempt may have been applied.
    var mayBeApplied = false
    /// The last attempt may still be on its way.
    var mayStillArrive = false
    var sentAt: Duration = .zero

    /// Counts an answer; a write that missed its turn was no attempt.
    mutating func count(_ answer: WriteAnswer) {
      if case .late = answer {
        lateness += 1
      } else {
        attempts += 1
        mayStillArrive = false
      }
    }
  }

  enum Step: Sendable {
    case ended(Ended)
    /// Sent once more after a wait; where the run is stopped meanwhile it ends as `otherwise` says,
    /// or stays pending.
    case again(wait: Duration, otherwise: Stop?)
  }

  let sender: ChangeSender
  let entry: LogEntry
  let change: StatusChange
  let side: Side
  /// The status the other system must still have before each send, as it spells it.
  let expected: String
  let run: RunContext
  /// Before the first write of a repair both sides have to be what the plan saw; nil later.
  var plan: PlannedLead?
  /// Told why the row failed.
  var failing: (@Sendable (Stop) -> Void)?

  /// Commits the pending row and sends with at most three attempts for what is uncertain, and as
  /// long as the deadline allows for a server that asks to wait.
  func run(etag: String?, readAt: Duration, after history: [LogEntry]) async throws -> Ended {
    do {
      try await sender.log.begin(entry, after: history)
    } catch is UnsettledChange {
      return .stopped(.ended(.stale, "an earlier change of this lead is not settled yet"))
    }
    sender.budget.operation()
    return try await deliver(etag: etag, readAt: readAt)
  }

  /// Sends again what an earlier run left pending and ResMan's history proves not to be there.
  func resume() async throws -> Ended {
    try await deliver(etag: nil, readAt: nil)
  }

  /// - Parameter readAt: from when the age of the read counts that the write rests on (when it was
  ///   asked for; of a slow host, 1 s before it came), and the row was committed since; nil: it has
  ///   to be read first.
  private func deliver(etag: String?, readAt: Duration?) async throws -> Ended {
    var etag = etag
    var read = readAt
    var isWritten = readAt != nil
    var progress = Progress()
    while true {
      let now = sender.clock.elapsed()
      if read.map({ now - $0 > sender.freshness }) ?? true {
        switch await readAgain() {
        case .success(let fresh):
          etag = fresh.etag
          read = fresh.readAt ?? now
          isWritten = false
        case .failure(let stop): return try await finish(stop, progress)
        }
      }
      // Every send directly follows a statement on the connection that holds the lock: whoever
      // lost the lock sends nothing more.
      if !isWritten { try await sender.log.sendingAgain(lead: entry.leadID) }
      isWritten = false
      progress.sentAt = sender.clock.elapsed()
      let answer = await attempt(etag: etag, until: (read ?? now) + sender.freshness)
      switch try await classify(answer, &progress) {
      case .ended(let ended): return ended
      case .again(let wait, let otherwise):
        guard await pause(wait) else {
          guard let otherwise else {
            return .stopped(.ended(.unknown, "stopped while waiting to try again"))
          }
          return try await finish(otherwise, progress)
        }
      }
    }
  }

  private func attempt(etag: String?, until: Duration) async -> WriteAnswer {
    switch side {
    case .resman: await sender.resman.update(change, etag: etag, until: until)
    case .domiq: await sender.domiq.send(change, until: until)
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

  /// The read grew old, or there was none: the lead has to be what it was, or nothing is sent.
  private func readAgain() async -> Result<LeadSnapshot, Stop> {
    if let plan {
      switch await FreshRead.take(
        plan, resman: sender.resman, domiq: sender.domiq, clock: sender.clock)
      {
      case .success(let fresh):
        var snapshot = side == .resman ? fresh.resman : fresh.domiq
        snapshot.readAt = fresh.readAt
        return .success(snapshot)
      case .failure(let refusal):
        return .failure(Stop(failure: refusal.label, result: refusal.result))
      }
    }
    return await readSide()
  }

  /// The side that is written to, as it is now.
  func readSide() async -> Result<LeadSnapshot, Stop> {
    let answer: ReadAnswer
    switch (side, entry.conversationID) {
    case (.resman, _): answer = await sender.resman.read(entry.leadID)
    case (.domiq, .some(let id)): answer = await sender.domiq.read(id, of: entry.leadID)
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
    case .another(let snapshot):
      let why = "the answer is about \(snapshot.resmanLeadID ?? "no lead") instead of this lead"
      return .failure(Stop(failure: "stale", result: .ended(.stale, why)))
    case .missing:
      return .failure(Stop(failure: "missing", result: .ended(.stale, "it is not there any more")))
    case .notOffered:
      return .failure(Stop(failure: "unread", result: .ended(.failed, "reads are not offered")))
    case .failed(let failure):
      return .failure(
        Stop(failure: "unread", result: .ended(.failed, "read again: \(failure.label)")))
    }
  }
}
