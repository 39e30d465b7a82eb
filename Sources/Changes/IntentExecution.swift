import Foundation
import Leads
import Store
import Upstreams

/// Executes one intent: commits the pending row, then sends until the outcome is known, or cannot be found out.
package struct IntentExecution: Sendable {
  /// The result of an applied change.
  package struct Applied: Sendable {
    /// What the other system did without being asked; nil: nothing.
    package var sideEffects: String?
    package var version: String?
    package var etag: String?
    /// The time that the age of this knowledge is counted from, by the run's clock: when the applied write, or the read
    /// that showed it, was sent.
    var knownAt: Duration
    /// The lead as read, where the change was applied and somebody has changed the lead since.
    var movedOn: LeadSnapshot?
  }

  package enum Ended: Sendable {
    case applied(Applied)
    /// `found`: the lead as read, where it did not have the expected status. With the outcome `unknown` the row stays
    /// pending for the next run.
    case stopped(SendResult, found: LeadSnapshot? = nil)
  }

  /// The end of an intent that is not sent, or not sent again.
  package struct Stop: Error, Sendable {
    /// For the log.
    package let failure: FailureCause
    package let result: SendResult
    /// The lead as read, where it did not have the expected status.
    package var found: LeadSnapshot?
    /// Seconds that the other system asks to wait; nil: it does not.
    package var retryAfter: Double?
  }

  /// The progress of the sending.
  package struct Progress: Sendable {
    package var attempts = 0
    /// Attempts that used up a retry: uncertain ones, and those not sent.
    var failures = 0
    /// Times that the host asked to wait.
    var pauses = 0
    /// How often the read was too old when the write could be sent.
    var lateness = 0
    /// An attempt may have been applied.
    var mayBeApplied = false
    /// Until when an unanswered attempt may still arrive, by the run's clock; nil: there is none.
    var arrivesUntil: Duration?
    var sentAt: Duration = .zero

    /// Counts an answer; a write that came too late was no attempt.
    package mutating func count(_ answer: WriteAnswer) {
      if case .late = answer {
        lateness += 1
      } else {
        attempts += 1
      }
    }

    /// An attempt may still arrive: a later answer says nothing of it.
    func mayStillArrive(at now: Duration) -> Bool { arrivesUntil.map { now < $0 } ?? false }
  }

  package enum Step: Sendable {
    case ended(Ended)
    /// Sent again after a wait; if the run is stopped meanwhile, it ends with `otherwise`, or stays pending.
    case again(wait: Duration, otherwise: Stop?)
  }

  package let sender: ChangeSender
  package let entry: LogEntry
  package let change: StatusChange
  package let side: System
  /// The raw status that the other system must still have before each write.
  package let expected: String
  package let run: RunContext
  /// Before the first write of a repair, both sides must be as in the plan; nil for later writes.
  package var plan: PlannedLead?
  /// An earlier run decided on the change: before each write, DomIQ must still show its status.
  package var restsOnDomIQ: Bool
  /// Called with the reason when the row fails.
  package var failing: (@Sendable (Stop) -> Void)?

  package init(
    sender: ChangeSender, entry: LogEntry, change: StatusChange, side: System, expected: String,
    run: RunContext, plan: PlannedLead? = nil, restsOnDomIQ: Bool = false,
    failing: (@Sendable (Stop) -> Void)? = nil
  ) {
    self.sender = sender
    self.entry = entry
    self.change = change
    self.side = side
    self.expected = expected
    self.run = run
    self.plan = plan
    self.restsOnDomIQ = restsOnDomIQ
    self.failing = failing
  }

  /// Commits the pending row and sends: at most three attempts where the outcome is uncertain, and until the deadline
  /// where the server asks to wait.
  package func run(etag: String?, readAt: Duration, after history: [LogEntry]) async throws -> Ended
  {
    var sentAt: Instant?
    do {
      sentAt = try await sender.log.begin(entry, after: history)
    } catch is UnsettledChange {
      return .stopped(
        .ended(.stale, "another change of this lead was logged since, or is not settled yet"))
    }
    sender.budget.operation()
    return try await deliver(etag: etag, readAt: readAt, sentAt: sentAt)
  }

  /// Sends again a change that was left pending and that ResMan's history proves not to have been applied.
  /// - Parameter sentAt: when it was last sent, as its row said; whoever sends it first is the one to send it.
  package func resume(sentAt: Instant?) async throws -> Ended {
    try await deliver(etag: nil, readAt: nil, sentAt: sentAt)
  }

  /// - Parameters:
  ///   - readAt: the time that the age of the read is counted from (when it was requested; for a slow host, 1 s before the
  ///     answer); the row was committed since. Nil: the lead must be read first, and an earlier send may have been applied.
  ///   - sentAt: when the change was last sent, by the database's clock.
  private func deliver(etag: String?, readAt: Duration?, sentAt: Instant?) async throws -> Ended {
    var etag = etag
    var read = readAt
    var isWritten = readAt != nil
    var sentAt = sentAt
    var progress = Progress()
    progress.mayBeApplied = readAt == nil
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
      // Every write directly follows a statement on the connection that holds the lock: a run that loses the lock
      // sends nothing more.
      if !isWritten {
        sentAt = try await sender.log.sendingAgain(lead: entry.leadID, after: sentAt)
        guard sentAt != nil else {
          return .stopped(.ended(.unknown, "somebody else has sent it again"))
        }
      }
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
    case .domiq:
      await sender.domiq.send(resting(on: etag), until: until)
    }
  }

  private func resting(on etag: String?) -> StatusChange {
    var change = change
    change.basis = etag
    return change
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

  /// The read is too old, or there is none: reads again; nothing is sent unless the lead is unchanged.
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
        return .failure(Stop(failure: refusal.cause, result: refusal.result))
      }
    }
    if restsOnDomIQ, let stop = await overtakenInDomIQ() { return .failure(stop) }
    return await readSide()
  }

  /// Why DomIQ does not stand for the change any more; nil: it shows what it can show of the new status.
  private func overtakenInDomIQ() async -> Stop? {
    guard let id = entry.conversationID else {
      return Stop(failure: .stale, result: .ended(.stale, "DomIQ's conversation is not known"))
    }
    switch await sender.domiq.read(id, of: entry.leadID) {
    case .found(let snapshot):
      let shown = sender.mapping.canonical(domiq: snapshot.raw)
      if let shown, shown == sender.mapping.lenses.domiq.shown(entry.new) { return nil }
      return Stop(failure: .stale, result: .ended(.stale, "DomIQ says \(snapshot.raw) now"))
    case .another, .missing:
      return Stop(failure: .stale, result: .ended(.stale, "DomIQ does not have it any more"))
    case .notOffered:
      return Stop(
        failure: .unread, result: .ended(.failed, "DomIQ does not offer single reads"))
    case .failed(let failure):
      return Stop(
        failure: .unread,
        result: .ended(.failed, "DomIQ could not be read again: \(failure.label)"))
    }
  }

  /// Reads the side that is written to.
  func readSide() async -> Result<LeadSnapshot, Stop> {
    let answer: ReadAnswer
    switch (side, entry.conversationID) {
    case (.resman, _):
      answer = await sender.resman.read(entry.leadID, at: entry.propertyID)
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
          failure: .stale, result: .ended(.stale, "it is \(snapshot.raw) now"), found: snapshot))
    case .another(let snapshot):
      let why = "the answer is about \(snapshot.resmanLeadID ?? "no lead") instead of this lead"
      return .failure(Stop(failure: .stale, result: .ended(.stale, why)))
    case .missing:
      return .failure(Stop(failure: .missing, result: .ended(.stale, "it is not there any more")))
    case .notOffered:
      return .failure(Stop(failure: .unread, result: .ended(.failed, "reads are not offered")))
    case .failed(let failure):
      return .failure(
        Stop(failure: .unread, result: .ended(.failed, "read again: \(failure.label)")))
    }
  }
}
