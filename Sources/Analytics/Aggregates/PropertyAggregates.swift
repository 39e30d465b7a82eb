import Foundation
import Leads
import Statistics

/// The aggregates of one property.
struct PropertyAggregates: Sendable {
  var property: UUID?
  /// The zone of its days.
  let zone: Int
  /// The first local day of the window.
  let firstDay: Int32

  /// Changes and creations of the window, by direction and author, then by day.
  var entries: [Entry: DailyEntries] = [:]
  /// Those of the window before.
  var before = Entries()
  var changes = Changes()
  var transitions: [Transition: Transitions] = [:]
  /// Leads by the furthest status reached.
  var cohorts: [Cohort: Int] = [:]
  /// Of the window's cohort, by the rank of the status entered.
  var conversions = [Conversion](repeating: Conversion(), count: Int(SymbolTable.leased))
  /// From the first entry into a status to the outcome.
  var advances = [CompetingRisks](repeating: CompetingRisks(), count: Int(SymbolTable.leased))
  /// From its creation to what each curve is about.
  var curves = [CompetingRisks](repeating: CompetingRisks(), count: CurveName.allCases.count)
  /// Of the leads created as new: in the window before, and in this one.
  var responses = [Responses](repeating: Responses(), count: 2)
  /// The same of the last weeks, by local day.
  var answeredDays: [Int32: AnsweredDay] = [:]
  /// How long stays lasted, by status.
  var stays: [Symbol: Durations.Pair] = [:]
  /// How long leads waited for an answer.
  var answers = Durations.Pair()
  /// By status and day, from the first day of the window; the first and the last day are complete.
  var flows: [[Flow]] = []
  /// By status: the start of the oldest open stay that began in the window.
  var oldestOpen: [Symbol: Int64] = [:]
  /// Open leads whose present stay has a known start.
  var open: [Open] = []

  struct Open: Sendable {
    var lead: String
    var status: Symbol
    var since: Int64
  }

  struct Entry: Hashable, Sendable {
    var direction: Symbol?
    var updatedBy: Symbol?

    func hash(into hasher: inout Hasher) {
      hasher.combine(Int32(direction ?? -1) << 16 ^ Int32(updatedBy ?? -1))
    }
  }

  /// By day, from the first of the window on.
  struct DailyEntries: Sendable {
    let firstDay: Int32
    private(set) var days: [Entries] = []

    mutating func add(isCreation: Bool, on day: Int32) {
      let place = Int(max(0, day - firstDay))
      while days.count <= place { days.append(Entries()) }
      days[place].add(isCreation: isCreation)
    }
  }

  struct Entries: Sendable {
    var changes = 0
    var creations = 0

    mutating func add(isCreation: Bool) {
      if isCreation { creations += 1 } else { changes += 1 }
    }
  }

  /// Of the window's changes and creations; `aged`: changes at least 72 hours old.
  struct Changes: Sendable {
    var changes = 0
    var creations = 0
    var noop = 0
    var discontinuous = 0
    var reopened = 0
    var illegal = 0
    var unknownStatus = 0
    var aged = 0
    var agedLegal = 0
    var agedContinuous = 0
    var agedUncorrected = 0
    var agedAccurate = 0
  }

  struct Transition: Hashable, Sendable {
    var from: Symbol
    var to: Symbol

    func hash(into hasher: inout Hasher) { hasher.combine(Int64(from) << 32 ^ Int64(to)) }
  }

  struct Transitions: Sendable {
    var count = 0
    /// Leads with at least one such change.
    var leads = 0
    /// Outside the transition rules.
    var illegal = 0
    /// Microseconds in the status left, where its beginning is known.
    var durations: [Int64] = []

    mutating func add(isLeadsFirst: Bool, isLegal: Bool, duration: Int64?) {
      count += 1
      if isLeadsFirst { leads += 1 }
      if !isLegal { illegal += 1 }
      if let duration { durations.append(duration) }
    }

    mutating func add(_ other: Transitions) {
      count += other.count
      leads += other.leads
      illegal += other.illegal
      durations += other.durations
    }
  }

  /// Leads that entered a status and left it.
  struct Flow: Sendable, Equatable {
    var created = 0
    var movedIn = 0
    var movedOut = 0

    mutating func add(_ other: Flow) {
      created += other.created
      movedIn += other.movedIn
      movedOut += other.movedOut
    }
  }

  struct Cohort: Hashable, Sendable {
    /// Of this window; else of the one before, of which only the highest ranks are counted.
    var isCurrent: Bool
    var createdDay: Int32?
    var isMature: Bool
    /// A created lead has reached the first step, whatever its status.
    var highest: Int32 = 0
    /// A bit for each rank.
    var visited: Int32 = 0
    var isLost = false
  }

  struct Conversion: Sendable {
    var entered = 0
    var advanced = 0
    /// Did not advance, and was lost.
    var lost = 0
    /// The sum of all stays; open ones until the window's instant.
    var microseconds: Int64 = 0

    mutating func add(isAdvanced: Bool, isLost: Bool) {
      entered += 1
      if isAdvanced { advanced += 1 } else if isLost { lost += 1 }
    }
  }

  struct AnsweredDay: Sendable {
    var created = 0
    /// Answered within an hour.
    var quick = 0

    mutating func add(isQuick: Bool) {
      created += 1
      if isQuick { quick += 1 }
    }
  }
}

/// How soon leads created as new were answered.
struct Responses: Sendable {
  /// Of leads that are old enough: how many, and how many were answered within the time.
  struct Share: Sendable {
    var old = 0
    var within = 0
  }

  /// Microseconds until the answer.
  var durations: [Int64] = []
  var chatbot = Sum()
  var staff = Sum()
  /// Within 5 minutes, 1 hour, 24 hours.
  var shares = [Share](repeating: Share(), count: limits.count)

  /// A lead was created as new and is old enough, or was answered.
  var isKnown: Bool { !durations.isEmpty || shares[0].old > 0 }

  static let limits: [Int64] = [300_000_000, 3_600_000_000, 86_400_000_000]

  struct Sum: Sendable {
    var count = 0
    var microseconds: Int128 = 0

    mutating func add(_ duration: Int64) {
      count += 1
      microseconds += Int128(duration)
    }

    mutating func add(_ other: Sum) {
      count += other.count
      microseconds += other.microseconds
    }
  }

  /// - Parameter duration: nil: not answered yet, or lost.
  mutating func add(age: Int64, duration: Int64?, by author: Author?) {
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

  mutating func add(_ other: Responses) {
    durations += other.durations
    chatbot.add(other.chatbot)
    staff.add(other.staff)
    for index in shares.indices {
      shares[index].old += other.shares[index].old
      shares[index].within += other.shares[index].within
    }
  }
}
