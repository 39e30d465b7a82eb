import Foundation
import Postgres
import Testing

/// Figures that are computed from other figures, with values worked out by hand or taken from published
/// examples.
@Suite struct DerivedFiguresTests {
  @Test func advancingWithLossCompeting() async throws {
    let log = try await SmallLog.load()
    try await log.measure(asOf: SmallLog.asOf)
    let lines = try await log.lines(
      [
        "status", "round(advanced_7d::numeric, 9)", "round(advanced_30d::numeric, 9)",
        "round(advanced_90d::numeric, 9)",
      ], of: "metric_conversion", where: "scope = 'portfolio'", order: "status_rank(status)")
    #expect(
      lines == [
        // 300 s, 1800 s open, 3600 s, 1 day, lost after 5: 1/5 + 4/5·1/3 + 8/15·1/2.
        "new 0.733333333 0.733333333 0.733333333",
        // F lost after a day: S = 2/3; A and B after two.
        "contacted 0.666666667 0.666666667 0.666666667",
        "qualified 1.000000000 1.000000000 1.000000000",
        // A after 5 days, B lost after 7.
        "tour_scheduled 0.500000000 0.500000000 0.500000000",
        "application 0.000000000 1.000000000 1.000000000",
      ])
    // No lead of Maple Row's cohort in the window entered qualified.
    let unknown = try await log.lines(
      ["advanced_7d"], of: "metric_conversion",
      where: "property_name = 'Maple Row' and status = 'qualified'")
    #expect(unknown == ["-"])
  }

  @Test func boundsOverOpenReviews() async throws {
    let log = try await SmallLog.load()
    // F, of the cohort and contacted, may reach tour_scheduled. Y and Z are not in the log: whatever the
    // answer, they are taken over with the status found, and join no funnel.
    try await log.database.script(
      """
      insert into review_item (
        property_id, resman_lead_id, domiq, resman, verdict, rule, reason, first_seen, last_seen,
        state, answered_at)
      values
        ('\(SmallLog.utc)', 'F', 'tour_scheduled', 'lost', 'conflict', 15, 'both moved',
          '2025-03-30Z', '2025-03-31Z', 'open', null),
        ('\(SmallLog.utc)', 'Y', 'qualified', 'contacted', 'unbased', 9, 'no base', '2025-03-30Z',
          '2025-03-31Z', 'resolved', '2025-04-02Z'),
        ('\(SmallLog.berlin)', 'Z', 'lost', 'new', 'unbased', 9, 'no base', '2025-03-30Z',
          '2025-03-31Z', 'open', null),
        ('\(SmallLog.utc)', 'later', 'leased', 'new', 'unbased', 9, 'no base', '2025-04-01 00:01Z',
          '2025-04-02Z', 'open', null),
        ('\(SmallLog.utc)', 'answered', 'leased', 'new', 'unbased', 9, 'no base', '2025-03-01Z',
          '2025-03-02Z', 'resolved', '2025-03-02Z')
      """)
    try await log.measure(asOf: SmallLog.asOf)
    let columns = [
      "reached", "round(overall_min::numeric, 6)", "round(overall_rate::numeric, 6)",
      "round(overall_max::numeric, 6)",
    ]
    let all = try await log.lines(
      columns, of: "metric_funnel", where: "scope = 'portfolio' and maturity = 'all'",
      order: "step_order")
    #expect(
      all == [
        "5 1.000000 1.000000 1.000000", "3 0.600000 0.600000 0.600000",
        "2 0.400000 0.400000 0.600000", "2 0.400000 0.400000 0.600000",
        "1 0.200000 0.200000 0.200000", "1 0.200000 0.200000 0.200000",
      ])
    let mature = try await log.lines(
      columns, of: "metric_funnel", where: "scope = 'portfolio' and maturity = 'mature'",
      order: "step_order")
    #expect(
      mature == [
        "1 1.000000 1.000000 1.000000", "1 1.000000 1.000000 1.000000",
        "0 0.000000 0.000000 1.000000", "0 0.000000 0.000000 1.000000",
        "0 0.000000 0.000000 0.000000", "0 0.000000 0.000000 0.000000",
      ])
  }

  @Test func notificationsByChannel() async throws {
    let log = try await SmallLog.load()
    try await log.notifications(
      """
      ('email', 'accepted', null, 1, '2025-03-01Z', '2025-03-01Z'),
      ('email', 'accepted', null, 3, '2025-03-01Z', '2025-03-02Z'),
      ('email', 'dead', 'bounced', 1, '2025-03-01Z', '2025-03-01Z'),
      ('email', 'accepted', null, 1, '2025-03-31 12:00Z', '2025-04-01 00:00:01Z'),
      ('email', 'accepted', null, 1, '2025-03-30Z', '2025-04-02Z'),
      ('sms', 'suppressed', null, 0, '2025-03-01Z', '2025-03-01Z'),
      ('in_app', 'delivered', null, 1, '2024-12-31Z', '2024-12-31Z')
      """)
    try await log.measure(asOf: SmallLog.asOf)
    // The fourth was pending at as_of, the fifth for more than a day; the last is before the window.
    let lines = try await log.lines(
      [
        "channel_or_direction", "delivered", "failed", "bounced", "expired", "pending",
        "suppressed",
        "rate", "first_attempt_rate",
      ], of: "metric_delivery", where: "scope = 'portfolio' and kind = 'notification'",
      order: "channel_or_direction")
    #expect(
      lines == [
        "email 2 0 1 1 1 0 0.5 0.25", "in_app 0 0 0 0 0 0 - -", "slack 0 0 0 0 0 0 - -",
        "sms 0 0 0 0 0 1 - -",
      ])
    let rate = try await log.lines(
      ["metric", "numerator", "denominator", "value"], of: "metric_performance",
      where: "scope = 'portfolio' and metric like 'notification%'", order: "metric")
    #expect(
      rate == ["notification_delivery_rate 2 4 0.5", "notification_first_attempt_rate 1 4 0.25"])
    let reasons = try await log.lines(
      ["note"], of: "metric_performance",
      where: "property_name = 'Maple Row' and metric = 'notification_delivery_rate'")
    #expect(reasons == ["not known: the outbox is empty, no notification was due"])
  }

  @Test func workflows() async throws {
    let log = try await SmallLog.load()
    // X moves to Birch Row, and takes its changes along; of Aspen Way only Y's change is left.
    let (aspen, birch) = (SmallLog.id(3), SmallLog.id(4))
    try await log.property(aspen, "Aspen Way")
    try await log.property(birch, "Birch Row")
    try await log.write([
      MeasuredLog.Entry(
        lead: "X", property: aspen, old: "new", new: "contacted", at: "2025-03-01 10:00Z"),
      MeasuredLog.Entry(
        lead: "X", property: aspen, old: "contacted", new: "qualified", at: "2025-03-02 10:00Z"),
      MeasuredLog.Entry(
        lead: "X", property: birch, old: "qualified", new: "tour_scheduled", at: "2025-03-03 10:00Z"
      ),
      MeasuredLog.Entry(
        lead: "Y", property: aspen, old: "new", new: "contacted", at: "2025-03-04 10:00Z"),
    ])
    // One change with two actions, one of them done; one whose conditions are not met; one still pending. Y's change
    // was written after as_of.
    try await log.database.script(
      """
      insert into workflow_execution (
        property_id, log_id, rule_id, action_index, action_type, event, state, created_at,
        finished_at)
      select
        status_sync_log.property_id, id, '\(SmallLog.utc)', action_index, type, '{}', state,
        created::timestamptz, ended::timestamptz
      from (values
        ('A', 'contacted', 0, 'create_task', 'done', '2025-02-01Z', '2025-02-01Z'),
        ('A', 'contacted', 1, 'update_lead_score', 'failed', '2025-02-01Z', '2025-02-01Z'),
        ('A', 'qualified', -1, null, 'unmet', '2025-02-01Z', '2025-02-01Z'),
        ('A', 'leased', 0, 'create_task', 'done', '2025-02-01Z', '2025-04-02Z'),
        ('X', 'contacted', -1, null, 'unmet', '2025-03-01Z', '2025-03-01Z'),
        ('X', 'qualified', -1, null, 'unmet', '2025-03-02Z', '2025-03-02Z'),
        ('Y', 'contacted', -1, null, 'unmet', '2025-04-02Z', '2025-04-02Z')
      ) as execution (lead, status, action_index, type, state, created, ended)
      join status_sync_log on resman_lead_id = lead and new_status = status
      """)
    try await log.measure(asOf: SmallLog.asOf)
    let columns = [
      "coalesce(property_name, 'all')", "metric", "numerator", "denominator",
      "round(value::numeric, 6)",
    ]
    let lines = try await log.lines(
      columns, of: "metric_performance",
      where: """
        metric like 'workflow%'
          and (scope = 'portfolio' or property_name in ('Aspen Way', 'Birch Row'))
        """, order: "scope, property_name, metric")
    #expect(
      lines == [
        "all workflow_action_success 1 2 0.500000", "all workflow_matched_share 6 26 0.230769",
        "all workflow_trigger_rate 1 6 0.166667",
        "Aspen Way workflow_action_success 0 0 -", "Aspen Way workflow_matched_share 1 1 1.000000",
        "Aspen Way workflow_trigger_rate 0 1 0.000000",
        "Birch Row workflow_action_success 0 0 -", "Birch Row workflow_matched_share 2 3 0.666667",
        "Birch Row workflow_trigger_rate 0 2 0.000000",
      ])
  }

  @Test func ranksGoByTheLowerEnd() async throws {
    let log = try await MeasuredLog.empty()
    // Three of three leads leased, forty of a hundred, none at all.
    for (number, name) in [(1, "Lucky"), (2, "Steady"), (3, "Empty")] {
      try await log.property(SmallLog.id(UInt8(number)), name)
    }
    try await log.cohort(SmallLog.id(1), "a", leads: 3, reaching: ["leased": 3])
    try await log.cohort(SmallLog.id(2), "b", leads: 100, reaching: ["leased": 60])
    try await log.measure(asOf: SmallLog.asOf)
    let lines = try await log.lines(
      ["property_name", "value", "denominator"], of: "metric_performance",
      where: "metric = 'leased_share_rank'", order: "property_name")
    #expect(lines == ["Empty - 2", "Lucky 2 2", "Steady 1 2"])
  }

  @Test func aLateRowRestatesAClosedDay() async throws {
    let log = try await SmallLog.load()
    // Nothing of the history came late.
    try await log.database.script(
      """
      alter table status_sync_log disable trigger user;
      update status_sync_log set created_at = occurred_at;
      alter table status_sync_log enable trigger user
      """)
    // The night's own rows were written after its instant and are in its figures, but for what it left pending.
    let night = UUID()
    try await log.database.execute(
      """
      insert into sync_run (id, mode, state, started_at, as_of, finished_at)
      values (\(night), 'run', 'finished', '2025-03-30Z', '2025-03-30Z', '2025-03-30 00:30Z')
      """)
    try await log.write([
      MeasuredLog.Entry(
        lead: "D1", property: SmallLog.utc, old: nil, new: "new", at: "2025-03-27 09:00Z",
        run: night, createdAt: "2025-03-30 00:03Z"),
      MeasuredLog.Entry(
        lead: "P1", property: SmallLog.utc, old: nil, new: "new", at: "2025-03-26 09:00Z",
        state: "pending", syncedAfter: nil, run: night, createdAt: "2025-03-30 00:04Z"),
      MeasuredLog.Entry(
        lead: "P2", property: SmallLog.utc, old: "new", new: "contacted", at: "2025-03-28 22:00Z",
        state: "pending", syncedAfter: nil, createdAt: "2025-03-28 22:00Z"),
    ])
    try await log.measure(asOf: "2025-03-30T00:00:00Z", runID: night)
    // A report of one week belongs to no night.
    try await log.measure(asOf: "2025-03-31T00:00:00Z", from: "2025-03-24T00:00:00Z")
    let none = try await log.lines(["metric"], of: "metric_restatements")
    #expect(none == [])
    try await log.write([
      MeasuredLog.Entry(
        lead: "D2", property: SmallLog.utc, old: nil, new: "new", at: "2025-03-27 10:00Z")
    ])
    try await log.database.script(
      """
      update status_sync_log set sync_status = 'success', synced_at = '2025-03-31 02:00Z'
      where resman_lead_id = 'P1';
      update status_sync_log set sync_status = 'failed', attempts = 3 where resman_lead_id = 'P2'
      """)
    try await log.measure(asOf: SmallLog.asOf)
    let lines = try await log.lines(
      ["scope", "metric", "day", "status", "old_value", "new_value", "reason"],
      of: "metric_restatements", order: "scope, metric, day")
    #expect(
      lines == [
        "portfolio creations 2025-03-26 - 0 1 settled since",
        "portfolio creations 2025-03-27 - 1 2 late row",
        "portfolio failed 2025-03-28 - 0 1 settled since",
        "portfolio status_distribution 2025-03-26 new 0 1 settled since",
        "portfolio status_distribution 2025-03-27 new 1 3 late row",
        "portfolio status_distribution 2025-03-28 new 1 3 late row",
        "property creations 2025-03-26 - 0 1 settled since",
        "property creations 2025-03-27 - 1 2 late row",
        "property failed 2025-03-28 - 0 1 settled since",
        "property status_distribution 2025-03-26 new 0 1 settled since",
        "property status_distribution 2025-03-27 new 1 3 late row",
        "property status_distribution 2025-03-28 new 1 3 late row",
        "property status_distribution 2025-03-29 new 1 3 late row",
      ])
    // A second measurement gives the same result.
    try await log.measure(asOf: SmallLog.asOf)
    let again = try await log.lines(
      ["scope", "metric", "day", "status", "old_value", "new_value", "reason"],
      of: "metric_restatements", order: "scope, metric, day")
    #expect(again == lines)
  }
}

