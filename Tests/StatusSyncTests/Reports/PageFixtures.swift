@testable import Leads  // uses `Property`, `timezone`, internal

@testable import Pages  // uses `Day`, `FunnelStep`, `Property` and others, internal
import Reports

extension PageData {
  /// The page of a mid-sized portfolio; every figure is invented.
  static var sample: PageData {
    var data = PageData(asOf: "2026-03-02T02:00:00Z")
    data.windowStart = "2025-12-02T02:00:00Z"
    data.windowEnd = "2026-03-02T02:00:00Z"
    data.timezone = "America/Chicago"
    data.historySince = "2025-11-03"
    data.wholeSince = "2025-11-03"
    data.figures = [
      "km_median_response_time": .init(
        denominator: 4_812, value: 252, lo95: 240, hi95: 270, unit: "seconds", note: nil),
      "response_within_5m": .init(
        numerator: 2_638, denominator: 4_812, value: 0.548213, unit: "rate", note: nil),
    ]
    data.funnel = ["mature": [], "all": sampleFunnel]
    data.timeInStatus = sampleTimes
    data.days = sampleDays
    data.deliveries = [
      .init(
        kind: "sync", channel: "from_resman", delivered: 2_204, failed: 3, pending: 0,
        rate: 0.99864,
        low: 0.996, high: 0.9995),
      .init(
        kind: "sync", channel: "to_resman", delivered: 8_911, failed: 41, pending: 2, rate: 0.99542,
        low: 0.9938, high: 0.9966),
    ]
    data.properties = sampleProperties
    data.reviews = sampleReviews
    data.reviewCount = 22
    data.stalled = [
      .init(
        lead: "L-20417", property: "Juniper Flats", status: "contacted", seconds: 4_060_800,
        usual: 1_987_200),
      .init(
        lead: "L-18822", property: "Harbor Point", status: "tour_scheduled", seconds: 2_851_200,
        usual: 1_209_600),
    ]
    data.stalledCount = 61
    data.fillMonday()
    data.night = .sample
    data.alarms = .init(
      judged: 7, raised: 2,
      standouts: [
        .init(
          id: "00000000-0000-4000-8000-00000000000a", property: "Harbor Point", verdict: .jump,
          leads: 812, drifted: 41, expected: 0.0112),
        .init(
          id: "00000000-0000-4000-8000-00000000000b", property: "Sable & Finch", verdict: .leak,
          leads: 571, drifted: 9, expected: 0.0071),
      ], insufficient: 1, longest: 6, unread: 0)
    data.quality = [
      .init(issue: "continuity_break", count: 14, total: 11_240, note: "changes of all changes"),
      .init(issue: "reopened", count: 3, total: 11_240, note: "changes out of leased or lost"),
      .init(issue: "truncated", count: 61, total: 5_012, note: "leads; of all leads in it"),
      .init(issue: "unknown_status", count: 0, total: 11_240, note: "changes of all changes"),
    ]
    return data
  }

  private static var sampleFunnel: [FunnelStep] {
    let rows: [(String, Int, Int, Int?, Int?)] = [
      ("new", 4_812, 4_812, 402, 311), ("contacted", 4_099, 3_620, 655, 540),
      ("qualified", 2_904, 2_480, 488, 402), ("tour_scheduled", 2_014, 1_844, 377, 480),
      ("application", 1_157, 1_021, 160, 412), ("leased", 585, 585, nil, nil),
    ]
    return rows.enumerated().map { index, row in
      let before = index == 0 ? nil : rows[index - 1].1
      let step = before.map { Double(row.1) / Double($0) }
      let overall = Double(row.1) / 4_812
      return FunnelStep(
        status: row.0, reached: row.1, visited: row.2, skipped: row.1 - row.2, stepRate: step,
        stepLow: step.map { $0 - 0.014 }, stepHigh: step.map { $0 + 0.013 }, overallRate: overall,
        overallLow: overall - 0.012, overallHigh: index == 0 ? 1 : overall + 0.012,
        lost: row.3, open: row.4)
    }
  }

  private static let sampleTimes: [TimeInStatus] = [
    .init(
      status: "new", closed: 4_501, open: 311, median: 252, low: 240, high: 270, p25: 95,
      p75: 1_980, oldestOpen: 7_430_400),
    .init(
      status: "contacted", closed: 3_080, open: 540, median: 190_800, low: 183_000, high: 199_000,
      p25: 70_000, p75: 512_000, oldestOpen: 7_257_600),
    .init(
      status: "qualified", closed: 2_078, open: 402, median: 262_000, low: 251_000, high: 276_000,
      p25: 110_000, p75: 640_000, oldestOpen: 6_900_000),
    .init(
      status: "tour_scheduled", closed: 1_364, open: 480, median: 398_000, low: 380_000,
      high: 421_000, p25: 201_000, p75: 905_000, oldestOpen: 6_800_000),
    .init(
      status: "application", closed: 609, open: 412, median: nil, low: 820_000, high: nil,
      p25: 433_000, p75: nil, oldestOpen: 6_750_000),
  ]

  private static var sampleDays: [Day] {
    let counts = [
      138, 151, 144, 162, 149, 71, 58, 141, 155, 139, 158, 160, 66, 61, 149, 150, 147, 171, 212, 70,
      52, 144, 159, 150, 148, 163, 64, 57,
    ]
    return counts.enumerated().map { index, changes in
      let day =
        index < 26 ? "2026-02-\(index + 3 < 10 ? "0" : "")\(index + 3)" : "2026-03-0\(index - 25)"
      return Day(
        day: day, changes: changes,
        flag: changes == 212 ? "212 changes where 156 were to be expected" : nil)
    }
  }

