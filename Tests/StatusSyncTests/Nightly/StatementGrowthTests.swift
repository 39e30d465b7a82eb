import Foundation
import Postgres
import TestDatabase
import Testing

import Store

/// Four times the leads cause about four times the work in each statement of a night, whatever statistics the
/// planner has: none, or those of empty tables. Work is what `explain analyze` counts: the rows that every
/// node of the plan returned or discarded. A join that reads all rows of one table for each row of another
/// shows as sixteen times.
@Suite struct StatementGrowthTests {
  enum Statistics: String, CaseIterable { case none, ofEmptyTables }

  @Test(arguments: Statistics.allCases)
  func workGrowsWithTheLeads(_ statistics: Statistics) async throws {
    let few = try await Self.twoNights(leads: 3000, statistics)
    let many = try await Self.twoNights(leads: 12_000, statistics)
    #expect(few.count == many.count && few.count > 30)
    for (name, work) in few {
      let growth = (many[name] ?? 0) / max(work, 3000)
      #expect(growth < 8, "\(name): \(Int(work)) rows grow to \(Int(many[name] ?? 0))")
    }
  }

  /// The work of each statement in a first night, and in a second one before which a quarter of the leads
  /// moved.
  private static func twoNights(
    leads: Int, _ statistics: Statistics
  ) async throws -> [String: Double] {
    try await TestDatabase.with(
      template: "migrated", prepare: { _ = try await Migrator.migrate($0) }
    ) { database in
      let connection = try await database.connect()
      // So little memory that no set of these leads fits; a server with millions of leads has as little for
      // them.
      try await connection.script("set work_mem = '64kB'; set jit = off")
      if statistics == .ofEmptyTables { try await connection.script("analyze") }
      var work: [String: Double] = [:]
      for night in 1...2 {
        for (name, rows) in try await one(night, leads: leads, on: connection) {
          work["\(name) of night \(night)"] = rows
        }
      }
      await connection.close()
      return work
    }
  }

