import Postgres
import StandIns
import Testing

@testable import Nightly  // uses `contradictions`, internal

/// `run --stop-after STAGE`: the night ends after that stage, and the next one continues.
@Suite struct StopAfterTests {
  @Test(arguments: Array(Nightly.stages.dropLast()))
  func theNextRunGoesOn(_ stage: String) async throws {
    try await NightlyFixture.with(leads: 200) { fixture in
      await #expect(throws: StoppedAsAsked.self) {
        _ = try await fixture.nightly().stopping(after: stage).run(full: true)
      }
      let ended: String = try await fixture.value(
        "select state || ' ' || exit_code as value from sync_run")
      #expect(ended == "interrupted 0")
      let effects = fixture.standIns.ledger.applied.count
      #expect((effects > 0) == ["repair", "measure"].contains(stage))
      let second = try await fixture.nightly().run(full: true)
      #expect([0, 3].contains(second.summary.exitCode))
      #expect(second.summary.contradictions == [])
      let third = try await fixture.nightly().run(full: true)
      #expect(third.summary.planned == 0 && third.summary.exitCode == 0)
      let pending: Int = try await fixture.value(
        "select count(*) as value from status_sync_log where sync_status = 'pending'")
      #expect(pending == 0)
    }
  }

  /// What a stopped run found apart and left is left over: the next run does not count it again.
  @Test func whatAStoppedRunLeftIsNoNewDrift() async throws {
    try await NightlyFixture.with(leads: 200) { fixture in
      _ = try await fixture.nightly().run(full: true)
      let lead: String = try await fixture.value(
        """
        select resman_lead_id as value from lead
        where base = 'contacted' and resman = base and domiq = base order by 1 limit 1
        """)
      fixture.standIns.edit(Edit(.resman, lead: lead, status: "qualified"))
      await #expect(throws: StoppedAsAsked.self) {
        _ = try await fixture.nightly().stopping(after: "take").run(full: true)
      }
      let found: Int = try await fixture.value(
        """
        select sum(p.drifted)::int as value from run_property p join sync_run r on r.id = p.run_id
        where r.state = 'interrupted'
        """)
      #expect(found == 1)
      let night = try await fixture.nightly().run(full: true)
      #expect(night.summary.outcomes == ["verified": 1])
      let again: Int = try await fixture.value(
        """
        select sum(drifted)::int as value from run_property where run_id = \(night.summary.runID)
        """)
      #expect(again == 0)
    }
  }

  @Test func anUnknownStageIsAUsageError() throws {
    for stage in ["reports", "report"] {
      let ended = try Program.run(["run", "--stop-after", stage])
      #expect(ended.status == 64 && ended.err.contains("recover, pull, diff"))
    }
  }
}
