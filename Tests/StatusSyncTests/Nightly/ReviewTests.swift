import Foundation
import Leads
import Postgres
import StandIns
import Testing

@testable import Nightly  // uses `ReportFolder`, internal
@testable import Pages  // uses `reviewCount`, internal
import Reports

/// The queue of questions for people, night after night.
@Suite struct ReviewTests {
  @Test func anAcceptedPairComesBackWhenOneSideMoves() async throws {
    try await NightlyFixture.with(leads: 200) { fixture in
      let nightly = try fixture.nightly()
      _ = try await nightly.run(full: true)
      let asked = try await fixture.questions("domiq_regressed")
      let item = try #require(asked.first)
      _ = try await Resolution(nightly).run([item], answer: .accept, reason: nil)
      let quiet = try await nightly.run(full: true)
      #expect(quiet.summary.review.new == 0)
      #expect(quiet.summary.exitCode == 0)
      // DomIQ moves back once more: the pair is no longer the one that was accepted.
      let other = item.domiqRaw == "initial_contact" ? "engaged" : "initial_contact"
      fixture.standIns.edit(Edit(.domiq, lead: item.resmanLeadID, status: other))
      let night = try await nightly.run(full: true)
      let standing = try await fixture.questions(leads: [item.resmanLeadID])
      #expect(standing.map(\.state) == ["open"])
      #expect(standing.first?.domiqRaw == other)
      #expect(night.summary.review.new == 1)
      #expect(night.summary.exitCode == 3)
    }
  }

