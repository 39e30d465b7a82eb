import Foundation
import Leads

/// How a conversation of DomIQ was linked with a card of ResMan.
package enum LinkHow: String, Codable, CaseIterable, Sendable {
  /// DomIQ's own column names the card. It needs no row of `lead_link`.
  case column
  /// One address, or one number, that is one card's and one user's alone.
  case email, phone
  /// A person decided.
  case person
}

/// The main contact of one card of ResMan.
package struct CardContact: Sendable, Equatable {
  package var leadID: String
  package var propertyID: UUID
  /// As sent; nil where there is none.
  package var email: String?
  package var phone: String?

  package init(leadID: String, propertyID: UUID, email: String?, phone: String?) {
    self.leadID = leadID
    self.propertyID = propertyID
    self.email = email
    self.phone = phone
  }
}

/// One conversation of DomIQ with the contacts of its user.
package struct ChatContact: Sendable, Equatable {
  package var conversationID: UUID
  package var propertyID: UUID
  /// DomIQ's id of the user; nil where the conversation has none.
  package var userID: String?
  /// As DomIQ has it; nil where there is none.
  package var email: String?
  package var phone: String?
  /// The card that it is linked with already, by whatever; nil: with none.
  package var leadID: String?

  package init(
    conversationID: UUID, propertyID: UUID, userID: String?, email: String?, phone: String?,
    leadID: String? = nil
  ) {
    self.conversationID = conversationID
    self.propertyID = propertyID
    self.userID = userID
    self.email = email
    self.phone = phone
    self.leadID = leadID
  }
}

/// Why a proposed link waits for a person.
package enum LinkObstacle: String, Codable, CaseIterable, Sendable {
  /// Several cards have the contact.
  case severalCards = "several_cards"
  /// Several users have the contact, or claim the card.
  case severalUsers = "several_users"
  /// The address names another card than the number.
  case contradiction
  /// The card is linked with another user.
  case cardTaken = "card_taken"
  /// The user is linked with another card of the property.
  case userTaken = "user_taken"

  /// For people, without a full stop.
  package var sentence: String {
    switch self {
    case .severalCards: "several cards have this contact"
    case .severalUsers: "several users of DomIQ have this contact, or match this card"
    case .contradiction: "the e-mail and the phone match different cards"
    case .cardTaken: "the card is linked with another user of DomIQ"
    case .userTaken: "the user is linked with another card of this property"
    }
  }
}

/// One card that may be the one of a conversation.
package struct LinkProposal: Sendable, Equatable {
  package var conversationID: UUID
  package var leadID: String
  package var propertyID: UUID
  /// `email` or `phone`.
  package var how: LinkHow
  /// The contacts that both have, masked.
  package var evidence: String
  /// Nil: it is unique on both sides, and the night links it.
  package var obstacle: LinkObstacle?

  package init(
    conversationID: UUID, leadID: String, propertyID: UUID, how: LinkHow, evidence: String,
    obstacle: LinkObstacle? = nil
  ) {
    self.conversationID = conversationID
    self.leadID = leadID
    self.propertyID = propertyID
    self.how = how
    self.evidence = evidence
    self.obstacle = obstacle
  }
}

/// A contact that more cards or users of one property have is nobody's own: it proposes nothing.
private let mostSharing = 5

/// The links that contacts prove, and those that they only suggest: both of the same property, by one address or one
/// number, never by a name. Several conversations of one user are one.
/// - Parameters:
///   - cards: every card of the properties; one that is missing could make a contact look unique.
///   - chats: every conversation of the properties, the linked ones too.
/// - Returns: in the order of conversation and card; conversations that are linked already have none.
package func proposedLinks(
  cards: [CardContact], chats: [ChatContact], country: DialingCountry
) -> [LinkProposal] {
  let cards = Dictionary(grouping: cards, by: \.propertyID)
  return Dictionary(grouping: chats, by: \.propertyID)
    .flatMap { property, chats in
      PropertyLinks(cards: cards[property] ?? [], chats: chats, country: country).proposals
    }
    .sorted {
      ($0.conversationID.uuidString, $0.leadID) < ($1.conversationID.uuidString, $1.leadID)
    }
}

/// The contacts of one property, compared.
private struct PropertyLinks {
  private struct User {
    var keys: Set<ContactKey> = []
    var chats: [ChatContact] = []
    /// Cards that its conversations are linked with.
    var linked: Set<String> = []
  }

