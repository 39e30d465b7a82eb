import Foundation
import Leads
import StandIns
import Testing

@testable import Nightly  // uses `Guard`, internal
import Settings
import Store

/// Limits, canaries, flapping leads: shown in the plan, in `drift`, and in the exit status.
@Suite struct LimitTests {
  @Test func thePlanSaysWhatTheGuardsWouldHold() async throws {
    try await NightlyFixture.with { fixture in
      var settings = fixture.settings
      settings.limits.guards.repairsPerProperty = 1
      let plan = try await fixture.nightly(settings).plan(full: true)
      let night = try await fixture.nightly(settings).run(full: true)
      #expect(plan.guards?.isEmpty == false)
      #expect(plan.guards == night.summary.guards)
      #expect(night.summary.exitCode == 4)
      let held = night.summary.outcomes["held"] ?? 0
      #expect(held == night.summary.guards.reduce(0) { $0 + $1.leads })
    }
  }

  @Test func anOverrideLiftsThePlanItNamesAndNoOther() async throws {
    try await NightlyFixture.with { fixture in
      var settings = fixture.settings
      settings.limits.guards.repairsPerProperty = 0
      let nightly = try fixture.nightly(settings)
      let plan = try await nightly.plan(full: true)
      let soon = Instant(microseconds: fixture.now().microseconds + 3_600_000_000)
      let other = try await nightly.run(
        full: true, override: GuardOverride(digest: String(repeating: "0", count: 64), until: soon))
      #expect(other.summary.outcomes == ["held": other.summary.planned])
      #expect(other.summary.override?.refused == "the override names another plan")
      // What was logged is now in sync: the plan is a different one, with a different digest.
      let again = try await nightly.plan(full: true)
      #expect(again.digest != plan.digest)
      let late = Instant(microseconds: soon.microseconds - 7_200_000_000)
      let over = try await nightly.run(
        full: true, override: GuardOverride(digest: again.digest, until: late))
      #expect(over.summary.outcomes == ["held": over.summary.planned])
      let lifted = try await nightly.run(
        full: true, override: GuardOverride(digest: again.digest, until: soon))
      #expect(lifted.summary.override?.refused == nil)
      #expect(lifted.summary.override?.lifted.isEmpty == false)
      #expect(lifted.summary.outcomes == ["verified": lifted.summary.planned])
    }
  }

  @Test func aLimitForLeadsWithoutAPropertyHoldsOnlyThem() {
    let somewhere = UUID()
    let holds = Guard(limits: GuardLimits(repairsPerProperty: 1)).evaluated(
      [
        DriftCohort(propertyID: nil, action: .push, isTerminal: false, repairs: 2),
        DriftCohort(propertyID: somewhere, action: .push, isTerminal: false, repairs: 1),
        DriftCohort(propertyID: somewhere, action: .pull, isTerminal: true, repairs: 9),
      ], population: [somewhere: 5])
    #expect(holds.map(\.property) == [nil, somewhere])
    #expect(holds.map(\.action) == [.push, .pull])
    #expect(holds.allSatisfy { !$0.terminalOnly })
  }

  /// Leads that never chatted cannot be repaired, and do not count: with ten of them for each chat, a move of more chats than
  /// the limit allows is still held.
  @Test func leadsThatNeverChattedDoNotHideAMassMove() async throws {
    try await NightlyFixture.with(leads: 1_200) { fixture in
      _ = try await fixture.nightly().run(full: true)
      let property = fixture.world.properties[0].id
      for lead in fixture.world.resman where lead.propertyID == property {
        for number in 1...10 {
          var other = lead
          other.id = "\(lead.id)-\(number)"
          fixture.standIns.resman.put(other)
        }
      }
      let agreed = fixture.world.judgements.filter { $0.verdict == .inSync }.map(\.leadID)
      let moved = agreed.filter { lead in
        guard let record = fixture.standIns.resman.lead(lead), record.propertyID == property else {
          return false
        }
        return !["leased", "lost"].contains(record.status)
      }
      try #require(moved.count >= 10)
      for lead in moved { fixture.standIns.edit(Edit(.domiq, lead: lead, status: "lost")) }
      var settings = fixture.settings
      settings.limits.guards.repairPercent = 5
      settings.limits.guards.terminalMoves = 1_000
      let plan = try await fixture.nightly(settings).plan(full: true)
      let night = try await fixture.nightly(settings).run(full: true)
      #expect(night.summary.guards.map(\.propertyID) == [property.uuidString.lowercased()])
      #expect(night.summary.guards.map(\.leads) == [moved.count])
      #expect(plan.guards == night.summary.guards)
      #expect(night.summary.outcomes["held"] == moved.count)
      #expect(night.summary.exitCode == 4)
    }
  }

