import Foundation
import Leads
import Postgres
import Testing

/// The weeks and the curves, worked out by hand.
@Suite struct WeeksTests {
  private static func entry(
    _ lead: String, _ property: UUID, _ old: String?, _ new: String, _ at: String
  ) -> MeasuredLog.Entry {
    MeasuredLog.Entry(lead: lead, property: property, old: old, new: new, at: at)
  }

  /// as_of is Monday 10 March 2025, 04:30 in UTC: 05:30 on Monday in Berlin, and in Chicago half past eleven on
  /// Sunday, so that there last week is still running.
  private static func load() async throws -> MeasuredLog {
    let log = try await MeasuredLog.empty()
    try await log.property(SmallLog.berlin, "Linden Court", timezone: "Europe/Berlin")
    try await log.property(SmallLog.utc, "Maple Row", timezone: "America/Chicago")
    try await log.write([
      entry("A", SmallLog.berlin, nil, "new", "2025-02-10 12:00Z"),
      entry("A", SmallLog.berlin, "new", "contacted", "2025-02-10 12:30Z"),
      entry("A", SmallLog.berlin, "contacted", "tour_scheduled", "2025-03-04 12:00Z"),
      entry("A", SmallLog.berlin, "tour_scheduled", "lost", "2025-03-09 22:59Z"),
      // Monday 00:30 in Berlin, Sunday in UTC.
      entry("B", SmallLog.berlin, nil, "new", "2025-03-02 23:30Z"),
      entry("B", SmallLog.berlin, "new", "contacted", "2025-03-03 12:00Z"),
      // Of the running week.
      entry("C", SmallLog.berlin, nil, "new", "2025-03-09 23:10Z"),
      entry("D", SmallLog.utc, nil, "new", "2025-03-10 04:00Z"),
    ])
    return log
  }

  @Test func weeksAreThePropertysOwn() async throws {
    let log = try await Self.load()
    try await log.measure(asOf: "2025-03-10T04:30:00Z")
    let weeks = try await log.lines(
      ["coalesce(property_name, scope)", "weeks_ago", "week_start", "complete", "value"],
      of: "metric_weeks", where: "metric = 'new_leads' and weeks_ago < 2",
      order: "scope, property_name, weeks_ago")
    #expect(
      weeks == [
        "portfolio 0 2025-03-10 false 1", "portfolio 1 2025-03-03 false 2",
        "Linden Court 0 2025-03-10 false 1", "Linden Court 1 2025-03-03 true 1",
        "Maple Row 0 2025-03-03 false -", "Maple Row 1 2025-02-24 true -",
      ])
    let last = try await log.lines(
      ["metric", "basis", "numerator", "denominator", "value"], of: "metric_weeks",
      where: "property_name = 'Linden Court' and weeks_ago = 1", order: "metric")
    #expect(
      last == [
        "applications event - - 0", "leases event - - 0", "losses event - - 1",
        "new_leads event - - 1", "response_within_1h cohort 0 1 0",
        "response_within_24h cohort 1 1 1", "tours event - - 1",
      ])
    // Before the first lead that is known from its creation there is no week.
    let known = try await log.lines(
      ["weeks_ago", "week_start", "value"], of: "metric_weeks",
      where: "property_name = 'Linden Court' and metric = 'new_leads' and weeks_ago > 2",
      order: "weeks_ago")
    #expect(known == ["3 2025-02-17 0", "4 2025-02-10 1", "5 2025-02-03 -"])
  }

  /// Of every week, day and scope the same as the daily file has, summed another way.
  @Test func weeksAreTheSumsOfTheirDays() async throws {
    let log = try await SmallLog.load()
    try await log.measure(asOf: SmallLog.asOf)
    let differing = try await log.lines(
      ["week.scope", "week.week_start", "week.value", "day.created"],
      of: """
        metric_weeks as week
        join lateral (
          select coalesce(sum(creations), 0) as created from metric_daily
          where metric_daily.scope = week.scope
            and metric_daily.property_id is not distinct from week.property_id
            and metric_daily.day between week.week_start and week.week_start + 6) as day on true
        """,
      where: "week.metric = 'new_leads' and week.value is not null and week.value <> day.created")
    #expect(differing == [])
    let known = try await log.lines(
      ["count(value)"], of: "metric_weeks", where: "metric = 'new_leads'")
    #expect(known == ["18"])
  }

  /// Five leads of the window: A leases after 20 days, tours after 5; B tours after 2 and is lost after 9; C is lost
  /// after 5; D has been watched for half an hour; F is lost after 2, whatever comes later.
  @Test func curvesByHand() async throws {
    let log = try await SmallLog.load()
    try await log.measure(asOf: SmallLog.asOf)
    let lines = try await log.lines(
      ["curve", "day", "leads", "reached", "waiting", "round(probability::numeric, 9)"],
      of: "metric_curves", where: "scope = 'portfolio' and day in (1, 2, 3, 5, 6, 20, 30)",
      order: "curve desc, day")
    // At 2 days F is lost (at 2 days to the second), then B tours (2 days and an hour), so that by 3 days it is 3/4 · 1/3;
    // at 5 days C is lost and A tours five minutes later: none waits.
    #expect(
      lines == [
        "tour 1 5 0 4 0.000000000", "tour 2 5 0 3 0.000000000", "tour 3 5 1 2 0.250000000",
        "tour 5 5 1 1 0.250000000", "tour 6 5 2 0 0.500000000", "tour 20 5 2 0 0.500000000",
        "tour 30 5 2 0 0.500000000", "lease 1 5 0 4 0.000000000", "lease 2 5 0 3 0.000000000",
        "lease 3 5 0 3 0.000000000", "lease 5 5 0 2 0.000000000", "lease 6 5 0 2 0.000000000",
        "lease 20 5 0 1 0.000000000", "lease 30 5 1 0 0.250000000",
      ])
  }
}
