import Foundation
import Leads
import Postgres

/// Which way a change travels.
public enum SyncDirection: String, Codable, Sendable {
  case toResMan = "to_resman"
  case fromResMan = "from_resman"
}

/// One row of `status_sync_log` about to be written: a change that will be sent (pending), or
/// one that is history already (success).
public struct LogEntry: Sendable {
  /// The intent id: Idempotency-Key of the PUT, `context_data.intent_id` of the webhook.
  public var id: UUID
  public var conversationID: UUID?
  public var leadID: String
  public var propertyID: UUID?
  public var old: Status?
  public var new: Status
  public var reason: String
  /// `chatbot`, `resman_user` or `system`: who made the change at its source.
  public var updatedBy: String
  public var direction: SyncDirection
  public var runID: UUID?
  /// The source's own time as it printed it; null: the start of the run.
  public var occurredAt: Instant?
  /// When the run started: no change occurred later.
  public var notAfter: Instant
  public var domiqVersion: String?
  public var resmanVersion: String?
  public var bridged = false
  public var irregular = false
  public var context: [String: String] = [:]
}

/// How a pending row ends.
public enum LogEnd: Sendable, Equatable {
  /// Evidence: `acknowledged`, `history` or `value_match`.
  case success(evidence: String, domiqVersion: String?, resmanVersion: String?)
  /// `unknown` and `superseded` mean that the change may have been applied.
  case failed(String)
}

/// A pending row of an earlier send, waiting to be settled.
public struct PendingRow: Sendable {
  public var id: UUID
  public var conversationID: UUID?
  public var leadID: String
  public var propertyID: UUID?
  public var old: Status?
  public var new: Status
  public var reason: String
  public var direction: SyncDirection
  public var attempts: Int
  public var domiqVersion: String?
  public var resmanVersion: String?
  /// Seconds since the change was last sent, or the row written, by the database's clock.
  public var quietSeconds: Double
}

/// Where changes are written down before they are sent, and ended afterwards. Postgres keeps them
/// in `status_sync_log`; the simulation keeps them in memory.
public protocol IntentLog: Sendable {
  /// Commits `history` rows as success and the pending row, all or none.
  /// - Throws: `UnsettledChange` where the lead has a pending row already; whatever else, where the
  ///   commit is not certain.
  func begin(_ pending: LogEntry, after history: [LogEntry]) async throws
  /// Commits one row of history that no call goes with, as success.
  func record(_ history: LogEntry) async throws
  /// Notes that a pending change is sent once more: its settle window starts again.
  func sendingAgain(lead: String) async throws
  /// Gives a pending row its one end.
  /// - Returns: false where the row had ended already.
  @discardableResult
  func end(_ id: UUID, _ end: LogEnd, attempts: Int) async throws -> Bool
  /// The rows whose end is not known, oldest first.
  func pending() async throws -> [PendingRow]
}

/// The lead has a change already whose end is not known; a second one may not be begun.
public struct UnsettledChange: Error {}

/// `status_sync_log`, written on the connection that holds the run's lock.
public struct SyncLog: IntentLog {
  /// Does what follows from a change that succeeded, in the transaction that says so.
  public typealias Following =
    @Sendable (_ log: UUID, _ transaction: isolated PostgresConnection) throws -> Void

  let connection: PostgresConnection
  let following: Following
  private let intents: IntentQueue

  /// Makes a log that writes on this connection.
  public init(_ connection: PostgresConnection, following: @escaping Following = { _, _ in }) {
    self.connection = connection
    self.following = following
    intents = IntentQueue(connection)
  }

  /// Commits `history` rows as success and then, in the same transaction, the pending row.
  public func begin(_ pending: LogEntry, after history: [LogEntry] = []) async throws {
    let statements =
      try history.map { try Self.insert($0, status: "success") }
      + [
        try Self.insert(pending, status: "pending"),
        SQL(file: PackageResources.intent_sent_sql, pending.leadID),
      ]
    do throws(PostgresError) {
      try await intents.commit(statements)
    } catch {
      let isSecond = error.isUniqueViolation && error.object == "status_sync_log_pending"
      if isSecond { throw UnsettledChange() }
      throw error
    }
  }

