import Foundation
import Leads

/// One account at ResMan's partner interface.
package struct PartnerAccount: Sendable {
  package var accountID: String
  package var partnerID: String
  /// The key of the partner: half of v2's credentials, and a field of every call to v1.
  package var key: String
  /// The time zones of properties, for ResMan does not tell them; one that is not named counts as in UTC.
  package var zones: [UUID: String]
  /// What the event of an appointment is called.
  package var appointment: String
  /// In whose name and from which source events are written; null: nothing is written.
  package var author: Author?

  /// What every event names.
  package struct Author: Sendable, Equatable {
    /// ResMan's id of the employee.
    package var agentID: String
    /// ResMan's id of the lead source of cards that have none.
    package var sourceID: String

    package init(agentID: String, sourceID: String) {
      self.agentID = agentID
      self.sourceID = sourceID
    }
  }

  package init(
    accountID: String, partnerID: String, key: String, zones: [UUID: String] = [:],
    appointment: String = "Appointment", author: Author? = nil
  ) {
    self.accountID = accountID
    self.partnerID = partnerID
    self.key = key
    self.zones = zones
    self.appointment = appointment
    self.author = author
  }

  /// v2's credentials, to follow the word `Basic`.
  package var credentials: String { Data("\(partnerID):\(key)".utf8).base64EncodedString() }

  func zone(_ property: UUID) -> TimeZone {
    zones[property].flatMap(TimeZone.init(identifier:)) ?? .gmt
  }

  /// The body of a call to v1: never a part of an address or a log.
  func form(property: UUID?, _ fields: [(String, String)]) -> [UInt8] {
    var all = [
      ("IntegrationPartnerID", partnerID), ("ApiKey", key), ("AccountID", accountID),
    ]
    if let property { all.append(("PropertyID", property.uuidString.lowercased())) }
    all += fields
    return Array(
      all.map { "\($0.0)=\(percentEncoded($0.1))" }.joined(separator: "&").utf8)
  }
}
