/// A canonical status: ResMan's vocabulary (docs/rules.md#vocabularies).
package enum Status: String, CaseIterable, Codable, Sendable, Hashable {
  case new, contacted, qualified
  case tourScheduled = "tour_scheduled"
  case application, leased, lost

  /// The place in the funnel, from 0; nil for `lost`, which has none.
  package var rank: Int? {
    switch self {
    case .new: 0
    case .contacted: 1
    case .qualified: 2
    case .tourScheduled: 3
    case .application: 4
    case .leased: 5
    case .lost: nil
    }
  }

  /// True for `leased` and `lost`: no transition leads out of them.
  package var isTerminal: Bool { successors.isEmpty }

  /// The statuses that a lead may move to, in the order of docs/rules.md#transitions, which also decides between
  /// paths of equal length.
  package var successors: [Status] {
    switch self {
    case .new: [.contacted, .qualified, .lost]
    case .contacted: [.qualified, .tourScheduled, .lost]
    case .qualified: [.tourScheduled, .application, .lost]
    case .tourScheduled: [.application, .leased, .lost]
    case .application: [.leased, .lost]
    case .leased, .lost: []
    }
  }

  /// True where one transition leads from here to `next`.
  package func allows(_ next: Status) -> Bool { successors.contains(next) }

  /// True where a chain of at least one transition leads from here to `other`.
  package func reaches(_ other: Status) -> Bool {
    successors.contains { $0 == other || $0.reaches(other) }
  }

  /// Whether a move by staff from here to `other` is outside the transition rules: no chain of transitions leads
  /// there.
  package func isIrregularMove(to other: Status) -> Bool { self != other && !reaches(other) }
}
