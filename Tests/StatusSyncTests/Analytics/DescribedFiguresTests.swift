import Foundation
import Postgres
import Testing

import Analytics
import Store

/// Sources, lost reasons, tours and agents: worked out by hand for `SmallLog`, and added up after a night.
@Suite struct DescribedFiguresTests {
  /// What ResMan tells of leads of `SmallLog`: source, lost reason, agent's id and name, tour.
  private static let told: [String: [String?]] = [
    "A": ["Zillow", nil, "7", "Ann", "showed"], "B": ["zillow", "price", "7", "Anne", "booked"],
    "C": ["Walk-in", "Price", nil, "Bo", nil], "F": ["Zillow", "Pets", "7", "Ann", nil],
    "G": ["Google", nil, "8", "Cy", "no_show"],
  ]

  private static func load() async throws -> MeasuredLog {
    let log = try await SmallLog.load()
    for (lead, fields) in told {
      try await log.database.execute(
        """
        insert into lead_description (
          resman_lead_id, system, told, source, lost_reason, agent_id, agent_name, tour_status)
        values (\(lead), 'resman', '', \(fields[0]), \(fields[1]), \(fields[2]), \(fields[3]),
          \(fields[4]))
        """)
    }
    try await log.measure(asOf: SmallLog.asOf)
    return log
  }

