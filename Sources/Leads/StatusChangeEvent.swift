import Foundation

/// The details of a lead's record, for rules, templates and people.
package struct LeadDetails: Sendable, Equatable, Codable {
  package var name: String?
  /// 0…100.
  package var score: Double?
  package var conversationMinutes: Double?
  package var messageCount: Int?
  /// As its source printed it: ISO 8601, sometimes without a zone.
  package var tourDatetime: String?

  package init(
    name: String? = nil, score: Double? = nil, conversationMinutes: Double? = nil,
    messageCount: Int? = nil, tourDatetime: String? = nil
  ) {
    self.name = name
    self.score = score
    self.conversationMinutes = conversationMinutes
    self.messageCount = messageCount
    self.tourDatetime = tourDatetime
  }

  /// These details, with what they lack taken from `other`.
  package func filled(from other: LeadDetails) -> LeadDetails {
    LeadDetails(
      name: name ?? other.name, score: score ?? other.score,
      conversationMinutes: conversationMinutes ?? other.conversationMinutes,
      messageCount: messageCount ?? other.messageCount,
      tourDatetime: tourDatetime ?? other.tourDatetime)
  }

  package enum CodingKeys: String, CodingKey {
    case name = "lead_name"
    case score = "lead_score"
    case conversationMinutes = "conversation_duration"
    case messageCount = "message_count"
    case tourDatetime = "tour_datetime"
  }
}

/// One effective change of a lead's status, with the lead's details at that time: the input of workflow rules and
/// notifications.
package struct StatusChangeEvent: Sendable, Equatable, Codable {
  /// The success row of `status_sync_log`.
  package var logID: UUID
  package var propertyID: UUID?
  package var leadID: String
  package var conversationID: UUID?
  /// Null for a creation.
  package var old: Status?
  package var new: Status
  package var reason: String?
  /// `chatbot`, `resman_user` or `system`.
  package var updatedBy: Author
  /// The change came from ResMan (`from_resman`).
  package var isFromResMan: Bool
  package var occurredAt: Instant
  package var details: LeadDetails
  package var summary: String?
  /// `low`, `medium` or `high`.
  package var urgency: String?
  /// `context_data.notify_prospect` as sent; null where it was absent.
  package var notifyProspect: Bool?

  package init(
    logID: UUID, propertyID: UUID?, leadID: String, conversationID: UUID? = nil, old: Status?,
    new: Status, reason: String? = nil, updatedBy: Author, isFromResMan: Bool = false,
    occurredAt: Instant, details: LeadDetails = LeadDetails(), summary: String? = nil,
    urgency: String? = nil, notifyProspect: Bool? = nil
  ) {
    self.logID = logID
    self.propertyID = propertyID
    self.leadID = leadID
    self.conversationID = conversationID
    self.old = old
    self.new = new
    self.reason = reason
    self.updatedBy = updatedBy
    self.isFromResMan = isFromResMan
    self.occurredAt = occurredAt
    self.details = details
    self.summary = summary
    self.urgency = urgency
    self.notifyProspect = notifyProspect
  }

  /// Whether the prospect is notified of this change.
  ///
  /// True where staff moved the lead forward in ResMan into a status that concerns the prospect (a tour, an
  /// application, a lease), the chat is known, and `notify_prospect` is not false. Contacted and qualified are the
  /// team's own terms, and a chatbot does not communicate a refusal.
  package var isProspectNoticeDue: Bool {
    guard isFromResMan, notifyProspect != false, conversationID != nil else { return false }
    guard [.tourScheduled, .application, .leased].contains(new) else { return false }
    guard let from = old?.rank, let to = new.rank else { return old == nil }
    return to > from
  }

  package enum CodingKeys: String, CodingKey {
    case logID = "log_id"
    case propertyID = "property_id"
    case leadID = "resman_lead_id"
    case conversationID = "conversation_id"
    case old = "old_status"
    case new = "new_status"
    case reason = "status_reason"
    case updatedBy = "updated_by"
    case isFromResMan = "from_resman"
    case occurredAt = "occurred_at"
    case details
    case summary = "conversation_summary"
    case urgency = "urgency_level"
    case notifyProspect = "notify_prospect"
  }
}

extension Instant: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let instant = Instant(iso8601: text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an instant")
    }
    self = instant
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(iso8601)
  }
}
