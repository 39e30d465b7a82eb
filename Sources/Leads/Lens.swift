/// What one system can tell apart: the projection of its kind from canonical statuses to those it can show
/// (docs/rules.md#lenses). Showing what is shown already changes nothing: `shown(shown(x)) = shown(x)`.
package struct Lens: Sendable, Equatable {
  /// The system with its kind, as the subject of a sentence: `ResMan's partner interface`.
  package let name: String
  /// Statuses that it shows as another one.
  private let merged: [Status: Status]
  /// Statuses that it cannot show in any way: whatever it shows agrees with them.
  private let beyond: Set<Status>

  /// A system that shows every status as it is.
  package init(name: String) {
    self.name = name
    merged = [:]
    beyond = []
  }

  /// - Throws: where what is shown would be shown as something else.
  package init(
    name: String, merging merged: [Status: Status], beyond: Set<Status> = []
  ) throws(LensError) {
    for (status, shown) in merged.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      guard merged[shown] == nil, !beyond.contains(shown), !beyond.contains(status) else {
        throw LensError(name: name, status: status, shown: shown)
      }
    }
    self.name = name
    self.merged = merged
    self.beyond = beyond
  }

  /// What the system shows of a canonical status; nil where it cannot show it: then whatever it shows agrees.
  package func shown(_ status: Status) -> Status? {
    beyond.contains(status) ? nil : merged[status] ?? status
  }

  /// Whether the system can show this status itself.
  package func shows(_ status: Status) -> Bool { shown(status) == status }

  /// What a person must know of this status in the system; nil where it is shown as it is.
  package func note(on status: Status) -> String? {
    guard let shown = shown(status) else { return "\(name) cannot show \(status.rawValue)." }
    return shown == status ? nil : "\(name) shows \(status.rawValue) as \(shown.rawValue)."
  }
}

/// A projection that shows what it showed as something else.
package struct LensError: Error, Sendable, Equatable, CustomStringConvertible {
  package var name: String
  package var status: Status
  package var shown: Status

  package init(name: String, status: Status, shown: Status) {
    self.name = name
    self.status = status
    self.shown = shown
  }

  package var description: String {
    "\(name) would show \(status.rawValue) as \(shown.rawValue), which it cannot show itself"
  }
}

/// The kinds of ResMan's interfaces (docs/rules.md#lenses).
package enum ResManKind: String, Codable, CaseIterable, Sendable {
  /// The status API of docs/contracts.md.
  case statusAPI = "status_api"
  /// ResMan's partner interface: four statuses, and contacts as events. It does not know `qualified`.
  case partner

  /// - Throws: where the projection of the kind is none.
  package func lens() throws(LensError) -> Lens {
    switch self {
    case .statusAPI: Lenses.identity.resman
    case .partner:
      try Lens(name: "ResMan's partner interface", merging: [.qualified: .contacted])
    }
  }
}

/// The kinds of DomIQ's interfaces (docs/rules.md#lenses).
package enum DomIQKind: String, Codable, CaseIterable, Sendable {
  /// The API of docs/contracts.md.
  case statusAPI = "status_api"
  /// DomIQ's own database, whose chats end with a tour.
  case database

  /// - Throws: where the projection of the kind is none.
  package func lens() throws(LensError) -> Lens {
    switch self {
    case .statusAPI: Lenses.identity.domiq
    case .database:
      try Lens(name: "DomIQ's database", merging: [:], beyond: [.application, .leased, .lost])
    }
  }
}

/// The lenses of both systems.
package struct Lenses: Sendable, Equatable {
  package var resman: Lens
  package var domiq: Lens

  package init(resman: Lens, domiq: Lens) {
    self.resman = resman
    self.domiq = domiq
  }

  /// Of these kinds.
  /// - Throws: where the projection of a kind is none.
  package init(resman: ResManKind, domiq: DomIQKind) throws(LensError) {
    self.init(resman: try resman.lens(), domiq: try domiq.lens())
  }

  /// Both systems show every status as it is.
  package static let identity = Lenses(resman: Lens(name: "ResMan"), domiq: Lens(name: "DomIQ"))

  /// The status that both systems mean by what they show; nil where they mean different ones.
  package func agreed(domiq d: Status, resman r: Status) -> Status? {
    if resman.shown(d) == r { return d }
    guard let shown = domiq.shown(r) else { return r }
    return shown == d ? r : nil
  }

  /// What a person must know of these statuses in either system, each once.
  func notes(on statuses: [Status]) -> [String] {
    var notes: [String] = []
    for status in statuses {
      for note in [resman.note(on: status), domiq.note(on: status)].compactMap({ $0 })
      where !notes.contains(note) { notes.append(note) }
    }
    return notes
  }
}