  /// Commits one row of history that no call goes with, as success.
  public func record(_ history: LogEntry) async throws {
    _ = try await connection.execute(try Self.insert(history, status: "success"))
  }

  /// Notes that a pending change is sent once more: its settle window starts again.
  public func sendingAgain(lead: String) async throws {
    _ = try await connection.execute(SQL(file: PackageResources.intent_sent_sql, lead))
  }

  /// Gives a pending row its one end, also while the run is being stopped.
  /// - Returns: false where the row had ended already.
  @discardableResult
  public func end(_ id: UUID, _ end: LogEnd, attempts: Int) async throws -> Bool {
    switch end {
    case .success(let evidence, let domiqVersion, let resmanVersion):
      let statement = SQL(
        file: PackageResources.intent_end_sql, id, "success", nil as String?, attempts,
        resmanVersion, domiqVersion, JSONText(try RowJSON.encode(["evidence": evidence])))
      let following = following
      return try await connection.shielded { db in
        try db.transaction { db in
          guard try db.execute(statement) == 1 else { return false }
          try following(id, db)
          return true
        }
      }
    case .failed(let failure):
      let statement = SQL(
        file: PackageResources.intent_end_sql, id, "failed", failure, attempts,
        nil as String?, nil as String?, JSONText("{}"))
      return try await connection.shielded { try $0.execute(statement) == 1 }
    }
  }

  /// The rows whose end is not known, oldest first.
  public func pending() async throws -> [PendingRow] {
    _ = try await connection.execute(SQL(file: PackageResources.pending_restamp_sql))
    return try await connection.query(SQL(file: PackageResources.pending_rows_sql)).map { row in
      PendingRow(
        id: try row["id"], conversationID: try row["conversation_id"],
        leadID: try row["resman_lead_id"], propertyID: try row["property_id"],
        old: try row.status("old_status"), new: try row.requiredStatus("new_status"),
        reason: try row["status_reason"] ?? "", direction: try row.direction(),
        attempts: try row["attempts"], domiqVersion: try row["domiq_version"],
        resmanVersion: try row["resman_version"], quietSeconds: try row["quiet_seconds"])
    }
  }

  private static func insert(_ entry: LogEntry, status: String) throws -> SQL {
    SQL(
      file: PackageResources.intent_begin_sql, entry.id, entry.conversationID, entry.leadID,
      entry.old?.rawValue, entry.new.rawValue, entry.reason, entry.updatedBy,
      entry.direction.rawValue, status, JSONText(try RowJSON.encode(entry.context)),
      entry.propertyID, entry.runID, entry.occurredAt?.iso8601, entry.notAfter.iso8601,
      entry.resmanVersion, entry.domiqVersion, entry.bridged, entry.irregular)
  }
}

extension Row {
  /// A canonical status column; null where the column is.
  func status(_ column: String) throws -> Status? {
    let raw: String? = try self[column]
    return raw.flatMap(Status.init(rawValue:))
  }

  func requiredStatus(_ column: String) throws -> Status {
    guard let status = try status(column) else { throw StoreError.unexpectedNull(column) }
    return status
  }

  func direction() throws -> SyncDirection {
    let raw: String = try self["sync_direction"]
    guard let direction = SyncDirection(rawValue: raw) else {
      throw StoreError.unexpectedNull("sync_direction")
    }
    return direction
  }
}

/// A row that does not have what its table promises.
public enum StoreError: Error, CustomStringConvertible {
  case unexpectedNull(String)

  public var description: String {
    switch self {
    case .unexpectedNull(let column): "the column \(column) holds no usable value"
    }
  }
}
