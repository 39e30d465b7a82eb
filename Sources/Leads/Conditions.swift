/// A field of a lead's record that a condition requires.
package enum Field: String, Sendable, Codable, CaseIterable {
  case email, phone
  case tourDatetime = "tour_datetime"
  case incomeVerification = "income_verification"
}

/// What the conditions of a push are checked against: the record of either side counts.
package struct LeadFacts: Sendable, Equatable {
  /// 0…100, as sent: 69.99 is less than 70; nil where neither side has one.
  package var leadScore: Double?
  package var fields: Set<Field>

  /// Facts that meet every condition.
  package static let everythingMet = LeadFacts(leadScore: 100, fields: Set(Field.allCases))

  package init(leadScore: Double?, fields: Set<Field>) {
    self.leadScore = leadScore
    self.fields = fields
  }

  /// DomIQ's facts completed by ResMan's: DomIQ's score has precedence, a field counts from either.
  package func merged(with resman: LeadFacts) -> LeadFacts {
    LeadFacts(leadScore: leadScore ?? resman.leadScore, fields: fields.union(resman.fields))
  }
}

/// What a lead needs before it may be pushed into a status.
package enum Condition: Sendable, Equatable, CustomStringConvertible {
  case minimumLeadScore(Int)
  case field(Field)

  package var description: String {
    switch self {
    case .minimumLeadScore(let score): "lead_score >= \(score)"
    case .field(let field): field.rawValue
    }
  }

  func isMet(by facts: LeadFacts) -> Bool {
    switch self {
    case .minimumLeadScore(let score): facts.leadScore.map { $0 >= Double(score) } ?? false
    case .field(let field): facts.fields.contains(field)
    }
  }
}

extension Status {
  /// The conditions of entering this status (docs/rules.md#conditions). They apply to what StatusSync pushes, not to
  /// what staff did.
  package var conditions: [Condition] {
    switch self {
    case .qualified: [.minimumLeadScore(70), .field(.email), .field(.phone)]
    case .tourScheduled: [.field(.email), .field(.phone), .field(.tourDatetime)]
    case .application: [.field(.email), .field(.phone), .field(.incomeVerification)]
    case .new, .contacted, .leased, .lost: []
    }
  }

  /// The conditions that these facts do not meet.
  package func unmetConditions(_ facts: LeadFacts) -> [Condition] {
    conditions.filter { !$0.isMet(by: facts) }
  }
}

/// The path of a push from one status to another.
package enum Route: Sendable, Equatable {
  /// The statuses to enter in order; the last is the goal.
  case hops([Status])
  /// Transitions lead there, but these conditions are not met.
  case unmet([Condition])
  case unreachable

  /// The shortest chain of statuses whose conditions are all met; of equally short ones the first in the order of
  /// the transitions.
  package static func shortest(from: Status, to: Status, facts: LeadFacts) -> Route {
    guard from.reaches(to) else { return .unreachable }
    if let hops = search(from: from, to: to, open: { $0.unmetConditions(facts).isEmpty }) {
      return .hops(hops)
    }
    // The conditions named are those of the path that would otherwise be taken.
    let wished = search(from: from, to: to, open: { _ in true }) ?? [to]
    var unmet: [Condition] = []
    for condition in wished.flatMap({ $0.unmetConditions(facts) }) where !unmet.contains(condition)
    {
      unmet.append(condition)
    }
    return .unmet(unmet)
  }

  private static func search(from: Status, to: Status, open: (Status) -> Bool) -> [Status]? {
    var paths: [[Status]] = [[]]
    while !paths.isEmpty {
      var longer: [[Status]] = []
      for path in paths {
        for next in (path.last ?? from).successors where open(next) {
          if next == to { return path + [next] }
          longer.append(path + [next])
        }
      }
      paths = longer
    }
    return nil
  }
}
