import Foundation
import Leads
import Logging
import Postgres
import StandIns
import Testing

import Nightly
import Store

@Suite struct NightTests {
  /// One whole night with every verdict, counts that add up, and a second night that has nothing to do.
  @Test func everyVerdictIsFoundRepairedAndNotRepeated() async throws {
    try await NightlyFixture.with { fixture in
      let first = try await fixture.nightly().run(full: true)
      let expected = Dictionary(
        uniqueKeysWithValues: fixture.world.expectedVerdicts.map { ($0.key.rawValue, $0.value) })
      #expect(first.summary.verdicts == expected.filter { $0.value > 0 })
      #expect(first.summary.pulled == first.summary.verdicts.values.reduce(0, +))
      #expect(first.summary.planned > 0)
      #expect(first.summary.outcomes == ["verified": first.summary.planned])
      #expect(first.summary.exitCode == 3)
      let pending: Int = try await fixture.value(
        "select count(*) as value from status_sync_log where sync_status = 'pending'")
      #expect(pending == 0)

      let effects = fixture.standIns.ledger.applied.count
      let second = try await fixture.nightly().run(full: true)
      #expect(second.summary.planned == 0)
      #expect(second.summary.logged == 0)
      #expect(second.summary.review.new == 0)
      #expect(second.summary.review.open == first.summary.review.open)
      #expect(second.summary.exitCode == 0)
      #expect(second.summary.converged)
      #expect(fixture.standIns.ledger.applied.count == effects)

      // An incremental night compares fewer leads and decides the same.
      let third = try await fixture.nightly().run(full: false)
      #expect(!third.summary.full)
      #expect(third.summary.planned == 0)
      #expect(third.summary.exitCode == 0)
    }
  }

  @Test func everyIntentHasOneRowAndOneEffect() async throws {
    try await NightlyFixture.with { fixture in
      let night = try await fixture.nightly().run(full: true)
      let sent: Int = try await fixture.value(
        """
        select count(*) as value from status_sync_log
        where run_id = \(night.summary.runID) and attempts > 0 and sync_status = 'success'
        """)
      #expect(fixture.standIns.ledger.applied.count == sent)
      // Old and new statuses form a chain for each lead, in the rows that the run wrote.
      let breaks: Int = try await fixture.value(
        """
        select count(*) as value from (
          select old_status, run_id, lag(new_status) over lead as before,
            row_number() over lead as n
          from status_sync_log where sync_status = 'success'
          window lead as (partition by resman_lead_id order by seq)) l
        where run_id is not null and n > 1 and old_status is distinct from before
        """)
      #expect(breaks == 0)
    }
  }

