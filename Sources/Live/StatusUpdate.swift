import Changes
import Foundation
import Leads
import Logging
import Postgres
import Store
import Synchronization
import Upstreams

/// One status change by day (docs/api.md#endpoints, `PUT …/status`): validated against ResMan's present status, written
/// as pending, sent, and recorded with its effects.
package struct StatusUpdate: Sendable {
  /// `UpdateStatusRequest` (docs/contracts.md#resman).
  package struct Request: Sendable, Equatable {
    package var status: Status
    package var reason: String?
    package var context: UpdateContext?
    package var updatedBy: Author
    /// `trigger_notifications`; true where it is absent.
    package var notify: Bool

    package init(
      status: Status, reason: String?, context: UpdateContext?, updatedBy: Author, notify: Bool
    ) {
      self.status = status
      self.reason = reason
      self.context = context
      self.updatedBy = updatedBy
      self.notify = notify
    }
  }

  /// The facts that the decision is based on.
  package struct Ground: Sendable {
    package var lead: String
    package var known: KnownLead?
    package var resman: LeadSnapshot
    package var domiq: LeadSnapshot?
    package var current: Status
    var readAt: Duration

    package var propertyID: UUID? { resman.propertyID ?? known?.propertyID }
    var details: LeadDetails {
      (domiq?.details ?? LeadDetails()).filled(from: resman.details)
    }
    /// What is known of ResMan's side since the agreement.
    func resmanEvidence(asOf: Instant) -> SideEvidence {
      SideEvidence(
        version: resman.version, agreedVersion: known?.baseResManVersion,
        hasMoved: known?.resmanAgreed.map { $0 != current },
        isBridged: known?.baseIsBridged ?? false, asOf: asOf)
    }
    /// What DomIQ shows; where it could not be read, what was last seen.
    func domiqShown(_ mapping: StatusMapping) -> (status: Status?, version: String?) {
      guard let domiq else { return (known?.domiq, known?.domiqVersion) }
      return (mapping.canonical(domiq: domiq.raw), domiq.version)
    }
    /// Stores what both sides showed.
    func sightings(_ mapping: StatusMapping, now: Instant) -> [SQL] {
      let statuses = SQL.sawLead(
        lead,
        domiq: (
          domiq?.raw, (domiq?.raw).flatMap { mapping.canonical(domiq: $0) }, domiq?.version
        ),
        resman: (resman.raw, current, resman.version))
      let sides: [(Leads.System, LeadSnapshot?)] = [(.resman, resman), (.domiq, domiq)]
      let descriptions: [SQL] = sides.compactMap { system, snapshot in
        snapshot?.description.map {
          .keepDescription(
            $0, of: lead, from: system, version: snapshot?.version, readAt: now)
        }
      }
      let first: [SQL] = known?.base == nil ? [.keepDomIQBeforeBase(of: lead)] : []
      return [statuses] + first + descriptions
    }
    /// Either side's record counts; where DomIQ could not be read, what was last seen.
    package var facts: LeadFacts {
      (domiq?.facts ?? known?.facts ?? LeadFacts(leadScore: nil, fields: []))
        .merged(with: resman.facts)
    }
  }

  package let sender: ChangeSender
  package let database: any ConnectionLender
  /// After this time from the request's arrival, nothing more is begun for it.
  package let budget: Duration

  package init(sender: ChangeSender, database: any ConnectionLender, budget: Duration) {
    self.sender = sender
    self.database = database
    self.budget = budget
  }

  /// Makes the change, or says why not.
  /// - Parameters:
  ///   - intent: the id its log row will have.
  ///   - onSending: called before the pending row is written: from then on the change may happen.
  ///     What it throws ends the change before that.
  /// - Throws: `Problem`; anything else means that the database failed.
  package func run(
    lead: String, _ request: Request, caller: Caller, intent: UUID,
    onSending: @Sendable () throws -> Void
  ) async throws -> UpdateAnswer {
    guard request.updatedBy == caller.updatedBy else {
      throw Problem(.foreignAuthor, "updated_by is \(caller.updatedBy.rawValue) for this key")
    }
    let deadline = sender.clock.elapsed() + budget
    let ground = try await ground(lead, caller: caller)
    if let refusal = sender.writing.refusal(of: .push) {
      throw Problem(.notWritten, "\(refusal), so ResMan is only read")
    }
    let written = sender.mapping.lenses.resman.shown(request.status) ?? request.status
    try evaluate(request.status, ground)
    let (entry, history) = entries(request, ground, intent: intent)
    let decided = DecidedChange(
      action: .push, target: request.status, written: written, shown: ground.current)
    guard ground.domiq != nil || !sender.writing.dependsOnGround(decided) else {
      throw Problem(
        .unavailable, "DomIQ's chat could not be read, and the change rests on it", retryAfter: 5)
    }
    let ruling = sender.writing.ruling(
      of: decided, ground: ground.domiq?.ground(now: sender.clock.now()))
    var change = StatusChange(
      intentID: intent, leadID: lead, propertyID: entry.propertyID,
      conversationID: entry.conversationID, old: entry.old, new: entry.new, reason: entry.reason,
      notify: request.notify, occurredAt: entry.notAfter, updatedBy: request.updatedBy,
      context: request.context)
    change.new = written
    if case .write(let event) = ruling { change.event = event }
    if case .person(let sentence) = ruling { throw Problem(.notWritten, sentence) }
    let given = GivenAnswer()
    var sender = sender
    sender.log = ChangeEffects(
      mapping: sender.mapping, clock: sender.clock, details: ground.details
    ).log(
      answering: database,
      basedOn: LeadBase(
        seq: ground.known?.baseSeq,
        sightings: ground.sightings(sender.mapping, now: entry.notAfter))
    ) { answer in given.value.withLock { $0 = answer } }
    let delivery = IntentExecution(
      sender: sender, entry: entry, change: change, side: .resman, expected: ground.resman.raw,
      run: RunContext(
        id: intent, startedAt: entry.notAfter, deadline: deadline, newID: { UUID() },
        drain: Drain()),
      failing: { stop in given.failure.withLock { $0 = stop } })
    try onSending()
    if ruling == .nothing {
      return try await log(entry, after: history, ground, answer: given, with: sender)
    }
    switch try await delivery.run(etag: ground.resman.etag, readAt: ground.readAt, after: history) {
    case .applied(let applied):
      // Without one, a run resolved the row first, and wrote its effects.
      return given.value.withLock { $0 }
        ?? UpdateAnswer(
          new_status: request.status.rawValue,
          updated_at: applied.version ?? sender.clock.now().iso8601, notifications_sent: 0,
          workflow_actions_triggered: [])
    case .stopped(let result, _):
      throw Problem(result, given.failure.withLock { $0 }, intent: intent)
    }
  }

  /// Records a change that ResMan shows already, because it cannot tell both statuses apart: there is no call.
  private func log(
    _ entry: LogEntry, after history: [LogEntry], _ ground: Ground, answer: GivenAnswer,
    with sender: ChangeSender
  ) async throws -> UpdateAnswer {
    do {
      try await sender.log.begin(entry, after: history)
    } catch is UnsettledChange {
      throw Problem(.changeInFlight)
    }
    try await sender.log.end(
      entry.id,
      .success(
        evidence: .valueMatch, domiqVersion: nil, resmanVersion: ground.resman.version),
      attempts: 0)
    return answer.value.withLock { $0 }
      ?? UpdateAnswer(
        new_status: entry.new.rawValue,
        updated_at: ground.resman.version ?? sender.clock.now().iso8601, notifications_sent: 0,
        workflow_actions_triggered: [])
  }

  /// What the lead is: what the log has of it, where ResMan shows it as that.
  private func current(_ ground: Ground) -> Status {
    guard let base = ground.known?.base, sender.mapping.lenses.resman.shown(base) == ground.current
    else {
      return ground.current
    }
    return base
  }

  /// Checks the transition and the conditions; the vocabulary was checked before.
  private func evaluate(_ status: Status, _ ground: Ground) throws(Problem) {
    let current = current(ground)
    guard current != status else {
      throw Problem(.illegalTransition, "the lead is \(status.rawValue) already")
    }
    guard current.allows(status) else {
      throw Problem(.illegalTransition, Self.refusal(from: current, to: status))
    }
    let unmet = status.unmetConditions(ground.facts).map(\.description)
    guard unmet.isEmpty else {
      throw Problem(
        .conditionsNotMet, "\(status.rawValue) needs \(unmet.joined(separator: ", "))",
        unmet: unmet)
    }
  }

  private static func refusal(from current: Status, to status: Status) -> String {
    let allowed = current.successors.map(\.rawValue).joined(separator: ", ")
    return "\(current.rawValue) → \(status.rawValue) is not allowed; "
      + (allowed.isEmpty ? "\(current.rawValue) is final" : "allowed: \(allowed)")
  }

  /// Reads the lead on both sides at once. A lead that does not exist and one of a property that the caller may not see
  /// get the same answer after the same calls (ResMan for both, DomIQ for neither), so that neither the time nor other
  /// answers tell them apart.
  private func ground(_ lead: String, caller: Caller) async throws -> Ground {
    let known = try await database.withConnection { connection in
      try await connection.perform { db in try KnownLead.find(lead, in: db) }
    }
    let isForeign = known?.propertyID.map { !caller.sees($0) } ?? false
    let began = sender.clock.elapsed()
    async let domiqAnswer = domiq(isForeign ? nil : known?.conversationID, of: lead)
    let resman: LeadSnapshot
    switch await sender.resman.read(lead, at: known?.propertyID) {
    case .found(let snapshot): resman = snapshot
    case .missing, .another: throw Problem(.notFound)
    case .notOffered: throw Problem(.unavailable, "ResMan offers no reads of single leads")
    case .failed(let failure): throw Problem(reading: failure)
    }
    guard !isForeign, caller.sees(resman.propertyID ?? known?.propertyID) else {
      throw Problem(.notFound)
    }
    guard let current = sender.mapping.canonical(resman: resman.raw) else {
      throw Problem(.illegalTransition, "ResMan's status of the lead is outside the vocabulary")
    }
    var ground = Ground(
      lead: lead, known: known, resman: resman, domiq: nil, current: current,
      readAt: resman.readAt ?? began)
    switch await domiqAnswer {
    case .found(let snapshot): ground.domiq = snapshot
    // The conversation belongs to another lead now: nothing of it is shown or written.
    case .another: ground.known?.conversationID = nil
    case .failed(let failure):
      sender.logger.warning(
        "DomIQ could not be read for a change; what it showed last counts",
        metadata: ["reason": "\(failure)"])
    case .missing, .notOffered: break
    }
    return ground
  }

  private func domiq(_ conversation: UUID?, of lead: String) async -> ReadAnswer {
    guard let conversation else { return .missing }
    return await sender.domiq.read(conversation, of: lead)
  }

  /// The pending row, and the row of an unlogged move in ResMan.
  private func entries(
    _ request: Request, _ ground: Ground, intent: UUID
  ) -> (LogEntry, [LogEntry]) {
    let now = sender.clock.now()
    let context = members(of: ground.details.recorded)
      .merging(request.context.map { members(of: $0) } ?? [:]) { $1 }
    let shown = ground.domiqShown(sender.mapping)
    let hasAgreed = ground.known?.hasAgreed ?? false
    var entry = LogEntry(
      id: intent, conversationID: ground.known?.conversationID, leadID: ground.lead,
      propertyID: ground.propertyID, old: current(ground), new: request.status,
      reason: request.reason ?? "", updatedBy: request.updatedBy, direction: .toResMan, runID: nil,
      occurredAt: now, notAfter: now,
      resmanVersion: sender.writing.takesEvents ? ground.resman.version : nil,
      context: context, notify: request.notify)
    entry.keepDomIQ(shown.status, version: shown.version, hasAgreed: hasAgreed)
    guard let base = ground.known?.base, base != current(ground) else { return (entry, []) }
    var unseen = entry
    unseen.id = UUID()
    unseen.old = base
    unseen.new = ground.current
    unseen.direction = .fromResMan
    unseen.context = [:]
    unseen.notify = false
    unseen.becomeUnseenMove(
      isPhantom: ground.resmanEvidence(asOf: now).isProvenUnchanged, version: ground.resman.version)
    unseen.keepDomIQ(shown.status, version: shown.version, hasAgreed: hasAgreed)
    return (entry, [unseen])
  }
}

