import Foundation
import Leads
import Postgres
import TestDatabase
import Testing

import Analytics
import Nightly
import Settings
import Store

/// What is kept, and what goes.
@Suite struct PruneTests {
  private static let day: Int64 = 86_400_000_000
  /// A Wednesday, 02:00 UTC.
  private static let now = Instant(microseconds: 1_764_122_400_000_000)

  /// A night on each of these days before `now`, a report by hand an hour later, and figures of both.
  private static func measure(_ days: [Int64], on connection: PostgresConnection) async throws {
    for back in days.sorted(by: >) {
      let night = now - .seconds(86_400 * back)
      let byHand = night + .seconds(3_600)
      for (asOf, run, isStandard) in [
        (night, UUID() as UUID?, true), (byHand, nil, back % 2 == 0),
      ] {
        try await connection.execute(
          """
          insert into measurement (as_of, window_start, window_end, run_id, standard)
          values (\(asOf), \(asOf - .seconds(90 * 86_400)), \(asOf), \(run), \(isStandard))
          """)
      }
    }
    // One figure changes with every measurement, one never.
    try await connection.execute(
      """
      insert into metric_performance_revision (since, until, scope, metric, value)
      select as_of, coalesce(lead(as_of) over (order by as_of), 'infinity'), 'portfolio', 'x', 1
      from measurement
      union all
      select min(as_of), 'infinity', 'portfolio', 'y', 1
      from measurement
      """)
  }

  /// The measurements that are to be kept, by the calendar of Foundation.
  private static func kept(_ days: [Int64], _ keep: KeepSettings) -> Set<Instant> {
    var calendar = Calendar(identifier: .iso8601)
    calendar.timeZone = .gmt
    func date(_ instant: Instant) -> Date {
      Date(timeIntervalSince1970: Double(instant.microseconds) / 1_000_000)
    }
    let nights = days.map { now - .seconds(86_400 * $0) }.sorted { $0 > $1 }
    let fresh = now - .seconds(86_400 * Int64(keep.nights))
    var kept = Set((nights + nights.map { $0 + .seconds(3_600) }).filter { $0 >= fresh })
    let periods: [(Set<Calendar.Component>, Int)] = [
      ([.yearForWeekOfYear, .weekOfYear], keep.weeks), ([.year, .month], keep.months),
    ]
    for (unit, count) in periods {
      var seen: [DateComponents] = []
      for night in nights where night < fresh {
        let period = calendar.dateComponents(unit, from: date(night))
        guard !seen.contains(period) else { continue }
        seen.append(period)
        if seen.count <= count { kept.insert(night) }
      }
    }
    if let newest = nights.first { kept.insert(newest) }
    return kept
  }

