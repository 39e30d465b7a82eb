import Foundation
import Leads
import Postgres
import Testing

/// Leads taken over with the status found. Their history starts inside that stay, so they count in the
/// distribution and in no figure that needs the beginning.
@Suite struct TakenOverTests {
  private static let asOf = "2025-04-01T00:00:00Z"

  /// Rows as a night writes them for leads that it sees for the first time.
  private static func takeOver(
    _ log: MeasuredLog, _ leads: [(String, String)], at: String, isNew: Bool = false,
    verdict: String? = "baseline"
  ) async throws {
    for (lead, status) in leads {
      try await log.database.execute(
        """
        insert into status_sync_log (
          resman_lead_id, property_id, new_status, updated_by, sync_direction, sync_status,
          context_data, occurred_at, synced_at, seq)
        values (
          \(lead), \(SmallLog.utc), \(status), 'system', 'from_resman', 'success',
          jsonb_strip_nulls(jsonb_build_object('verdict', \(verdict)::text,
            'created', case when \(isNew) then true end)),
          \(at)::timestamptz, \(at)::timestamptz,
          (select coalesce(max(seq), 0) + 1 from status_sync_log))
        """)
    }
  }

  @Test func aFirstNightHasADistributionAndNoFunnel() async throws {
    let log = try await MeasuredLog.empty()
    try await log.property(SmallLog.utc, "Maple Row")
    try await Self.takeOver(
      log, [("a", "new"), ("b", "contacted"), ("c", "leased"), ("d", "lost"), ("e", "lost")],
      at: "2025-03-31 02:00Z")
    try await log.measure(asOf: Self.asOf)
    let counted = try await log.lines(
      ["metric", "value"], of: "metric_performance",
      where: """
        scope = 'portfolio' and metric in (
          'creations', 'total_status_changes', 'km_median_response_time', 'history_days',
          'funnel_whole_days', 'noop')
        """, order: "metric")
    #expect(
      counted == [
        "creations 0", "funnel_whole_days -", "history_days -", "km_median_response_time -",
        "noop 0",
        "total_status_changes 0",
      ])
    #expect(
      try await log.lines(
        ["sum(reached)", "sum(lost)"], of: "metric_funnel", where: "scope = 'portfolio'") == ["0 0"]
    )
    #expect(
      try await log.lines(
        ["status", "n_closed", "n_open", "oldest_open_seconds", "n_in_status"],
        of: "metric_time_in_status", where: "scope = 'portfolio' and n_in_status > 0",
        order: "status_rank(status)") == ["new 0 0 - 1", "contacted 0 0 - 1"])
    #expect(
      try await log.lines(
        ["status", "leads"], of: "metric_distribution",
        where: "scope = 'portfolio' and day = '2025-03-31' and leads > 0", order: "status")
        == ["contacted 1", "leased 1", "lost 2", "new 1"])
    #expect(
      try await log.lines(
        ["count", "total"], of: "metric_data_quality",
        where: "scope = 'portfolio' and issue = 'truncated'") == ["5 5"])
    // From then on they count like any other lead.
    try await log.write([
      .init(
        lead: "a", property: SmallLog.utc, old: "new", new: "contacted", at: "2025-03-31 08:00Z")
    ])
    try await log.measure(asOf: "2025-04-01T01:00:00Z")
    #expect(
      try await log.lines(
        ["from_status", "to_status", "count", "mean_seconds"], of: "metric_transitions",
        where: "scope = 'portfolio'") == ["new contacted 1 -"])
    #expect(
      try await log.lines(
        ["lead", "n", "status", "(entered_at is null)", "truncated"], of: "visit",
        where: "lead = 'a'", order: "n")
        == ["a 0 new true true", "a 1 contacted false false"])
  }

  /// A lead that is new since the last complete pull, with the status new, is a creation; so is a lead whose
  /// first status somebody was seen to set.
  @Test func aLeadThatAppearsIsCreated() async throws {
    let log = try await MeasuredLog.empty()
    try await log.property(SmallLog.utc, "Maple Row")
    try await Self.takeOver(log, [("a", "new")], at: "2025-03-10 02:00Z", isNew: true)
    try await Self.takeOver(log, [("b", "contacted")], at: "2025-03-10 03:00Z", verdict: nil)
    try await log.write([
      .init(lead: "c", property: SmallLog.utc, old: nil, new: "lost", at: "2025-03-11 00:00Z"),
      .init(
        lead: "d", property: SmallLog.utc, old: nil, new: "leased", at: "2025-03-11 00:00Z",
        by: "resman_user"),
      .init(
        lead: "e", property: SmallLog.utc, old: nil, new: "new", at: "2025-03-11 00:00Z",
        by: "system"),
    ])
    try await log.measure(asOf: Self.asOf)
    // A lead created as lost has come and got no further: creations are the first step of the funnel.
    #expect(
      try await log.lines(
        ["status", "reached", "visited", "lost", "open"], of: "metric_funnel",
        where:
          "scope = 'portfolio' and maturity = 'all' and status in ('new', 'contacted', 'leased')",
        order: "step_order")
        == ["new 4 2 1 2", "contacted 1 0 0 0", "leased 1 1 - -"])
    #expect(
      try await log.lines(
        ["value"], of: "metric_performance", where: "scope = 'portfolio' and metric = 'creations'")
        == ["4"])
  }

  /// In − out = change of distribution, computed from the files alone, for every scope, status and day.
  @Test(arguments: IncrementTests.seeds) func theDistributionCloses(seed: UInt64) async throws {
    let log = try await RandomLog.load(RandomLog(seed: seed).rows)
    try await log.measure(asOf: "2025-04-20T05:00:00Z")
    let open = try await log.lines(
      [
        "scope", "property_id", "status", "day", "leads", "before", "created", "moved_in",
        "moved_out",
      ],
      of: """
        (select *, lag(leads) over (partition by scope, property_id, status order by day) as before
         from metric_distribution) as distribution
        """, where: "leads <> before + created + moved_in - moved_out")
    #expect(open == [])
    #expect(
      try await log.lines(
        ["(sum(created) > 20)", "(sum(moved_in) > 50)", "(sum(moved_out) = sum(moved_in))"],
        of: "metric_distribution", where: "scope = 'portfolio'") == ["true true true"])
    // Moves that the rules do not allow are equal in both files.
    #expect(
      try await log.lines(
        ["(t.n = q.count)", "(t.n > 0)"],
        of: """
          (select sum(illegal) as n from metric_transitions where scope = 'portfolio') as t
          cross join (select count from metric_data_quality
            where scope = 'portfolio' and issue = 'illegal') as q
          """) == ["true true"])
    // The number of leads in a status is equal in both files, too.
    #expect(
      try await log.lines(
        ["count(*)", "bool_and(n_in_status = leads)"],
        of: """
          metric_time_in_status as t
          join metric_distribution as d
            on d.scope = t.scope and d.property_id is not distinct from t.property_id
              and d.status = t.status
          """,
        where: "d.day = (select max(day) from metric_distribution as l "
          + "where l.scope = d.scope and l.property_id is not distinct from d.property_id)")
        == ["25 true"])
  }

  /// No comparison uses a time for which most leads are known only as they were found.
  @Test func leadsTakenOverAreNotComparedWith() async throws {
    let log = try await MeasuredLog.empty()
    try await log.property(SmallLog.utc, "Maple Row")
    let cohort = { (prefix: String, count: Int, at: String) in
      (0..<count).map {
        MeasuredLog.Entry(
          lead: "\(prefix)\($0)", property: SmallLog.utc, old: nil, new: "new", at: at)
      }
    }
    try await log.write(
      cohort("old", 40, "2024-09-01 12:00Z") + cohort("now", 40, "2025-03-01 12:00Z"))
    try await log.measure(asOf: Self.asOf)
    let compared = { (asOf: String) in
      try await log.lines(
        ["previous", "verdict"], of: "metric_changes",
        where: "scope = 'portfolio' and metric = 'creations' and as_of = '\(asOf)'")
    }
    #expect(try await compared(Self.asOf) == ["0 up"])
    // Ten leads were found in January: from September on, 80 of 90 leads are known from their creation.
    try await Self.takeOver(
      log, (0..<10).map { ("found\($0)", "contacted") }, at: "2025-01-15 02:00Z")
    try await log.measure(asOf: "2025-04-01T01:00:00Z")
    #expect(try await compared("2025-04-01T01:00:00Z") == ["- -"])
    #expect(
      try await log.lines(
        ["metric", "value"], of: "metric_performance",
        where: "scope = 'portfolio' and as_of = '2025-04-01T01:00:00Z' "
          + "and metric in ('history_days', 'funnel_whole_days')", order: "metric")
        == ["funnel_whole_days 31", "history_days 212"])
  }

  @Test func anEmptyLogIsAnEmptyReport() async throws {
    let log = try await MeasuredLog.empty()
    try await log.measure(asOf: Self.asOf)
    #expect(
      try await log.lines(
        ["count(*)", "coalesce(sum(reached), 0)"], of: "metric_funnel") == ["12 0"])
  }
}
