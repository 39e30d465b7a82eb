import Foundation
import Leads
import StandIns
import Testing

import Nightly
import Store

/// Whole nights with unusual answers of a system: how they end, and what they leave unchanged.
@Suite struct PullNightTests {
  @Test(arguments: [
    Fault.Malformation.nullID, .wrongID, .notAnObject, .nameIsNumber,
  ])
  func aBadPropertyIsNamedAndTheOthersAreRead(_ kind: Fault.Malformation) async throws {
    try await NightlyFixture.with(leads: 120) { fixture in
      fixture.standIns.faults.add(
        Fault(.malformedRecord, on: .resman, route: .properties, index: 2, malformation: kind))
      let plan = try await fixture.nightly().plan(full: true)
      #expect(plan.isPartial)
      #expect(plan.propertyFaults?.first?.hasPrefix("element 3") == true)
      let bad = fixture.world.properties[2].id
      let read = Set(plan.leads.compactMap(\.propertyID))
      // A property's name is for people only.
      #expect(read.contains(bad) == (kind == .nameIsNumber))
      #expect(read.count >= 6)
      let night = try await fixture.nightly().run(full: true)
      #expect(night.summary.exitCodes.contains(5))
      #expect(night.summary.pull?.propertyFaults == plan.propertyFaults)
    }
  }

  /// Valid but unusual JSON at every property: no record is lost, and no pull is incomplete.
  @Test func oddJSONEverywhereIsRead() async throws {
    try await NightlyFixture.with(leads: 200) { fixture in
      let before = try await fixture.nightly().plan(full: true)
      for system in StandInSystem.allCases {
        fixture.standIns.faults.add(
          Fault(.malformedRecord, on: system, route: .leads, malformation: .oddButValid))
        fixture.standIns.faults.add(Fault(.looseTypes, on: system, route: .leads))
      }
      let plan = try await fixture.nightly().plan(full: true)
      #expect(!plan.isPartial)
      #expect(plan.digest == before.digest)
    }
  }

  @Test func aPageThatIsNotJSONAffectsOnlyItsProperty() async throws {
    try await NightlyFixture.with(leads: 120) { fixture in
      let property = try #require(fixture.world.properties.first).id
      fixture.standIns.faults.add(
        Fault(
          .malformedRecord, on: .domiq, route: .leads, property: uuidText(property),
          malformation: .notJSON))
      let night = try await fixture.nightly().run(full: true)
      #expect(night.summary.exitCode == 5)
      #expect(night.summary.pull?.incomplete.map(\.propertyID) == [property])
      #expect(night.summary.pull?.incomplete.first?.reason.contains("not JSON at byte") == true)
    }
  }

  @Test func pagesWithoutEndCostTheirPropertyOnly() async throws {
    try await NightlyFixture.with(leads: 120) { fixture in
      let property = try #require(fixture.world.properties.first).id
      fixture.standIns.faults.add(
        Fault(.endless, on: .resman, route: .leads, property: uuidText(property)))
      let night = try await fixture.nightly().run(full: true)
      #expect(night.summary.exitCode == 5)
      #expect(night.summary.pull?.incomplete.map(\.propertyID) == [property])
    }
  }

  /// A DomIQ that suddenly shows no lead, as with row-level security and no company set.
  @Test(arguments: [true, false])
  func aDomIQWithoutLeadsIsNotInAgreement(_ full: Bool) async throws {
    try await NightlyFixture.with(leads: 400) { fixture in
      let first = try await fixture.nightly().run(full: true)
      #expect(first.summary.pull?.incomplete == [])
      fixture.standIns.faults.add(Fault(.nothing, on: .domiq, route: .leads))
      let night = try await fixture.nightly().run(full: full)
      #expect(night.summary.exitCode == 5)
      #expect(!night.summary.converged)
      let gaps = night.summary.pull?.incomplete ?? []
      #expect(gaps.allSatisfy { $0.system == "domiq" })
      #expect(gaps.count >= 6)
      let connection = try await fixture.database.connect()
      let verified = try await Certificate(connection, reports: fixture.directory).verify(nil)
      await connection.close()
      #expect(verified.checks.filter { !$0.ok } == [])
    }
  }

  @Test func anEmptyListOfPropertiesEndsTheNight() async throws {
    try await NightlyFixture.with(leads: 120) { fixture in
      _ = try await fixture.nightly().run(full: true)
      fixture.standIns.faults.add(Fault(.nothing, on: .resman, route: .properties, count: 1))
      let error = await #expect(throws: PullError.self) {
        try await fixture.nightly().run(full: true)
      }
      #expect(error.map { ExitStatus(of: $0) } == .unreachable)
      fixture.standIns.faults.set([Fault(.shortPage, on: .resman, route: .properties)])
      let sold = try #require(fixture.world.properties.last).id
      let night = try await fixture.nightly().run(full: true)
      #expect(night.summary.exitCode == 5)
      #expect(
        night.summary.pull?.incomplete.map(\.propertyID) == [sold])
      #expect((night.summary.pull?.unseen ?? 0) > 0)
      let connection = try await fixture.database.connect()
      let verified = try await Certificate(connection, reports: fixture.directory).verify(nil)
      await connection.close()
      #expect(verified.checks.filter { !$0.ok } == [])
    }
  }

  /// 69.99 is less than 70: nothing is pushed, and the question gives the reason.
  @Test func aScoreThatIsRoundedUpByNobodyIsAQuestion() async throws {
    try await NightlyFixture.with(leads: 400) { fixture in
      let before = try await fixture.nightly().plan(full: true)
      let lead = try #require(
        before.leads.first {
          $0.action == .push && $0.hops.contains(.qualified) && $0.target == .qualified
        })
      for system in StandInSystem.allCases {
        fixture.standIns.edit(Edit(system, lead: lead.resmanLeadID, leadScore: 69.99))
      }
      let plan = try await fixture.nightly().plan(full: true)
      let planned = try #require(plan.leads.first { $0.resmanLeadID == lead.resmanLeadID })
      #expect(planned.action == .review)
      #expect(planned.reason?.contains("lead_score >= 70") == true)
    }
  }

  /// A timestamp in the year 2206 hides no change from a later night, and the figures count it.
  @Test func aStampFromTheFutureIsCounted() async throws {
    try await NightlyFixture.with(leads: 120) { fixture in
      fixture.standIns.faults.add(
        Fault(
          .malformedRecord, on: .domiq, route: .leads, count: 1, malformation: .futureVersion))
      let night = try await fixture.nightly().run(full: true)
      #expect(night.summary.pull?.futureVersions == 1)
      let counted: Int = try await fixture.value(
        """
        select count::int as value from metric_data_quality
        where scope = 'portfolio' and issue = 'future_version'
        """)
      #expect(counted == 1)
      let ahead: Int = try await fixture.value(
        "select count(*)::int as value from pull_cursor where watermark > now()")
      #expect(ahead == 0)
    }
  }
}
