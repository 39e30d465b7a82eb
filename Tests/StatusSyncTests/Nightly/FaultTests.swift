import Foundation
import Leads
import Pulls
import StandIns
import Testing

import Nightly
import Store

/// One fault between us and a system in each test, and how the night ends.
@Suite struct FaultTests {
  /// Writes whose answer is lost, late or wrong: every repair ends verified, and no intent has more than one
  /// effect.
  @Test(arguments: [
    Fault.Kind.errorBefore, .errorAfter, .torn, .unsuccessful, .tooManyRequests,
  ])
  func aWriteThatWentWrongOnceIsSettled(_ kind: Fault.Kind) async throws {
    try await NightlyFixture.with(leads: 200) { fixture in
      fixture.standIns.faults.add(
        Fault(kind, on: .resman, route: .status, count: 1, retryAfter: "0"))
      fixture.standIns.faults.add(
        Fault(kind, on: .domiq, route: .webhook, count: 1, retryAfter: "0"))
      let night = try await fixture.nightly().run(full: true)
      #expect(fixture.standIns.faults.standings.allSatisfy { $0.struck == 1 })
      #expect(night.summary.outcomes == ["verified": night.summary.planned])
      let keys = fixture.standIns.ledger.applied.compactMap(\.key)
      #expect(Set(keys).count == keys.count)
    }
  }

  /// The log records a success that never took effect: the next night detects it.
  @Test func anUnsavedAcknowledgementIsDetected() async throws {
    try await NightlyFixture.with(leads: 200) { fixture in
      let plan = try await fixture.nightly().plan(full: true)
      let lead = try #require(plan.leads.first { $0.action == .push && $0.hops.count == 1 })
      fixture.standIns.faults.add(
        Fault(
          .ackWithoutSaving, on: .resman, route: .status, lead: lead.resmanLeadID, count: 1))
      let first = try await fixture.nightly().run(full: true)
      #expect(first.summary.outcomes["failed"] == 1)
      #expect(first.summary.exitCode == 3)
      let second = try await fixture.nightly().run(full: true)
      #expect(try await fixture.verdict(of: lead, in: second) == "phantom")
      #expect(second.summary.outcomes == ["verified": 1])
      let third = try await fixture.nightly().run(full: true)
      #expect(third.summary.planned == 0)
    }
  }

  /// The first of several steps is acknowledged but not saved: the next step reads the old status, and the
  /// log corrects the row at once.
  @Test func aHopThatWasNotSavedIsTakenBack() async throws {
    try await NightlyFixture.with(leads: 400) { fixture in
      let plan = try await fixture.nightly().plan(full: true)
      let lead = try #require(plan.leads.first { $0.action == .push && $0.hops.count > 1 })
      fixture.standIns.faults.add(
        Fault(
          .ackWithoutSaving, on: .resman, route: .status, lead: lead.resmanLeadID, count: 1))
      let first = try await fixture.nightly().run(full: true)
      #expect(first.summary.outcomes["failed"] == 1)
      #expect(first.summary.exitCode == 3)
      let base: String = try await fixture.value(
        "select base as value from lead where resman_lead_id = \(lead.resmanLeadID)")
      #expect(base == lead.resman?.rawValue)
      let second = try await fixture.nightly().run(full: true)
      #expect(try await fixture.verdict(of: lead, in: second) == "domiq_ahead")
      #expect(second.summary.outcomes == ["verified": 1])
      let third = try await fixture.nightly().run(full: true)
      #expect(third.summary.planned == 0)
    }
  }

  @Test func notificationsNobodyAskedForStopTheDirection() async throws {
    try await NightlyFixture.with { fixture in
      fixture.standIns.faults.add(Fault(.unaskedNotifications, on: .resman, route: .status))
      let night = try await fixture.nightly().run(full: true)
      #expect(night.summary.stopped.contains { $0.direction == "to_resman" })
      #expect(night.summary.exitCode == 4)
    }
  }

