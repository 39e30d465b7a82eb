import Foundation
import Leads
import Postgres
import Pulls
import StandIns
import TestDatabase
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

  /// Records of one lead that nothing but their content tells apart: the order in which they came decides nothing.
  @Test func theOrderOfArrivalDecidesNothing() async throws {
    try await TestDatabase.with(
      template: "migrated", prepare: { _ = try await Migrator.migrate($0) }
    ) { database in
      let connection = try await database.connect()
      var found: [[String]] = []
      for order in ["asc", "desc"] {
        try await connection.script(Self.equalVersions(order))
        _ = try await connection.execute(
          SQL(file: StatementFile.bytes("diff"), nil as Double?, nil as Int?))
        let rows = try await connection.query(
          "select d::text as line from stage_diff d order by resman_lead_id")
        found.append(try rows.map { try $0["line"] })
      }
      await connection.close()
      #expect(found[0].count == 3)
      #expect(found[0] == found[1])
    }
  }

  /// The same conversation twice with another status, and at another property; the same lead of ResMan twice.
  private static func equalVersions(_ order: String) -> String {
    """
    truncate stage_domiq, stage_resman, stage_pull, stage_diff;
    insert into stage_pull
    select s, ('0000000a-0000-4000-8000-00000000000' || p)::uuid, true, false
    from generate_series(1, 2) p, unnest(array['domiq', 'resman']) s;
    insert into stage_domiq (
      property_id, resman_lead_id, conversation_id, raw, status, version, lead_score, flags)
    select ('0000000a-0000-4000-8000-00000000000' || p)::uuid, lead,
      '0000000b-0000-4000-8000-000000000001'::uuid, raw, raw, '2026-11-01T10:00:00Z', score, 31
    from (values (1, 'L-1', 'new', 80), (1, 'L-1', 'contacted', 80), (1, 'L-1', 'contacted', 20),
      (1, 'L-2', 'new', 80), (2, 'L-2', 'new', 80)) as v (p, lead, raw, score)
    order by p \(order), raw \(order), score \(order);
    insert into stage_resman (property_id, resman_lead_id, raw, status, version, lead_score, flags)
    select '0000000a-0000-4000-8000-000000000001'::uuid, lead, raw, raw, '2026-11-01T10:00:00Z', 80, 31
    from (values ('L-1', 'new'), ('L-2', 'new'), ('L-3', 'new'), ('L-3', 'qualified')) as v (lead, raw)
    order by raw \(order)
    """
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
