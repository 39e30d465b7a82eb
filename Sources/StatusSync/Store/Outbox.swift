import Foundation
import Leads
import Postgres

/// One message about to be written to the outbox.
struct OutboxMessage: Sendable {
  /// What a message is sent because of.
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
  /// Where it goes; null: the channel's own default.
  var address: String?
  var template: String
  var priority: NotificationPriority
  var text: NotificationText
  /// Why it can never be sent; it is a dead letter from the start.
  var flaw: String?

  /// True where somebody will get it.
  var isDeliverable: Bool { flaw == nil }
}

/// `notification`, as far as a change writes it.
struct Outbox {
  /// Writes one message in the transaction that records the change. One for the app is delivered by
  /// being there.
  /// - Returns: false where this recipient has it already.
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
}
