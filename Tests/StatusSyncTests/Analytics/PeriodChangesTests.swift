import Foundation
import Leads
import Postgres
import Testing

import Live
@testable import Statistics  // uses `packed`, internal

/// Two windows of ten days with known differences: 9 to 19 February and 19 February to 1 March 2025.
@Suite struct PeriodChangesTests {
  private static let asOf = "2025-03-01T00:00:00Z"
  private static let start = "2025-02-19T00:00:00Z"

  /// Each window's notifications are its own.
  @Test func notificationsOfBothWindows() async throws {
    let log = try await MeasuredLog.empty()
    try await log.property(SmallLog.berlin, "Maple Row")
    try await log.cohort(
      SmallLog.berlin, "old-", leads: 1, reaching: [:], from: "2025-01-05 00:00Z")
    try await log.notifications(
      """
      ('email', 'accepted', null, 1, '2025-02-10Z', '2025-02-10Z'),
      ('email', 'accepted', null, 1, '2025-02-11Z', '2025-02-11Z'),
      ('email', 'accepted', null, 1, '2025-02-20Z', '2025-02-20Z'),
      ('email', 'dead', 'bounced', 1, '2025-02-20Z', '2025-02-20Z')
      """)
    try await log.measure(asOf: Self.asOf, from: Self.start)
    let lines = try await log.lines(
      ["scope", "previous", "current", "verdict"], of: "metric_changes",
      where: "metric = 'notification_delivery_rate'", order: "scope")
    #expect(lines == ["portfolio 1 0.5 too few", "property 1 0.5 too few"])
  }

