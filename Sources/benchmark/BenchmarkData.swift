import Foundation
import Leads
import StandIns

/// The state of both systems on one night of a made-up installation, lead by lead; every call returns the
/// same.
///
/// On the first night both agree on every lead. On the second about one lead in a hundred has drifted, in
/// the demo's shares of every verdict; of the others one in fifty has a newer record with the same status.
/// On the third night of another run, every lead of the largest property moved in DomIQ instead.
struct BenchmarkData: Sendable {
  enum Night: Int, Sendable { case first = 1, second, moved }

  /// One record: the status as its system writes it, and its version.
  struct Record {
    var raw: String
    var version: String
  }

  private static let statuses: [Status] = [
    .new, .contacted, .qualified, .tourScheduled, .application,
  ]
  /// Of a thousand leads, those that a list of the demo's scenarios is as long for: its drift is 55, and
  /// 15 leads of ResMan's alone come on top.
  private static let perThousand = 180
  private static let mapping = StatusMapping.standard

  let leads: Int
  let properties: Int
  let night: Night
  /// When the benchmark began: no record is newer.
  let now: Instant
  private let scenarios: [Scenario]
  private let stride: Int

  init(leads: Int, properties: Int, night: Night, now: Instant) {
    self.leads = leads
    self.properties = properties
    self.night = night
    self.now = now
    scenarios = Scenario.list(leads: max(leads * Self.perThousand / 1000, Scenario.fewestLeads))
      .filter { $0.verdict != .inSync }
    stride = max(leads / max(scenarios.count, 1), 1)
  }

  /// The state of a lead on the second night.
  func scenario(_ lead: Int) -> Scenario {
    let place = lead / stride
    return lead % stride == 0 && place < scenarios.count ? scenarios[place] : .inSync
  }

  /// One lead in ten is of the first property, the others are spread evenly.
  func property(of lead: Int) -> Int {
    let number = Self.mixed(lead)
    return number % 10 == 0 || properties < 2 ? 0 : 1 + number / 10 % (properties - 1)
  }

  func propertyID(_ number: Int) -> String { Self.uuid(kind: 1, number) }

  func conversation(_ lead: Int) -> String { Self.uuid(kind: 2, lead) }

  /// An older chat of the same prospect, for one lead in a hundred.
  func secondConversation(_ lead: Int) -> String? {
    lead % 100 == 50 && scenario(lead).verdict == .inSync ? Self.uuid(kind: 3, lead) : nil
  }

  /// `L-` and the number, so that both sides and the log name the same lead.
  func name(_ lead: Int) -> String { "L-\(lead)" }

  /// What both sides hold when the second night begins, but for what drifted.
  func agreed(_ lead: Int) -> Status {
    scenario(lead).agreed ?? Self.statuses[lead % Self.statuses.count]
  }

  /// The lead in ResMan; nil where it is not there.
  func resman(_ lead: Int) -> Record? {
    let scenario = scenario(lead)
    guard night == .second else { return first(lead, scenario) { $0.rawValue } }
    return second(lead, scenario, scenario.resman, isStuckElsewhere: isStuck(scenario.domiq)) {
      $0.rawValue
    }
  }

  /// The lead's conversation in DomIQ; nil where it has none.
  func domiq(_ lead: Int) -> Record? {
    let scenario = scenario(lead)
    guard scenario.domiq != .absent else { return nil }
    let word: (Status) -> String = { Self.mapping.domiq($0) }
    guard night == .second else {
      guard var record = first(lead, scenario, word) else { return nil }
      if hasMovedAlone(lead) {
        record = Record(raw: word(next(after: scenario.via ?? agreed(lead))), version: new(lead))
      }
      return record
    }
    let isStuckElsewhere = isStuck(scenario.resman)
    var record = second(
      lead, scenario, scenario.domiq, isStuckElsewhere: isStuckElsewhere, word)
    if scenario.verdict == .inSync, lead % 50 == 7 { record?.version = new(lead) }
    return record
  }

  /// Versions, oldest first: of the first night, of a change between the nights, of the second.
  func old(_ lead: Int) -> String { version(days: 10, lead) }
  func between(_ lead: Int) -> String { version(days: 5, lead) }
  func new(_ lead: Int) -> String { version(days: 1, lead) }

  /// How many leads of each verdict the night must find.
  var expectedVerdicts: [String: Int] {
    var counts: [Verdict: Int] = [:]
    for lead in 0..<leads {
      let scenario = scenario(lead)
      switch night {
      case .second: counts[scenario.verdict, default: 0] += 1
      case .first, .moved:
        guard isThereFirst(scenario) else { continue }
        let agreed: Verdict = night == .first ? .baseline : .inSync
        let verdict: Verdict = hasMovedAlone(lead) ? .domiqAhead : agreed
        counts[scenario.domiq == .absent ? .resmanOnly : verdict, default: 0] += 1
      }
    }
    return Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, $0.value) })
  }

  /// Changes that were logged between the nights and did not take effect on one side.
  var stuckLeads: [Int] {
    (0..<leads).filter { lead in
      let scenario = scenario(lead)
      return isStuck(scenario.domiq) || isStuck(scenario.resman)
    }
  }

  private func first(
    _ lead: Int, _ scenario: Scenario, _ word: (Status) -> String
  ) -> Record? {
    guard isThereFirst(scenario) else { return nil }
    return Record(raw: word(scenario.via ?? agreed(lead)), version: old(lead))
  }

  private func second(
    _ lead: Int, _ scenario: Scenario, _ position: Scenario.Position, isStuckElsewhere: Bool,
    _ word: (Status) -> String
  ) -> Record? {
    switch position {
    case .absent: nil
    case .moved(let status): Record(raw: word(status), version: new(lead))
    case .foreign(let text): Record(raw: text, version: new(lead))
    case .stuck(let status): Record(raw: word(status), version: old(lead))
    case .asAgreed:
      Record(
        raw: word(agreed(lead)),
        version: isStuckElsewhere
          ? between(lead) : isThereFirst(scenario) ? old(lead) : new(lead))
    }
  }

  /// Leads that the log does not know are new on the second night, but for those of ResMan alone.
  private func isThereFirst(_ scenario: Scenario) -> Bool {
    scenario.isLogged || scenario.domiq == .absent
  }

  private func hasMovedAlone(_ lead: Int) -> Bool {
    night == .moved && property(of: lead) == 0 && scenario(lead).verdict == .inSync
  }

  private func next(after status: Status) -> Status {
    let place = Self.statuses.firstIndex(of: status) ?? 0
    return place + 1 < Self.statuses.count ? Self.statuses[place + 1] : .leased
  }

  /// The log has a change of the side that never took effect there.
  func isStuck(_ position: Scenario.Position) -> Bool {
    if case .stuck = position { true } else { false }
  }

  private func version(days: Int64, _ lead: Int) -> String {
    let second = now.microseconds / 1_000_000 - days * 86_400 + Int64(lead % 3600)
    return Instant(microseconds: second * 1_000_000).iso8601
  }

  private static func uuid(kind: Int, _ number: Int) -> String {
    let digits = String(number, radix: 16)
    return "0000000\(kind)-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count)
      + digits
  }

  /// A number that does not depend visibly on the lead's (splitmix64).
  private static func mixed(_ lead: Int) -> Int {
    var number = UInt64(lead) &+ 0x9e37_79b9_7f4a_7c15
    number = (number ^ (number >> 30)) &* 0xbf58_476d_1ce4_e5b9
    number = (number ^ (number >> 27)) &* 0x94d0_49bb_1331_11eb
    return Int((number ^ (number >> 31)) >> 2)
  }
}