/// The members of a value as JSON.
private func members(of value: some Encodable) -> [String: JSONValue] {
  guard let json = try? JSON.data(value) else { return [:] }
  return JSONValue(utf8: Array(json))?.object ?? [:]
}

extension LeadDetails {
  /// What is recorded with a change, for whoever finds out later that it was made: no name, and no text that cannot be a
  /// time.
  fileprivate var recorded: LeadDetails {
    var recorded = self
    recorded.name = nil
    if let tour = tourDatetime, tour.utf8.count > 64 || tour.utf8.contains(0) {
      recorded.tourDatetime = nil
    }
    return recorded
  }
}

/// The answer that the recording transaction left for the caller.
private final class GivenAnswer: Sendable {
  let value = Mutex<UpdateAnswer?>(nil)
  let failure = Mutex<IntentExecution.Stop?>(nil)
}

extension Problem {
  /// Why nothing could be decided: the lead could not be read.
  package init(reading failure: CallFailure) {
    switch failure.kind {
    case .tryLater(let seconds):
      self.init(
        .tryLater,
        failure.isOwnLimit
          ? "other calls of StatusSync to ResMan had every place (resman.concurrency)"
          : "ResMan asks to wait", retryAfter: Self.seconds(seconds))
    case .unauthorized, .forbidden: self.init(.resmanRefusesUs)
    default: self.init(.unavailable, "ResMan could not be read: \(failure.label)", retryAfter: 5)
    }
  }