  /// Pushes into leased and lost have a limit of their own; above it all of them are held, and nothing else.
  @Test func aboveItsLimitEveryTerminalPushIsHeld() async throws {
    try await NightlyFixture.with { fixture in
      var settings = fixture.settings
      settings.limits.guards.terminalMoves = 0
      let nightly = try fixture.nightly(settings)
      let plan = try await nightly.plan(full: true)
      let terminal = plan.leads.filter {
        $0.action == .push && ($0.target == .leased || $0.target == .lost)
      }
      try #require(!terminal.isEmpty)
      let night = try await nightly.run(full: true)
      #expect(
        night.summary.outcomes == [
          "held": terminal.count, "verified": plan.planned - terminal.count,
        ])
      #expect(night.summary.exitCode == 4)
      #expect(plan.guards == night.summary.guards)
      let sent = Set(fixture.standIns.ledger.arrivals(.resman, .status).compactMap(\.id))
      #expect(sent.isDisjoint(with: terminal.map(\.resmanLeadID)))
    }
  }

  /// Above 50 pushes, five are made first: if they are not verified, no further push is made, and pulls
  /// continue.
  @Test func aFailedCanaryStopsItsDirection() async throws {
    try await NightlyFixture.with(leads: 1_200) { fixture in
      var settings = fixture.settings
      settings.limits.guards.terminalMoves = 1_000
      let agreed = fixture.world.judgements.filter { $0.verdict == .inSync }.map(\.leadID)
      for lead in agreed
      where !["leased", "lost"].contains(fixture.standIns.resman.lead(lead)?.status ?? "") {
        fixture.standIns.edit(Edit(.domiq, lead: lead, status: "lost"))
      }
      let nightly = try fixture.nightly(settings)
      let plan = try await nightly.plan(full: true)
      let pushes = plan.leads.count { $0.action == .push }
      try #require(pushes > Canary.threshold)
      fixture.standIns.faults.add(Fault(.ackWithoutSaving, on: .resman, route: .status))
      let night = try await nightly.run(full: true)
      #expect(
        night.summary.outcomes == [
          "failed": 5, "held": pushes - 5, "verified": plan.planned - pushes,
        ])
      #expect(night.summary.stopped.map(\.direction) == ["to_resman"])
      #expect(night.summary.stopped.first?.leads == pushes - 5)
      #expect(night.summary.exitCode == 4)
      #expect(Set(fixture.standIns.ledger.arrivals(.resman, .status).compactMap(\.id)).count == 5)
    }
  }

  /// Without a history, two changes in a row may end unknown: then a person is asked.
  @Test func aLeadThatEndsUnknownTwiceIsParked() async throws {
    try await NightlyFixture.with(leads: 120, capabilities: Capabilities(history: false)) {
      fixture in
      let nightly = try fixture.nightly()
      let plan = try await nightly.plan(full: true)
      let lead = try #require(plan.leads.first { $0.action == .push }).resmanLeadID
      fixture.standIns.faults.add(Fault(.errorBefore, on: .resman, route: .status, lead: lead))
      var outcomes: [[String: Int]] = []
      for _ in 1...3 { outcomes.append(try await nightly.run(full: true).summary.outcomes) }
      #expect(outcomes[0]["unknown"] == 1)
      #expect(outcomes.dropFirst() == [["unknown": 1], ["parked": 1]])
      #expect(fixture.standIns.ledger.arrivals(.resman, .status).count { $0.id == lead } == 2)
      let asked = try await fixture.questions("flapping")
      #expect(asked.map(\.resmanLeadID) == [lead])
      #expect(asked.first?.reason.contains("unknown") == true)
    }
  }

  /// DomIQ turns every webhook away, because of a wrong secret or without a right: the leads were not written to, and none
  /// is parked for it.
  @Test(arguments: [true, false])
  func repairsThatWereTurnedAwayAreNoFights(_ hasWrongSecret: Bool) async throws {
    try await NightlyFixture.with(leads: 200) { fixture in
      var settings = fixture.settings
      if hasWrongSecret {
        settings.domiq.webhookSecret = Secret(
          "whsec_" + Data("another-secret-another-secret".utf8).base64EncodedString())
      } else {
        fixture.standIns.faults.set([Fault(.forbidden, on: .domiq, route: .webhook)])
      }
      for _ in 1...3 {
        let night = try await fixture.nightly(settings).run(full: true)
        #expect(night.summary.exitCode == 3)
        #expect((night.summary.outcomes["failed"] ?? 0) > 0)
        #expect(night.summary.outcomes["parked"] == nil)
      }
      fixture.standIns.faults.set([])
      let night = try await fixture.nightly().run(full: true)
      #expect(night.summary.planned > 0)
      #expect(night.summary.outcomes == ["verified": night.summary.planned])
    }
  }

  /// Two writers that undo each other: after three nights a person must decide. The lead is left alone until
  /// then, and its attempts are counted from zero afterwards.
  @Test func aLeadThatFlapsIsParkedUntilAPersonAnswers() async throws {
    try await NightlyFixture.with(leads: 200) { fixture in
      let nightly = try fixture.nightly()
      let plan = try await nightly.plan(full: true)
      let lead = try #require(
        plan.leads.first { $0.verdict == .resmanMoved && $0.target == .contacted }
          ?? plan.leads.first { $0.verdict == .resmanMoved && $0.target == .qualified })
      var parked = 0
      for number in 1...4 {
        let night = try await nightly.run(full: true)
        parked = night.summary.outcomes["parked"] ?? 0
        guard number < 4 else { break }
        fixture.standIns.edit(
          Edit(
            .resman, lead: lead.resmanLeadID,
            status: fixture.standIns.resman.lead(lead.resmanLeadID)?.status == "new"
              ? "contacted" : "new"))
      }
      #expect(parked == 1)
      let asked = try await fixture.questions("flapping")
      #expect(asked.map(\.resmanLeadID) == [lead.resmanLeadID])
      #expect(asked.first?.reason.contains("flapping") == true)
      // It waits for any number of nights, and counts as asked before.
      let waiting = try await nightly.run(full: true)
      #expect(waiting.summary.outcomes == ["parked": 1])
      #expect(waiting.summary.exitCode == 0)
      let open = try await fixture.questions(leads: [lead.resmanLeadID])
      let answered = try await Resolution(nightly).run(open, answer: .pull, reason: "staff decided")
      #expect(answered.map(\.result) == ["verified"])
      fixture.standIns.edit(Edit(.resman, lead: lead.resmanLeadID, status: "lost"))
      let night = try await nightly.run(full: true)
      #expect(night.summary.outcomes["parked"] == nil)
      #expect(night.summary.outcomes["verified"] == 1)
    }
  }
}