  /// The answer is given after the leads, or as `--prefer`; all questions with one verdict can be answered at
  /// once.
  @Test func theProgramTakesAnswersInBothForms() async throws {
    try await ProcessHarness.with { harness in
      try await harness.run()
      let leads = try await harness.rows(
        """
        select resman_lead_id from review_item where state = 'open' and verdict <> 'unbased'
        order by 1
        """
      ).map { try $0["resman_lead_id"] as String }
      try #require(leads.count >= 2)
      func answer(_ arguments: String...) async throws -> Int32 {
        await (try harness.start(["review", "resolve"] + arguments)).ended().status
      }
      let open: SQL = "select count(*) as value from review_item where state = 'open'"
      let before = try await harness.number(open)
      #expect(try await answer(leads[0], "accept") == 0)
      #expect(try await answer(leads[1], "--prefer", "accept") == 0)
      #expect(try await harness.number(open) == before - 2)
      #expect(
        try await answer(
          "--verdict", "unbased", "ignore", "--until", "2999-01-01", "--reason", "later") == 0)
      let unbased = try await harness.number(
        """
        select count(*) as value from review_item where verdict = 'unbased' and state = 'open'
        """)
      #expect(unbased == 0)
    }
  }

  @Test func anIgnoredQuestionComesBackWhenItsTimeIsOver() async throws {
    try await NightlyFixture.with(leads: 200) { fixture in
      let nightly = try fixture.nightly()
      _ = try await nightly.run(full: true)
      let asked = try await fixture.questions("unbased")
      let item = try #require(asked.first)
      let later = Instant(microseconds: fixture.now().microseconds + 3_600_000_000)
      _ = try await Resolution(nightly).run(
        [item], answer: .ignore(until: later, reason: "moving house"), reason: nil)
      let quiet = try await nightly.run(full: true)
      #expect(quiet.summary.review.new == 0)
      let put = try await fixture.questions(leads: [item.resmanLeadID])
      #expect(put.map(\.state) == ["ignored"])
      #expect(put.first?.answerReason == "moving house")
      let connection = try await fixture.database.connect()
      _ = try await connection.execute(
        """
        update review_item set ignore_until = \(fixture.now().iso8601)::timestamptz
        where resman_lead_id = \(item.resmanLeadID)
        """)
      await connection.close()
      let night = try await nightly.run(full: true)
      #expect(night.summary.review.new == 1)
      #expect(night.summary.exitCode == 3)
      let back = try await fixture.questions("unbased")
      #expect(back.contains { $0.resmanLeadID == item.resmanLeadID && $0.ignoreUntil == nil })
    }
  }

  /// A report of an earlier instant lists what stood then: answered since or not, and nothing that arose later.
  @Test func aReportOfThePastListsItsOwnQuestions() async throws {
    try await NightlyFixture.with(leads: 200) { fixture in
      let nightly = try fixture.nightly()
      let first = try await nightly.run(full: true)
      let item = try #require(try await fixture.questions("domiq_regressed").first)
      _ = try await Resolution(nightly).run([item], answer: .accept, reason: nil)
      _ = try await nightly.run(full: true)
      let other: String = try await fixture.value(
        "select min(resman_lead_id) as value from drift where outcome = 'verified'")
      fixture.standIns.edit(Edit(.domiq, lead: other, status: "elsewhere"))
      let third = try await nightly.run(full: true)
      #expect(third.summary.review.new == 1)
      let connection = try await fixture.database.connect()
      let reports = LogReport(connection, settings: fixture.settings.reports)
      for (night, state, lists) in [(first, "open", false), (third, "accepted", true)] {
        let asOf = try #require(Instant(iso8601: night.summary.asOf))
        let made = try await reports.run(
          asOf: asOf, from: nil, to: nil, directory: nil, now: fixture.now())
        let rows = try ReportFolder(made.directory).rows(of: "review.csv")
        #expect(rows.count { $0["resman_lead_id"] == item.resmanLeadID } == 1)
        #expect(
          rows.first { $0["resman_lead_id"] == item.resmanLeadID }?["state"] == state)
        #expect(rows.contains { $0["resman_lead_id"] == other } == lists)
        #expect(rows.count { $0["state"] == "open" } == night.summary.review.open)
        let page = try await Report(connection, settings: fixture.settings.reports)
          .pageData(asOf: asOf, runID: nil, property: nil)
        #expect(page.reviewCount == night.summary.review.open)
      }
      await connection.close()
    }
  }

  @Test func aQuestionClosesWhenTheDriftEndsByItself() async throws {
    try await NightlyFixture.with(leads: 200) { fixture in
      let nightly = try fixture.nightly()
      let first = try await nightly.run(full: true)
      let asked = try await fixture.questions("domiq_regressed")
      let item = try #require(asked.first)
      let status = try #require(item.resman).rawValue
      fixture.standIns.edit(
        Edit(
          .domiq, lead: item.resmanLeadID,
          status: StatusMapping.standard.domiq(try #require(Status(rawValue: status)))))
      let night = try await nightly.run(full: false)
      #expect(night.summary.review.healed == 1)
      #expect(night.summary.review.open == first.summary.review.open - 1)
      let shown: String = try await fixture.value(
        """
        select state as value from review_item where resman_lead_id = \(item.resmanLeadID)
        """)
      #expect(shown == "healed")
    }
  }

  /// A question whose lead became repairable is closed by the repair, not by planning one.
  @Test func aQuestionStaysOpenUntilTheRepairHolds() async throws {
    try await NightlyFixture.with(leads: 200) { fixture in
      let nightly = try fixture.nightly()
      _ = try await nightly.run(full: true)
      let asked = try await fixture.questions("domiq_regressed")
      let item = try #require(asked.first { $0.resman == .contacted || $0.resman == .qualified })
      fixture.standIns.edit(Edit(.resman, lead: item.resmanLeadID, status: "lost"))
      fixture.standIns.edit(
        Edit(
          .domiq, lead: item.resmanLeadID,
          status: StatusMapping.standard.domiq(try #require(item.base))))
      fixture.standIns.faults.add(Fault(.forbidden, on: .domiq, route: .webhook))
      let failed = try await nightly.run(full: true)
      #expect(failed.summary.outcomes["failed"] == 1)
      let still = try await fixture.questions(leads: [item.resmanLeadID])
      #expect(still.map(\.state) == ["open"])
      fixture.standIns.faults.clear()
      let night = try await nightly.run(full: true)
      #expect(night.summary.outcomes == ["verified": 1])
      #expect(night.summary.review.healed == 1)
    }
  }

  @Test func everyDriftNamesACause() async throws {
    try await NightlyFixture.with { fixture in
      let night = try await fixture.nightly().run(full: true)
      let run = night.summary.runID
      let without: Int = try await fixture.value(
        "select count(*) as value from drift where run_id = \(run) and cause is null")
      #expect(without == 0)
      let phantoms: Int = try await fixture.value(
        """
        select count(*) as value from drift
        where run_id = \(run) and (verdict = 'phantom') <> (cause = 'phantom')
        """)
      #expect(phantoms == 0)
      let staff: Int = try await fixture.value(
        "select count(*) as value from drift where run_id = \(run) and cause = 'staff_edit'")
      #expect(staff > 0)
    }
  }
}
