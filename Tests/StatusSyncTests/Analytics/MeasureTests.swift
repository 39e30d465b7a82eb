import Postgres
import Testing

/// Every figure of `SmallLog`, worked out by hand.
@Suite struct MeasureTests {
  @Test func visits() async throws {
    let log = try await SmallLog.load()
    let summary = try await log.measure(asOf: SmallLog.asOf)
    #expect(summary.computed == 24)
    let visits = try await log.lines(
      [
        "lead", "n", "status", "next_status", "truncated", "legal", "continuous", "left_at is null",
      ],
      of: "visit", where: "lead in ('E', 'F', 'G')", order: "lead, n")
    #expect(
      visits == [
        "E 0 contacted qualified true true true false",
        "E 1 qualified contacted false true true false",
        "E 2 contacted - false false true true",
        "F 1 new contacted false true true false",
        "F 2 contacted lost false true true false",
        "F 3 lost contacted false true true false",
        "F 4 contacted - false false true true",
        "G 1 new contacted false true true false",
        "G 2 contacted qualified false true true false",
        "G 3 qualified application false true false false",
        "G 4 application - false true true true",
      ])
  }

  /// By two clocks a change can be synced before it occurred: how long that took is not known, and not within 10 s.
  @Test func latenciesThatAreNotKnown() async throws {
    let log = try await MeasuredLog.empty()
    try await log.property(SmallLog.utc, "Maple Row")
    let seconds: [Double] = [-86_400, -1, 0, 2, 60]
    try await log.write(
      seconds.enumerated().map { index, after in
        MeasuredLog.Entry(
          lead: "L-\(index)", property: SmallLog.utc, old: nil, new: "new",
          at: "2025-02-01 12:00Z", syncedAfter: after)
      })
    try await log.measure(asOf: SmallLog.asOf)
    let lines = try await log.lines(
      ["metric", "numerator", "denominator", "round(value::numeric, 6)"],
      of: "metric_performance",
      where: "scope = 'portfolio' and metric in ('sync_latency_p50', 'sync_within_10s')",
      order: "metric")
    #expect(lines == ["sync_latency_p50 - 3 2.000000", "sync_within_10s 2 3 0.666667"])
    let beside = try await log.lines(
      ["count", "total"], of: "metric_data_quality",
      where: "scope = 'portfolio' and issue = 'synced_before_it_occurred'")
    #expect(beside == ["2 5"])
  }

  @Test func funnel() async throws {
    let log = try await SmallLog.load()
    try await log.measure(asOf: SmallLog.asOf)
    let columns = [
      "step_order", "status", "reached", "visited", "skipped", "round(step_rate::numeric, 6)",
      "round(overall_rate::numeric, 6)", "lost", "open",
    ]
    // Cohort A, B, C, D, F; highest ranks 5, 3, 0, 0, 1.
    let all = try await log.lines(
      columns, of: "metric_funnel", where: "scope = 'portfolio' and maturity = 'all'",
      order: "step_order")
    #expect(
      all == [
        "0 new 5 5 0 - 1.000000 1 1",
        "1 contacted 3 3 0 0.600000 0.600000 0 1",
        "2 qualified 2 1 1 0.666667 0.400000 0 0",
        "3 tour_scheduled 2 2 0 1.000000 0.400000 1 0",
        "4 application 1 1 0 0.500000 0.200000 0 0",
        "5 leased 1 1 0 1.000000 0.200000 - -",
      ])
    // Created exactly 90 days before as_of, to the microsecond: F alone; the limit is included.
    let mature = try await log.lines(
      columns, of: "metric_funnel", where: "scope = 'portfolio' and maturity = 'mature'",
      order: "step_order")
    #expect(
      mature == [
        "0 new 1 1 0 - 1.000000 0 0",
        "1 contacted 1 1 0 1.000000 1.000000 0 1",
        "2 qualified 0 0 0 - 0.000000 0 0",
        "3 tour_scheduled 0 0 0 - 0.000000 0 0",
        "4 application 0 0 0 - 0.000000 0 0",
        "5 leased 0 0 0 - 0.000000 - -",
      ])
  }

  @Test func funnelWindowEndsProgress() async throws {
    let log = try await SmallLog.load()
    try await log.measure(asOf: SmallLog.asOf, funnelWindowDays: 10)
    // A enters application five minutes too late; D is less than 10 days old.
    let reached = try await log.lines(
      ["status", "reached", "lost", "open"], of: "metric_funnel",
      where: "scope = 'portfolio' and maturity = 'mature'", order: "step_order")
    #expect(
      reached == [
        "new 4 1 0", "contacted 3 0 1", "qualified 2 0 0", "tour_scheduled 2 1 1",
        "application 0 0 0", "leased 0 - -",
      ])
  }

  @Test func wilsonIntervals() async throws {
    let log = try await SmallLog.load()
    try await log.measure(asOf: SmallLog.asOf)
    // 0 of 1: lo is exactly 0, hi = z²/(1 + z²). 1 of 1: lo = 1/(1 + z²), hi is exactly 1.
    let mature = try await log.lines(
      [
        "overall_lo95", "round(overall_hi95::numeric, 12)", "round(step_lo95::numeric, 12)",
        "step_hi95",
      ], of: "metric_funnel",
      where: "scope = 'portfolio' and maturity = 'mature' and step_order in (1, 2)",
      order: "step_order desc")
    #expect(
      mature == ["0 0.793450685623 - -", "0.20654931437723742 1.000000000000 0.206549314377 1"])
    // Published: 81 of 263, Newcombe 1998, table I.
    let published = try await log.lines(
      ["round(wilson_low(81, 263)::numeric, 7)", "round(wilson_high(81, 263)::numeric, 7)"],
      of: "(select 1) as one")
    #expect(published == ["0.2552885 0.3662096"])
    // Of nothing, and where it is no part of the whole: the root of a negative number would be taken.
    let nothing = try await log.lines(
      ["wilson_low(0, 0)", "wilson_low(3, 1)", "wilson_high(3, 1)", "wilson_high(-1, 1)"],
      of: "(select 1) as one")
    #expect(nothing == ["- - - -"])
  }

  @Test func timeInStatus() async throws {
    let log = try await SmallLog.load()
    try await log.measure(asOf: SmallLog.asOf)
    let lines = try await log.lines(
      [
        "status", "n_closed", "n_open", "mean_seconds", "km_median_seconds", "p25_seconds",
        "p75_seconds", "oldest_open_seconds",
      ], of: "metric_time_in_status", where: "scope = 'portfolio'", order: "status_rank(status)")
    #expect(
      lines == [
        // 300, 1800+, 3600, 86400, 432000: S = 4/5, 8/15, 4/15, 0.
        "new 4 1 130575 86400 3600 432000 1800",
        // 86400, 172800 twice, 864000, two open: S = 5/6, 1/2, 1/3.
        "contacted 4 2 324000 172800 172800 - 7516800",
        "qualified 3 0 720000 259200 86400 1814400 -",
        "tour_scheduled 2 0 518400 432000 432000 604800 -",
        "application 1 1 864000 864000 864000 - 5097600",
      ])
  }

  @Test func conversion() async throws {
    let log = try await SmallLog.load()
    try await log.measure(asOf: SmallLog.asOf)
    let lines = try await log.lines(
      ["status", "entered", "advanced", "lost", "open", "rate"], of: "metric_conversion",
      where: "scope = 'portfolio'", order: "status_rank(status)")
    #expect(
      lines == [
        "new 5 3 1 1 0.6",
        "contacted 3 2 0 1 0.6666666666666666",
        "qualified 1 1 0 0 1",
        "tour_scheduled 2 1 1 0 0.5",
        "application 1 1 0 0 1",
      ])
    let unknown = try await log.lines(
      ["status", "entered", "rate", "lo95"], of: "metric_conversion",
      where: "property_name = 'Maple Row' and status = 'application'")
    #expect(unknown == ["application 0 - -"])
  }

  @Test func transitions() async throws {
    let log = try await SmallLog.load()
    try await log.measure(asOf: SmallLog.asOf)
    let lines = try await log.lines(
      [
        "from_status", "to_status", "count", "leads", "share", "legal", "mean_seconds",
        "median_seconds",
      ], of: "metric_transitions", where: "scope = 'portfolio'",
      order: "count desc, from_status collate \"C\", to_status collate \"C\"")
    #expect(
      lines == [
        "new contacted 4 4 0.8 true 281775 45000",
        "contacted qualified 3 3 0.6 true 518400 518400",
        "application leased 1 1 1 true 864000 864000",
        "contacted lost 1 1 0.2 true 86400 86400",
        "contacted tour_scheduled 1 1 0.2 true 172800 172800",
        "lost contacted 1 1 1 false 86400 86400",
        "new lost 1 1 0.2 true 432000 432000",
        "qualified application 1 1 0.3333333333333333 true 1814400 1814400",
        "qualified contacted 1 1 0.3333333333333333 false 86400 86400",
        "qualified tour_scheduled 1 1 0.3333333333333333 true 259200 259200",
        "tour_scheduled application 1 1 0.5 true 432000 432000",
        "tour_scheduled lost 1 1 0.5 true 604800 604800",
      ])
  }
}
