import Foundation
import Leads
import Logging
import Store
import Upstreams

/// The outcome of the writes of one lead, before verification.
package enum SendResult: Sendable, Equatable {
  /// Every step was applied; `sideEffects` names what the other system did without being asked.
  case sent(sideEffects: String?)
  /// A step was applied with unwanted side effects, so the remaining steps were not sent.
  case halted(sideEffects: String)
  /// The lead could not be read: single reads are not offered.
  case unread
  /// ResMan refuses the conditions (422): becomes a question for a person.
  case refused(String)
  /// 401: no further call to this system.
  case unauthorized
  case ended(Outcome, String)
}

/// Writes one lead's changes, by night and by day: read again, compare, write the pending row, commit, send, record. An
/// uncertain outcome is resolved by reading back; nothing is sent again without evidence.
package struct ChangeSender: Sendable {
  /// The most attempts of a write, where answers are 5xx or time out.
  static let maximumAttempts = 3

  package var log: any IntentLog
  package let resman: any ResManAPI
  package let domiq: any DomIQAPI
  package let mapping: StatusMapping
  package let policy: Policy
  package let budget: RetryBudget
  package let clock: RunClock
  package let logger: Logger
  /// A read older than this is repeated before a write.
  package var freshness = Duration.seconds(2)
  /// Seconds for which an unanswered write may still be applied.
  package var settleSeconds = 60.0
  /// What may be written to each system.
  package var writing = Writing()

  package init(
    log: any IntentLog, resman: any ResManAPI, domiq: any DomIQAPI, mapping: StatusMapping,
    policy: Policy, budget: RetryBudget, clock: RunClock, logger: Logger,
    freshness: Duration = Duration.seconds(2), settleSeconds: Double = 60.0,
    writing: Writing = Writing()
  ) {
    self.log = log
    self.resman = resman
    self.domiq = domiq
    self.mapping = mapping
    self.policy = policy
    self.budget = budget
    self.clock = clock
    self.logger = logger
    self.freshness = freshness
    self.settleSeconds = settleSeconds
    self.writing = writing
  }

  var readBack: ReadBack {
    ReadBack(resman: resman, domiq: domiq, mapping: mapping)
  }

  /// Keeps a read of DomIQ that shows our change, before its row ends: should the process end first, or staff have set
  /// another status meanwhile, the change is no move of DomIQ's own.
  func keep(_ shown: LeadSnapshot, of lead: String) async throws {
    try await log.sawInDomIQ(
      lead, raw: shown.raw, status: mapping.canonical(domiq: shown.raw), version: shown.version)
  }

  /// Repairs one lead, and completes the repair even when the caller's task is cancelled.
  package func send(_ lead: PlannedLead, run: RunContext) async throws -> SendResult {
    let fresh: FreshRead
    switch await FreshRead.take(lead, resman: resman, domiq: domiq, clock: clock) {
    case .failure(let refusal): return refusal.result
    case .success(let read): fresh = read
    }
    if let why = misread(lead, fresh) { return .ended(.stale, why) }
    switch lead.action {
    case .push: return try await push(lead, fresh: fresh, run: run)
    case .pull: return try await pull(lead, fresh: fresh, run: run)
    case .none, .log, .review: return .ended(.failed, "nothing to send for \(lead.action)")
    }
  }

  /// Why the plan rests on another mapping than today's; nil: it does not.
  private func misread(_ lead: PlannedLead, _ fresh: FreshRead) -> String? {
    for (planned, raw, system) in [
      (lead.domiq, fresh.domiq.raw, System.domiq), (lead.resman, fresh.resman.raw, .resman),
    ] {
      let now = mapping.meaning(of: raw, in: system, policy)
      guard let planned, planned != now else { continue }
      return "\(raw) means \(now?.rawValue ?? "nothing") now, the plan took it for "
        + planned.rawValue
    }
    return nil
  }

  private func push(
    _ lead: PlannedLead, fresh: FreshRead, run: RunContext
  ) async throws -> SendResult {
    guard !lead.hops.isEmpty else { return .ended(.failed, "the plan has no hops") }
    // An interface of events is told the last step alone.
    let hops = writing.takesEvents ? lead.hops.suffix(1) : lead.hops[...]
    let ruling = writing.ruling(
      of: lead.change, ground: fresh.domiq.ground(now: clock.now()))
    guard case .write(let event) = ruling else {
      return .ended(.stale, "it may not be written any more: \(ruling.sentence)")
    }
    // Where ResMan's status is unknown and a person decided for DomIQ, the push starts from the base.
    let start = lead.resman ?? lead.base
    var effects: [String] = []
    var taken = start.map { [(status: $0, version: fresh.resman.version)] } ?? []
    var from = start
    var etag = fresh.resman.etag
    var read = fresh.readAt
    for (index, hop) in hops.enumerated() {
      let isLast = index == hops.count - 1
      if index > 0, run.drain.isRequested || clock.elapsed() >= run.deadline {
        return .ended(.deferred, "stopped between two steps, at \(from?.rawValue ?? "-")")
      }
      // The log has what both sides mean, which ResMan may show as something else.
      var entry = run.entry(
        lead, old: index == 0 ? old(before: lead) ?? from : from,
        new: isLast ? lead.target ?? hop : hop, direction: .toResMan)
      entry.decidedOn = LogEntry.Agreement(index == 0 ? lead.base : from)
      entry.irregular = lead.irregular && isLast
      entry.updatedBy = isLast ? .chatbot : .system
      entry.bridged = !isLast
      entry.occurredAt = fresh.domiq.version.flatMap { Instant(iso8601: $0) }
      // The sides agree only after the last step.
      entry.domiqVersion = isLast ? fresh.domiq.version : nil
      entry.reason = reason(lead, intent: entry.id)
      // Where comments prove the change, no version comes with it: then anything newer than before it is a move.
      if writing.takesEvents { entry.resmanVersion = fresh.resman.version }
      if isLast { noteFollowing(of: &entry, fresh: fresh) }
      let history = index == 0 ? history(before: lead, fresh: fresh, run: run) : []
      var change = self.change(lead, entry: entry)
      change.new = hop
      change.event = event
      let delivery = IntentExecution(
        sender: self, entry: entry, change: change, side: .resman,
        expected: index == 0 ? fresh.resman.raw : from?.rawValue ?? "", run: run,
        plan: index == 0 ? lead : nil)
      switch try await delivery.run(etag: etag, readAt: read, after: history) {
      case .applied(let applied):
        taken.append((hop, applied.version))
        // Our acknowledged write counts as the fresh read for the next one.
        etag = applied.etag
        read = applied.knownAt
        if let now = applied.movedOn, !isLast {
          return .ended(.stale, "it is \(now.raw) now, after \(hop.rawValue)")
        }
        guard let unasked = applied.sideEffects else { break }
        guard isLast else { return .halted(sideEffects: unasked) }
        effects.append(unasked)
      case .stopped(let result, let found):
        guard let found, let from, let really = neverLeft(found, taken) else { return result }
        try await log.record(
          correction(lead, claimed: from, really: really, version: found.version, run: run))
        return .ended(.failed, "acknowledged but not saved: it is still \(found.raw)")
      }
      from = hop
    }
    return .sent(sideEffects: effects.isEmpty ? nil : effects.joined(separator: "; "))
  }

  private func pull(
    _ lead: PlannedLead, fresh: FreshRead, run: RunContext
  ) async throws -> SendResult {
    guard let target = lead.target else { return .ended(.failed, "the plan has no target") }
    let ruling = writing.ruling(of: lead.change, ground: nil)
    guard case .write = ruling else {
      return .ended(.stale, "it may not be written any more: \(ruling.sentence)")
    }
    var entry = run.entry(lead, old: lead.base ?? lead.domiq, new: target, direction: .fromResMan)
    entry.decidedOn = LogEntry.Agreement(lead.base)
    entry.updatedBy = .resmanUser
    entry.occurredAt = fresh.resman.version.flatMap { Instant(iso8601: $0) }
    entry.resmanVersion = fresh.resman.version
    entry.domiqVersion = fresh.domiq.version
    entry.irregular = lead.irregular
    entry.reason = reason(lead, intent: entry.id)
    noteFollowing(of: &entry, fresh: fresh)
    var change = self.change(lead, entry: entry)
    change.old = lead.domiq
    let delivery = IntentExecution(
      sender: self, entry: entry, change: change, side: .domiq, expected: fresh.domiq.raw,
      run: run, plan: lead)
    switch try await delivery.run(etag: fresh.domiq.etag, readAt: fresh.readAt, after: []) {
    case .applied(let applied): return .sent(sideEffects: applied.sideEffects)
    case .stopped(let result, _): return result
    }
  }

  /// The status of an earlier step that ResMan still shows, with a version no newer than at that step: the steps
  /// acknowledged since were not saved. Nil where that is not proven.
  private func neverLeft(
    _ found: LeadSnapshot, _ taken: [(status: Status, version: String?)]
  ) -> Status? {
    guard let status = mapping.canonical(resman: found.raw) else { return nil }
    let isProven = taken.dropLast().contains {
      $0.status == status
        && isNewer(found.version, than: $0.version, asOf: clock.now()) == false
    }
    return isProven ? status : nil
  }

  /// The row that corrects a success in the log that had no effect in ResMan.
  private func correction(
    _ lead: PlannedLead, claimed: Status, really: Status, version: String?, run: RunContext
  ) -> LogEntry {
    var entry = run.entry(lead, old: claimed, new: really, direction: .fromResMan)
    entry.becomeUnseenMove(isPhantom: true, version: version)
    return entry
  }

  /// Keeps the chain of old and new statuses: ResMan's unlogged move, or the correction of a success without effect, is
  /// logged before the push that starts from that status.
  private func history(before lead: PlannedLead, fresh: FreshRead, run: RunContext) -> [LogEntry] {
    guard let base = lead.base, let resman = lead.resman,
      mapping.lenses.resman.shown(base) != resman
    else { return [] }
    guard lead.verdict != .phantom else {
      return [
        correction(
          lead, claimed: base, really: resman, version: fresh.resman.version, run: run)
      ]
    }
    var entry = run.entry(lead, old: base, new: resman, direction: .fromResMan)
    entry.becomeUnseenMove(isPhantom: false, version: fresh.resman.version)
    return [entry]
  }

  /// The status that the log has of the lead, where that is what ResMan shows of it.
  private func old(before lead: PlannedLead) -> Status? {
    guard let base = lead.base, let resman = lead.resman else { return nil }
    return mapping.lenses.resman.shown(base) == resman ? base : nil
  }

  /// With `notify_on_repair` the row asks for its notifications, which are written when it succeeds.
  /// DomIQ notifies the prospect: the webhook asks for it.
  private func noteFollowing(of entry: inout LogEntry, fresh: FreshRead) {
    guard policy.notifyOnRepair else { return }
    entry.context["trigger_notifications"] = "true"
    entry.context["notify_prospect"] = "false"
    let details = fresh.domiq.details.filled(from: fresh.resman.details)
    entry.context["tour_datetime"] = details.tourDatetime.map(JSONValue.string)
  }

  private func reason(_ lead: PlannedLead, intent: UUID) -> String {
    "StatusSync \(lead.verdict.rawValue): \(lead.domiqRaw ?? "-") in DomIQ, "
      + "\(lead.resmanRaw ?? "-") in ResMan [\(intent.uuidString.lowercased())]"
  }

  private func change(_ lead: PlannedLead, entry: LogEntry) -> StatusChange {
    StatusChange(
      intentID: entry.id, leadID: lead.resmanLeadID, propertyID: lead.propertyID,
      conversationID: lead.conversationID, old: entry.old, new: entry.new, reason: entry.reason,
      notify: policy.notifyOnRepair, occurredAt: entry.occurredAt ?? entry.notAfter)
  }
}

