import Foundation
import Leads
import Messaging
import Postgres
import Store

/// The effects of a change by day, written in the transaction that records it: the conversation's and the lead's new
/// status, workflow actions, notifications, and the stored answer for a repeated request.
package struct ChangeEffects: Sendable {
  package let mapping: StatusMapping
  package let clock: RunClock
  /// The lead's details, where it was just read.
  package var details = LeadDetails()

  package init(mapping: StatusMapping, clock: RunClock, details: LeadDetails = LeadDetails()) {
    self.mapping = mapping
    self.clock = clock
    self.details = details
  }

  /// A log for a request that is still being answered: `answer` is called with the caller's answer; other answers are
  /// stored by whoever gives them.
  package func log(
    answering database: any ConnectionLender, basedOn base: LeadBase,
    _ answer: @escaping @Sendable (UpdateAnswer) -> Void
  ) -> SyncLog {
    SyncLog(
      database,
      following: { id, db in if let given = try record(id, in: db) { answer(given) } },
      givingUp: nil, base: base)
  }

  /// A log for rows that are resolved later: the key of a live request that failed is released; a night's change gets
  /// the effects that it asked for.
  package func log(settling database: any ConnectionLender) -> SyncLog {
    SyncLog(
      database,
      following: { id, db in
        if try record(id, in: db) == nil { try RequestedEffects.follow(id, in: db) }
      },
      givingUp: { id, db in
        try db.execute(.releaseKey(of: id))
      })
  }

  /// Writes the effects of a row that has just become a success.
  /// - Returns: null for a row of a night, for which nothing was done.
  package func record(_ id: UUID, in db: isolated PostgresConnection) throws -> UpdateAnswer? {
    guard let row = try db.queryOne(.logRow(id)) else {
      throw StoreError.unexpectedNull("id")
    }
    guard try row["run_id"] as UUID? == nil else { return nil }
    let status = try row.requiredStatus("new_status")
    let version: String? = try row["resman_version"]
    if try isNewest(row) { try show(row, status, version, in: db) }
    var answer = UpdateAnswer(
      new_status: status.rawValue, updated_at: try version ?? row["synced_at"],
      notifications_sent: 0, workflow_actions_triggered: [])
    if let event = try event(id, in: db) {
      answer.workflow_actions_triggered = try WorkflowEngine.trigger(event, in: db)
      if try row["notify"] as Bool? ?? true {
        answer.notifications_sent = try Notifier.enqueue(event, in: db)
      }
    }
    try db.execute(
      .keepAnswer(to: id, status: 200, body: try JSON.encode(answer)))
    return answer
  }

  /// Whether a lead is to show the change that its row tells: no other one was logged since, and ResMan showed nothing
  /// newer. A webhook may have come between a change and its end.
  private func isNewest(_ row: Row) throws -> Bool {
    guard try row["is_base"] as Bool? == true else { return false }
    let version: String? = try row["resman_version"]
    let seenVersion: String? = try row["seen_version"]
    guard let made = version.flatMap({ Instant(iso8601: $0) }),
      let seen = seenVersion.flatMap({ Instant(iso8601: $0) })
    else { return true }
    return seen <= made || seen > WebhookReceiver.latest(by: clock)
  }

  /// The conversation and the lead show the change.
  private func show(
    _ row: Row, _ status: Status, _ version: String?, in db: isolated PostgresConnection
  ) throws {
    try showInConversation(
      try row["conversation_id"], property: try row["property_id"], status: status,
      reason: try row["status_reason"], updatedBy: try row.author(), in: db)
    // An acknowledged change has not been seen in ResMan yet.
    let isSeen = try row["evidence"] as String? == Evidence.valueMatch.rawValue
    try db.execute(
      SQL(
        file: PackageResources.lead_resman_seen_sql, try row["resman_lead_id"] as String,
        status.rawValue, version, try row["property_id"] as UUID?,
        try row["conversation_id"] as UUID?, !isSeen))
  }

  private func event(
    _ id: UUID, in db: isolated PostgresConnection
  ) throws -> StatusChangeEvent? {
    guard let row = try db.queryOne(.recordedEvent(of: id)) else {
      return nil
    }
    var event: StatusChangeEvent = try JSON.decode(try row["event"])
    event.details = details.filled(from: event.details)
    return event
  }

  /// Sets the conversation's status in DomIQ's vocabulary, unless it means the same already (`follow_up_needed` is
  /// contacted), and the context for its chat.
  func showInConversation(
    _ conversation: UUID?, property: UUID?, status: Status, reason: String?, updatedBy: Author,
    in db: isolated PostgresConnection
  ) throws {
    guard let conversation,
      let held = try db.queryOne(SQL(file: PackageResources.conversation_status_sql, conversation))
    else { return }
    let raw: String? = try held["status"]
    if raw.flatMap({ mapping.canonical(domiq: $0) }) != status {
      try db.execute(
        SQL(
          file: PackageResources.conversation_set_status_sql, conversation, mapping.domiq(status)))
    }
    try db.execute(
      SQL(
        file: PackageResources.conversation_context_save_sql, conversation, property,
        status.rawValue, reason, updatedBy.rawValue))
  }
}

/// `UpdateStatusResponse` (docs/contracts.md#resman).
package struct UpdateAnswer: Codable, Sendable, Equatable {
  package var success = true
  package var new_status: String
  /// ISO 8601, as ResMan printed it where it did.
  package var updated_at: String
  /// Messages queued in the same transaction; they are sent at once, but afterwards.
  package var notifications_sent: Int
  package var workflow_actions_triggered: [String]

  package init(
    success: Bool = true, new_status: String, updated_at: String, notifications_sent: Int,
    workflow_actions_triggered: [String]
  ) {
    self.success = success
    self.new_status = new_status
    self.updated_at = updated_at
    self.notifications_sent = notifications_sent
    self.workflow_actions_triggered = workflow_actions_triggered
  }
}
