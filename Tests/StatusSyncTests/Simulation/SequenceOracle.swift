/// The correct result for a lead over several nights, derived from who moved it and not from versions. The
/// oracle knows the true state, and shares no code with the rules that it checks.
struct SequenceOracle: Sendable {
  /// The fault of a lead's first repair.
  enum Trouble: CaseIterable, Sendable {
    case none
    /// The first write is refused.
    case refused
    /// The second step of a push is refused: the push stops after the first.
    case stoppedHalfWay
    /// The first write is applied, and its answer is lost.
    case answerLost
    /// The first step of a push arrives after the night.
    case arrivesLater
    /// The first step of a push is acknowledged but not saved.
    case notSaved
  }

  /// The allowed transitions of each status, in the order of preference.
  static let steps: [String: [String]] = [
    "new": ["contacted", "qualified", "lost"],
    "contacted": ["qualified", "tour_scheduled", "lost"],
    "qualified": ["tour_scheduled", "application", "lost"],
    "tour_scheduled": ["application", "leased", "lost"],
    "application": ["leased", "lost"],
    "leased": [], "lost": [],
  ]

  /// DomIQ's word for each status.
  static let words = [
    "new": "initial_contact", "contacted": "engaged", "qualified": "qualified",
    "tour_scheduled": "tour_booked", "application": "application_started", "leased": "leased",
    "lost": "lost",
  ]

  /// The statuses of both sides, and the last agreed one; nil: none yet.
  var domiq: String
  var resman: String
  var agreed: String?
  /// A person is asked.
  var isAsked = false
  /// How precisely ResMan's timestamps separate a move by staff from a push of ours that was not saved.
  enum Stamps: Sendable { case exact, day, nothing }
  var stamps: Stamps
  /// We wrote to ResMan since it was last read completely.
  private var hasPushed = false
  /// A step that may still arrive at ResMan.
  private var onItsWay: String?
  /// ResMan's status before that step.
  private var before: String?
  /// ResMan was never read while it had the status that we pushed.
  private var isPushUnseen = false
  /// The log records a change that ResMan never saved.
  private var isClaimUntrue = false

  init(_ status: String, stamps: Stamps) {
    domiq = status
    resman = status
    self.stamps = stamps
  }

  /// The shortest chain of transitions; nil: there is none.
  static func way(from: String, to: String) -> [String]? {
    var ways: [[String]] = [[from]]
    while !ways.isEmpty {
      var longer: [[String]] = []
      for way in ways {
        for next in steps[way[way.count - 1]] ?? [] {
          if next == to { return Array((way + [next]).dropFirst()) }
          longer.append(way + [next])
        }
      }
      ways = longer
    }
    return nil
  }

  private static func leads(_ from: String, to: String) -> Bool { way(from: from, to: to) != nil }

  /// Applies one night.
  mutating func night(_ trouble: Trouble) {
    if let step = onItsWay {
      agreed = step
      onItsWay = nil
      hasPushed = true
      isPushUnseen = resman == before
    }
    let pushedBefore = hasPushed
    hasPushed = false
    isAsked = false
    guard domiq != resman else {
      agreed = domiq
      isClaimUntrue = false
      return
    }
    guard let base = agreed else {
      isAsked = true
      return
    }
    if isClaimUntrue {
      // The status that it shows is from the day before the push.
      guard stamps != .nothing else { return isAsked = true }
      isClaimUntrue = false
      return push(trouble)
    }
    if base == resman { return push(trouble) }
    if base == domiq {
      if stamps != .exact, pushedBefore || isPushUnseen { isAsked = true } else { pull(trouble) }
      return
    }
    conflict(base, trouble)
  }

  private mutating func conflict(_ base: String, _ trouble: Trouble) {
    guard Self.leads(base, to: domiq), Self.leads(base, to: resman) else { return isAsked = true }
    if domiq != "lost", Self.leads(resman, to: domiq) {
      // The move by staff is logged first.
      agreed = resman
      return push(trouble)
    }
    if resman != "lost", Self.leads(domiq, to: resman) { return pull(trouble) }
    isAsked = true
  }

  private mutating func pull(_ trouble: Trouble) {
    guard trouble != .refused else { return }
    domiq = resman
    agreed = resman
  }

  private mutating func push(_ trouble: Trouble) {
    guard let way = Self.way(from: resman, to: domiq) else { return isAsked = true }
    switch trouble {
    case .refused: break
    case .stoppedHalfWay where way.count > 1:
      resman = way[0]
      agreed = way[0]
      hasPushed = true
    case .none, .answerLost, .stoppedHalfWay:
      resman = domiq
      agreed = domiq
      hasPushed = true
    case .arrivesLater:
      before = resman
      resman = way[0]
      onItsWay = way[0]
    case .notSaved:
      isClaimUntrue = true
      // Exact timestamps show in the same night that the first of several steps was not saved.
      agreed = way.count > 1 && stamps == .exact ? resman : way[0]
      if way.count > 1 { isClaimUntrue = false }
    }
  }
}
