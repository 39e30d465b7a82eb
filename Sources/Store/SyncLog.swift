import Foundation
import Leads
import Postgres

/// One row of `status_sync_log` to be written: a change that will be sent (pending), or one that happened already
/// (success).
package struct LogEntry: Sendable {
  /// The intent id: Idempotency-Key of the PUT, `context_data.intent_id` of the webhook.
  package var id: UUID
  package var conversationID: UUID?
  package var leadID: String
  package var propertyID: UUID?
  package var old: Status?
  package var new: Status
  package var reason: String
  /// `chatbot`, `resman_user` or `system`: who made the change at its source.
  package var updatedBy: Author
  package var direction: Direction
  package var runID: UUID?
  /// The source's own time; null: the start of the run.
  package var occurredAt: Instant?
  /// When the run started: no change occurred later.
  package var notAfter: Instant
  package var domiqVersion: String?
  package var resmanVersion: String?
  package var bridged = false
  package var irregular = false
  package var context: [String: JSONValue] = [:]
  /// Whether people may be notified; null for a night's change, which follows the policy.
  package var notify: Bool?
  /// What the log had as agreed when the change was decided on: it is not begun over another one. Null: not checked.
  package var decidedOn: Agreement?

  /// A status that both sides agreed on; null: there was none.
  package struct Agreement: Sendable, Equatable {
    package var status: Status?

    package init(_ status: Status?) { self.status = status }
  }

  package init(
    id: UUID, conversationID: UUID? = nil, leadID: String, propertyID: UUID? = nil,
    old: Status? = nil, new: Status, reason: String, updatedBy: Author, direction: Direction,
    runID: UUID? = nil, occurredAt: Instant? = nil, notAfter: Instant, domiqVersion: String? = nil,
    resmanVersion: String? = nil, bridged: Bool = false, irregular: Bool = false,
    context: [String: JSONValue] = [:], notify: Bool? = nil
  ) {
    self.id = id
    self.conversationID = conversationID
    self.leadID = leadID
    self.propertyID = propertyID
    self.old = old
    self.new = new
    self.reason = reason
    self.updatedBy = updatedBy
    self.direction = direction
    self.runID = runID
    self.occurredAt = occurredAt
    self.notAfter = notAfter
    self.domiqVersion = domiqVersion
    self.resmanVersion = resmanVersion
    self.bridged = bridged
    self.irregular = irregular
    self.context = context
    self.notify = notify
  }
}

/// How a pending row ends.
package enum LogEnd: Sendable, Equatable {
  /// Evidence: `acknowledged`, `history` or `value_match`.
  case success(evidence: Evidence, domiqVersion: String?, resmanVersion: String?)
  /// `unknown` and `superseded` mean that the change may have been applied.
  case failed(FailureCause)
}

/// A pending row of an earlier send, waiting to be settled.
package struct PendingRow: Sendable {
  package var id: UUID
  package var conversationID: UUID?
  package var leadID: String
  package var propertyID: UUID?
  package var old: Status?
  package var new: Status
  package var reason: String
  package var direction: Direction
  package var attempts: Int
  package var domiqVersion: String?
  package var resmanVersion: String?
  /// Seconds since the change was last sent, or the row written, by the database's clock.
  package var quietSeconds: Double
  /// When the change was last sent, by the database's clock; null: nobody is known to have sent it.
  package var sentAt: Instant?
  package var updatedBy = Author.system
  /// Null for a change of the live API.
  package var runID: UUID?
  /// `trigger_notifications` of a change of the live API.
  package var notify: Bool?
  /// What was sent with a change of the live API.
  package var context: UpdateContext?
}

/// Where changes are recorded before they are sent, and ended afterwards. Postgres stores them in `status_sync_log`; the
/// simulation in memory.
package protocol IntentLog: Sendable {
  /// Commits `history` rows as success and the pending row, all or none.
  /// - Returns: when the change counts as sent, by the database's clock.
  /// - Throws: `UnsettledChange` where the lead has a pending row already; whatever else, where the
  ///   commit is not certain.
  @discardableResult
  func begin(_ pending: LogEntry, after history: [LogEntry]) async throws -> Instant
  /// Commits one row of history without a call, as success.
  func record(_ history: LogEntry) async throws
  /// Notes that a pending change is sent once more: its settle window starts again.
  /// - Parameter sentAt: when it was last sent, as far as the sender knows; null: nobody is known to have sent it.
  /// - Returns: when it counts as sent now; null: somebody else sent it since, so it must not be sent.
  func sendingAgain(lead: String, after sentAt: Instant?) async throws -> Instant?
  /// Ends a pending row.
  /// - Returns: false where the row had ended already.
  @discardableResult
  func end(_ id: UUID, _ end: LogEnd, attempts: Int) async throws -> Bool
  /// Keeps what DomIQ showed of a lead when our change was read back, before the row of the change ends.
  func sawInDomIQ(
    _ lead: String, raw: String, status: Status?, version: String?
  ) async throws
  /// The pending rows, oldest first.
  func pending() async throws -> [PendingRow]
}

