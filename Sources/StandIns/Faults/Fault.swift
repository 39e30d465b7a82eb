/// One fault of a stand-in: where, how often, and how.
///
/// A fault that names a property, lead, or neither draws from the requests of its route that match.
/// It ignores the first `skip` of them, then applies to each with `probability`, at most `count` times.
package struct Fault: Codable, Sendable, Equatable {
  package enum Kind: String, Codable, Sendable, CaseIterable {
    /// Answers after `seconds`.
    case delay
    /// 429 with `Retry-After: retry_after`; nothing is applied.
    case tooManyRequests = "too_many_requests"
    /// 503 with `Retry-After: retry_after`; nothing is applied.
    case unavailable
    /// 500 before anything was applied.
    case errorBefore = "error_before"
    /// Applied, then 500.
    case errorAfter = "error_after"
    /// Applied; the connection closes after `bytes` of the answer's body (default: half).
    case torn
    /// The head and `bytes` of the answer's body (default: 1) at once; the rest is held until
    /// `StandIns.holds` lets it go.
    case stall
    /// The head at once, then a byte of the answer's body every `seconds`.
    case drip
    /// Answers as if applied; nothing is.
    case ackWithoutSaving = "ack_without_saving"
    /// 200 with `"success": false`; nothing is applied.
    case unsuccessful
    /// 403; with `property`, that property only.
    case forbidden
    /// A page without its last record and without a cursor: fewer records than `total_count`.
    case shortPage = "short_page"
    /// A page whose cursor leads to itself.
    case repeatedPage = "repeated_page"
    /// A page without records; its cursor leads on.
    case emptyPage = "empty_page"
    /// No records, and none announced: as if there were none. The same of the list of properties.
    case nothing
    /// A page of invented records, whose cursor leads to the next such page, without end.
    case endless
    /// As lenient servers write it: the last page has an empty cursor, counts have a fraction of zero.
    case looseTypes = "loose_types"
    /// A page whose record number `index` is wrong in the way `malformation` says; of the list of
    /// properties its element.
    case malformedRecord = "malformed_record"
    /// 200 with a body that is not JSON.
    case garbage
    /// Reports notifications and workflow actions that were not requested.
    case unaskedNotifications = "unasked_notifications"
    /// After the request was answered, `edit` is made: what was just read is already old.
    case edit
    /// Held until `StandIns.holds` lets it go, before anything is done.
    case hold
    /// Processed; the answer is held until `StandIns.holds` releases it.
    case holdAnswer = "hold_answer"
    /// 500 at once; handled when `StandIns.holds` lets it go.
    case late
    /// Applied twice, whatever the key is.
    case twice
  }

  /// How a record of a page is wrong.
  package enum Malformation: String, Codable, Sendable, CaseIterable {
    case missingStatus = "missing_status"
    case missingVersion = "missing_version"
    case statusIsNumber = "status_is_number"
    case nullID = "null_id"
    case unknownStatus = "unknown_status"
    /// The record occurs a second time, with another status.
    case duplicateID = "duplicate_id"
    case notAnObject = "not_an_object"
    /// A text that is no UUID as a property's id.
    case wrongID = "wrong_id"
    /// Valid JSON that many readers refuse, in fields that nobody needs: half a surrogate pair, a
    /// number of 23 digits, one past the largest of 64 bits.
    case oddButValid = "odd_but_valid"
    /// `NaN`, which is no JSON.
    case notJSON = "not_json"
    /// A property's name is a number.
    case nameIsNumber = "name_is_number"
    /// `updated_at` lies in the year 2206.
    case futureVersion = "future_version"
  }

  package var kind: Kind
  package var system: StandInSystem
  /// Nil: every route of the system.
  package var route: StandInRoute?
  package var property: String?
  package var lead: String?
  package var skip: Int
  /// Nil: without end.
  package var count: Int?
  package var probability: Double
  package var seed: UInt64
  package var seconds: Double
  /// As sent: seconds, a date, or nonsense.
  package var retryAfter: String?
  package var bytes: Int?
  package var index: Int
  package var malformation: Malformation
  package var edit: Edit?

  package init(
    _ kind: Kind, on system: StandInSystem, route: StandInRoute? = nil, property: String? = nil,
    lead: String? = nil, skip: Int = 0, count: Int? = nil, probability: Double = 1,
    seed: UInt64 = 1, seconds: Double = 0, retryAfter: String? = "1", bytes: Int? = nil,
    index: Int = 0, malformation: Malformation = .missingStatus, edit: Edit? = nil
  ) {
    self.kind = kind
    self.system = system
    self.route = route
    self.property = property
    self.lead = lead
    self.skip = skip
    self.count = count
    self.probability = probability
    self.seed = seed
    self.seconds = seconds
    self.retryAfter = retryAfter
    self.bytes = bytes
    self.index = index
    self.malformation = malformation
    self.edit = edit
  }
}

extension Fault {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case kind, system, route, property, lead, skip, count, probability, seed, seconds
    case retryAfter = "retry_after"
    case bytes, index, malformation, edit
  }

  /// Only `kind` and `system` are required; a key the stand-ins do not know is refused, so that a
  /// typo does not make a test that tests nothing.
  package init(from decoder: any Decoder) throws {
    try refuseUnknownKeys(decoder, known: CodingKeys.allCases.map(\.rawValue))
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      try keys.decode(Kind.self, forKey: .kind),
      on: try keys.decode(StandInSystem.self, forKey: .system),
      route: try keys.decodeIfPresent(StandInRoute.self, forKey: .route),
      property: try keys.decodeIfPresent(String.self, forKey: .property),
      lead: try keys.decodeIfPresent(String.self, forKey: .lead),
      skip: try keys.decodeIfPresent(Int.self, forKey: .skip) ?? 0,
      count: try keys.decodeIfPresent(Int.self, forKey: .count),
      probability: try keys.decodeIfPresent(Double.self, forKey: .probability) ?? 1,
      seed: try keys.decodeIfPresent(UInt64.self, forKey: .seed) ?? 1,
      seconds: try keys.decodeIfPresent(Double.self, forKey: .seconds) ?? 0,
      retryAfter: try keys.decodeIfPresent(String.self, forKey: .retryAfter) ?? "1",
      bytes: try keys.decodeIfPresent(Int.self, forKey: .bytes),
      index: try keys.decodeIfPresent(Int.self, forKey: .index) ?? 0,
      malformation: try keys.decodeIfPresent(Malformation.self, forKey: .malformation)
        ?? .missingStatus,
      edit: try keys.decodeIfPresent(Edit.self, forKey: .edit))
  }
}
