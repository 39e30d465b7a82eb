import Foundation
import Leads
import Postgres
import Testing

import Analytics
import StandIns

/// Figures do not depend on how the log was measured (docs/figures.md#what-must-hold): on seeded random logs,
/// every table of figures is compared row by row, to the last digit.
@Suite struct IncrementTests {
  static let seeds: [UInt64] = [1, 20_261_124]
  /// Tables that a repeated row does not change; a repeated row counts as one more no-op and one more
  /// delivery.
  static let ofStays = [
    "funnel", "time_in_status", "conversion", "transitions", "daily", "distribution", "stalled",
  ]

  @Test(arguments: seeds) func nightsOrOneNightOrRebuild(seed: UInt64) async throws {
    let random = RandomLog(seed: seed)
    let nights = try await RandomLog.load([])
    var draws = SplitMix(seed: seed)
    var rest = random.rows[...]
    for night in 1...5 {
      let share = night == 5 ? rest.count : draws.whole(0...(rest.count / 2))
      try await RandomLog.append(Array(rest.prefix(share)), to: nights)
      rest = rest.dropFirst(share)
      try await measure(nights, day: 80 + Double(night) * 5)
    }
    let atOnce = try await RandomLog.load(random.rows)
    try await measure(atOnce, day: 105)
    try await expectSame(nights, atOnce)
    let kept = try await figures(of: nights)
    try await measure(nights, day: 105, rebuild: true)
    #expect(try await figures(of: nights) == kept)
    // Also which days were revised, and when.
    try await measure(nights, day: 105)
    #expect(try await figures(of: nights) == kept)
    // Back to a day in the past, as if nothing had happened since; then forward again.
    try await measure(nights, day: 60)
    try await measure(atOnce, day: 60, rebuild: true)
    try await expectSame(nights, atOnce)
    try await measure(nights, day: 105)
    #expect(try await figures(of: nights) == kept)
  }

  /// Reports of the past and rebuilds between two nights change nothing of what the rows between them revise.
  @Test(arguments: seeds) func closedDaysAreRevisedByRowsAlone(seed: UInt64) async throws {
    let rows = RandomLog(seed: seed).rows
    let known = rows.count * 2 / 3
    /// Nights of day 105 and 110; later rows, and ends of pending ones, come between what is measured besides.
    func revisions(
      _ before: [Double], _ after: [Double], rebuild: Bool = false
    ) async throws -> [String] {
      let log = try await RandomLog.load(Array(rows[..<known]))
      for day in [105] + before { try await measure(log, day: day) }
      try await RandomLog.append(Array(rows[known...]), to: log)
      try await RandomLog.settle(log)
      for day in after { try await measure(log, day: day) }
      try await measure(log, day: 110, rebuild: rebuild)
      return try await log.lines(
        ["property_id", "day", "direction", "updated_by", "revised_at"], of: "daily_revision",
        order: "property_id, day, direction, updated_by")
    }
    let straight = try await revisions([], [])
    #expect(!straight.isEmpty)
    #expect(try await revisions([60], []) == straight)
    #expect(try await revisions([60, 80], []) == straight)
    #expect(try await revisions([], [], rebuild: true) == straight)
    // A report of the past takes them at the newest night.
    let again = try await revisions([], [105])
    #expect(try await revisions([], [60]) == again)
    #expect(try await revisions([60], [80]) == again)
  }

  /// A rebuild mends stays that an update cannot read.
  @Test func damagedStaysAreRebuilt() async throws {
    let rows = RandomLog(seed: 5).rows
    let log = try await RandomLog.load(Array(rows.dropLast(20)))
    try await measure(log, day: 105)
    try await RandomLog.append(Array(rows.suffix(20)), to: log)
    try await log.database.script("delete from entry_kind")
    await #expect(throws: (any Error).self) { try await measure(log, day: 106) }
    try await measure(log, day: 106, rebuild: true)
    let whole = try await RandomLog.load(rows)
    try await measure(whole, day: 106)
    try await expectSame(log, whole)
  }

  @Test(arguments: seeds) func orderAndRepetitionOfRows(seed: UInt64) async throws {
    let random = RandomLog(seed: seed)
    let plain = try await RandomLog.load(random.rows)
    try await measure(plain, day: 110)
    let shuffled = try await RandomLog.load(random.shuffled(seed: seed + 1))
    try await measure(shuffled, day: 110)
    try await expectSame(plain, shuffled)
    let repeated = try await RandomLog.load(random.repeated(seed: seed + 2))
    try await measure(repeated, day: 110)
    try await expectSame(plain, repeated, tables: Self.ofStays)
  }

