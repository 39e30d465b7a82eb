import Foundation
import Leads
import Postgres
import Store

/// One message to be written to the outbox.
struct OutboxMessage: Sendable {
  /// The reason of a message.
  enum Origin: Sendable, Equatable {
    case preference(UUID)
    case workflow(execution: UUID)
    case followUp(UUID)
    case prospect(conversation: UUID)

    var name: String {
      switch self {
      case .preference: "preference"
      case .workflow: "workflow"
      case .followUp: "follow_up"
      case .prospect: "prospect"
      }
    }

    var id: UUID {
      switch self {
      case .preference(let id), .workflow(let id), .followUp(let id), .prospect(let id): id
      }
    }
  }

  var origin: Origin
  var channel: NotificationChannel
  /// As named: a role or an address.
  var recipient: String
  /// Its address; null: the channel's default.
  var address: String?
  var template: String
  var priority: NotificationPriority
  var text: NotificationText
  /// Why it cannot be sent; then it is a dead letter from the start.
  var flaw: String?

  /// True where it can be delivered.
  var isDeliverable: Bool { flaw == nil }
}

/// `notification`: messages are written with a change, leased for sending, and completed.
struct Outbox: Sendable {
  /// Seconds of a lease; longer than any send takes.
  static let leaseSeconds = 180.0

  let connection: PostgresConnection

  /// Writes one message in the transaction that records the change. A message to the in-app inbox is thereby
  /// delivered.
  /// - Returns: false if this recipient has it already.
  static func insert(
    _ message: OutboxMessage, about event: StatusChangeEvent, in db: isolated PostgresConnection
  ) throws -> Bool {
    let state =
      message.flaw != nil ? "dead" : message.channel == .inApp ? "delivered" : "pending"
    return try db.execute(
      SQL(
        file: PackageResources.notification_insert_sql, event.propertyID, event.logID,
        event.leadID, message.origin.name, message.origin.id, message.channel.rawValue,
        message.recipient, message.address, message.template, message.priority.rawValue,
        message.text.subject, message.text.body, state,
        message.flaw == nil ? nil as String? : "failed", message.flaw)) == 1
  }

  /// Leases due messages, the most urgent first.
  func lease(
    _ holder: UUID, channels: [NotificationChannel], limit: Int
  ) async throws -> [QueuedMessage] {
    try await connection.query(
      SQL(
        file: PackageResources.notification_lease_sql, holder, channels.map(\.rawValue), limit,
        Self.leaseSeconds)
    ).map { row in
      let created: String = try row["created_at"]
      return QueuedMessage(
        id: try row["id"], channel: try row.channel(),
        address: try row["address"],
        priority: NotificationPriority(rawValue: try row["priority"]) ?? .medium,
        subject: try row["subject"], body: try row["body"], html: try row["html"],
        attachment: try row["attachment"],
        createdAt: Instant(iso8601: created) ?? Instant(microseconds: 0),
        attempts: try row["attempts"])
    }
  }

  func accept(_ id: UUID, holder: UUID, providerID: String?) async throws {
    try await connection.execute(
      SQL(
        file: PackageResources.notification_end_sql, id, holder, "accepted", nil as String?,
        providerID, nil as String?))
  }

  /// - Parameter cause: `bounced` or `failed`.
  func bury(_ id: UUID, holder: UUID, cause: String, why: String) async throws {
    try await connection.execute(
      SQL(
        file: PackageResources.notification_end_sql, id, holder, "dead", cause, nil as String?, why)
    )
  }

  /// - Parameters:
  ///   - isUncertain: it may have been accepted, so the next attempt may be a duplicate.
  ///   - isAskedTo: the server asked to wait, so this send does not count as an attempt.
  func retry(
    _ id: UUID, holder: UUID, after seconds: Double, why: String, isUncertain: Bool = false,
    isAskedTo: Bool = false
  ) async throws {
    try await connection.execute(
      SQL(
        file: PackageResources.notification_retry_sql, id, holder, why, seconds, isUncertain,
        isAskedTo))
  }

  /// Gives up expired messages.
  func expire() async throws -> [(id: UUID, channel: NotificationChannel, why: String)] {
    try await connection.query(SQL(file: PackageResources.notification_expire_sql)).map {
      (try $0["id"], try $0.channel(), try $0["last_error"])
    }
  }

  /// Queues dead letters again, those of a role for the contact it has now; those about an erased lead stay, and those
  /// whose role has no address.
  func requeueDead() async throws -> Int {
    try await connection.execute(SQL(file: PackageResources.notification_requeue_sql))
  }

  /// The number of waiting messages, and the age of the oldest; null where there is none.
  func pending() async throws -> (count: Int, oldestSeconds: Double?) {
    let row = try await connection.query(SQL(file: PackageResources.notification_pending_sql)).first
    return (try row?["pending"] ?? 0, try row?["oldest_seconds"])
  }
}

extension Row {
  fileprivate func channel() throws -> NotificationChannel {
    let raw: String = try self["channel"]
    guard let channel = NotificationChannel(rawValue: raw) else {
      throw StoreError.unexpectedNull("channel")
    }
    return channel
  }
}
