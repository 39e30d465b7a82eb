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
    for preference in try Preference.active(
      at: event.propertyID, entering: event.new, in: transaction)
    {
      let template = NotificationTemplate.choose(
        named: preference.template, from: event.old, to: event.new)
      sent += try writer.write(
        preference.recipients ?? template.roles, on: preference.channel, template,
        origin: .preference(preference.id), in: transaction)
    }
    if event.isProspectNoticeDue, let conversation = event.conversationID {
      sent += try writer.write(
        ["prospect"], on: .inApp, .prospect(entering: event.new),
        origin: .prospect(conversation: conversation),
        address: conversation.uuidString.lowercased(), in: transaction)
    }
    return sent
  }
}

/// A row of `status_notification_preferences`.
private struct Preference {
  let id: UUID
  let channel: NotificationChannel
  /// Null: that of the transition.
  let template: String?
  /// Null: every status.
  let status: String?
  /// Null: the roles of the template.
  let recipients: [String]?

  private init(_ row: Row) throws {
    id = try row["id"]
    let channel: String? = try row["channel"]
    self.channel = channel.flatMap(NotificationChannel.init(rawValue:)) ?? .inApp
    template = try row["template_id"]
    status = try row["status_type"]
    recipients = Self.names(try row["recipients"])
  }

  /// The active ones of a property that apply to a status; null: to whatever status.
  static func active(
    at property: UUID?, entering status: Status?, in db: isolated PostgresConnection
  ) throws -> [Preference] {
    try db.query(
      SQL(file: PackageResources.preferences_active_sql, property, status?.rawValue)
    ).map { try Preference($0) }
  }

  /// Whether it notifies somebody of that name, of one change or another.
  func reaches(_ name: String) -> Bool {
    if let recipients { return recipients.contains(name) }
    return Status.allCases.contains { new in
      (status == nil || status == new.rawValue)
        && Self.beginnings.contains { old in
          NotificationTemplate.choose(named: template, from: old, to: new).roles.contains(name)
        }
    }
  }

  /// What a change may begin with; null: it is a lead's first.
  private static let beginnings: [Status?] = [nil] + Status.allCases.map(Optional.some)

  /// The elements of `recipients`; an element that is not a text is kept as its JSON and refused later.
  private static func names(_ json: JSONText?) -> [String]? {
    guard let json, let value = JSONValue(utf8: Array(json.text.utf8)), value != .null else {
      return nil
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

  /// The same without a channel: an address shows its own; a role gets messages on the channels on which the property's
  /// active preferences notify it, else in the app.
  func spread(
    _ names: [String], on channel: NotificationChannel?, _ template: NotificationTemplate,
    origin: OutboxMessage.Origin, note: String? = nil, in db: isolated PostgresConnection
  ) throws -> Int {
    let own = names.map { channel ?? Recipient.channel(of: $0) }
    let preferences =
      own.contains(nil)
      ? try Preference.active(at: event.propertyID, entering: nil, in: db) : []
    var sent = 0
    for (name, own) in zip(names, own) {
      let channels =
        own.map { [$0] }
        ?? NotificationChannel.allCases.filter { channel in
          preferences.contains { $0.channel == channel && $0.reaches(name) }
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
