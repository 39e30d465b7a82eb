import Foundation
import Leads

/// The status changes of one lead from its first contact on.
struct LeadLifecycle: Sendable {
  /// One change of status; `from` is nil for the creation.
  struct Step: Sendable {
    var from: Status?
    var to: Status
    /// Microseconds since 1970 UTC.
    var at: Int64
    var by: Author
    /// Outside the transition rules.
    var isIrregular = false
  }

  /// In order of time; never empty.
  var steps: [Step]

  /// Its last status.
  var status: Status { steps.last?.to ?? .new }
  var createdAt: Int64 { steps.first?.at ?? 0 }
  var endedAt: Int64 { steps.last?.at ?? 0 }
}

/// The lifecycles of leads at one property: the next status, its author, and the time it takes.
struct LifecycleModel: Sendable {
  /// More than 1: leads get further than at the average property.
  var luck: Double
  /// More than 1: everything takes longer.
  var slowness: Double
  /// Seconds east of UTC, for staff keep office hours.
  var offset: Int64

  static let second: Int64 = 1_000_000
  static let hour = 3_600 * second
  static let day = 24 * hour

  /// A random lifecycle from `start` until it ends or reaches `horizon`.
  func run(from start: Int64, until horizon: Int64, _ random: inout SplitMix) -> LeadLifecycle {
    var lifecycle = LeadLifecycle(steps: [creation(at: start, &random)])
    while lifecycle.steps.count < 12 {
      let from = lifecycle.status
      guard let to = next(after: from, &random) else { break }
      let isBack = !from.allows(to)
      let by = isBack ? .resmanUser : author(of: to, &random)
      var at = lifecycle.endedAt + wait(from, to, by, &random)
      if by == .resmanUser { at = officeHour(at, &random) }
      if at > horizon { break }
      lifecycle.steps.append(
        LeadLifecycle.Step(from: from, to: to, at: at, by: by, isIrregular: isBack))
    }
    return lifecycle
  }

  /// A lifecycle that reaches `goal` at `end`; with `via`, from that status, by that author.
  func run(
    to goal: Status, via: Status?, at end: Int64, lastBy: Author?,
    _ random: inout SplitMix
  ) -> LeadLifecycle {
    var chain: [Status] = [.new]
    let before = via ?? goal
    while let last = chain.last, last != before {
      let open = last.successors.filter { $0 == before || $0.reaches(before) }
      guard !open.isEmpty else { break }
      chain.append(random.choice(open.map { ($0, weight($0)) }, else: before))
    }
    if via != nil { chain.append(goal) }
    var steps = [creation(at: 0, &random)]
    for (from, to) in zip(chain, chain.dropFirst()) {
      let isLast = steps.count == chain.count - 1
      let by = (isLast ? lastBy : nil) ?? author(of: to, &random)
      let at = (steps.last?.at ?? 0) + min(wait(from, to, by, &random), 20 * Self.day)
      steps.append(
        LeadLifecycle.Step(from: from, to: to, at: at, by: by, isIrregular: !from.allows(to)))
    }
    let shift = end - (steps.last?.at ?? 0)
    for index in steps.indices { steps[index].at += shift }
    return LeadLifecycle(steps: steps)
  }

  private func creation(at: Int64, _ random: inout SplitMix) -> LeadLifecycle.Step {
    LeadLifecycle.Step(from: nil, to: .new, at: at, by: random.chance(0.8) ? .chatbot : .resmanUser)
  }

  /// What comes after a status; nil: nothing more. Once in a while staff go back.
  private func next(after status: Status, _ random: inout SplitMix) -> Status? {
    switch status {
    case .leased: return nil
    case .lost: return random.chance(0.02) ? .contacted : nil
    case .qualified, .tourScheduled:
      if random.chance(0.012) { return .contacted }
    default: break
    }
    let choices = status.successors.map { ($0, share(from: status, to: $0)) }
    return random.choice(choices, else: .lost)
  }

  private func share(from: Status, to: Status) -> Double {
    let share: Double =
      switch (from, to) {
      case (.new, .contacted): 0.80
      case (.new, .qualified): 0.06
      case (.new, .lost): 0.14
      case (.contacted, .qualified): 0.46
      case (.contacted, .tourScheduled): 0.14
      case (.contacted, .lost): 0.40
      case (.qualified, .tourScheduled): 0.62
      case (.qualified, .application): 0.08
      case (.qualified, .lost): 0.30
      case (.tourScheduled, .application): 0.46
      case (.tourScheduled, .leased): 0.07
      case (.tourScheduled, .lost): 0.47
      case (.application, .leased): 0.74
      default: 0.26
      }
    return to == .lost ? share / luck : share
  }

  private func weight(_ status: Status) -> Double {
    status == .contacted || status == .qualified ? 2 : 1
  }

  private func author(of status: Status, _ random: inout SplitMix) -> Author {
    let chatbot: Double =
      switch status {
      case .new, .contacted: 0.75
      case .qualified: 0.65
      case .tourScheduled: 0.55
      case .application: 0.30
      case .leased: 0.04
      case .lost: 0.25
      }
    return random.chance(chatbot) ? .chatbot : .resmanUser
  }

  /// How long it takes, in microseconds, at least a minute.
  private func wait(
    _ from: Status, _ to: Status, _ by: Author, _ random: inout SplitMix
  ) -> Int64 {
    let hours: Double =
      switch (from, to) {
      case (.new, .lost): 120
      case (.new, _): by == .chatbot ? 0.15 : 7
      case (.contacted, .lost): 190
      case (.contacted, _): 36
      case (.qualified, _): 58
      case (.tourScheduled, _): 104
      case (.application, _): 140
      default: 90
      }
    let drawn = random.lognormal(median: hours * slowness, deviation: 0.9)
    return max(60 * Self.second, Int64(min(drawn, 24 * 365) * Double(Self.hour)))
  }

  /// That moment, or one in the next office hours: 9 to 18 of local time.
  private func officeHour(_ at: Int64, _ random: inout SplitMix) -> Int64 {
    let local = at + offset * Self.second
    let time = ((local % Self.day) + Self.day) % Self.day
    let opening = 9 * Self.hour
    if time >= opening && time < 18 * Self.hour { return at }
    let midnight = time < opening ? local - time : local - time + Self.day
    let later = Int64(random.unit() * Double(8 * Self.hour))
    return midnight + opening + later - offset * Self.second
  }
}