  @Test func sharesCountsAndTimes() async throws {
    let log = try await MeasuredLog.empty()
    try await log.property(SmallLog.id(1), "Shares")
    try await log.property(SmallLog.id(2), "Times")
    for number in 1...2 {
      try await log.cohort(
        SmallLog.id(UInt8(number)), "old\(number)-", leads: 1, reaching: [:],
        from: "2025-01-05 00:00Z")
    }
    // Newcombe's example: 48 of 80 before and 56 of 70 now.
    try await log.cohort(
      SmallLog.id(1), "before", leads: 80, reaching: ["contacted": 48], from: "2025-02-10 00:00Z")
    try await log.cohort(
      SmallLog.id(1), "now", leads: 70, reaching: ["contacted": 56], from: "2025-02-20 00:00Z")
    // The lung cancer trial: men before and women now, one minute for each day.
    try await log.stays(
      SmallLog.id(2), "m", SurvivalData.lungMen, from: "2025-02-10 00:00Z",
      asOf: "2025-02-19 00:00Z")
    try await log.stays(
      SmallLog.id(2), "w", SurvivalData.lungWomen, from: "2025-02-20 00:00Z",
      asOf: "2025-03-01 00:00Z")
    try await log.measure(asOf: Self.asOf, from: Self.start)

    let columns = [
      "metric", "status", "round(previous::numeric, 6)", "round(current::numeric, 6)",
      "round(difference::numeric, 6)", "round(lo95::numeric, 7)", "round(hi95::numeric, 7)",
      "round(p_value::numeric, 9)", "(q_value >= p_value)", "verdict",
    ]
    let lines = try await log.lines(
      columns, of: "metric_changes",
      where: """
        property_name = 'Shares'
          and (metric = 'creations' or metric = 'funnel_overall' and status in ('contacted', 'leased'))
        or property_name = 'Times' and metric = 'time_in_status' and status = 'contacted'
        """, order: "metric, status")
    #expect(
      lines == [
        // R: poisson.test(c(70, 80)), and binom.test(70, 150) for the interval.
        "creations - 80.000000 70.000000 -10.000000 -34.5388553 14.9416608 0.462549518 true "
          + "no clear change",
        "funnel_overall contacted 0.600000 0.800000 0.200000 0.0524315 0.3338727 0.008045081 true up",
        "funnel_overall leased 0.000000 0.000000 0.000000 -0.0458181 0.0520231 1.000000000 true "
          + "no clear change",
        // R: survdiff(Surv(time, status) ~ sex, lung); medians 270 and 426.
        "time_in_status contacted 16200.000000 25560.000000 9360.000000 - - 0.001311165 true up",
      ])
  }

  @Test func aHistoryTooShortIsNotCompared() async throws {
    let log = try await MeasuredLog.empty()
    try await log.property(SmallLog.id(1), "Young")
    try await log.cohort(SmallLog.id(1), "a", leads: 60, reaching: [:], from: "2025-02-20 00:00Z")
    try await log.measure(asOf: Self.asOf, from: Self.start)
    let lines = try await log.lines(
      ["scope", "previous", "current", "p_value", "verdict"], of: "metric_changes",
      where: "metric = 'creations'", order: "scope")
    #expect(lines == ["portfolio - 60 - -", "property - 60 - -"])
  }

  @Test func smallNumbersGetNoVerdict() {
    let key = FigureKey(scope: "property", key: SmallLog.id(1), status: nil)
    let few = PeriodChange(
      of: key, "rate", isCovered: true,
      .rate(ProportionDifference(previous: Proportion(0, of: 29), current: Proportion(90, of: 90))))
    #expect(PeriodChange.evaluated([few]).map(\.verdict) == [.tooFew])
    #expect(few.difference == 1)
    #expect(few.pValue == nil)
    let counts = PeriodChange(
      of: key, "count", isCovered: true, .count(CountDifference(previous: 29, current: 0)))
    #expect(counts.verdict == .tooFew)
  }

  /// Twenty tests with p = 0.04: none of them is significant among twenty.
  @Test func manyTestsAreAdjustedTogether() throws {
    let changes = (1...20).map { number -> PeriodChange in
      // 141 of 300 against 117 of 300: p = 0.048.
      let strong = number == 1
      return PeriodChange(
        of: FigureKey(scope: "property", key: SmallLog.id(UInt8(number)), status: nil), "rate",
        isCovered: true,
        .rate(
          ProportionDifference(
            previous: Proportion(117, of: 300),
            current: Proportion(strong ? 200 : number < 4 ? 141 : 117, of: 300))))
    }
    let judged = PeriodChange.evaluated(changes)
    #expect(judged.map(\.verdict).filter { $0 == .up }.count == 1)
    #expect(judged[0].verdict == .up)
    let p = try #require(judged[1].pValue)
    #expect(p < 0.05)
    #expect(judged[1].verdict == .noClearChange)
  }

  // MARK: - Anomalies

  private static func month(_ counts: (Int) -> Int, recent: [Int]) -> [OutlierDay.Day] {
    (0..<35).map { index in
      OutlierDay.Day(
        day: "day \(index)", weekday: index % 7 + 1, isRecent: index >= 28,
        count: index < 28 ? counts(index) : recent[index - 28], trials: nil)
    }
  }

  @Test func aQuietWeekendIsNoAnomaly() {
    let usual = { (index: Int) in index % 7 < 5 ? 40 : 4 }
    let quiet = OutlierDay.find(in: Self.month(usual, recent: [40, 41, 38, 40, 44, 4, 3]))
    #expect(quiet == [])
    // 72 − 40 = 32 over √(40 · 1.25) = 7.07: z = 4.5.
    let loud = OutlierDay.find(in: Self.month(usual, recent: [40, 72, 40, 40, 40, 4, 4]))
    #expect(loud.map(\.day) == ["day 29"])
    #expect(loud.first?.expected == 40)
    #expect(abs((loud.first?.score ?? 0) - 32 / 50.0.squareRoot()) < 1e-12)
    let sunday = OutlierDay.find(in: Self.month(usual, recent: [40, 40, 40, 40, 40, 4, 40]))
    #expect(sunday.map(\.day) == ["day 34"])
  }

  @Test func aUsualSpreadIsNoAnomaly() {
    // Tuesdays alternate between 10 and 70: 72 is not unusual there.
    let wild = { (index: Int) in index % 7 == 1 ? (index / 7 % 2 == 0 ? 10 : 70) : 40 }
    #expect(OutlierDay.find(in: Self.month(wild, recent: [40, 72, 40, 40, 40, 40, 40])) == [])
    // Fewer than 30 in four weeks: too few for an anomaly.
    let few = { (index: Int) in index == 3 ? 29 : 0 }
    #expect(OutlierDay.find(in: Self.month(few, recent: [0, 90, 0, 0, 0, 0, 0])) == [])
  }

  @Test func ratesByTheirTail() throws {
    func days(_ before: (Int, Int), _ day: (Int, Int)) -> [OutlierDay.Day] {
      [
        OutlierDay.Day(
          day: "before", weekday: 1, isRecent: false, count: before.0, trials: before.1),
        OutlierDay.Day(day: "day", weekday: 2, isRecent: true, count: day.0, trials: day.1),
      ]
    }
    // One failure of 40 after none in 999 is rare but possible; three are unusual.
    #expect(OutlierDay.find(in: days((999, 999), (39, 40))) == [])
    let three = try #require(OutlierDay.find(in: days((999, 999), (37, 40))).first)
    #expect(three.pValue == Binomial(trials: 40, probability: 0.9995).atMost(37))
    #expect(three.observed == 37 / 40.0)
    #expect(three.expected == 1)
    #expect(OutlierDay.find(in: days((29, 29), (0, 40))) == [])
    #expect(OutlierDay.find(in: days((500, 1000), (0, 0))) == [])
    let better = try #require(OutlierDay.find(in: days((500, 1000), (40, 40))).first)
    #expect(better.observed == 1)
  }

  /// Days before the history are no days without changes.
  @Test(arguments: [8, 10, 21, 34]) func aSteadyBeginningIsNoAnomaly(days: Int) async throws {
    let log = try await MeasuredLog.empty()
    try await log.property(SmallLog.id(1), "Young")
    try await log.database.execute(
      """
      insert into status_sync_log (
        resman_lead_id, property_id, new_status, updated_by, sync_direction, sync_status,
        occurred_at, synced_at)
      select 'd' || day || '-' || i, \(SmallLog.id(1)), 'new', 'chatbot', 'to_resman', 'success', at, at
      from generate_series(1, \(days)) as day
      cross join generate_series(1, 12) as i
      cross join lateral (
        select \(Self.asOf)::timestamptz - make_interval(days => day, hours => -12) as at) as moment
      """)
    try await log.measure(asOf: Self.asOf)
    #expect(try await log.lines(["day", "metric", "note"], of: "metric_anomalies") == [])
  }

  @Test func daysOutOfLineAreFound() async throws {
    let log = try await MeasuredLog.empty()
    try await log.property(SmallLog.id(1), "Steady", timezone: "America/New_York")
    for day in 0..<40 {
      let start = "2025-01-19 12:00Z"
      try await log.database.execute(
        """
        insert into status_sync_log (
          resman_lead_id, property_id, new_status, updated_by, sync_direction, sync_status,
          occurred_at, synced_at)
        select 'd' || \(day)::int || '-' || i, \(SmallLog.id(1)), 'new', 'chatbot', 'to_resman',
          case when \(day) = 38 and i > 4 then 'failed' else 'success' end,
          \(start)::timestamptz + make_interval(days => \(day)), \(start)::timestamptz
        from generate_series(1, \(day == 36 ? 40 : 8)) as i
        """)
    }
    try await log.measure(asOf: "2025-03-01T00:00:00Z")
    let lines = try await log.lines(
      ["scope", "metric", "day", "timezone", "observed", "expected", "note"],
      of: "metric_anomalies", order: "scope, metric, day")
    #expect(
      lines == [
        "portfolio creations 2025-02-24 America/New_York 40 8 40 where about 8 were to be expected "
          + "on that weekday",
        "portfolio sync_success_rate 2025-02-26 America/New_York 0.5 1 4 of 8 where 224 of 224 "
          + "were usual",
        "property creations 2025-02-24 America/New_York 40 8 40 where about 8 were to be expected "
          + "on that weekday",
        "property sync_success_rate 2025-02-26 America/New_York 0.5 1 4 of 8 where 224 of 224 "
          + "were usual",
      ])
  }
}

extension MeasuredLog {
  /// Creates leads as contacted that stay for the times of public data, in minutes: stays that ended move to
  /// qualified, the others are open at `asOf`.
  func stays(
    _ property: UUID, _ prefix: String, _ times: CensoredDurations, from start: String, asOf: String
  ) async throws {
    for (index, packed) in times.packed.enumerated() {
      let minutes = Int(CensoredDurations.time(packed))
      let ends = CensoredDurations.isEvent(packed)
      try await database.execute(
        """
        with stay as (
          select case when \(ends) then \(start)::timestamptz
            else \(asOf)::timestamptz - make_interval(mins => \(minutes)) end as at
        )
        insert into status_sync_log (
          resman_lead_id, property_id, old_status, new_status, updated_by, sync_direction,
          sync_status, occurred_at, synced_at)
        select \(prefix + String(index)), \(property)::uuid, null, 'contacted', 'chatbot', 'to_resman',
          'success', at, at
        from stay
        union all
        select \(prefix + String(index)), \(property)::uuid, 'contacted', 'qualified', 'chatbot',
          'to_resman', 'success', at + make_interval(mins => \(minutes)), at
        from stay
        where \(ends)
        """)
    }
  }
}
