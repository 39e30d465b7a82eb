import Foundation
import Leads
import Postgres
import Store

/// Processes ResMan's webhooks, each once, in one transaction that is committed before it is acknowledged. Whatever their
/// order and repetition, every lead ends in the status of its newest webhook.
package struct WebhookReceiver: Sendable {
  /// The outcome of a webhook, as stored in `webhook_delivery`.
  package enum Outcome: String, Sendable, CaseIterable {
    case applied, repeated, superseded, echo, waiting
  }

  /// How the id of a poll begins. A poll reports a card that was modified, which is not yet a change of its status.
  package static let pollPrefix = "poll "

  package let database: any ConnectionLender
  package let mapping: StatusMapping
  package let clock: RunClock
  package let newID: @Sendable () -> UUID

  package init(
    database: any ConnectionLender, mapping: StatusMapping = .standard, clock: RunClock,
    newID: @escaping @Sendable () -> UUID = { UUID() }
  ) {
    self.database = database
    self.mapping = mapping
    self.clock = clock
    self.newID = newID
  }

  /// Processes one webhook with a valid signature.
  /// - Returns: the outcome, and whether its id was processed before.
  package func receive(
    _ webhook: StatusWebhook, id: String
  ) async throws -> (outcome: Outcome, isRepeated: Bool) {
    let payload = JSONText(try JSON.encode(webhook))
    return try await database.withConnection { connection in
      try await connection.transaction { db in
        let inserted = try db.execute(
          SQL(
            file: PackageResources.webhook_insert_sql, id, nil as UUID?, webhook.lead_id,
            webhook.updated_at, webhook.new_status.rawValue, Outcome.waiting.rawValue, payload))
        guard inserted == 1 else {
          let row = try db.queryOne(SQL(file: PackageResources.webhook_find_sql, id))
          let outcome: String? = try row?["outcome"]
          return (outcome.flatMap(Outcome.init(rawValue:)) ?? .waiting, true)
        }
        return (try take(webhook, id: id, in: db), false)
      }
    }
  }

  /// Processes waiting webhooks whose lead has become known, and those that waited for the end of a change.
  /// - Returns: how many.
  @discardableResult
  package func takeWaiting() async throws -> Int {
    let waiting = try await database.withConnection { connection in
      try await connection.query(
        SQL(file: PackageResources.webhooks_waiting_sql, Self.pollPrefix))
    }
    for row in waiting {
      let id: String = try row["webhook_id"]
      let webhook: StatusWebhook = try JSON.decode(try row["payload"])
      try await database.withConnection { connection in
        try await connection.transaction { db in
          // Another sweep may have been here first.
          let row = try db.queryOne(SQL(file: PackageResources.webhook_find_sql, id))
          guard try row?["outcome"] == Outcome.waiting.rawValue else { return }
          _ = try take(webhook, id: id, in: db)
        }
      }
    }
    return waiting.count
  }

  private func take(
    _ webhook: StatusWebhook, id: String, in db: isolated PostgresConnection
  ) throws -> Outcome {
    guard let first = try KnownLead.find(webhook.lead_id, in: db) else { return .waiting }
    if !first.isSeen {
      try db.execute(
        .ensureLead(
          webhook.lead_id, property: first.propertyID, conversation: first.conversationID))
    }
    // Changes of the same lead wait here for each other.
    _ = try db.queryOne(.holdLead(webhook.lead_id))
    guard let known = try KnownLead.find(webhook.lead_id, in: db) else { return .waiting }
    let isPoll = id.hasPrefix(Self.pollPrefix)
    let own = try ownChange(webhook, in: db)
    // It may report our own change, of which nobody knows yet what became of it.
    if own == nil, known.isPending, isPoll || known.pending == webhook.new_status {
      return .waiting
    }
    let outcome = try outcome(webhook, known, own: own, isPoll: isPoll, in: db)
    if let description = webhook.description {
      try db.execute(
        .keepDescription(
          description, of: webhook.lead_id, from: .resman, version: webhook.updated_at,
          readAt: clock.now()))
    }
    try db.execute(
      SQL(
        file: PackageResources.webhook_outcome_sql, id, outcome.rawValue, known.propertyID))
    return outcome
  }

  private func outcome(
    _ webhook: StatusWebhook, _ known: KnownLead, own: Row?, isPoll: Bool,
    in db: isolated PostgresConnection
  ) throws -> Outcome {
    if let own, try own["sync_status"] as String != "failed" {
      // The echo of our own change: its row is in the log already. Only the lead's status is updated.
      let isShown =
        try own["sync_status"] as String == "pending" || own["is_base"] as Bool? == true
      if isShown, try !isOutdated(webhook, known, in: db) { try show(webhook, known, in: db) }
      return .echo
    }
    guard try !isOutdated(webhook, known, in: db) else { return .superseded }
    // Something else of the card was modified, or nobody knows from which status it comes.
    if isPoll, known.base == nil || known.resman == webhook.new_status {
      try saw(webhook, known, in: db)
      return .repeated
    }
    guard known.base != webhook.new_status else {
      try show(webhook, known, in: db)
      return .repeated
    }
    // ResMan shows what it can of the base: nobody moved.
    if let base = known.base, mapping.lenses.resman.shown(base) == webhook.new_status {
      try saw(webhook, known, in: db)
      return .repeated
    }
    var entry = entry(webhook, known)
    if let own {
      // A change of ours that we had given up, no move by staff: it tells whom it was to tell.
      entry.notify = try own["notifies"]
      entry.context["notify_prospect"] = false
    }
    if known.base == nil { try db.execute(.keepDomIQBeforeBase(of: webhook.lead_id)) }
    try db.execute(SyncLog.insert(entry, status: "success"))
    _ = try ChangeEffects(mapping: mapping, clock: clock).record(entry.id, in: db)
    try saw(webhook, known, in: db)
    return .applied
  }

  /// The row of our own change that a webhook names; null: it names none.
  private func ownChange(
    _ webhook: StatusWebhook, in db: isolated PostgresConnection
  ) throws -> Row? {
    guard let intent = webhook.namedIntent else { return nil }
    return try db.queryOne(
      SQL(file: PackageResources.webhook_echo_sql, webhook.lead_id, intent))
  }

  /// Seconds that ResMan's clock may be ahead of ours before its timestamps count as from the future: as many as for a
  /// signature.
  private static let skew: Int64 = 300

  /// Later timestamps are from the future.
  static func latest(by clock: RunClock) -> Instant {
    Instant(microseconds: clock.now().microseconds + skew * 1_000_000)
  }

  private var latest: Instant { Self.latest(by: clock) }

  /// Whether something newer than the webhook is known. A webhook from the future has no order among others: one with a
  /// valid timestamp has precedence, whichever arrived first.
  private func isOutdated(
    _ webhook: StatusWebhook, _ known: KnownLead, in db: isolated PostgresConnection
  ) throws -> Bool {
    if isFromFuture(webhook),
      try db.queryOne(
        SQL(file: PackageResources.webhook_proven_sql, webhook.lead_id, Double(Self.skew)))?[
          "is_proven"] == true
    {
      return true
    }
    return known.isNewer(than: webhook, latest: latest)
  }

  private func isFromFuture(_ webhook: StatusWebhook) -> Bool {
    Instant(iso8601: webhook.updated_at).map { $0 > latest } ?? false
  }

  /// Updates the conversation and the lead, without a row of the log; for a webhook that is not outdated.
  private func show(
    _ webhook: StatusWebhook, _ known: KnownLead, in db: isolated PostgresConnection
  ) throws {
    try ChangeEffects(mapping: mapping, clock: clock).showInConversation(
      known.conversationID, property: known.propertyID, status: webhook.new_status,
      reason: webhook.status_reason, updatedBy: webhook.author, in: db)
    try saw(webhook, known, in: db)
  }

  /// Updates the lead. A version from the future does not replace a valid one.
  private func saw(
    _ webhook: StatusWebhook, _ known: KnownLead, in db: isolated PostgresConnection
  ) throws {
    let version = isFromFuture(webhook) ? nil : webhook.updated_at
    try db.execute(
      SQL(
        file: PackageResources.lead_resman_seen_sql, webhook.lead_id, webhook.new_status.rawValue,
        version, known.propertyID, known.conversationID, false))
  }

  /// DomIQ's version is the one last seen: if DomIQ does not follow, the next night finds that.
  private func entry(_ webhook: StatusWebhook, _ known: KnownLead) -> LogEntry {
    let old = known.base ?? (webhook.old_status == webhook.new_status ? nil : webhook.old_status)
    var entry = LogEntry(
      id: newID(), conversationID: known.conversationID, leadID: webhook.lead_id,
      propertyID: known.propertyID, old: old, new: webhook.new_status,
      reason: webhook.status_reason ?? "", updatedBy: webhook.author, direction: .fromResMan,
      runID: nil, occurredAt: Instant(iso8601: webhook.updated_at), notAfter: clock.now(),
      resmanVersion: webhook.updated_at,
      irregular: old?.isIrregularMove(to: webhook.new_status) ?? false,
      context: webhook.context_data?.object ?? [:], notify: true)
    entry.keepDomIQ(known.domiq, version: known.domiqVersion, hasAgreed: known.hasAgreed)
    return entry
  }
}

extension KnownLead {
  /// Whether more is known of ResMan's side than the webhook says. Only ResMan's own versions are
  /// compared; of two changes in the same instant the later status of the vocabulary counts, so
  /// that it does not matter which came first.
  /// - Parameter latest: later timestamps are from the future and are no evidence: a known one does not supersede a
  ///   webhook, and a webhook with one is compared only with others of the future.
  func isNewer(than webhook: StatusWebhook, latest: Instant) -> Bool {
    guard let stamp = Instant(iso8601: webhook.updated_at) else { return false }
    let isFromFuture = stamp > latest
    let known = [(resmanVersion, resman), (baseResManVersion, base)].compactMap { version, status in
      version.flatMap { Instant(iso8601: $0) }.map { (at: $0, order: status?.order ?? -1) }
    }.filter { ($0.at > latest) == isFromFuture }
    return known.contains { ($0.at, $0.order) > (stamp, webhook.new_status.order) }
  }
}

extension Status {
  /// The place in the vocabulary.
  fileprivate var order: Int { Status.allCases.firstIndex(of: self) ?? 0 }
}
