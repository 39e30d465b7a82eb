import Foundation
import Leads
import Links

/// ResMan's cards with their main contacts, property by property.
package protocol CardContacts: Sendable {
  func contacts(at property: UUID) async throws(CallFailure) -> [CardContact]
}

/// DomIQ's conversations with the contacts of their users, property by property, with the lead that DomIQ's column names.
package protocol ChatContacts: Sendable {
  func contacts(at property: UUID) async throws(CallFailure) -> [ChatContact]
}

/// Where contacts come from, if no id connects the two systems.
package struct ContactSources: Sendable {
  package var cards: any CardContacts
  package var chats: any ChatContacts
  /// Of numbers without a country code.
  package var country: DialingCountry

  package init(cards: any CardContacts, chats: any ChatContacts, country: DialingCountry) {
    self.cards = cards
    self.chats = chats
    self.country = country
  }
}
