import Foundation
import Leads
import Links
import Testing

/// Which links contacts prove, and which they only suggest.
@Suite struct LeadLinksTests {
  private static let here = UUID(uuidString: "0b1e0000-0000-4000-8000-000000000001") ?? UUID()
  private static let there = UUID(uuidString: "0b1e0000-0000-4000-8000-000000000002") ?? UUID()

  private static func card(
    _ id: String, _ email: String? = nil, _ phone: String? = nil, at property: UUID = here
  ) -> CardContact {
    CardContact(leadID: id, propertyID: property, email: email, phone: phone)
  }

  private static func chat(
    _ number: Int, _ email: String? = nil, _ phone: String? = nil, user: String? = nil,
    at property: UUID = here, lead: String? = nil
  ) -> ChatContact {
    ChatContact(
      conversationID: conversation(number), propertyID: property, userID: user ?? "u\(number)",
      email: email, phone: phone, leadID: lead)
  }

  private static func conversation(_ number: Int) -> UUID {
    UUID(uuid: (0, 0, 0, 0, 0, 0, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, UInt8(number)))
  }

  /// `number lead how obstacle`, in order.
  private static func found(_ cards: [CardContact], _ chats: [ChatContact]) -> [String] {
    proposedLinks(cards: cards, chats: chats, country: .unitedStates).map { link in
      "\(link.conversationID.uuid.15) \(link.leadID) \(link.how.rawValue) "
        + (link.obstacle?.rawValue ?? "-")
    }
  }

  @Test func oneAddressLinks() {
    #expect(
      Self.found([Self.card("A", " Ada@Example.com")], [Self.chat(1, "ada@example.com ")])
        == ["1 A email -"])
    #expect(Self.found([Self.card("A", "ada@example.com")], [Self.chat(1)]) == [])
    #expect(
      Self.found([Self.card("A", "ada@example.com")], [Self.chat(1, "eve@example.com")]) == [])
  }

  @Test(arguments: [
    "512-555-0142", "(512) 555-0142", "+1 512.555.0142", "1-512-555-0142", "5125550142",
    "011 1 512 555 0142",
  ])
  func oneNumberInAnySpellingLinks(_ spelling: String) {
    #expect(
      Self.found([Self.card("A", nil, "(512) 555 0142")], [Self.chat(1, nil, spelling)])
        == ["1 A phone -"])
  }

  @Test func aFamilysAddressWaits() {
    #expect(
      Self.found(
        [Self.card("A", "family@example.com"), Self.card("B", "family@example.com")],
        [Self.chat(1, "family@example.com")])
        == ["1 A email several_cards", "1 B email several_cards"])
    // A number of one's own tells which.
    #expect(
      Self.found(
        [
          Self.card("A", "family@example.com", "512-555-0101"),
          Self.card("B", "family@example.com", "512-555-0102"),
        ], [Self.chat(1, "family@example.com", "512-555-0102")])
        == ["1 B phone -"])
  }

  @Test func severalConversationsOfAUserAreOne() {
    let chats = [
      Self.chat(1, "ada@example.com", user: "u"), Self.chat(2, "ada@example.com", user: "u"),
    ]
    #expect(
      Self.found([Self.card("A", "ada@example.com")], chats) == ["1 A email -", "2 A email -"])
    // Of two users neither is the one.
    #expect(
      Self.found(
        [Self.card("A", "ada@example.com")],
        [Self.chat(1, "ada@example.com"), Self.chat(2, "ada@example.com")])
        == ["1 A email several_users", "2 A email several_users"])
    #expect(
      Self.found(
        [Self.card("A", "ada@example.com", "512-555-0101")],
        [Self.chat(1, "ada@example.com"), Self.chat(2, nil, "512-555-0101")])
        == ["1 A email several_users", "2 A phone several_users"])
  }

  @Test(arguments: [
    ("noemail@example.com", "555-555-5555"), ("no-email@example.com", "000-000-0000"),
    ("No.Email@example.com", "1234567890"), ("none", "911"), ("a@b@example.com", "512-555-0142 x3"),
    ("", "+"), ("@example.com", "512-911-0142"), ("n/a@example.com", "ask Ada"),
  ])
  func junkProposesNothing(_ email: String, _ phone: String) {
    #expect(Self.found([Self.card("A", email, phone)], [Self.chat(1, email, phone)]) == [])
  }

  @Test func aContactOfManyProposesNothing() {
    let cards = (0..<6).map { Self.card("L\($0)", "agency@example.com") }
    #expect(Self.found(cards, [Self.chat(1, "agency@example.com")]) == [])
    #expect(Self.found(Array(cards.dropLast()), [Self.chat(1, "agency@example.com")]).count == 5)
  }

  @Test func onePersonAtTwoPropertiesIsLinkedAtEach() {
    let cards = [
      Self.card("A", "ada@example.com"), Self.card("B", "ada@example.com", at: Self.there),
    ]
    #expect(
      Self.found(
        cards,
        [
          Self.chat(1, "ada@example.com", user: "u"),
          Self.chat(2, "ada@example.com", user: "u", at: Self.there),
        ]) == ["1 A email -", "2 B email -"])
    // A card of another property is no card of this one.
    #expect(Self.found([cards[1]], [Self.chat(1, "ada@example.com")]) == [])
  }

  @Test func whatIsLinkedIsNotLinkedAgain() {
    let cards = [Self.card("A", "ada@example.com"), Self.card("B", "bob@example.com")]
    #expect(Self.found(cards, [Self.chat(1, "ada@example.com", lead: "A")]) == [])
    // The second conversation of a user goes where the first did, and nowhere else.
    #expect(
      Self.found(
        cards,
        [
          Self.chat(1, "ada@example.com", user: "u", lead: "A"),
          Self.chat(2, "ada@example.com", user: "u"),
        ]) == ["2 A email -"])
    #expect(
      Self.found(
        cards,
        [
          Self.chat(1, "ada@example.com", user: "u", lead: "B"),
          Self.chat(2, "ada@example.com", user: "u"),
        ]) == ["2 A email user_taken"])
    #expect(
      Self.found(
        cards, [Self.chat(1, "eve@example.com", lead: "A"), Self.chat(2, "ada@example.com")])
        == ["2 A email card_taken"])
  }

  @Test func theAddressAndTheNumberOfTwoCardsContradict() {
    #expect(
      Self.found(
        [Self.card("A", "ada@example.com"), Self.card("B", nil, "512-555-0101")],
        [Self.chat(1, "ada@example.com", "512-555-0101")])
        == ["1 A email contradiction", "1 B phone contradiction"])
  }

  @Test func evidenceNamesNobody() {
    let link = proposedLinks(
      cards: [Self.card("A", "ada.lovelace@example.com", "512-555-0142")],
      chats: [Self.chat(1, "ada.lovelace@example.com", "512-555-0142")], country: .canada)
    #expect(link.map(\.evidence) == ["e-mail a…@example.com, phone …0142"])
  }

  @Test func numbersOfOtherCountriesNeedTheirCode() {
    #expect(ContactKey(phone: "+44 20 7946 0000", country: .unitedStates)?.value == "+442079460000")
    #expect(ContactKey(phone: "011 44 20 7946 0000", country: .canada)?.value == "+442079460000")
    #expect(ContactKey(phone: "020 7946 0000", country: .unitedStates) == nil)
    #expect(ContactKey(phone: "+1 212 555 0100", country: .canada)?.value == "+12125550100")
    #expect(ContactKey(phone: "+1 112 555 0100", country: .canada) == nil)
  }
}