  @Test(arguments: seeds) func changesWithoutNewRows(seed: UInt64) async throws {
    let log = try await RandomLog.load(RandomLog(seed: seed).rows)
    try await measure(log, day: 100)
    // Pending rows end, a property changes, a conversation gets a property.
    try await RandomLog.settle(log)
    try await log.database.execute(
      "update property set timezone = 'Asia/Tokyo' where id = \(SmallLog.id(3))")
    try await measure(log, day: 101)
    let kept = try await figures(of: log)
    try await measure(log, day: 101, rebuild: true)
    #expect(try await figures(of: log) == kept)
  }

  @Test func aConversationChangesItsProperty() async throws {
    let log = try await RandomLog.load([])
    try await log.database.script(
      """
      insert into conversation (id, property_id) values
        ('00000000-0000-4000-8000-0000000000c1', null),
        ('00000000-0000-4000-8000-0000000000c2', null);
      insert into status_sync_log (
        conversation_id, resman_lead_id, old_status, new_status, sync_status, occurred_at)
      select id, nullif('L-' || i, 'L-2'), old, new, 'success', at::timestamptz
      from (values
        (1, '00000000-0000-4000-8000-0000000000c1'::uuid),
        (2, '00000000-0000-4000-8000-0000000000c2')
      ) as conversation (i, id)
      cross join (values
        (null, 'new', '2025-03-01 23:30Z'), ('new', 'contacted', '2025-03-02 10:00Z')
      ) as change (old, new, at);
      """)
    try await measure(log, day: 70)
    #expect(try await leads(log) == ["Property 0 0", "- 2"])
    try await log.database.execute("update conversation set property_id = \(SmallLog.id(1))")
    try await measure(log, day: 71)
    #expect(try await leads(log) == ["Property 0 2"])
    let kept = try await figures(of: log)
    try await measure(log, day: 71, rebuild: true)
    #expect(try await figures(of: log) == kept)
  }

  @Test func aRowThatCommitsLate() async throws {
    let rows = RandomLog(seed: 5).rows
    let log = try await RandomLog.load(Array(rows[..<40]))
    try await measure(log, day: 110)
    // Another session has not yet committed its row when the rows after it are measured.
    let writer = try await PostgresConnection(log.database.configuration)
    try await writer.script("begin")
    try await RandomLog.append([rows[40]], to: MeasuredLog(database: writer))
    // Rows of the same lead would wait for it.
    let others = rows[41...].filter { $0.lead != rows[40].lead }
    let own = rows[41...].filter { $0.lead == rows[40].lead }
    try await RandomLog.append(others, to: log)
    try await measure(log, day: 110)
    try await writer.script("commit")
    await writer.close()
    try await RandomLog.append(own, to: log)
    try await measure(log, day: 110)
    let kept = try await figures(of: log)
    try await measure(log, day: 110, rebuild: true)
    #expect(try await figures(of: log) == kept)
  }

  @Test(arguments: seeds) func figuresAddUp(seed: UInt64) async throws {
    let log = try await RandomLog.load(RandomLog(seed: seed).rows)
    try await RandomLog.matchRules(log)
    try await measure(log, day: 110)
    for (name, sql) in Self.contradictions {
      #expect(try await log.lines(SQL(stringLiteral: sql)) == [], "\(name)")
    }
  }

