import Foundation
import Leads

/// What a record tells beside its status (docs/contracts.md#fields-that-describe); nil: it does not say.
package struct LeadNotes: Codable, Sendable, Equatable {
  package var source: String?
  package var lostReason: String?
  package var agentID: String?
  package var agentName: String?
  /// A word of `TourStatus`, or whatever a test puts there.
  package var tourStatus: String?
  /// Microseconds since 1970 UTC.
  package var lastContactAt: Int64?
  package var firstContactAt: Int64?

  package init(
    source: String? = nil, lostReason: String? = nil, agentID: String? = nil,
    agentName: String? = nil, tourStatus: String? = nil, lastContactAt: Int64? = nil,
    firstContactAt: Int64? = nil
  ) {
    self.source = source
    self.lostReason = lostReason
    self.agentID = agentID
    self.agentName = agentName
    self.tourStatus = tourStatus
    self.lastContactAt = lastContactAt
    self.firstContactAt = firstContactAt
  }

  /// The members of a record; what is not known is null.
  func write(to text: inout JSONBody, time: (Int64) -> String) {
    text.member("source", source)
    text.member("lost_reason", lostReason)
    text.member("agent_id", agentID)
    text.member("agent_name", agentName)
    text.member("tour_status", tourStatus)
    text.member("last_contact_at", lastContactAt.map(time))
    text.member("first_contact_at", firstContactAt.map(time))
  }
}
