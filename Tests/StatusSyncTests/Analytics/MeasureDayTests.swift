import Postgres
import Testing

/// The figures of `SmallLog` that depend on days, on rows of the log, or on names.
@Suite struct MeasureDayTests {
  @Test func daily() async throws {
    let log = try await SmallLog.load()
    try await log.measure(asOf: SmallLog.asOf)
    // 23:30 UTC on 31 March is 1 April in Berlin.
    let days = try await log.lines(
      [
        "property_name", "day", "timezone", "direction", "updated_by", "changes", "creations",
        "failed",
      ],
      of: "metric_daily",
      where:
        "scope = 'property' and (changes, creations, failed) <> (0, 0, 0) and day > '2025-01-29'",
      order: "day, property_name, direction desc")
    #expect(
      days == [
        "Linden Court 2025-01-30 Europe/Berlin from_resman resman_user 1 0 0",
        "Linden Court 2025-02-01 Europe/Berlin to_resman chatbot 0 1 0",
        "Linden Court 2025-02-01 Europe/Berlin from_resman resman_user 1 0 0",
        "Maple Row 2025-02-01 UTC to_resman chatbot 1 0 0",
        "Linden Court 2025-02-03 Europe/Berlin to_resman chatbot 1 0 0",
        "Linden Court 2025-02-05 Europe/Berlin to_resman chatbot 0 0 1",
        "Linden Court 2025-02-10 Europe/Berlin to_resman chatbot 1 0 0",
        "Linden Court 2025-03-20 Europe/Berlin to_resman chatbot 0 1 0",
        "Linden Court 2025-03-25 Europe/Berlin to_resman chatbot 1 0 0",
        "Linden Court 2025-04-01 Europe/Berlin to_resman chatbot 0 1 0",
      ])
    // Every day has rows: 91 in Berlin (1 January to 1 April), 90 in UTC; the portfolio spans both.
    let spans = try await log.lines(
      [
        "property_name", "min(day)", "max(day)", "count(distinct day)", "min(timezone)",
        "sum(changes)", "sum(creations)", "sum(failed)",
      ], of: "metric_daily", where: "true group by scope, property_name",
      order: "scope, property_name")
    #expect(
      spans == [
        "- 2025-01-01 2025-04-01 91 mixed 17 5 1",
        "Linden Court 2025-01-01 2025-04-01 91 Europe/Berlin 9 4 1",
        "Maple Row 2025-01-01 2025-03-31 90 UTC 8 1 0",
      ])
  }

  @Test func distribution() async throws {
    let log = try await SmallLog.load()
    try await log.measure(asOf: SmallLog.asOf)
    let lines = try await log.lines(
      ["property_name", "day", "status", "leads"], of: "metric_distribution",
      where: """
        leads > 0 and (scope = 'property' and property_name = 'Maple Row'
          and day in ('2025-01-01', '2025-01-03', '2025-01-05', '2025-01-06', '2025-03-31')
          or scope = 'portfolio' and day = '2025-04-01')
        """, order: "scope desc, day, status_rank(status)")
    #expect(
      lines == [
        // E, known only from its first change, counts in contacted before it.
        "Maple Row 2025-01-01 new 1", "Maple Row 2025-01-01 contacted 2",
        "Maple Row 2025-01-03 contacted 2", "Maple Row 2025-01-03 lost 1",
        "Maple Row 2025-01-05 contacted 2", "Maple Row 2025-01-05 qualified 1",
        "Maple Row 2025-01-06 contacted 3",
        "Maple Row 2025-03-31 contacted 2", "Maple Row 2025-03-31 application 1",
        "- 2025-04-01 new 1", "- 2025-04-01 contacted 2", "- 2025-04-01 application 1",
        "- 2025-04-01 leased 1", "- 2025-04-01 lost 2",
      ])
  }

  @Test func delivery() async throws {
    let log = try await SmallLog.load()
    try await log.measure(asOf: SmallLog.asOf)
    // In the window: 19 rows sent to ResMan succeeded (with the retry and the bridged hop), 1 failed,
    // 1 is pending; 5 came from ResMan.
    let lines = try await log.lines(
      [
        "kind", "channel_or_direction", "delivered", "failed", "bounced", "pending",
        "round(rate::numeric, 6)", "round(first_attempt_rate::numeric, 6)",
      ], of: "metric_delivery", where: "scope = 'portfolio' and kind = 'sync'",
      order: "channel_or_direction")
    #expect(
      lines == [
        "sync from_resman 5 0 - 0 1.000000 1.000000",
        "sync to_resman 19 1 - 1 0.950000 0.950000",
      ])
  }

  @Test func performance() async throws {
    let log = try await SmallLog.load()
    try await log.measure(asOf: SmallLog.asOf)
    let lines = try await log.lines(
      [
        "metric", "numerator", "denominator", "round(value::numeric, 6)", "unit",
      ], of: "metric_performance", where: "scope = 'portfolio'", order: "metric collate \"C\"")
    #expect(
      lines == [
        "accuracy_continuous 16 17 0.941176 rate",
        "accuracy_legal 15 17 0.882353 rate",
        "accuracy_synced 17 18 0.944444 rate",
        "accuracy_uncorrected 15 17 0.882353 rate",
        "agreement_after - - - rate",
        "agreement_before - - - rate",
        "average_response_time 90300 3 30100.000000 seconds",
        "average_response_time_chatbot 86700 2 43350.000000 seconds",
        "average_response_time_staff 3600 1 3600.000000 seconds",
        "creations - - 5.000000 count",
        "failed - - 1.000000 count",
        // From 10 January on every lead is known from its creation; E, on the 5th, existed before.
        "funnel_whole_days - - 81.000000 days",
        "history_days - - 102.000000 days",
        "km_median_response_time - 5 86400.000000 seconds",
        // Contacted: A and B two days each, F one, and then 87 until as_of.
        "lead_total_seconds_application 864000 1 864000.000000 seconds",
        "lead_total_seconds_contacted 7948800 3 2649600.000000 seconds",
        "lead_total_seconds_new 524100 5 104820.000000 seconds",
        "lead_total_seconds_qualified 259200 1 259200.000000 seconds",
        "lead_total_seconds_tour_scheduled 1036800 2 518400.000000 seconds",
        "median_response_time - 3 3600.000000 seconds",
        "noop - - 1.000000 count",
        "notification_delivery_rate 0 0 - rate",
        "notification_first_attempt_rate 0 0 - rate",
        "pending - - 1.000000 count",
        "response_within_1h 2 4 0.500000 rate",
        "response_within_1h_office_hours 2 2 1.000000 rate",
        "response_within_1h_other_hours 0 2 0.000000 rate",
        "response_within_24h 3 4 0.750000 rate",
        "response_within_5m 1 5 0.200000 rate",
        "status_update_accuracy 12 18 0.666667 rate",
        "sync_first_attempt_rate 24 25 0.960000 rate",
        "sync_latency_p50 - 23 2.000000 seconds",
        "sync_latency_p95 - 23 2.000000 seconds",
        "sync_latency_p99 - 23 2.000000 seconds",
        "sync_success_rate 24 25 0.960000 rate",
        "sync_within_10s 23 23 1.000000 rate",
        "total_status_changes - - 17.000000 count",
        "workflow_action_success 0 0 - rate",
        "workflow_matched_share 0 0 - rate",
        "workflow_trigger_rate 0 0 - rate",
      ])
    let unexplained = try await log.lines(
      ["metric"], of: "metric_performance", where: "value is null and coalesce(note, '') = ''")
    #expect(unexplained == [])
  }

  @Test func dataQuality() async throws {
    let log = try await SmallLog.load()
    try await log.measure(asOf: SmallLog.asOf)
    let lines = try await log.lines(
      ["issue", "count", "total"], of: "metric_data_quality",
      where: "scope = 'portfolio' and count > 0", order: "issue")
    #expect(
      lines == [
        "bridged 1 28", "continuity_break 1 17", "future 1 28", "illegal 2 17", "noop 1 28",
        "reopened 1 17", "truncated 1 7",
      ])
  }
}