  /// Why a change was not made, or its outcome is not known.
  package init(_ result: SendResult, _ failure: IntentExecution.Stop?, intent: UUID) {
    guard let failure else {
      if case .ended(.stale, _) = result {
        self.init(.changeInFlight)
        return
      }
      self.init(
        .unresolved, "ResMan did not say whether it took the change", intentID: intent)
      return
    }
    switch (failure.failure, result) {
    case (.conditions, .refused(let reasons)):
      self.init(.conditionsNotMet, "ResMan: \(reasons)", unmet: [reasons])
    case (.stale, _), (.superseded, _): self.init(.changedSince)
    case (.missing, _): self.init(.notFound)
    case (.unauthorized, _), (.forbidden, _): self.init(.resmanRefusesUs)
    case (.deferred, _):
      self.init(
        .tryLater, "ResMan asks to wait", retryAfter: Self.seconds(failure.retryAfter))
    case (.notSent, _), (.unread, _):
      self.init(.unavailable, "ResMan could not be reached", retryAfter: 5)
    case (.conditions, _), (.refused, _), (.unknown, _): self.init(.refusedByResMan)
    }
  }

  private static func seconds(_ seconds: Double?) -> Int {
    Int(min(max((seconds ?? 1).rounded(.up), 1), 86_400))
  }
}
