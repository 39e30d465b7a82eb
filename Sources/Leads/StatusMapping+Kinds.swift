/// The vocabularies of the vendors' own interfaces (docs/rules.md#vocabularies-of-the-vendors).
extension StatusMapping {
  /// What follows DomIQ's status where a chat only began and the bot wrote more than its greeting.
  package static let answered = ", answered"

  /// The statuses in DomIQ's database, unless an installation says otherwise; others ask a person.
  package static let database: [String: Status] = [
    "new": .new, "active": .new, "completed": .new, "contacted": .contacted,
    "qualified": .qualified, "tour_scheduled": .tourScheduled, "tour_booked": .tourScheduled,
    "tour_completed": .tourScheduled, "scheduled": .tourScheduled,
  ]

  /// What each canonical status that DomIQ's database can show is called there.
  private static let toDatabase: [Status: String] = [
    .new: "new", .contacted: "contacted", .qualified: "qualified", .tourScheduled: "tour_booked",
  ]

  /// The mapping of these kinds.
  /// - Parameters:
  ///   - lenses: of the same kinds.
  ///   - statuses: DomIQ's database: the installation's own meanings; nil: a person is asked.
  package static func kinds(
    resman: ResManKind, domiq: DomIQKind, lenses: Lenses, statuses: [String: Status?] = [:]
  ) throws(MappingError) -> StatusMapping {
    var there = standard.domiqToCanonical
    var back = standard.canonicalToDomIQ
    if domiq == .database {
      there = database
      for (raw, status) in statuses { there[normalise(raw)] = status }
      // A chat that only began is one with a contact, once the bot answered.
      for raw in there.filter({ $0.value == .new }).keys { there[raw + answered] = .contacted }
      back = toDatabase
    }
    var words: [String: Status] = [:]
    if resman == .partner {
      for evidence in PartnerEvidence.allCases { words[evidence.rawValue] = evidence.status }
    }
    return try StatusMapping(
      domiqToCanonical: there, canonicalToDomIQ: back, resmanToCanonical: words, lenses: lenses)
  }
}