/// The lead has a pending change, or another one was made since the decision: no second change may be begun.
package struct UnsettledChange: Error {}

/// The agreement that a change was decided on: `seq` of its log row, null where there was none; and the sightings of both
/// sides, to be stored before the base changes.
package struct LeadBase: Sendable {
  package var seq: Int?
  package var sightings: [SQL]

  package init(seq: Int? = nil, sightings: [SQL]) {
    self.seq = seq
    self.sightings = sightings
  }
}

/// `status_sync_log`. A night writes it on the connection that holds its lock, the live API on
/// connections of its pool; that a lead has at most one pending row keeps the two apart.
package struct SyncLog: IntentLog {
  /// Writes the effects of a change, in the transaction that ends its row.
  package typealias Following =
    @Sendable (_ log: UUID, _ transaction: isolated PostgresConnection) throws -> Void

  let lender: any ConnectionLender
  /// The effects of a success, committed together with it.
  package let following: Following?
  /// The effects of a failure.
  package let givingUp: Following?
  /// The agreement that a change was decided on, where it must not change until its row is written.
  package let base: LeadBase?
  /// For a night's only connection; null where each unit of work borrows its own.
  private let intents: IntentQueue?

  package init(_ lender: any ConnectionLender, following: Following? = nil) {
    self.init(lender, following: following, givingUp: nil)
  }

  package init(
    _ lender: any ConnectionLender, following: Following?, givingUp: Following?,
    base: LeadBase? = nil
  ) {
    self.lender = lender
    self.following = following
    self.givingUp = givingUp
    self.base = base
    intents = (lender as? PostgresConnection).map { IntentQueue($0) }
  }

  /// Commits `history` rows as success and then, in the same transaction, the pending row.
  /// - Returns: when the change counts as sent, by the database's clock.
  /// - Throws: `UnsettledChange` where the lead has a pending row, or another base by now.
  @discardableResult
  package func begin(_ pending: LogEntry, after history: [LogEntry] = []) async throws -> Instant {
    let base = base
    let check = pending.decidedOn.map {
      SQL(file: PackageResources.intent_base_sql, pending.leadID, $0.status?.rawValue)
    }
    let statements =
      try [check].compactMap(\.self) + history.map { try Self.insert($0, status: "success") }
      + [
        try Self.insert(pending, status: "pending"),
        SQL(
          file: PackageResources.intent_sent_sql, pending.leadID, pending.propertyID,
          pending.conversationID),
      ]
    do {
      if base == nil, let intents { return try Self.sentAt(try await intents.commit(statements)) }
      return try await lender.withConnection { connection in
        try await connection.transaction { db in
          if let base {
            // Whoever comes at the same time waits here, whether a night has read the lead or not.
            let held = try db.pipelineRows([
              .ensureLead(
                pending.leadID, property: pending.propertyID, conversation: pending.conversationID),
              .holdLead(pending.leadID),
            ]).last?.first
            let seq: Int? = try held.flatMap { try $0["base_seq"] }
            guard seq == base.seq else { throw UnsettledChange() }
          }
          return try Self.sentAt(try db.pipelineRows((base?.sightings ?? []) + statements))
        }
      }
    } catch let error as PostgresError
      where error.isUniqueViolation && error.object == "status_sync_log_pending"
      || error.sqlState == Self.anotherBase
    {
      throw UnsettledChange()
    }
  }

  /// What the last statement says of the send; nobody else has sent the change yet.
  private static func sentAt(_ rows: [[Row]]) throws -> Instant {
    guard let row = rows.last?.first else { throw StoreError.unexpectedNull("last_sent_at") }
    return try row["last_sent_at"]
  }

  /// What `intent_base` ends with where the base is another one: the text that says so is no boolean.
  private static let anotherBase = "22P02"

  /// Commits one row of history without a call, as success.
  package func record(_ history: LogEntry) async throws {
    let statement = try Self.insert(history, status: "success")
    try await lender.withConnection { connection in
      _ = try await connection.execute(statement)
    }
  }

  /// Notes that a pending change is sent once more: its settle window starts again.
  /// - Returns: when it counts as sent now; null: somebody else sent it since `sentAt`.
  package func sendingAgain(lead: String, after sentAt: Instant?) async throws -> Instant? {
    try await lender.withConnection { connection in
      let row = try await connection.queryOne(
        SQL(file: PackageResources.intent_sent_again_sql, lead, sentAt))
      let now: Instant? = try row?["last_sent_at"]
      return now
    }
  }

  /// Keeps what DomIQ showed of a lead when our change was read back, also while the run is being stopped.
  package func sawInDomIQ(
    _ lead: String, raw: String, status: Status?, version: String?
  ) async throws {
    let statement = SQL.sawLead(
      lead, domiq: (raw: raw, status: status, version: version),
      resman: (raw: nil, status: nil, version: nil))
    try await lender.withConnection { connection in
      _ = try await connection.shielded { db in try db.execute(statement) }
    }
  }

  /// Ends a pending row, with its effects in the same transaction, also while the run is being stopped.
  /// - Returns: false where the row had ended already.
  @discardableResult
  package func end(_ id: UUID, _ end: LogEnd, attempts: Int) async throws -> Bool {
    let statement: SQL
    let effect: Following?
    switch end {
    case .success(let evidence, let domiqVersion, let resmanVersion):
      effect = following
      statement = SQL(
        file: PackageResources.intent_end_sql, id, "success", nil as String?, attempts,
        resmanVersion, domiqVersion, JSONText(try JSON.encode(["evidence": evidence.rawValue])))
    case .failed(let failure):
      effect = givingUp
      statement = SQL(
        file: PackageResources.intent_end_sql, id, "failed", failure.rawValue, attempts,
        nil as String?, nil as String?, JSONText("{}"))
    }
    return try await lender.withConnection { connection in
      try await connection.shielded { db in
        guard let effect else { return try db.execute(statement) == 1 }
        return try db.transaction { db in
          guard try db.execute(statement) == 1 else { return false }
          try effect(id, db)
          return true
        }
      }
    }
  }

  /// The pending rows, oldest first.
  package func pending() async throws -> [PendingRow] {
    try await lender.withConnection { connection in
      _ = try await connection.execute(SQL(file: PackageResources.pending_restamp_sql))
      return try await connection.query(SQL(file: PackageResources.pending_rows_sql))
    }.map { row in
      let run: UUID? = try row["run_id"]
      let context: JSONText? = try row["context_data"]
      return PendingRow(
        id: try row["id"], conversationID: try row["conversation_id"],
        leadID: try row["resman_lead_id"], propertyID: try row["property_id"],
        old: try row.status("old_status"), new: try row.requiredStatus("new_status"),
        reason: try row["status_reason"] ?? "", direction: try row.direction(),
        attempts: try row["attempts"], domiqVersion: try row["domiq_version"],
        resmanVersion: try row["resman_version"], quietSeconds: try row["quiet_seconds"],
        sentAt: try row["last_sent_at"], updatedBy: try row.author(), runID: run,
        notify: try row["notify"],
        context: run == nil ? UpdateContext(json: context?.text) : nil)
    }
  }

  /// The statement that writes an entry.
  package static func insert(_ entry: LogEntry, status: String) throws -> SQL {
    SQL(
      file: PackageResources.intent_begin_sql, entry.id, entry.conversationID, entry.leadID,
      entry.old?.rawValue, entry.new.rawValue, entry.reason, entry.updatedBy.rawValue,
      entry.direction.rawValue, status, JSONText(try JSON.encode(entry.context)),
      entry.propertyID, entry.runID, entry.occurredAt?.iso8601, entry.notAfter.iso8601,
      entry.resmanVersion, entry.domiqVersion, entry.bridged, entry.irregular, entry.notify)
  }
}

extension Row {
  /// A canonical status column; null where the column is.
  package func status(_ column: String) throws -> Status? {
    let raw: String? = try self[column]
    return raw.flatMap(Status.init(rawValue:))
  }

  package func requiredStatus(_ column: String) throws -> Status {
    guard let status = try status(column) else { throw StoreError.unexpectedNull(column) }
    return status
  }

  /// Who made a change; `system` where the log names nobody of the vocabulary.
  package func author() throws -> Author {
    let raw: String? = try self["updated_by"]
    return raw.flatMap(Author.init(rawValue:)) ?? .system
  }

  package func direction() throws -> Direction {
    let raw: String = try self["sync_direction"]
    guard let direction = Direction(rawValue: raw) else {
      throw StoreError.unexpectedNull("sync_direction")
    }
    return direction
  }
}

/// A row without a usable value in a required column.
package enum StoreError: Error, CustomStringConvertible {
  case unexpectedNull(String)

  package var description: String {
    switch self {
    case .unexpectedNull(let column): "the column \(column) holds no usable value"
    }
  }
}
