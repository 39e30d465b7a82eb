import Foundation
import Leads
import Postgres

/// Writes the messages about a status change into the outbox, in the transaction that records the change:
/// they commit together or not at all. Nothing is sent here.
package enum Notifier {
  /// Active preferences × recipients, and the prospect's own notice where that is due
  /// (`StatusChangeEvent.isProspectNoticeDue`).
  ///
  /// A preference without recipients means the roles of its template. A role has one row for each of its
  /// addresses in `notification_contact`; a role without an address has one dead row with the reason (slack:
  /// a pending row for the configured webhook). A preference that cannot be read has one dead row, and the
  /// others are processed.
  /// - Parameter transaction: the open transaction that writes the success row of the log.
  /// - Returns: the number of pending or delivered messages, without dead ones.
  package static func enqueue(
    _ event: StatusChangeEvent, in transaction: isolated PostgresConnection
  ) throws -> Int {
    let writer = try MessageWriter.of(event, in: transaction)
    var sent = 0
    for row in try transaction.query(
      SQL(
        file: PackageResources.preferences_active_sql, event.propertyID, event.new.rawValue))
    {
      let template = NotificationTemplate.choose(
        named: try row["template_id"], from: event.old, to: event.new)
      let channel: String? = try row["channel"]
      let recipients: JSONText? = try row["recipients"]
      sent += try writer.write(
        names(recipients, template),
        on: channel.flatMap(NotificationChannel.init(rawValue:)) ?? .inApp,
        template, origin: .preference(try row["id"]), in: transaction)
    }
    if event.isProspectNoticeDue, let conversation = event.conversationID {
      sent += try writer.write(
        ["prospect"], on: .inApp, .prospect(entering: event.new),
        origin: .prospect(conversation: conversation),
        address: conversation.uuidString.lowercased(), in: transaction)
    }
    return sent
  }

  /// The elements of `recipients`; an element that is not a text is kept as its JSON and refused later.
  private static func names(_ json: JSONText?, _ template: NotificationTemplate) -> [String] {
    guard let json, let value = JSONValue(utf8: Array(json.text.utf8)), value != .null else {
      return template.roles
    }
    switch value {
    case .string(let name): return [name]
    case .array(let elements): return elements.map { $0.string ?? "?" }
    default: return ["?"]
    }
  }
}

/// Fills templates with one change's values, and resolves recipients to addresses.
struct MessageWriter: Sendable {
  let event: StatusChangeEvent
  let values: [String: String]

  static func of(
    _ event: StatusChangeEvent, in db: isolated PostgresConnection
  ) throws -> MessageWriter {
    let clock = try PropertyClock.read(event.propertyID, in: db)
    return MessageWriter(
      event: event, values: event.values(tour: event.details.tourDatetime.map(clock.text)))
  }

  /// Writes one message for each address of each name.
  /// - Returns: how many of them are pending or delivered.
  func write(
    _ names: [String], on channel: NotificationChannel, _ template: NotificationTemplate,
    origin: OutboxMessage.Origin, address: String? = nil, note: String? = nil,
    in db: isolated PostgresConnection
  ) throws -> Int {
    let text = template.fill(values.merging(note.map { ["note": $0] } ?? [:]) { $1 })
    var sent = 0
    for name in names {
      let found = try address.map { [Place(address: $0)] } ?? places(name, on: channel, in: db)
      for place in found {
        let message = OutboxMessage(
          origin: origin, channel: channel, recipient: name, address: place.address,
          template: template.id, priority: NotificationPriority(entering: event.new), text: text,
          flaw: place.flaw)
        let isNew = try Outbox.insert(message, about: event, in: db)
        if isNew, message.isDeliverable { sent += 1 }
      }
    }
    return sent
  }

  /// The same without a channel: an address shows its own; a role gets messages on the channels of the property's
  /// active preferences, else in the app.
  func spread(
    _ names: [String], on channel: NotificationChannel?, _ template: NotificationTemplate,
    origin: OutboxMessage.Origin, note: String? = nil, in db: isolated PostgresConnection
  ) throws -> Int {
    var sent = 0
    for name in names {
      var channels = [channel ?? Recipient.channel(of: name)].compactMap { $0 }
      if channels.isEmpty {
        channels = try db.query(
          SQL(file: PackageResources.role_channels_sql, event.propertyID, name)
        ).compactMap { NotificationChannel(rawValue: try $0["channel"]) }
      }
      for channel in channels.isEmpty ? [.inApp] : channels {
        sent += try write([name], on: channel, template, origin: origin, note: note, in: db)
      }
    }
    return sent
  }

  private struct Place {
    var address: String?
    var flaw: String?
  }

  private func places(
    _ name: String, on channel: NotificationChannel, in db: isolated PostgresConnection
  ) throws -> [Place] {
    switch Recipient(name, on: channel) {
    case .address(let address): return [Place(address: address)]
    case .unusable(let why): return [Place(flaw: why)]
    case .role(let role):
      let addresses: [String] = try db.query(
        SQL(file: PackageResources.contact_addresses_sql, event.propertyID, role, channel.rawValue)
      ).map { try $0["address"] }
      guard addresses.isEmpty else { return addresses.map { place($0, on: channel) } }
      return channel == .slack
        ? [Place()] : [Place(flaw: "the role has no address on this channel")]
    }
  }

  /// A contact's address must have the form of its channel, like any other.
  private func place(_ address: String, on channel: NotificationChannel) -> Place {
    guard case .address(let usable) = Recipient(address, on: channel) else {
      return Place(address: address, flaw: "the contact is not an address of this channel")
    }
    return Place(address: usable)
  }
}
