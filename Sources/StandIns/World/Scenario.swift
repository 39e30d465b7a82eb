import Leads

/// One state of a lead in both systems and the log: the last agreement, and each system's present status. Each has the
/// verdict that docs/rules.md#the-15-rules gives it.
package struct Scenario: Sendable {
  /// A system's state relative to the last agreement.
  package enum Position: Sendable, Equatable {
    case asAgreed
    /// Its own users changed it since.
    case moved(Status)
    /// It did not take the last logged change and still has this status.
    case stuck(Status)
    /// Its own users wrote something outside the vocabulary.
    case foreign(String)
    /// It does not have the lead.
    case absent
  }

  /// What is kept from the lead, so that a condition is not met.
  package enum Lack: Sendable, Equatable { case nothing, score, tourDatetime, incomeVerification }

  package var verdict: Verdict
  package var rule: Int
  package var action: Action
  /// The lead's status before any drift; nil: as its lifecycle gives.
  package var agreed: Status?
  /// The status just before, if it matters.
  package var via: Status?
  package var isLogged = true
  package var domiq = Position.asAgreed
  package var resman = Position.asAgreed
  package var lack = Lack.nothing

  package static let inSync = Scenario(verdict: .inSync, rule: 6, action: .none)

  /// The scenarios of `leads` leads, in sync ones last. Every kind is there at least once; moves
  /// into leased and lost that would be pushed stay under the terminal budget of one night.
  package static func list(leads: Int) -> [Scenario] {
    var list: [Scenario] = []
    for kind in kinds {
      var count = max(1, Int((Double(leads) * kind.perThousand / 1_000).rounded()))
      if let limit = kind.limit { count = min(count, limit) }
      for index in 0..<count { list.append(kind.variants[index % kind.variants.count]) }
    }
    list.append(contentsOf: Array(repeating: .inSync, count: max(0, leads - list.count)))
    return list
  }

  /// The fewest leads with which every variant of every kind could be shown.
  package static let fewestLeads = 100
}