extension MeasuredLog {
  /// Writes notifications of the property in Berlin: channel, state, cause, attempts, created_at,
  /// finished_at.
  func notifications(_ values: String) async throws {
    try await database.script(
      """
      insert into notification (
        property_id, log_id, origin, channel, recipient, template_id, priority, subject, body, state,
        cause, attempts, created_at, expires_at, finished_at, address)
      select
        '\(SmallLog.berlin)', (select id from status_sync_log order by seq limit 1), 'preference',
        channel, 'leasing_agent', 't', 'low', 's', 'b', state, cause, attempts,
        created_at::timestamptz, created_at::timestamptz + interval '24 hours',
        finished_at::timestamptz, row_number() over () || '@example.com'
      from (values \(values)) as sent (channel, state, cause, attempts, created_at, finished_at)
      """)
  }

  /// Creates `leads` new leads, one per hour from 1 February 2025; the given number of them reach a status
  /// one minute later.
  func cohort(
    _ property: UUID, _ prefix: String, leads: Int, reaching: [String: Int],
    from start: String = "2025-02-01 00:00Z"
  ) async throws {
    try await database.execute(
      """
      insert into status_sync_log (
        resman_lead_id, property_id, new_status, updated_by, sync_direction, sync_status, occurred_at,
        synced_at)
      select \(prefix) || i, \(property), 'new', 'chatbot', 'to_resman', 'success',
        \(start)::timestamptz + make_interval(mins => i * 10),
        \(start)::timestamptz + make_interval(mins => i * 10)
      from generate_series(1, \(leads)) as i
      """)
    for (status, number) in reaching.sorted(by: { $0.key < $1.key }) {
      try await database.execute(
        """
        insert into status_sync_log (
          resman_lead_id, property_id, old_status, new_status, updated_by, sync_direction,
          sync_status, occurred_at, synced_at)
        select \(prefix) || i, \(property), 'new', \(status), 'chatbot', 'to_resman', 'success',
          \(start)::timestamptz + make_interval(mins => i * 10 + 1),
          \(start)::timestamptz + make_interval(mins => i * 10 + 1)
        from generate_series(1, \(number)) as i
        """)
    }
  }
}

/// The analysts' guide.
@Suite struct MetricsGuideTests {
  /// Its queries run on tables with two windows of figures, and each returns rows.
  @Test func everyQueryOfTheGuideRuns() async throws {
    let guide = try String(
      contentsOf: Golden.root.appending(path: "docs/metrics.md"), encoding: .utf8)
    let queries = guide.matches(of: /```sql\n([^`]+)```/).map { String($0.1) }
    #expect(queries.count == 9)
    let log = try await MeasuredLog.empty()
    try await log.property(SmallLog.id(1), "Linden Court")
    for (prefix, leads, answered, start) in [
      ("old", 1, 0, "2024-08-05 00:00Z"), ("before", 80, 48, "2024-10-10 00:00Z"),
      ("now", 70, 60, "2025-02-20 00:00Z"),
    ] {
      try await log.cohort(
        SmallLog.id(1), prefix, leads: leads, reaching: ["contacted": answered], from: start)
    }
    // Measured by a run with the standard window: the views show nothing else.
    try await log.measure(asOf: "2025-03-01T00:00:00Z", runID: UUID())
    for query in queries {
      #expect(try await log.database.execute(SQL(stringLiteral: query)) > 0, "\(query)")
    }
  }
}