  private var cardsOfKey: [ContactKey: Set<String>] = [:]
  private var usersOfKey: [ContactKey: Set<String>] = [:]
  private var users: [String: User] = [:]
  /// Users that a card is linked with.
  private var usersOfCard: [String: Set<String>] = [:]

  init(cards: [CardContact], chats: [ChatContact], country: DialingCountry) {
    func keys(_ email: String?, _ phone: String?) -> Set<ContactKey> {
      Set(
        [
          email.flatMap { ContactKey(email: $0) },
          phone.flatMap { ContactKey(phone: $0, country: country) },
        ].compactMap { $0 })
    }
    for card in cards {
      for key in keys(card.email, card.phone) { cardsOfKey[key, default: []].insert(card.leadID) }
    }
    for chat in chats {
      // A conversation without a user is one of its own.
      let name = chat.userID ?? chat.conversationID.uuidString
      for key in keys(chat.email, chat.phone) {
        usersOfKey[key, default: []].insert(name)
        users[name, default: User()].keys.insert(key)
      }
      users[name, default: User()].chats.append(chat)
      if let lead = chat.leadID {
        users[name]?.linked.insert(lead)
        usersOfCard[lead, default: []].insert(name)
      }
    }
  }

  var proposals: [LinkProposal] {
    var found: [(user: String, proposal: LinkProposal)] = []
    for (name, user) in users where user.chats.contains(where: { $0.leadID == nil }) {
      for (card, keys) in matches(of: user) {
        guard let first = keys.first else { continue }
        let obstacle = obstacle(between: name, user, and: card, by: keys)
        for chat in user.chats where chat.leadID == nil {
          found.append(
            (
              name,
              LinkProposal(
                conversationID: chat.conversationID, leadID: card, propertyID: chat.propertyID,
                how: first.kind == .email ? .email : .phone,
                evidence: keys.map(\.masked).joined(separator: ", "), obstacle: obstacle)
            ))
        }
      }
    }
    // A card that two users match, each by a contact of its own, is nobody's.
    let claims = Dictionary(grouping: found, by: \.proposal.leadID)
      .mapValues { Set($0.map(\.user)).count }
    let all = found.map { _, proposal in
      guard proposal.obstacle == nil, claims[proposal.leadID] ?? 0 > 1 else { return proposal }
      var proposal = proposal
      proposal.obstacle = .severalUsers
      return proposal
    }
    // Where one card is certain, the others are none.
    let certain = Set(all.filter { $0.obstacle == nil }.map(\.conversationID))
    return all.filter { $0.obstacle == nil || !certain.contains($0.conversationID) }
  }

  /// The cards that have a contact of the user, each with the contacts: one that is unique on both sides first, then the
  /// address.
  private func matches(of user: User) -> [(card: String, keys: [ContactKey])] {
    var keysOfCard: [String: [ContactKey]] = [:]
    for key in user.keys where usersOfKey[key]?.count ?? 0 <= mostSharing {
      guard let cards = cardsOfKey[key], cards.count <= mostSharing else { continue }
      for card in cards { keysOfCard[card, default: []].append(key) }
    }
    return keysOfCard.map { card, keys in
      (
        card,
        keys.sorted {
          (isUnique($0) ? 0 : 1, $0.kind.rawValue, $0.value)
            < (isUnique($1) ? 0 : 1, $1.kind.rawValue, $1.value)
        }
      )
    }
  }

  private func isUnique(_ key: ContactKey) -> Bool {
    cardsOfKey[key]?.count == 1 && usersOfKey[key]?.count == 1
  }

  private func obstacle(
    between name: String, _ user: User, and card: String, by keys: [ContactKey]
  ) -> LinkObstacle? {
    if let other = usersOfCard[card], other != [name] { return .cardTaken }
    if !user.linked.isSubset(of: [card]) { return .userTaken }
    // Another contact of the user is a contact of other cards, and not of this one.
    let isContradicted = user.keys.contains { key in
      guard let cards = cardsOfKey[key], !cards.isEmpty else { return false }
      return !cards.contains(card)
    }
    if isContradicted { return .contradiction }
    if keys.contains(where: isUnique) { return nil }
    return keys.allSatisfy { cardsOfKey[$0]?.count == 1 } ? .severalUsers : .severalCards
  }
}