  private static func one(
    _ night: Int, leads: Int, on connection: PostgresConnection
  ) async throws -> [(String, Double)] {
    let run = UUID()
    let at = "2026-11-2\(night)T02:00:00Z"
    _ = try await connection.execute(
      """
      insert into sync_run (id, mode, started_at, as_of)
      values (\(run), 'run', \(at)::timestamptz, \(at)::timestamptz)
      """)
    try await connection.script(stage(night, leads: leads))
    var done: [(String, Double)] = []
    func explain(_ name: String, _ file: [UInt8], _ parameters: (any PostgresEncodable)?...)
      async throws
    {
      let text = Array("explain (analyze, timing off, format json)\n".utf8) + file
      let rows = try await connection.query(SQL(file: text, parameters: parameters))
      let json: String = try #require(try rows.first?[at: 0])
      let plans = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]]
      done.append((name, count(plans?.first?["Plan"] as? [String: Any] ?? [:])))
    }
    try await explain("pull_found", StatementFile.bytes("pull_found"))
    try await explain("diff", StatementFile.bytes("diff"), 4e9, 0)
    try await explain("pull_unseen", StatementFile.bytes("pull_unseen"))
    try await explain("diff_counts", StatementFile.bytes("diff_counts"))
    _ = try await connection.execute(SQL(file: StatementFile.bytes("plan_settings"), "", at))
    try await explain("diff_rows", StatementFile.bytes("diff_rows"))
    try await connection.script(plan)
    try await explain("fights", StatementFile.bytes("fights"))
    try await explain("plan_park", StatementFile.bytes("plan_park"), ["L-1", "L-2"], "flapping")
    try await explain("plan_rows", StatementFile.bytes("plan_rows"))
    try await explain("plan_digest", StatementFile.bytes("plan_digest"))
    try await explain("plan_population", StatementFile.bytes("plan_population"))
    try await explain("plan_take", StatementFile.bytes("plan_take"), run)
    try await explain("sightings", StatementFile.bytes("sightings"))
    try await explain("conversations_given", StatementFile.bytes("conversations_given"))
    try await explain("resman_gone", StatementFile.bytes("resman_gone"), run)
    try await explain("domiq_gone", StatementFile.bytes("domiq_gone"))
    try await explain("acknowledged_seen", StatementFile.bytes("acknowledged_seen"))
    try await explain(
      "lead_descriptions", StatementFile.bytes("lead_descriptions"), nil as String?, nil as String?,
      nil as String?, nil as String?, at)
    try await explain("conversations", StatementFile.bytes("conversations"))
    try await explain("conversation_links", StatementFile.bytes("conversation_links"))
    try await explain("log_agreements", StatementFile.bytes("log_agreements"), run, at)
    try await explain("review_upsert", StatementFile.bytes("review_upsert"), run, at)
    try await explain("review_heal", StatementFile.bytes("review_heal"), run, at)
    try await explain("both_gone", StatementFile.bytes("both_gone"), run, at)
    try await explain("run_property_insert", StatementFile.bytes("run_property_insert"), run, at)
    try await explain("drift_nights", StatementFile.bytes("drift_nights"), run)
    try await explain("drift_cohorts", StatementFile.bytes("drift_cohorts"), run)
    try await explain("drift_repairs", StatementFile.bytes("drift_repairs"), run, "push", 500)
    _ = try await connection.execute(verified(run))
    try await explain("review_repaired", StatementFile.bytes("review_repaired"), run, at)
    try await explain("drift_totals", StatementFile.bytes("drift_totals"), run)
    try await explain("residual_digest", StatementFile.bytes("residual_digest"), run)
    try await explain("drift_plan_digest", StatementFile.bytes("drift_plan_digest"), run)
    try await explain("run_log_counts", StatementFile.bytes("run_log_counts"), run)
    _ = try await connection.execute(
      "update sync_run set state = 'finished', finished_at = started_at where id = \(run)")
    return done
  }

  /// The rows that a node and the nodes below it returned or discarded.
  static func count(_ node: [String: Any]) -> Double {
    func number(_ key: String) -> Double { (node[key] as? NSNumber)?.doubleValue ?? 0 }
    let rows =
      number("Actual Rows") + number("Rows Removed by Filter")
      + number("Rows Removed by Join Filter") + number("Rows Removed by Index Recheck")
    let below = (node["Plans"] as? [[String: Any]] ?? []).reduce(0) { $0 + count($1) }
    return rows * max(number("Actual Loops"), 1) + below
  }

  /// A full pull: most leads agree; one in forty differs in every night, and in the second night one in four
  /// moved in DomIQ.
  private static func stage(_ night: Int, leads: Int) -> String {
    """
    truncate stage_domiq, stage_resman, stage_pull, stage_diff, stage_plan;
    insert into stage_pull
    select s, ('0000000a-0000-4000-8000-' || lpad(p::text, 12, '0'))::uuid, true, false
    from generate_series(0, 7) p, unnest(array['domiq', 'resman']) s;
    insert into stage_resman
    select ('0000000a-0000-4000-8000-' || lpad((i % 8)::text, 12, '0'))::uuid, 'L-' || i,
      status, status, '2026-11-01T10:00:00Z', 80, 15, null,
      concat_ws(e'\\u001f', 'Zillow', '', 'A-' || (i % 9 + \(night))::text, '', '', '', '')
    from generate_series(1, \(leads)) i,
      lateral (select (array['new', 'contacted', 'qualified'])[1 + i % 3] as status) s;
    insert into stage_domiq
    select ('0000000a-0000-4000-8000-' || lpad((i % 8)::text, 12, '0'))::uuid, 'L-' || i,
      ('0000000b-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid, status, status,
      case when moved then '2026-11-02T10:00:00Z' else '2026-11-01T10:00:00Z' end, 80, 15, null,
      case when i % 4 = 0 then concat_ws(e'\\u001f', '', '', '', '', 'booked', '', '') end
    from generate_series(1, \(leads)) i,
      lateral (select i % 40 = 3 or i % 4 = 1 and \(night) = 2 as moved) m,
      lateral (
        select (array['new', 'contacted', 'qualified', 'tour_scheduled'])[1 + i % 3 + moved::int]
          as status) s;
    """
  }

  private static let plan = """
    insert into stage_plan (property_id, resman_lead_id, conversation_id, base, domiq_raw, domiq,
      resman_raw, resman, verdict, rule, action, target, hops, irregular, reason, domiq_version,
      resman_version)
    select property_id, resman_lead_id, conversation_id, base, domiq_raw, domiq, resman_raw, resman,
      v.verdict, 7, v.action, case when v.action <> 'review' then domiq end,
      case when v.action = 'push' then array[domiq::text] else '{}' end, false, 'because',
      domiq_version, resman_version
    from stage_diff,
      lateral (
        select
          case when base is not null then 'domiq_ahead' when domiq = resman then 'baseline'
            else 'unbased' end as verdict,
          case when base is not null then 'push' when domiq = resman then 'log'
            else 'review' end as action) v
    where plain is null
    """

  /// Every push succeeded, and its log row says so.
  private static func verified(_ run: UUID) -> SQL {
    """
    with repaired as (
      update drift set outcome = 'verified' where run_id = \(run) and action = 'push'
      returning resman_lead_id, base, target)
    insert into status_sync_log (resman_lead_id, old_status, new_status, updated_by, sync_direction,
      sync_status, run_id, attempts)
    select resman_lead_id, base, target, 'chatbot', 'to_resman', 'success', \(run), 1 from repaired
    """
  }
}
