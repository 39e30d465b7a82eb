import Foundation
import Leads
import Postgres
import Pulls
import StandIns
import Testing

import Nightly

@Suite struct CertificateTests {
  private func verify(_ fixture: NightlyFixture, _ run: UUID? = nil) async throws -> VerifiedRun {
    let connection = try await fixture.database.connect()
    let verified = try await Certificate(connection, reports: fixture.directory)
      .verify(run, at: fixture.now())
    await connection.close()
    return verified
  }

  @Test func anHonestRunAgreesWithItself() async throws {
    try await NightlyFixture.with(leads: 200) { fixture in
      let night = try await fixture.nightly().run(full: true)
      let verified = try await verify(fixture, night.summary.runID)
      #expect(verified.checks.filter { !$0.ok } == [])
      #expect(verified.agrees && verified.notes.isEmpty)
      #expect(Set(night.summary.digests.keys) == ["sightings", "plan", "residual"])
      // A second run on the same day has a folder of its own; the first keeps its files.
      let second = try await fixture.nightly().run(full: false)
      let first = try await verify(fixture, night.summary.runID)
      #expect(first.agrees && first.notes.isEmpty)
      #expect(second.report.directory != night.report.directory)
      let latest = try await verify(fixture)
      #expect(latest.runID == second.summary.runID && latest.agrees)
      // A run under a clock set ahead is not the latest.
      let connection = try await fixture.database.connect()
      _ = try await connection.execute(
        """
        insert into sync_run (mode, state, started_at, as_of)
        select 'run', 'finished', at, at
        from (select \(fixture.now().iso8601)::timestamptz + interval '1 year' as at) ahead
        """)
      await connection.close()
      #expect(try await verify(fixture).runID == second.summary.runID)
    }
  }

  @Test func anUnreadableLeadDoesNotBreakThePlansDigest() async throws {
    try await NightlyFixture.with(leads: 120, capabilities: Capabilities(resmanReadByID: false)) {
      fixture in
      let night = try await fixture.nightly().run(full: true)
      #expect((night.summary.verdicts["unread"] ?? 0) > 0)
      let verified = try await verify(fixture)
      #expect(verified.checks.filter { !$0.ok } == [])
    }
  }

  /// Each falsification is found and named.
  @Test(arguments: [
    ("update sync_run set summary = jsonb_set(summary, '{verdicts,domiq_ahead}', '1')", "verdicts"),
    ("update sync_run set summary = jsonb_set(summary, '{logged}', '0')", "logged"),
    (
      """
      update drift set outcome = 'failed' where (run_id, resman_lead_id) = (
        select run_id, resman_lead_id from drift where outcome = 'verified' limit 1)
      """, "residual"
    ),
    ("update drift set target = 'lost' where action = 'push'", "plan"),
    ("update run_property set resman_records = resman_records + 1", "sightings"),
  ])
  func aLieIsFound(_ lie: String, _ named: String) async throws {
    try await NightlyFixture.with(leads: 120) { fixture in
      _ = try await fixture.nightly().run(full: true)
      let connection = try await fixture.database.connect()
      _ = try await connection.execute(SQL(stringLiteral: lie))
      await connection.close()
      let verified = try await verify(fixture)
      #expect(!verified.agrees)
      #expect(verified.checks.contains { !$0.ok && $0.name.contains(named) })
    }
  }

  @Test func aRunThatDidNotFinishHasNoCertificate() async throws {
    try await NightlyFixture.with(leads: 120) { fixture in
      await #expect(throws: CertificateError.self) { try await verify(fixture) }
      await fixture.standIns.goDown(.domiq)
      await #expect(throws: PullError.self) { try await fixture.nightly().run(full: true) }
      let id: UUID = try await fixture.value("select id as value from sync_run")
      await #expect(throws: CertificateError.self) { try await verify(fixture, id) }
    }
  }

  /// Fourteen quiet nights, then one in which a property drifts much: run.json, the table and the file report
  /// it.
  @Test func aNightWithMuchDriftRaisesAnAlarm() async throws {
    try await NightlyFixture.with(leads: 200) { fixture in
      let nightly = try fixture.nightly()
      let first = try await nightly.run(full: true)
      #expect(first.summary.driftAlarms?.judged == 8)
      #expect(first.summary.driftAlarms?.insufficientHistory == 8)
      let property: UUID = try await fixture.value(
        """
        select property_id as value from lead
        where domiq = base and resman = base and base in ('new', 'contacted', 'qualified')
        group by 1 order by count(*) desc, 1 limit 1
        """)
      let connection = try await fixture.database.connect()
      _ = try await connection.execute(
        """
        insert into sync_run (mode, state, started_at, as_of)
        select 'run', 'finished', at, at
        from (
          select \(fixture.now().iso8601)::timestamptz - n * interval '1 day' as at
          from generate_series(1, 20) n) nights
        """)
      _ = try await connection.execute(
        """
        insert into run_property (run_id, property_id, as_of, complete, domiq_records,
          resman_records, leads, drifted)
        select r.id, \(property), r.as_of, true, 20, 20, 20, 0
        from sync_run r where r.summary is null
        """)
      let leads = try await connection.query(
        """
        select resman_lead_id from lead
        where property_id = \(property) and domiq = base and resman = base
          and base in ('new', 'contacted', 'qualified') order by 1 limit 8
        """)
      await connection.close()
      for row in leads {
        fixture.standIns.edit(
          Edit(.resman, lead: try row["resman_lead_id"], status: "lost"))
      }
      let night = try await nightly.run(full: true)
      let alarms = try #require(night.summary.driftAlarms)
      #expect(alarms.insufficientHistory == 7)
      #expect(alarms.alarms.map(\.propertyID) == [property])
      #expect(alarms.alarms.first?.verdict == "jump")
      #expect(alarms.alarms.first?.drifted == leads.count)
      let file = URL(fileURLWithPath: night.report.directory).appending(path: "drift_alarms.csv")
      let text = try String(contentsOf: file, encoding: .utf8)
      #expect(text.components(separatedBy: "\r\n").count { $0.hasSuffix(",jump") } == 1)
      let page = try String(
        contentsOf: file.deletingLastPathComponent().appending(path: "summary.html"),
        encoding: .utf8)
      #expect(page.contains("drift jumped: \(leads.count) of "))
      #expect(page.contains("Alarms per property start after 14 nights for 7 properties"))
      let verified = try await verify(fixture)
      #expect(verified.checks.filter { !$0.ok } == [])
    }
  }
}