extension PlannedLead {
  /// The change for `Writing`.
  package var change: DecidedChange {
    DecidedChange(
      action: action, target: target, written: hops.last ?? target,
      shown: action == .push ? resman : domiq)
  }
}

extension Ruling {
  /// Why nothing is written, for people, without a full stop.
  package var sentence: String {
    switch self {
    case .write: "it is written"
    case .nothing: "the system shows it already"
    case .notWritten(let why): why
    case .person(let sentence): String(sentence.dropLast())
    }
  }
}

extension LogEntry {
  /// Makes this the row of a move from the base to ResMan's present status: a move by staff, or the correction of a
  /// success without effect.
  package mutating func becomeUnseenMove(isPhantom: Bool, version: String?) {
    resmanVersion = version
    occurredAt = version.flatMap { Instant(iso8601: $0) }
    if isPhantom {
      updatedBy = .system
      bridged = true
      reason = "the log claimed \(old?.rawValue ?? "-"), ResMan never took it"
    } else {
      updatedBy = .resmanUser
      irregular = old?.isIrregularMove(to: new) ?? false
      reason = "moved in ResMan, not seen until now"
    }
  }
}

/// The context that all entries of a run share.
package struct RunContext: Sendable {
  package let id: UUID
  package let startedAt: Instant
  /// After this time from the run's start, nothing more is begun.
  package let deadline: Duration
  package let newID: @Sendable () -> UUID
  package let drain: Drain

  package init(
    id: UUID, startedAt: Instant, deadline: Duration, newID: @escaping @Sendable () -> UUID,
    drain: Drain
  ) {
    self.id = id
    self.startedAt = startedAt
    self.deadline = deadline
    self.newID = newID
    self.drain = drain
  }

  package func entry(
    _ lead: PlannedLead, old: Status?, new: Status, direction: Direction
  ) -> LogEntry {
    LogEntry(
      id: newID(), conversationID: lead.conversationID, leadID: lead.resmanLeadID,
      propertyID: lead.propertyID, old: old, new: new, reason: "", updatedBy: .system,
      direction: direction, runID: id, occurredAt: nil, notAfter: startedAt,
      context: ["verdict": .string(lead.verdict.rawValue)])
  }
}
