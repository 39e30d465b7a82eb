import CSimdjson

/// One prospect as v2 shows it; its times and words as printed, nil where it has none.
struct Prospect: Sendable, Equatable {
  var id: String?
  var propertyID: String?
  var lastModified: String?
  var status: String?
  var source: String?
  var firstContact: String?
  var lastContact: String?
  var lostDate: String?
  var lostReason: String?
  var agentID: String?
  /// First and last name.
  var agentNames: [String]
  var leaseStatus: String?
  var leaseSignedDate: String?
  /// Of the main person.
  var hasEmail: Bool
  var hasPhone: Bool
  /// The same as sent; nil where it is none, or cannot be used.
  var email: String?
  var phone: String?
  /// The communication log has an outbound contact.
  var isContacted: Bool
  /// Why the record cannot be used (`RecordFault`); 0: it can.
  var problem: UInt8

  fileprivate init(_ parsed: csj_prospect) {
    id = parsed.prospect_id.string
    propertyID = parsed.property_id.string
    lastModified = parsed.last_modified.string
    status = parsed.status.string
    source = parsed.source_name.string
    firstContact = parsed.first_contact_date.string
    lastContact = parsed.last_contact_date.string
    lostDate = parsed.lost_date.string
    lostReason = parsed.lost_reason.string
    agentID = parsed.agent_id.string
    agentNames = [parsed.agent_first_name.string, parsed.agent_last_name.string]
      .compactMap { $0 }.filter { !$0.isEmpty }
    leaseStatus = parsed.lease_status.string
    leaseSignedDate = parsed.lease_signed_date.string
    hasEmail = parsed.has_email == 1
    hasPhone = parsed.has_phone == 1
    email = parsed.email.string
    phone = parsed.phone.string
    isContacted = parsed.is_contacted == 1
    problem = parsed.problem
  }
}

/// Parses answers of ResMan's v2 with prospects; one parser serves one task and reuses its memory.
final class ProspectParser {
  private let handle: OpaquePointer

  /// Nil where there is no memory.
  init?() {
    guard let handle = csj_prospect_parser_new() else { return nil }
    self.handle = handle
  }

  deinit { csj_prospect_parser_free(handle) }

  /// The prospects of an answer.
  /// - Throws: `PageFault` where the answer has no prospects.
  func parse(_ answer: [UInt8]) throws(PageFault) -> [Prospect] {
    var parsed = csj_prospects()
    let fault = answer.withUnsafeBufferPointer { bytes -> String? in
      guard let base = bytes.baseAddress else { return "empty" }
      return csj_parse_prospects(handle, base, bytes.count, &parsed).map { String(cString: $0) }
    }
    if let fault { throw PageFault(reason: fault, offset: nil) }
    // The texts are in the parser's memory.
    return withExtendedLifetime(self) {
      UnsafeBufferPointer(start: parsed.prospects, count: parsed.count).map(Prospect.init)
    }
  }
}
