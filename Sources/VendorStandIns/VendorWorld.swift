import Foundation
import Leads
import StandIns

/// Made-up data of the vendors' own systems: cards of ResMan's partner interface, and conversations of DomIQ's database.
package struct VendorWorld: Sendable {
  /// One card as ResMan keeps it.
  package struct Card: Sendable, Equatable {
    package struct Event: Sendable, Equatable {
      /// In whatever letter case ResMan has it.
      package var type: String
      /// As v1 prints it.
      package var date: String
      package var reasons: String?
      /// `TransactionSource`; nil where there is none.
      package var source: String?
      package var agent = "EM-7"
      package var comments: String?

      package init(
        _ type: String, _ date: String, reasons: String? = nil, source: String? = nil,
        comments: String? = nil
      ) {
        self.type = type
        self.date = date
        self.reasons = reasons
        self.source = source
        self.comments = comments
      }
    }

    package var id: String
    package var propertyID: UUID
    /// Microseconds since 1970 UTC.
    package var modified: Int64
    /// v2's status.
    package var status = "Prospect"
    /// v1's Type of each person, the main one first.
    package var types = ["prospect"]
    /// v1 shows the Type of the main person, and the person's id.
    package var hasType = true
    package var hasPersonID = true
    /// As v2 prints it.
    package var lostDate: String?
    package var lostReason: String?
    package var leaseStatus: String?
    package var leaseSignedDate: String?
    /// `interactionType` of the entries of the communication log.
    package var log: [String] = []
    package var events: [Event] = []
    /// Of the main person.
    package var firstName = "Ada"
    package var lastName = "Sample & Sons"
    /// Of the main person, as typed; nil: none.
    package var email: String?
    package var phone: String?

    package init(id: String, propertyID: UUID, modified: Int64) {
      self.id = id
      self.propertyID = propertyID
      self.modified = modified
    }
  }

  /// One conversation as DomIQ's database holds it.
  package struct Conversation: Sendable, Equatable, Encodable {
    package var id: UUID
    package var propertyID: UUID
    package var resmanLeadID: String?
    /// DomIQ's user: several conversations may be one's; the contacts are the user's, as typed.
    package var userID: UUID
    package var email: String?
    package var phone: String?
    /// Nil: NULL.
    package var status: String?
    package var leadScore: Int
    package var hasTour: Bool
    /// The bot's messages; the first is its greeting.
    package var botMessages: Int
    /// Microseconds since 1970 UTC.
    package var updated: Int64

    enum CodingKeys: String, CodingKey {
      case id
      case propertyID = "property_id"
      case resmanLeadID = "resman_lead_id"
      case userID = "user_id"
      case email, phone
      case status
      case leadScore = "lead_score"
      case hasTour = "has_tour"
      case botMessages = "bot_messages"
      case updated
    }
  }

  package var properties: [PropertyRecord]
  package var cards: [Card]
  package var conversations: [Conversation]
  /// What the first night must find of each lead.
  package var expected: [String: Verdict]
  /// The end of the history.
  package let now: Instant

  /// What a lead is made to be.
  private enum Kind: CaseIterable {
    case new, contacted, qualified, tour, lostHere, leasedHere, applicantHere, apart, handoff
    case unknownStatus, cardOnly, noCard, midnight, reopened

    /// Both systems show the same.
    static let agreeing = allCases.filter { !differing.contains($0) }
    static let differing = [Kind.apart, .handoff, .unknownStatus, .cardOnly, .noCard]
  }

  /// - Parameters:
  ///   - leads: how many.
  ///   - now: the end of the history.
  ///   - differing: one lead in so many is of a kind that both systems show differently; nil: every kind comes once in
  ///     fourteen.
  package init(leads: Int, properties: Int, now: Instant, differing: Int? = nil) {
    var random = SplitMix(seed: 16)
    self.now = now
    self.properties = (0..<properties).map { number in
      PropertyRecord(
        id: random.uuid(), name: "Vendor House \(number + 1)", timezone: "America/Chicago")
    }
    cards = []
    conversations = []
    expected = [:]
    for number in 0..<leads {
      let kind = Self.kind(number, differing: differing)
      let property = self.properties[number % properties].id
      let days = Int64(random.whole(2...390))
      add(
        kind, "PR-\(number)", conversation: random.uuid(), at: property,
        modified: now.microseconds - days * 86_400_000_000)
    }
  }

  private static func kind(_ number: Int, differing: Int?) -> Kind {
    guard let differing else { return Kind.allCases[number % Kind.allCases.count] }
    return number % differing == 0
      ? Kind.differing[number / differing % Kind.differing.count]
      : Kind.agreeing[number % Kind.agreeing.count]
  }

  private mutating func add(
    _ kind: Kind, _ id: String, conversation: UUID, at property: UUID, modified: Int64
  ) {
    var card = Card(id: id, propertyID: property, modified: modified)
    card.email = "\(id)@Example.com "
    card.phone = Self.phone(cards.count)
    var chat = Conversation(
      id: conversation, propertyID: property, resmanLeadID: id, userID: conversation,
      email: "\(id.lowercased())@example.com", phone: Self.phone(cards.count), status: "active",
      leadScore: 75, hasTour: false, botMessages: 2, updated: modified)
    var verdict = Verdict.baseline
    let day = Instant(microseconds: modified).iso8601.prefix(10)
    card.events = [Card.Event("WalkIn", "\(day)T00:00:00", source: "SRC-2")]
    switch kind {
    case .new: chat.botMessages = 1
    case .contacted: card.events.append(.init("emailtoprospect", "\(day)T10:00:00-05:00"))
    case .qualified:
      card.log = ["CallToProspect"]
      chat.status = "qualified"
    case .tour:
      card.events.append(.init("Appointment", "\(day)T15:00:00Z"))
      chat.status = "tour_booked"
      chat.hasTour = true
    case .lostHere:
      card.status = "Lost"
      card.types = ["lost"]
      card.lostDate = "\(day)T00:00:00"
      card.lostReason = "Price"
      card.events.append(
        .init("Cancel", "\(day)T15:04:05+00:00", reasons: "Prospect Lost: Price"))
    case .leasedHere:
      card.status = "Resident"
      card.types = ["current_resident", "prospect"]
      card.leaseStatus = "Current"
      card.leaseSignedDate = String(day)
      chat.status = "tour_completed"
    case .applicantHere:
      card.status = "Applicant"
      card.types = ["applicant"]
      card.leaseStatus = "Pending"
    case .apart:
      chat.status = "tour_booked"
      chat.hasTour = true
      verdict = .unbased
    case .handoff:
      chat.status = "handoff"
      verdict = .unmapped
    case .unknownStatus:
      card.status = "Waitlist"
      verdict = .unmapped
    case .cardOnly: verdict = .resmanOnly
    case .noCard: verdict = .missingInResman
    case .midnight:
      // Lost and reactivated on one day, without times of day: lost.
      card.lostDate = String(day)
      card.events += [.init("ReActivate", "\(day)T00:00:00"), .init("CANCEL", "\(day)T00:00:00")]
    case .reopened:
      card.events += [
        .init("ReActivate", "\(day)T18:00:00Z"), .init("Cancel", "\(day)T09:00:00Z"),
        .init("TextToProspect", "\(day)T19:00:00Z"),
      ]
    }
    expected[id] = verdict
    if kind != .noCard { cards.append(card) }
    if kind != .cardOnly { conversations.append(chat) }
  }
}

