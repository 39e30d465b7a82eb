/// Why a mapping is refused at the start.
package enum MappingError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A canonical status has no DomIQ status to be written as.
  case unmapped(Status)
  /// A canonical status mapped to DomIQ and back is another one.
  case brokenRoundTrip(Status)
  /// A canonical status would be read from ResMan as another one.
  case brokenInResMan(Status)
  /// Two spellings of one status map to different canonical ones.
  case ambiguous(String)
  /// A text stands for a status that this kind of system cannot mean.
  case beyond(String, Status)

  package var description: String {
    switch self {
    case .unmapped(let status): "\(status.rawValue) has no status in DomIQ"
    case .brokenRoundTrip(let status):
      "\(status.rawValue) would come back from DomIQ as another status"
    case .brokenInResMan(let status):
      "\(status.rawValue) would be read from ResMan as another status"
    case .ambiguous(let raw): "\"\(raw)\" stands for two different statuses"
    case .beyond(let raw, let status):
      "\"\(raw)\" cannot stand for \(status.rawValue), which this kind of system cannot show"
    }
  }
}

/// The mapping between the statuses of the two systems and the canonical ones.
package struct StatusMapping: Sendable, Equatable {
  let domiqToCanonical: [String: Status]
  let canonicalToDomIQ: [Status: String]
  /// ResMan's statuses other than the canonical names, which are its own.
  let resmanToCanonical: [String: Status]
  /// What both systems can tell apart.
  package let lenses: Lenses

  /// The mapping of docs/rules.md#vocabularies.
  package static let standard = StatusMapping(
    checked: [
      "initial_contact": .new, "engaged": .contacted, "follow_up_needed": .contacted,
      "qualified": .qualified, "tour_booked": .tourScheduled,
      "application_started": .application, "leased": .leased, "lost": .lost,
    ],
    [
      .new: "initial_contact", .contacted: "engaged", .qualified: "qualified",
      .tourScheduled: "tour_booked", .application: "application_started", .leased: "leased",
      .lost: "lost",
    ], [:])

  private init(
    checked domiqToCanonical: [String: Status], _ canonicalToDomIQ: [Status: String],
    _ resmanToCanonical: [String: Status], _ lenses: Lenses = .identity
  ) {
    self.domiqToCanonical = domiqToCanonical
    self.canonicalToDomIQ = canonicalToDomIQ
    self.resmanToCanonical = resmanToCanonical
    self.lenses = lenses
  }

  /// A mapping in which every canonical status that DomIQ can show maps to DomIQ and back to itself, and every one that
  /// ResMan can show is itself in ResMan.
  /// - Parameter lenses: what both systems can tell apart; no text may stand for another status.
  package init(
    domiqToCanonical: [String: Status], canonicalToDomIQ: [Status: String],
    resmanToCanonical: [String: Status] = [:], lenses: Lenses = .identity
  ) throws(MappingError) {
    let there = try Self.normalised(domiqToCanonical)
    let resman = try Self.normalised(resmanToCanonical)
    for (lens, words) in [(lenses.domiq, there), (lenses.resman, resman)] {
      for (raw, status) in words.sorted(by: { $0.key < $1.key }) where !lens.shows(status) {
        throw .beyond(raw, status)
      }
    }
    for status in Status.allCases {
      guard lenses.domiq.shows(status) else { continue }
      guard let raw = canonicalToDomIQ[status] else { throw .unmapped(status) }
      guard there[Self.normalise(raw)] == status else { throw .brokenRoundTrip(status) }
    }
    for status in Status.allCases {
      guard resman[status.rawValue, default: status] == status else {
        throw .brokenInResMan(status)
      }
    }
    self.init(checked: there, canonicalToDomIQ, resman, lenses)
  }

  /// This mapping with an installation's additions. A known status may get another meaning only where every canonical
  /// status still maps to DomIQ and back to itself.
  package func adding(
    domiq: [String: Status], resman: [String: Status]
  ) throws(MappingError) -> StatusMapping {
    let more = try Self.normalised(domiq)
    return try StatusMapping(
      domiqToCanonical: domiqToCanonical.merging(more) { $1 },
      canonicalToDomIQ: canonicalToDomIQ,
      resmanToCanonical: resmanToCanonical.merging(try Self.normalised(resman)) { $1 },
      lenses: lenses)
  }

  private static func normalised(
    _ statuses: [String: Status]
  ) throws(MappingError) -> [String: Status] {
    var normalised: [String: Status] = [:]
    for (raw, status) in statuses.sorted(by: { $0.key < $1.key }) {
      let name = normalise(raw)
      guard normalised[name, default: status] == status else { throw .ambiguous(raw) }
      normalised[name] = status
    }
    return normalised
  }

  /// Every status of DomIQ with its canonical status, in the order of the funnel.
  package var domiqVocabulary: [(raw: String, status: Status)] { Self.listed(domiqToCanonical) }

  /// ResMan's statuses other than the canonical ones, each with its canonical status.
  package var resmanVocabulary: [(raw: String, status: Status)] { Self.listed(resmanToCanonical) }

  private static func listed(_ statuses: [String: Status]) -> [(raw: String, status: Status)] {
    Status.allCases.flatMap { status in
      statuses.filter { $0.value == status }.keys.sorted().map { ($0, status) }
    }
  }

  /// Trimmed, lower case, spaces and hyphens as `_`: how raw statuses are compared.
  package static func normalise(_ raw: String) -> String {
    guard raw.utf8.allSatisfy({ $0 < 0x80 }) else {
      return String(raw.trimmed.lowercased().map { $0 == " " || $0 == "-" ? "_" : $0 })
    }
    let trimmed = raw.trimmed.utf8
    return String(unsafeUninitializedCapacity: trimmed.count) { buffer in
      var count = 0
      for byte in trimmed {
        buffer[count] =
          switch Unicode.Scalar(byte) {
          case "A"..."Z": byte | 0x20
          case " ", "-": UInt8(ascii: "_")
          default: byte
          }
        count += 1
      }
      return count
    }
  }

  /// The canonical status of DomIQ's text; nil where it is outside the vocabulary.
  package func canonical(domiq raw: String) -> Status? { domiqToCanonical[Self.normalise(raw)] }

  /// The canonical status of ResMan's text; nil where it is outside the vocabulary.
  package func canonical(resman raw: String) -> Status? {
    let name = Self.normalise(raw)
    return Status(rawValue: name) ?? resmanToCanonical[name]
  }

  /// DomIQ's status for a canonical one.
  package func domiq(_ status: Status) -> String { canonicalToDomIQ[status] ?? status.rawValue }
}

extension String {
  /// Without the white space at both ends.
  package var trimmed: Substring {
    // Most have none: both ends are printed characters of ASCII.
    let printed = UInt8(ascii: "!")...UInt8(ascii: "~")
    if let first = utf8.first, let last = utf8.last, printed.contains(first), printed.contains(last)
    {
      return self[...]
    }
    guard let first = firstIndex(where: { !$0.isWhitespace }),
      let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return self[first...last]
  }
}