  @Test func aSavedPlanIsAppliedAndALeadThatMovedIsStale() async throws {
    try await NightlyFixture.with { fixture in
      let plan = try await fixture.nightly().plan(full: true)
      let written: Int = try await fixture.value("select count(*) as value from drift")
      #expect(written == 0)
      let reread = try PlanFile.load(try plan.data())
      #expect(reread == plan)
      let moved = try #require(plan.leads.first { $0.action == .push && $0.resman == .new })
      #expect(
        fixture.standIns.edit(Edit(.resman, lead: moved.resmanLeadID, status: "lost")))
      let applied = try await fixture.nightly().apply(reread)
      #expect(applied.summary.outcomes["stale"] == 1)
      #expect(applied.summary.outcomes["verified"] == plan.planned - 1)
      #expect(applied.summary.exitCode == 3)
    }
  }

  @Test func planningWorksForARoleThatCannotWriteBusinessTables() async throws {
    try await NightlyFixture.with(leads: 120) { fixture in
      let url = fixture.database.url + "&options=-crole%3Dstatus_sync_planner"
      let planner = try Nightly.connected(
        fixture.settings, database: url, client: fixture.client,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      #expect(try await planner.plan(full: true).planned > 0)
      await #expect(throws: PostgresError.self) { try await planner.run(full: true) }
      #expect(fixture.standIns.ledger.applied.isEmpty)
    }
  }

  @Test func aSecondRunLeavesWithoutACall() async throws {
    try await NightlyFixture.with(leads: 120) { fixture in
      let holder = try await fixture.database.connect()
      _ = try await JobLock.run.take(on: holder)
      let calls = fixture.standIns.ledger.reading.arrivals.count
      await #expect(throws: LockHeld.self) { try await fixture.nightly().run(full: true) }
      #expect(fixture.standIns.ledger.reading.arrivals.count == calls)
      await holder.close()
    }
  }

  @Test func anExceededLimitHoldsItsBatch() async throws {
    try await NightlyFixture.with { fixture in
      var settings = fixture.settings
      settings.limits.guards.repairsPerProperty = 0
      let night = try await fixture.nightly(settings).run(full: true)
      #expect(night.summary.outcomes == ["held": night.summary.planned])
      #expect(night.summary.exitCode == 4)
      #expect(fixture.standIns.ledger.applied.isEmpty)
    }
  }

  @Test(arguments: [
    Capabilities(history: false), Capabilities(etag: false), Capabilities(idempotency: false),
    Capabilities(weakETag: true),
  ])
  func theNightWorksWithoutACapability(_ capabilities: Capabilities) async throws {
    try await NightlyFixture.with(leads: 200, capabilities: capabilities) { fixture in
      let night = try await fixture.nightly().run(full: true)
      #expect(night.summary.outcomes == ["verified": night.summary.planned])
    }
  }

  @Test func withoutSingleReadsNothingIsWritten() async throws {
    try await NightlyFixture.with(leads: 200, capabilities: Capabilities(resmanReadByID: false)) {
      fixture in
      let night = try await fixture.nightly().run(full: true)
      #expect(night.summary.planned == 0)
      #expect((night.summary.verdicts["unread"] ?? 0) > 0)
      #expect(night.summary.exitCode == 5)
      #expect(fixture.standIns.ledger.applied.isEmpty)
    }
  }

  @Test func aPendingRowOfADeadRunIsSettledByReadingBack() async throws {
    try await NightlyFixture.with(leads: 200) { fixture in
      let plan = try await fixture.nightly().plan(full: true)
      let lead = try #require(plan.leads.first { $0.action == .push && $0.hops.count == 1 })
      let connection = try await fixture.database.connect()
      _ = try await connection.execute(
        """
        insert into status_sync_log (resman_lead_id, property_id, old_status, new_status,
          updated_by, sync_direction, sync_status)
        values (\(lead.resmanLeadID), \(lead.propertyID), \(lead.resman?.rawValue),
          \(lead.target?.rawValue), 'chatbot', 'to_resman', 'pending')
        """)
      await connection.close()
      let night = try await fixture.nightly().run(full: true)
      #expect(night.summary.recovered.pending == 1)
      // ResMan's complete history does not have it: sent again once, with its own key.
      #expect(night.summary.recovered.succeeded == 1)
      let pending: Int = try await fixture.value(
        "select count(*) as value from status_sync_log where sync_status = 'pending'")
      #expect(pending == 0)
    }
  }

  @Test func aPersonsAnswersGoThroughTheSameWritePath() async throws {
    try await NightlyFixture.with { fixture in
      _ = try await fixture.nightly().run(full: true)
      let nightly = try fixture.nightly()
      let unbased = try await fixture.questions("unbased")
      #expect(!unbased.isEmpty)
      let resolved = try await Resolution(nightly).run(unbased, answer: .pull, reason: "staff know")
      #expect(resolved.allSatisfy { $0.result == "verified" })
      let accepted = try await fixture.questions("domiq_regressed")
      _ = try await Resolution(nightly).run(accepted, answer: .accept, reason: nil)
      let night = try await nightly.run(full: true)
      #expect(night.summary.planned == 0)
      #expect(night.summary.review.new == 0)
      let left = try await fixture.questions("domiq_regressed")
      #expect(left.isEmpty)
    }
  }

  @Test func theReportsAreThereAndAgreeWithTheRun() async throws {
    try await NightlyFixture.with { fixture in
      let night = try await fixture.nightly().run(full: true)
      let folder = URL(fileURLWithPath: night.report.directory)
      let latest = URL(fileURLWithPath: fixture.directory).appending(path: "latest/run.json")
      let run = try JSONDecoder().decode(RunSummary.self, from: try Data(contentsOf: latest))
      #expect(run.runID == night.summary.runID)
      #expect(run.exitCode == night.summary.exitCode)
      let drift = night.report.files.first { $0.name == "drift.csv" }
      let counted = ["in_sync", "resman_only", "baseline"].map { night.summary.verdicts[$0] ?? 0 }
      #expect(counted[2] > 0)
      #expect(drift?.rows == night.summary.pulled - counted.reduce(0, +))
      let page = try String(contentsOf: folder.appending(path: "summary.html"), encoding: .utf8)
      #expect(!page.contains("<script"))
      #expect(!page.contains("http://") && !page.contains("src="))
    }
  }
}