  /// Reads that cannot be trusted: no lead is called absent, the other properties are processed, and the exit
  /// status reports it.
  @Test(arguments: [Fault.Kind.forbidden, .shortPage, .emptyPage, .torn, .garbage])
  func aPropertyThatCannotBeReadIsPartial(_ kind: Fault.Kind) async throws {
    try await NightlyFixture.with(leads: 200) { fixture in
      let property = try #require(fixture.world.properties.first).id.uuidString.lowercased()
      fixture.standIns.faults.add(Fault(kind, on: .resman, route: .leads, property: property))
      let night = try await fixture.nightly().run(full: true)
      #expect(night.summary.exitCode == 5)
      #expect(
        night.summary.pull?.incomplete.map { $0.propertyID.uuidString.lowercased() } == [property])
      // Only leads that ResMan really lacks are called missing, no others.
      let missing = fixture.world.expectedVerdicts[.missingInResman] ?? 0
      #expect((night.summary.verdicts["missing_in_resman"] ?? 0) <= missing)
      let connection = try await fixture.database.connect()
      let verified = try await Certificate(connection, reports: fixture.directory).verify(nil)
      await connection.close()
      #expect(verified.checks.filter { !$0.ok } == [])
    }
  }

  @Test(arguments: [
    Fault.Malformation.missingStatus, .statusIsNumber, .unknownStatus,
  ])
  func aMalformedRecordIsQuarantinedAndTheOthersAreRead(_ kind: Fault.Malformation) async throws {
    try await NightlyFixture.with(leads: 200) { fixture in
      let before = try await fixture.nightly().plan(full: true)
      // The first record of the first page of a property that had no fault before.
      let flawed = Set(before.leads.filter { $0.verdict == .unmapped }.map(\.resmanLeadID))
      let bad = try #require(
        fixture.world.properties.lazy.compactMap { property in
          fixture.world.resman.first { $0.propertyID == property.id }
        }.first { !flawed.contains($0.id) })
      fixture.standIns.faults.add(
        Fault(
          .malformedRecord, on: .resman, route: .leads,
          property: bad.propertyID.uuidString.lowercased(), count: 1, malformation: kind))
      let plan = try await fixture.nightly().plan(full: true)
      #expect(plan.pulled == before.pulled)
      #expect(plan.verdicts["unmapped"] == (before.verdicts["unmapped"] ?? 0) + 1)
      #expect(plan.leads.first { $0.resmanLeadID == bad.id }?.verdict == .unmapped)
      #expect(
        plan.leads.filter { $0.resmanLeadID != bad.id }
          == before.leads.filter { $0.resmanLeadID != bad.id })
      #expect(plan.incomplete.isEmpty)
    }
  }

  @Test func aRecordWithoutAnIdMakesItsPropertyIncomplete() async throws {
    try await NightlyFixture.with(leads: 200) { fixture in
      fixture.standIns.faults.add(
        Fault(.malformedRecord, on: .resman, route: .leads, count: 1, malformation: .nullID))
      let plan = try await fixture.nightly().plan(full: true)
      #expect(plan.incomplete.count == 1)
    }
  }

  @Test(arguments: [StandInSystem.resman, .domiq])
  func aSystemThatIsDownGivesNothing(_ system: StandInSystem) async throws {
    try await NightlyFixture.with(leads: 120) { fixture in
      await fixture.standIns.goDown(system)
      let error = await #expect(throws: PullError.self) {
        try await fixture.nightly().run(full: true)
      }
      #expect(error?.system.rawValue == system.rawValue)
      #expect(error?.failure.kind == .unreachable)
      let failed: Int = try await fixture.value(
        "select count(*) as value from sync_run where state = 'failed' and exit_code = 69")
      #expect(failed == 1)
      try await fixture.standIns.comeBack(system)
      let night = try await fixture.nightly().run(full: true)
      #expect(night.summary.outcomes == ["verified": night.summary.planned])
    }
  }
}

extension NightlyFixture {
  /// The verdict that a run gave to a lead that was not in sync.
  fileprivate func verdict(of lead: PlannedLead, in run: RunResult) async throws -> String {
    try await value(
      """
      select verdict as value from drift
      where run_id = \(run.summary.runID) and resman_lead_id = \(lead.resmanLeadID)
      """)
  }
}