/// Contacts: conversations without an id in ResMan, and the hard cases of linking.
extension VendorWorld {
  /// A made-up number, 555-0100 to 555-0199 of several area codes; after 60,000 they come again.
  fileprivate static func phone(_ number: Int) -> String {
    let area = 220 + number / 100 % 600
    let last = number % 100
    return "\(area)-555-01\(last < 10 ? "0" : "")\(last)"
  }

  /// DomIQ does not name the leads of some conversations, so that their contacts have to link them.
  /// - Parameter isWithout: of the lead's number.
  package mutating func dropIDs(where isWithout: (Int) -> Bool) {
    for index in conversations.indices {
      guard let id = conversations[index].resmanLeadID, let number = Int(id.dropFirst(3)),
        isWithout(number)
      else { continue }
      conversations[index].resmanLeadID = nil
    }
  }

  /// What the night must make of the hard cases: the card that each conversation is linked with; nil: with none.
  package struct ContactCases: Sendable {
    package var links: [UUID: String?] = [:]
    /// Cards that are proposed to conversations and wait for a person.
    package var waiting: [UUID: Set<String>] = [:]

    package init() {}
  }

  /// Adds the hard cases of linking, all of them new leads without an id in DomIQ.
  package mutating func addContactCases(now: Instant) -> ContactCases {
    var random = SplitMix(seed: 17)
    var cases = ContactCases()
    let (one, two) = (properties[0].id, properties[1 % properties.count].id)
    func card(
      _ id: String, at property: UUID, email: String? = nil, phone: String? = nil,
      in world: inout VendorWorld
    ) {
      var card = Card(id: id, propertyID: property, modified: now.microseconds - 86_400_000_000)
      card.email = email
      card.phone = phone
      world.cards.append(card)
    }
    func chat(
      at property: UUID, user: UUID, email: String? = nil, phone: String? = nil,
      in world: inout VendorWorld
    ) -> UUID {
      let id = random.uuid()
      world.conversations.append(
        Conversation(
          id: id, propertyID: property, resmanLeadID: nil, userID: user, email: email, phone: phone,
          status: "new", leadScore: 50, hasTour: false, botMessages: 1,
          updated: now.microseconds - 86_400_000_000))
      return id
    }
    func user() -> UUID { random.uuid() }
    // A family has one address on two cards.
    card("PC-FAMILY-1", at: one, email: "family@example.com", in: &self)
    card("PC-FAMILY-2", at: one, email: "family@example.com", in: &self)
    let family = chat(at: one, user: user(), email: "Family@example.com", in: &self)
    cases.links[family] = .some(nil)
    cases.waiting[family] = ["PC-FAMILY-1", "PC-FAMILY-2"]
    // One user chatted twice.
    card("PC-TWICE", at: one, email: "twice@example.com", in: &self)
    let twice = user()
    for _ in 0..<2 {
      cases.links[chat(at: one, user: twice, email: "twice@example.com", in: &self)] = "PC-TWICE"
    }
    // What is typed where there is no contact.
    card("PC-JUNK", at: one, email: "noemail@example.com", phone: "555-555-5555", in: &self)
    cases.links[
      chat(
        at: one, user: user(), email: "noemail@example.com", phone: "5555555555", in: &self)] =
      .some(nil)
    // One number in two spellings.
    card("PC-PHONE", at: one, phone: "+1 (830) 555-0142", in: &self)
    cases.links[chat(at: one, user: user(), phone: "8305550142", in: &self)] = "PC-PHONE"
    // One person at two properties.
    card("PC-HERE", at: one, email: "both@example.com", in: &self)
    card("PC-THERE", at: two, email: "both@example.com", in: &self)
    let both = user()
    for (property, lead) in [(one, "PC-HERE"), (two, "PC-THERE")] {
      cases.links[chat(at: property, user: both, email: "both@example.com", in: &self)] = lead
    }
    // The address is of one card, the number of another.
    card("PC-MAIL", at: two, email: "apart@example.com", in: &self)
    card("PC-CALL", at: two, phone: "830.555.0143", in: &self)
    let apart = chat(
      at: two, user: user(), email: "apart@example.com", phone: "(830) 555-0143", in: &self)
    cases.links[apart] = .some(nil)
    cases.waiting[apart] = ["PC-MAIL", "PC-CALL"]
    return cases
  }
}
