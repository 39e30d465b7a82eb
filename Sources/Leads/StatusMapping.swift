/// Why a mapping is refused at the start.
public enum MappingError: Error, Sendable, Equatable {
  /// A canonical status has no DomIQ status to be written as.
  case unmapped(Status)
  /// A canonical status does not survive the trip to DomIQ and back.
  case brokenRoundTrip(Status)
}

/// How DomIQ's statuses and the canonical ones stand for each other.
public struct StatusMapping: Sendable, Equatable {
  let domiqToCanonical: [String: Status]
  let canonicalToDomIQ: [Status: String]

  /// The mapping of source.md.
  public static let standard = StatusMapping(
    checked: [
      "initial_contact": .new, "engaged": .contacted, "follow_up_needed": .contacted,
      "qualified": .qualified, "tour_booked": .tourScheduled,
      "application_started": .application, "leased": .leased, "lost": .lost,
    ],
    [
      .new: "initial_contact", .contacted: "engaged", .qualified: "qualified",
      .tourScheduled: "tour_booked", .application: "application_started", .leased: "leased",
      .lost: "lost",
    ])

  private init(checked domiqToCanonical: [String: Status], _ canonicalToDomIQ: [Status: String]) {
    self.domiqToCanonical = domiqToCanonical
    self.canonicalToDomIQ = canonicalToDomIQ
  }

  /// A mapping whose every canonical status survives the trip to DomIQ and back.
  public init(
    domiqToCanonical: [String: Status], canonicalToDomIQ: [Status: String]
  ) throws(MappingError) {
    let there = Dictionary(
      domiqToCanonical.map { (Self.normalise($0.key), $0.value) },
      uniquingKeysWith: { first, _ in first })
    for status in Status.allCases {
      guard let raw = canonicalToDomIQ[status] else { throw .unmapped(status) }
      guard there[Self.normalise(raw)] == status else { throw .brokenRoundTrip(status) }
    }
    self.init(checked: there, canonicalToDomIQ)
  }

  /// Trimmed, lower case, spaces and hyphens as `_`: how raw statuses are compared.
  public static func normalise(_ raw: String) -> String {
    func isSpace(_ character: Character) -> Bool { character.isWhitespace }
    guard let first = raw.firstIndex(where: { !isSpace($0) }),
      let last = raw.lastIndex(where: { !isSpace($0) })
    else { return "" }
    return String(
      raw[first...last].lowercased().map { $0 == " " || $0 == "-" ? "_" : $0 })
  }

  /// The canonical status of DomIQ's text; nil where it is outside the vocabulary.
  public func canonical(domiq raw: String) -> Status? { domiqToCanonical[Self.normalise(raw)] }

  /// The canonical status of ResMan's text; nil where it is outside the vocabulary.
  public func canonical(resman raw: String) -> Status? { Status(rawValue: Self.normalise(raw)) }

  /// What DomIQ calls a canonical status.
  public func domiq(_ status: Status) -> String { canonicalToDomIQ[status] ?? status.rawValue }
}