  @Test(
    arguments: [
      (Array(0..<800), KeepSettings()),
      (Array(0..<120), KeepSettings(nights: 1, weeks: 3, months: 2)),
      (Array(0..<50), KeepSettings(nights: 10, weeks: 0, months: 0)),
      // Nights with gaps, and an installation that stands still.
      ([0, 9, 40, 41, 80, 300, 301, 700], KeepSettings()), ([900, 901, 950, 990], KeepSettings()),
    ] as [([Int64], KeepSettings)])
  func nightsThenWeeksThenMonths(_ days: [Int64], _ keep: KeepSettings) async throws {
    try await TestDatabase.migrated { connection in
      try await Self.measure(days, on: connection)
      let prune = Prune(connection, keep: keep, directory: "/nowhere/at/all")
      let dry = try await prune.alone(at: Self.now, isDryRun: true)
      let before: Int = try await Self.count("measurement", on: connection)
      #expect(before == days.count * 2)
      let pruned = try await prune.alone(at: Self.now, isDryRun: false)
      #expect(pruned == dry)
      let left = Set(
        try await connection.query("select as_of from measurement").map {
          try $0["as_of"] as Instant
        })
      #expect(left == Self.kept(days, keep))
      #expect(pruned.rows["measurement", default: 0] == before - left.count)
      let figures = try await connection.query("select as_of from metric_performance")
      #expect(Set(try figures.map { try $0["as_of"] as Instant }) == left)
      #expect(figures.count == left.count * 2)
      #expect(
        try await Self.count("metric_performance_revision", on: connection) == left.count + 1)
      #expect(
        pruned.rows["metric_performance_revision", default: 0] == before - left.count)
      // A second time finds nothing.
      #expect(try await prune.alone(at: Self.now, isDryRun: false).isEmpty)
    }
  }

  private static func count(_ table: String, on connection: PostgresConnection) async throws -> Int
  {
    try await connection.queryOne("select count(*) as n from \(identifier: table)")?["n"] ?? 0
  }

  /// Runs go with what hangs on them, but for the newest; questions, pending messages and the log stay.
  @Test func whatHasEndedGoesAndWhatIsOpenStays() async throws {
    try await TestDatabase.migrated { connection in
      for back in 0..<30 {
        let at = Self.now - .seconds(86_400 * Int64(back))
        let run = UUID()
        try await connection.execute(
          """
          insert into sync_run (id, mode, state, started_at, as_of, full_pull)
          values (\(run), 'run', 'finished', \(at), \(at), \(back == 25))
          """)
        try await connection.execute(
          """
          insert into drift (run_id, resman_lead_id, verdict, rule, action)
          values (\(run), 'L-1', 'conflict', 15, 'review')
          """)
        try await connection.execute(
          """
          insert into run_pull (run_id, system, property_id, incremental, records, quarantined, without_id,
            without_lead)
          values (\(run), 'domiq', gen_random_uuid(), false, 1, 0, 0, 0)
          """)
      }
      try await connection.script(
        """
        insert into status_sync_log (id, resman_lead_id, new_status, updated_by, sync_status)
        values ('00000000-0000-4000-8000-000000000001', 'L-1', 'new', 'chatbot', 'success');
        insert into notification (log_id, origin, channel, recipient, template_id, priority, subject, body, state,
          created_at, finished_at)
        select '00000000-0000-4000-8000-000000000001', 'workflow', 'in_app', 'r' || n, 't', 'low', 's', 'b',
          case n when 1 then 'pending' else 'delivered' end, '2020-01-01',
          case n when 1 then null when 2 then '2020-01-01'::timestamptz else '2025-11-20' end
        from generate_series(1, 3) n;
        insert into workflow_execution (id, log_id, rule_id, action_index, action_type, event, state)
        select ('00000000-0000-4000-8000-00000000001' || n)::uuid, '00000000-0000-4000-8000-000000000001',
          gen_random_uuid(), n, 'schedule_follow_up', '{}', 'done' from generate_series(1, 2) n;
        insert into follow_up (execution_id, status, assigned_to, due_at, state, finished_at)
        select ('00000000-0000-4000-8000-00000000001' || n)::uuid, 'new', 'manager', '2020-01-01',
          case n when 1 then 'scheduled' else 'reminded' end,
          case n when 1 then null else '2020-01-02'::timestamptz end from generate_series(1, 2) n;
        insert into review_item (resman_lead_id, verdict, rule, reason, first_seen, last_seen)
        values ('L-1', 'conflict', 15, 'why', '2020-01-01', '2020-01-01');
        insert into webhook_delivery (webhook_id, resman_lead_id, received_at, occurred_at, new_status, outcome, payload)
        values ('w-1', 'L-1', '2020-01-01', '2020-01-01', 'new', 'applied', '{}'),
          ('w-2', 'L-2', '2020-01-01', '2020-01-01', 'new', 'waiting', '{}'),
          ('w-3', 'L-2', '2025-10-28', '2025-10-28', 'new', 'waiting', '{}');
        """)
      let prune = Prune(
        connection, keep: KeepSettings(driftDays: 5, messagesDays: 30), directory: "/nowhere/at/all"
      )
      let pruned = try await prune.alone(at: Self.now, isDryRun: false)
      // The newest ten, and the newest full pull.
      #expect(
        pruned.rows == [
          "sync_run": 19, "drift": 19, "run_pull": 19, "notification": 1, "follow_up": 1,
          "webhook_delivery": 2,
        ])
      for (table, rows) in [
        ("sync_run", 11), ("drift", 11), ("notification", 2), ("follow_up", 1), ("review_item", 1),
        ("status_sync_log", 1), ("webhook_delivery", 1), ("lead", 1),
      ] {
        let left = try await Self.count(table, on: connection)
        #expect(left == rows, "\(table)")
      }
    }
  }

  /// A night whose figures are pruned is audited without them.
  @Test func anAuditSaysWhatIsPruned() async throws {
    try await NightlyFixture.with(leads: 100) { fixture in
      let night = try await fixture.nightly().run(full: true)
      #expect(night.pruned?.isEmpty == true)
      let connection = try await fixture.database.connect()
      let asOf = try #require(Instant(iso8601: night.summary.asOf))
      _ = try await Measure(database: connection).run(
        asOf: asOf + .seconds(1), runID: UUID(), isStandard: true)
      let prune = Prune(
        connection, keep: KeepSettings(nights: 1, weeks: 0, months: 0), directory: fixture.directory
      )
      let pruned = try await prune.alone(at: asOf + .seconds(3 * 86_400), isDryRun: false)
      #expect(pruned.rows["measurement"] == 1 && pruned.reports.isEmpty)
      let audit = try await Certificate(connection, reports: fixture.directory).verify(
        night.summary.runID)
      #expect(audit.checks.filter { !$0.ok } == [])
      #expect(audit.notes.count == 1)
      await connection.close()
    }
  }
}