  private static let sampleProperties: [Property] = [
    property("Harbor Point", 812, 131), property("Juniper Flats", 690, 52),
    property("The Larkspur", 655, 84), property("Maple Court", 604, 71),
    property("Ridgeline Apartments", 590, 66), property("Sable & Finch", 571, 49),
    property("West Quay", 866, 129), property("Orchard House", 24, 3),
  ]

  /// An id that another name does not have (FNV-1a).
  static func id(of name: String) -> String {
    let hash = name.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    let digits = String(hash, radix: 16)
    return "00000000-0000-4000-8000-"
      + String((String(repeating: "0", count: 12) + digits).suffix(12))
  }

  /// A property with an approximate interval around its share.
  static func property(_ name: String, _ leads: Int, _ leased: Int) -> Property {
    let rate = leads > 0 ? Double(leased) / Double(leads) : nil
    let half = leads > 0 ? 1 / Double(leads).squareRoot() : 0
    return Property(
      id: id(of: name), name: name, maturity: "all", leads: leads, leased: leased, rate: rate,
      low: rate.map { max(0, $0 - half) },
      high: rate.map { min(1, $0 + half) })
  }

  private static let sampleReviews: [Review] = [
    .init(
      lead: "L-10231", property: "Harbor Point", domiq: "qualified", resman: "lost",
      verdict: "conflict", reason: "both moved", since: "2026-02-21T02:00:00Z"),
    .init(
      lead: "L-11870", property: "Juniper Flats", domiq: "contacted", resman: "tour_scheduled",
      verdict: "domiq_regressed", reason: "moved back", since: "2026-02-24T02:00:00Z"),
    .init(
      lead: "L-15002", property: "West Quay", domiq: "toured?", resman: "contacted",
      verdict: "unmapped", reason: "unknown status", since: "2026-02-27T02:00:00Z"),
  ]
}

extension PageData {
  /// The red list, the weeks and the curves.
  private mutating func fillMonday() {
    figures["response_within_1h_office_hours"] = .init(
      numerator: 1_702, denominator: 2_104, value: 0.808935, unit: "rate", note: nil)
    figures["response_within_1h_other_hours"] = .init(
      numerator: 1_911, denominator: 2_874, value: 0.664926, unit: "rate", note: nil)
    unanswered = [
      .init(lead: "L-31004", property: "West Quay", seconds: 91_800, atLeast: false, agent: nil),
      .init(
        lead: "L-30877", property: "Harbor Point", seconds: 140_400, atLeast: false,
        agent: "R. Okafor"),
      .init(lead: "L-29001", property: "Harbor Point", seconds: 612_000, atLeast: true, agent: nil),
    ]
    unansweredByProperty = [
      .init(
        id: Self.id(of: "Harbor Point"), name: "Harbor Point", over24h: 1, over48h: 1,
        answered: ["response_within_1h_office_hours": .init(denominator: 300, value: 0.7)]),
      .init(id: nil, name: nil, over24h: 1, over48h: 0, answered: [:]),
    ]
    unansweredByAgent = [
      .init(id: nil, name: nil, over24h: 1, over48h: 1, answered: [:]),
      .init(id: nil, name: "R. Okafor", over24h: 1, over48h: 0, answered: [:]),
    ]
    let counts = [
      ("new_leads", [3, 402, 377, 391, 410, 366]), ("tours", [1, 120, 101, 118, 95, 99]),
      ("applications", [0, 61, 55, 49, 58, 50]), ("leases", [0, 44, 50, 41, 39, 40]),
      ("losses", [0, 130, 125, 140, 122, 119]),
    ]
    let starts = [
      "2026-03-02", "2026-02-23", "2026-02-16", "2026-02-09", "2026-02-02", "2026-01-26",
    ]
    for (metric, values) in counts {
      for (ago, value) in values.enumerated() {
        weeks.append(
          .init(
            metric: metric, basis: "event", start: starts[ago], ago: ago, isComplete: ago > 0,
            value: Double(value)))
      }
    }
    for (ago, answered) in [2, 290, 281, 300, 301, 260].enumerated() {
      let all = counts[0].1[ago]
      weeks.append(
        .init(
          metric: "response_within_1h", basis: "cohort", start: starts[ago], ago: ago,
          isComplete: ago > 0, numerator: answered, denominator: all,
          value: Double(answered) / Double(all)))
    }
    for (curve, last) in [("tour", 0.44), ("lease", 0.16)] {
      for day in [1, 3, 7, 14, 30, 60, 90] {
        let share = last * (Double(day) / 90).squareRoot()
        curves.append(
          .init(
            curve: curve, day: day, leads: 5_012, reached: Int(share * 4_000),
            waiting: 4_000 - day * 40, probability: share, low: share * 0.95, high: share * 1.05))
      }
    }
  }
}

extension PageData.Run {
  /// A night that read every lead.
  static var sample: Self {
    var night = Self(
      runID: "018f2f6a-0000-7000-8000-00000000000a",
      verdicts: [
        "in_sync": 4_420, "baseline": 48, "unlogged": 36, "resman_only": 84, "domiq_ahead": 180,
        "resman_moved": 140, "phantom": 30, "conflict": 40, "unmapped": 8, "domiq_regressed": 14,
      ], outcomes: ["verified": 371, "stale": 5, "failed": 4])
    night.mode = "run"
    night.full = true
    night.pulled = 5_000
    (night.properties, night.incomplete) = (8, 0)
    (night.seen, night.agreedBefore, night.agreedAfter) = (4_916, 4_504, 4_875)
    (night.logged, night.planned) = (84, 380)
    (night.converged, night.exitCodes) = (false, [3])
    return night
  }
}
