/// A change made in one of the systems by its own users: staff in ResMan, the chatbot in DomIQ. The rules do not apply
/// to it; it changes the record's version.
package struct Edit: Codable, Sendable, Equatable {
  package var system: StandInSystem
  /// ResMan's lead id; in DomIQ the conversation with the latest activity of that lead is edited.
  package var lead: String?
  /// DomIQ's conversation id, where there is no lead id or another conversation is meant.
  package var conversation: String?
  /// The system's own word, not checked; nil leaves the status alone.
  package var status: String?
  /// Who made it, for ResMan's history.
  package var by: String?
  package var leadScore: Double?
  /// Texts; an empty one removes the value, nil leaves it unchanged.
  package var email: String?
  package var phone: String?
  package var tourDatetime: String?
  package var incomeVerification: Bool?

  package init(
    _ system: StandInSystem, lead: String? = nil, conversation: String? = nil,
    status: String? = nil, by: String? = nil, leadScore: Double? = nil, email: String? = nil,
    phone: String? = nil, tourDatetime: String? = nil, incomeVerification: Bool? = nil
  ) {
    self.system = system
    self.lead = lead
    self.conversation = conversation
    self.status = status
    self.by = by
    self.leadScore = leadScore
    self.email = email
    self.phone = phone
    self.tourDatetime = tourDatetime
    self.incomeVerification = incomeVerification
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case system, lead, conversation, status, by
    case leadScore = "lead_score"
    case email, phone
    case tourDatetime = "tour_datetime"
    case incomeVerification = "income_verification"
  }

  package init(from decoder: any Decoder) throws {
    try refuseUnknownKeys(decoder, known: CodingKeys.allCases.map(\.rawValue))
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      try keys.decode(StandInSystem.self, forKey: .system),
      lead: try keys.decodeIfPresent(String.self, forKey: .lead),
      conversation: try keys.decodeIfPresent(String.self, forKey: .conversation),
      status: try keys.decodeIfPresent(String.self, forKey: .status),
      by: try keys.decodeIfPresent(String.self, forKey: .by),
      leadScore: try keys.decodeIfPresent(Double.self, forKey: .leadScore),
      email: try keys.decodeIfPresent(String.self, forKey: .email),
      phone: try keys.decodeIfPresent(String.self, forKey: .phone),
      tourDatetime: try keys.decodeIfPresent(String.self, forKey: .tourDatetime),
      incomeVerification: try keys.decodeIfPresent(Bool.self, forKey: .incomeVerification))
  }
}

/// A key of any name, to see what an object holds.
private struct AnyKey: CodingKey {
  var stringValue: String
  var intValue: Int? { nil }
  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

/// Throws if the object holds a key that is not known.
func refuseUnknownKeys(_ decoder: any Decoder, known: [String]) throws {
  let keys = try decoder.container(keyedBy: AnyKey.self)
  for key in keys.allKeys where !known.contains(key.stringValue) {
    throw DecodingError.dataCorruptedError(
      forKey: key, in: keys, debugDescription: "unknown key \(key.stringValue)")
  }
}
