import Foundation
import Leads
import Statistics

/// The aggregates of one property.
package struct PropertyAggregates: Sendable {
  package var property: UUID?
  /// The zone of its days.
  package let zone: Int
  /// The first local day of the window.
  let firstDay: Int32

  /// Changes and creations of the window, by direction and author, then by day.
  package var entries: [Entry: DailyEntries] = [:]
  /// Those of the window before.
  package var before = Entries()
  package var changes = Changes()
  package var transitions: [Transition: Transitions] = [:]
  /// Leads by the furthest status reached.
  package var cohorts: [Cohort: Int] = [:]
  /// Of the window's cohort, by the rank of the status entered.
  var conversions = [Conversion](repeating: Conversion(), count: Int(SymbolTable.leased))
  /// From the first entry into a status to the outcome.
  var advances = [CompetingRisks](repeating: CompetingRisks(), count: Int(SymbolTable.leased))
  /// Of the leads created as new: in the window before, and in this one.
  package var responses = [Responses](repeating: Responses(), count: 2)
  /// The same of the last weeks, by local day.
  var answeredDays: [Int32: AnsweredDay] = [:]
  /// How long stays lasted, by status.
  package var stays: [Symbol: Durations.Pair] = [:]
  /// How long leads waited for an answer.
  package var answers = Durations.Pair()
  /// By status and day, from the first day of the window; the first and the last day are complete.
  var flows: [[Flow]] = []
  /// By status: the start of the oldest open stay that began in the window.
  package var oldestOpen: [Symbol: Int64] = [:]
  /// Open leads whose present stay has a known start.
  package var open: [Open] = []

  package init(property: UUID?, zone: Int, firstDay: Int32) {
    self.property = property
    self.zone = zone
    self.firstDay = firstDay
  }

  package struct Open: Sendable {
    package var lead: String
    package var status: Symbol
    package var since: Int64

    package init(lead: String, status: Symbol, since: Int64) {
      self.lead = lead
      self.status = status
      self.since = since
    }
  }

  package struct Entry: Hashable, Sendable {
    package var direction: Symbol?
    package var updatedBy: Symbol?

    package init(direction: Symbol? = nil, updatedBy: Symbol? = nil) {
      self.direction = direction
      self.updatedBy = updatedBy
    }

    package func hash(into hasher: inout Hasher) {
      hasher.combine(Int32(direction ?? -1) << 16 ^ Int32(updatedBy ?? -1))
    }
  }

  /// By day, from the first of the window on.
  package struct DailyEntries: Sendable {
    let firstDay: Int32
    package private(set) var days: [Entries] = []

    package mutating func add(isCreation: Bool, on day: Int32) {
      let place = Int(max(0, day - firstDay))
      while days.count <= place { days.append(Entries()) }
      days[place].add(isCreation: isCreation)
    }
  }

  package struct Entries: Sendable {
    package var changes = 0
    package var creations = 0

    package mutating func add(isCreation: Bool) {
      if isCreation { creations += 1 } else { changes += 1 }
    }
  }

  /// Of the window's changes and creations; `aged`: changes at least 72 hours old.
  package struct Changes: Sendable {
    package var changes = 0
    package var creations = 0
    package var noop = 0
    var discontinuous = 0
    package var reopened = 0
    package var illegal = 0
    package var unknownStatus = 0
    var aged = 0
    var agedLegal = 0
    var agedContinuous = 0
    var agedUncorrected = 0
    var agedAccurate = 0
  }

  package struct Transition: Hashable, Sendable {
    package var from: Symbol
    package var to: Symbol

    package func hash(into hasher: inout Hasher) { hasher.combine(Int64(from) << 32 ^ Int64(to)) }
  }

  package struct Transitions: Sendable {
    package var count = 0
    /// Leads with at least one such change.
    package var leads = 0
    /// Outside the transition rules.
    package var illegal = 0
    /// Microseconds in the status left, where its beginning is known.
    var durations: [Int64] = []

    package mutating func add(isLeadsFirst: Bool, isLegal: Bool, duration: Int64?) {
      count += 1
      if isLeadsFirst { leads += 1 }
      if !isLegal { illegal += 1 }
      if let duration { durations.append(duration) }
    }

    package mutating func add(_ other: Transitions) {
      count += other.count
      leads += other.leads
      illegal += other.illegal
      durations += other.durations
    }
  }

  /// Leads that entered a status and left it.
  package struct Flow: Sendable {
    package var created = 0
    var movedIn = 0
    var movedOut = 0

    package mutating func add(_ other: Flow) {
      created += other.created
      movedIn += other.movedIn
      movedOut += other.movedOut
    }
  }

  package struct Cohort: Hashable, Sendable {
    /// Of this window; else of the one before, of which only the highest ranks are counted.
    var isCurrent: Bool
    var createdDay: Int32?
    package var isMature: Bool
    /// A created lead has reached the first step, whatever its status.
    package var highest: Int32 = 0
    /// A bit for each rank.
    package var visited: Int32 = 0
    var isLost = false
  }

  package struct Conversion: Sendable {
    package var entered = 0
    package var advanced = 0
    /// Did not advance, and was lost.
    package var lost = 0
    /// The sum of all stays; open ones until the window's instant.
    package var microseconds: Int64 = 0

    package mutating func add(isAdvanced: Bool, isLost: Bool) {
      entered += 1
      if isAdvanced { advanced += 1 } else if isLost { lost += 1 }
    }
  }

  package struct AnsweredDay: Sendable {
    package var created = 0
    /// Answered within an hour.
    package var quick = 0

    package mutating func add(isQuick: Bool) {
      created += 1
      if isQuick { quick += 1 }
    }
  }
}

/// How soon leads created as new were answered.
package struct Responses: Sendable {
  /// Of leads that are old enough: how many, and how many were answered within the time.
  package struct Share: Sendable {
    package var old = 0
    package var within = 0
  }

  /// Microseconds until the answer.
  var durations: [Int64] = []
  package var chatbot = Sum()
  package var staff = Sum()
  /// Within 5 minutes, 1 hour, 24 hours.
  package var shares = [Share](repeating: Share(), count: limits.count)

  /// A lead was created as new and is old enough, or was answered.
  package var isKnown: Bool { !durations.isEmpty || shares[0].old > 0 }

  package static let limits: [Int64] = [300_000_000, 3_600_000_000, 86_400_000_000]

  package struct Sum: Sendable {
    package var count = 0
    package var microseconds: Int128 = 0

    package mutating func add(_ duration: Int64) {
      count += 1
      microseconds += Int128(duration)
    }

    package mutating func add(_ other: Sum) {
      count += other.count
      microseconds += other.microseconds
    }
  }

  /// - Parameter duration: nil: not answered yet, or lost.
  package mutating func add(age: Int64, duration: Int64?, by author: Author?) {
    for (index, limit) in Self.limits.enumerated() where age >= limit {
      shares[index].old += 1
      if let duration, duration <= limit { shares[index].within += 1 }
    }
    guard let duration else { return }
    durations.append(duration)
    switch author {
    case .chatbot: chatbot.add(duration)
    case .resmanUser: staff.add(duration)
    case .system, nil: break
    }
  }

  package mutating func add(_ other: Responses) {
    durations += other.durations
    chatbot.add(other.chatbot)
    staff.add(other.staff)
    for index in shares.indices {
      shares[index].old += other.shares[index].old
      shares[index].within += other.shares[index].within
    }
  }
}