  /// Each check returns the rows that contradict it.
  static let contradictions: [(String, String)] = [
    (
      "the funnel never widens",
      """
      select status as line from (
        select *, lag(reached) over (partition by scope, property_id, maturity order by step_order) as before
        from metric_funnel) as f
      where reached > before or visited > reached or skipped <> reached - visited
      """
    ),
    (
      "a rate is between 0 and 1, and in its interval",
      """
      select concat_ws(' ', property_name, metric, value) as line from metric_performance
      where unit = 'rate' and value is not null
        and (value between 0 and 1 and value between lo95 and hi95) is not true
      """
    ),
    (
      "what entered is advanced, lost or open",
      "select status as line from metric_conversion where entered <> advanced + lost + open"
    ),
    (
      "cohorts sum to the funnel",
      """
      select f.scope || f.status as line
      from metric_funnel as f
      cross join lateral (
        select sum(reached)::bigint as reached, sum(visited)::bigint as visited,
          sum(lost)::bigint as lost, sum(open)::bigint as open
        from metric_cohorts as c
        where c.scope = f.scope and c.property_id is not distinct from f.property_id
          and c.maturity = f.maturity and c.step_order = f.step_order) as cohorts
      where (f.reached, f.visited, f.lost, f.open)
        is distinct from (cohorts.reached, cohorts.visited, cohorts.lost, cohorts.open)
      """
    ),
    (
      "properties sum to the portfolio",
      """
      select name || ' ' || key as line from (
        select 'funnel' as name, scope, concat(step_order, maturity) as key, reached + visited + coalesce(lost + open, 0) as n
        from metric_funnel
        union all select 'transitions', scope, concat(from_status, to_status), count + leads from metric_transitions
        union all select 'daily', scope, concat(day, direction, updated_by), changes + creations + failed from metric_daily
        union all select 'conversion', scope, status, entered + advanced + lost from metric_conversion
        union all select 'stays', scope, status, n_closed + n_open from metric_time_in_status
        union all select 'delivery', scope, channel_or_direction, delivered + failed + pending from metric_delivery
        union all select 'quality', scope, issue, count + total from metric_data_quality
        union all select 'distribution', scope, concat(day, status), leads from metric_distribution
          where day <= (select min(last) from (select max(day) as last from metric_distribution group by scope, property_id) as d)
            and day >= (select max(first) from (select min(day) as first from metric_distribution group by scope, property_id) as d)
      ) as figure
      group by name, key
      having sum(n) filter (where scope = 'portfolio') is distinct from sum(n) filter (where scope = 'property')
      """
    ),
    (
      "transitions and days sum to the changes",
      """
      select p.scope || coalesce(p.property_name, '') as line
      from metric_performance as p
      where p.metric = 'total_status_changes'
        and (p.value <> (select coalesce(sum(count), 0) from metric_transitions as t
            where t.scope = p.scope and t.property_id is not distinct from p.property_id)
          or p.value <> (select sum(changes) from metric_daily as d
            where d.scope = p.scope and d.property_id is not distinct from p.property_id))
      """
    ),
    (
      "in less out is the change of the distribution",
      """
      select day::text || status as line from (
        select d.property_id, d.day, d.status,
          d.leads - lag(d.leads) over (partition by d.property_id, d.status order by d.day) as change,
          (select count(*) from visit as v where v.property_id is not distinct from d.property_id
            and v.status = d.status and v.entered_day = d.day) as came,
          (select count(*) from visit as v where v.property_id is not distinct from d.property_id
            and v.status = d.status and v.left_day = d.day) as went
        from metric_distribution as d where d.scope = 'property') as days
      where change <> came - went
      """
    ),
    (
      "every lead is in one status",
      """
      select scope as line
      from (select scope, property_id, sum(leads) as leads from metric_distribution as d
        where day = (select max(day) from metric_distribution as e
          where e.scope = d.scope and e.property_id is not distinct from d.property_id)
        group by scope, property_id) as held
      where scope = 'portfolio' and leads <> (select count(distinct lead) from visit)
      """
    ),
    (
      "the cells of stays add up to what is held",
      """
      select coalesce(property_id::text, '') as line from rollup
      where kind in ('held', 'stock') group by property_id, key
      having sum(n) filter (where kind = 'held') is distinct from sum(n) filter (where kind = 'stock')
        and coalesce(sum(n) filter (where kind = 'stock'), 0) <> coalesce(sum(n) filter (where kind = 'held'), 0)
      """
    ),
  ]

  private func measure(_ log: MeasuredLog, day: Double, rebuild: Bool = false) async throws {
    _ = try await Measure(database: log.database).run(
      asOf: RandomLog.start + .seconds(day * 86_400 + 7200), cohort: .week,
      rebuild: rebuild)
  }

  private func leads(_ log: MeasuredLog) async throws -> [String] {
    try await log.lines(
      ["property_name", "sum(leads)"], of: "metric_distribution",
      where: """
        scope = 'property' and (property_name = 'Property 0' or property_id is null)
          and day = (as_of at time zone timezone)::date
          and as_of = (select max(as_of) from metric_distribution)
          group by property_name
        """, order: "property_name")
  }

  private func expectSame(
    _ one: MeasuredLog, _ other: MeasuredLog, tables: [String] = Measure.tables
  ) async throws {
    let (a, b) = (try await figures(of: one), try await figures(of: other))
    for table in Self.ofStays where table != "stalled" {
      #expect(a[table]?.isEmpty == false, "\(table)")
    }
    // Restatements and revisions depend on what was published before, which differs.
    for table in tables where table != "restatements" {
      let (mine, theirs) = (a[table] ?? [], b[table] ?? [])
      #expect(mine.map(Self.unrevised) == theirs.map(Self.unrevised), "\(table)")
    }
  }

  private static func unrevised(_ line: String) -> String {
    line.replacing(/"revised_at": (null|"[^"]*")/, with: "")
  }

  /// The rows of the latest measurement of each table.
  private func figures(of log: MeasuredLog) async throws -> [String: [String]] {
    let asOf: String = try await log.lines(
      "select as_of::text as line from measured_state")[0]
    var figures: [String: [String]] = [:]
    for table in Measure.tables where table != "restatements" {
      figures[table] = try await log.lines(
        """
        select to_jsonb(m)::text as line from \(identifier: "metric_" + table) as m
        where as_of = \(asOf)::timestamptz order by 1
        """)
    }
    return figures
  }
}