  /// Cohort A, B, C, D, F with highest ranks 5, 3, 0, 0, 1; D tells nothing.
  @Test func sources() async throws {
    let log = try await Self.load()
    let lines = try await log.lines(
      [
        "kind", "source", "step_order", "reached", "lost", "open",
        "round(overall_rate::numeric, 3)", "round(share::numeric, 3)",
      ], of: "metric_sources",
      where: "scope = 'portfolio' and maturity = 'all' and step_order <> 2",
      order: "kind, source, step_order")
    #expect(
      lines == [
        "source Walk-in 0 1 1 0 1.000 0.200", "source Walk-in 1 0 0 0 0.000 0.200",
        "source Walk-in 3 0 0 0 0.000 0.200", "source Walk-in 4 0 0 0 0.000 0.200",
        "source Walk-in 5 0 - - 0.000 0.200", "source Zillow 0 3 0 0 1.000 0.600",
        "source Zillow 1 3 0 1 1.000 0.600", "source Zillow 3 2 1 0 0.667 0.600",
        "source Zillow 4 1 0 0 0.333 0.600", "source Zillow 5 1 - - 0.333 0.600",
        "unknown - 0 1 0 1 1.000 0.200", "unknown - 1 0 0 0 0.000 0.200",
        "unknown - 3 0 0 0 0.000 0.200", "unknown - 4 0 0 0 0.000 0.200",
        "unknown - 5 0 - - 0.000 0.200",
      ])
  }

  /// B and C are lost at the end of the window; F was reopened. The history begins in the window before.
  @Test func lostReasons() async throws {
    let log = try await Self.load()
    let lines = try await log.lines(
      ["scope", "kind", "reason", "place", "lost", "share", "lost_before", "verdict"],
      of: "metric_lost_reasons", order: "scope, kind, reason")
    #expect(lines == ["portfolio reason Price 1 2 1 - -", "property reason Price 1 2 1 - -"])
  }

  /// A and B came to a tour; G's was a step nobody made.
  @Test func tours() async throws {
    let log = try await Self.load()
    let columns = [
      "scope", "booked", "showed", "cancelled", "upcoming", "not_recorded_as_shown", "no_show",
      "unknown", "showed_rate",
    ]
    let lines = try await log.lines(columns, of: "metric_tours", order: "scope, booked")
    #expect(
      lines == [
        "portfolio 2 1 0 0 1 0 0 0.5", "property 0 0 0 0 0 0 0 -", "property 2 1 0 0 1 0 0 0.5",
      ])
  }

  @Test func agents() async throws {
    let log = try await Self.load()
    let columns = [
      "kind", "agent_id", "agent_name", "leads", "contacted", "toured", "leased", "lost", "open",
      "leased_rate", "place",
    ]
    let lines = try await log.lines(
      columns, of: "metric_agents", where: "scope = 'portfolio'", order: "kind, agent_name")
    #expect(
      lines == [
        "agent 7 Ann 3 3 2 1 1 1 - -", "agent - Bo 1 0 0 0 1 0 - -", "unknown - - 1 0 0 0 0 1 - -",
      ])
  }

  /// Nobody is given a rate or a place on fewer than 20 leads; who has as many is.
  @Test(arguments: [19, 20])
  func nobodyIsRankedOnFew(_ leads: Int) async throws {
    let log = try await MeasuredLog.empty()
    try await log.property(SmallLog.utc, "Maple Row")
    try await log.write(
      (1...leads).map {
        MeasuredLog.Entry(
          lead: "L-\($0)", property: SmallLog.utc, old: nil, new: "new", at: "2025-02-01 12:00Z")
      })
    try await log.database.execute(
      """
      insert into lead_description (resman_lead_id, system, told, agent_id)
      select resman_lead_id, 'resman', '', 'A-1' from lead
      """)
    try await log.measure(asOf: SmallLog.asOf)
    let lines = try await log.lines(
      ["leads", "leased_rate", "lo95", "place"], of: "metric_agents", where: "scope = 'portfolio'",
      order: "leads")
    #expect(lines == [leads < 20 ? "\(leads) - - -" : "\(leads) 0 0 1"])
  }

  /// Systems that tell nothing leave these figures empty.
  @Test func nothingToldIsNoRow() async throws {
    let log = try await SmallLog.load()
    try await log.measure(asOf: SmallLog.asOf)
    for table in ["sources", "lost_reasons", "tours", "agents"] {
      let rows = try await log.database.query(
        "select count(*) as n from \(identifier: "metric_" + table)")
      #expect(try rows[0]["n"] == 0, "\(table)")
    }
  }

  /// What is divided by source, reason or agent adds up to what is counted of all leads, in every scope.
  @Test func partsAddUp() async throws {
    try await NightlyFixture.with(leads: 400) { fixture in
      _ = try await fixture.nightly().run(full: true)
      let differing: Int = try await fixture.value(
        """
        with parts as (
          select scope, property_id, maturity, step_order, sum(reached) as reached, sum(lost) as lost,
            sum(open) as open
          from metric_sources_latest group by 1, 2, 3, 4
        ),
        agents as (
          select scope, property_id, sum(leads) as leads, sum(leased) as leased, sum(toured) as toured
          from metric_agents_latest group by 1, 2
        )
        select (
          select count(*) from metric_funnel_latest f
          left join parts p on (p.scope, p.maturity, p.step_order) = (f.scope, f.maturity, f.step_order)
            and p.property_id is not distinct from f.property_id
          where coalesce(p.reached, 0) <> f.reached or coalesce(p.lost, 0) <> coalesce(f.lost, 0)
            or coalesce(p.open, 0) <> coalesce(f.open, 0)
        ) + (
          select count(*) from metric_funnel_latest f
          left join agents a on a.scope = f.scope and a.property_id is not distinct from f.property_id
          where maturity = 'all' and reached <> coalesce(
            case status when 'new' then leads when 'tour_scheduled' then toured when 'leased' then leased
              else reached end, 0)
        ) + (
          select count(*) from metric_tours_latest t
          where booked <> showed + cancelled + upcoming + not_recorded_as_shown + unknown
            or booked <> (
              select count(distinct lead) from visit v
              where v.status = 'tour_scheduled' and v.entered_at >= t.window_start
                and v.entered_at < t.window_end
                and (t.scope = 'portfolio' or v.property_id = t.property_id))
        ) + (
          select count(*) from (
            select window_start, window_end, scope, property_id, sum(lost) as lost
            from metric_lost_reasons_latest group by 1, 2, 3, 4) r
          where lost <> (
            select count(distinct lead) from visit v
            where v.status = 'lost' and v.entered_at >= r.window_start and v.entered_at < r.window_end
              and v.left_at is null and (r.scope = 'portfolio' or v.property_id = r.property_id))
        ) as value
        """)
      #expect(differing == 0)
      let sources: Int = try await fixture.value(
        "select count(distinct source) as value from metric_sources_latest where scope = 'portfolio'"
      )
      #expect(sources >= 5)
      let tours: Int = try await fixture.value(
        "select booked as value from metric_tours_latest where scope = 'portfolio'")
      #expect(tours > 20)
    }
  }
}
