import Foundation
import Leads
import Logging
import Postgres
import StandIns
import TestDatabase
import Testing

import Demo
import Nightly
import Settings
import StatusSync
import Store
import Upstreams
import VendorStandIns

/// Systems that are slow, out, or busy, and processes that run for long.
@Suite struct SlowVendorTests {
  /// What callers wait for has no end of a run: long after its start `serve` reads both systems as before.
  @Test func serveReadsLongAfterItsStart() async throws {
    try await VendorFixture.with(leads: 14) { fixture in
      let shift = ClockShift()
      let clock = shift.elapsed(of: fixture.clock)
      var timeouts = AnswerTimeouts()
      (timeouts.resmanSeconds, timeouts.domiqSeconds) = (300, 300)
      let parts = try Nightly.connected(
        fixture.settings, database: fixture.database.url, client: fixture.client, clock: clock,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, timeouts: timeouts
      ).parts
      let card = try #require(fixture.resman.card("PR-0"))
      let chat: UUID = try await fixture.domiq.value(
        "select id as value from conversation where resman_lead_id = 'PR-0'")
      shift.move(by: .seconds(90 * 86_400))
      guard case .found = await parts.domiq.read(chat, of: "PR-0"),
        case .found = await parts.resman.read("PR-0", at: card.propertyID)
      else {
        Issue.record("not read")
        return
      }
    }
  }

  /// A card is as old as v1's answer: two slow calls before a write make nothing too old for it.
  @Test func aSlowResManIsWritten() async throws {
    let shift = ClockShift()
    try await VendorFixture.with(leads: 28, clock: shift.elapsed()) { fixture in
      var settings = fixture.writing()
      settings.limits.freshSeconds = 2
      _ = try await fixture.nightly(settings).run(full: true)
      try await fixture.chat("PR-14", "active", says: true)
      fixture.resman.faults.onAnswer = { shift.move(by: .milliseconds(1_200)) }
      let night = try await fixture.nightly(settings).run(full: false)
      #expect(
        try await fixture.drift(night.summary.runID, of: "PR-14") == [
          "PR-14 domiq_ahead push contacted verified"
        ])
      #expect(fixture.resman.ledger.written.count == 1)
      #expect(fixture.resman.ledger.violations == [])
    }
  }

  /// Between the committed row and its end nobody waits for the gateway: before the write nothing is sent, after it the
  /// outcome is read back. Other reads wait.
  @Test func aWriteDoesNotWaitForTheGateway() async throws {
    try await VendorFixture.with(leads: 14) { fixture in
      let (clock, waits) = fixture.countingOutages()
      let partner = fixture.partner(clock: clock, isWritten: true)
      let card = try #require(fixture.resman.card("PR-0"))
      func contact() async -> WriteAnswer {
        var change = StatusChange(
          intentID: UUID(), leadID: card.id, propertyID: card.propertyID, conversationID: nil,
          old: nil, new: .contacted, reason: "", notify: false, occurredAt: nil)
        change.event = .contact(at: ProcessClock.start)
        return await partner.update(change, etag: nil, until: .seconds(1e9))
      }
      fixture.resman.faults.outages = 1
      let before = await contact()
      #expect(
        before == .notSent("the prospect could not be read before the write: http_503"))
      #expect(fixture.resman.ledger.written == [])
      fixture.resman.faults.outagesAfterWrite = 1
      let after = await contact()
      #expect(
        after
          == .unacknowledged("the prospect could not be read after the write: http_503"))
      #expect(fixture.resman.ledger.written.count == 1)
      #expect(waits() == 0)
      fixture.resman.faults.outages = 1
      guard case .found = await partner.read(card.id, at: card.propertyID) else {
        Issue.record("not read")
        return
      }
      #expect(waits() == 1)
      #expect(fixture.resman.ledger.violations == [])
    }
  }

  /// Who waits for a caller does not wait for the gateway, a poll waits once, and a night three times.
  @Test(arguments: [(2 as Double?, 0), (60, 1), (nil, 3)])
  func theGatewayIsWaitedForAsLongAsACallMayWait(_ seconds: Double?, _ count: Int) async throws {
    try await VendorFixture.with(leads: 14) { fixture in
      let (clock, waits) = fixture.countingOutages()
      let partner = fixture.partner(clock: clock, waiting: seconds)
      let card = try #require(fixture.resman.card("PR-0"))
      fixture.resman.faults.outages = 10
      guard case .failed(let failure) = await partner.read(card.id, at: card.propertyID) else {
        Issue.record("read")
        return
      }
      #expect(failure.kind == .status(503))
      #expect(waits() == count)
      #expect(fixture.resman.ledger.calls.count == count + 1)
      fixture.resman.faults.outages = 0
      guard case .found = await partner.read(card.id, at: card.propertyID) else {
        Issue.record("not read")
        return
      }
      #expect(waits() == count)
    }
  }

  /// DomIQ's database ends what takes too long: a read is tried again another time, and a write was not made.
  @Test func aBusyDatabaseEndsTheCall() async throws {
    try await VendorFixture.with(leads: 14) { fixture in
      let settings = fixture.writing()
      func database(callSeconds: Double?) -> DomIQDatabase {
        DomIQDatabase(
          url: fixture.domiq.writerURL, company: DomIQStandIn.company, properties: [:],
          mapping: settings.mapping, clock: fixture.clock, deadlineSeconds: 600,
          callSeconds: callSeconds)
      }
      let (patient, impatient) = (database(callSeconds: nil), database(callSeconds: 1))
      let chat: UUID = try await fixture.domiq.value(
        "select id as value from conversation where resman_lead_id = 'PR-0'")
      guard case .found(let snapshot) = await patient.read(chat, of: "PR-0") else {
        Issue.record("not read")
        return
      }
      var change = StatusChange(
        intentID: UUID(), leadID: "PR-0", propertyID: nil, conversationID: chat, old: nil,
        new: .contacted, reason: "", notify: false, occurredAt: nil)
      change.basis = snapshot.etag
      let holder = try await PostgresConnection(PostgresConfiguration(url: fixture.domiq.url))
      try await holder.script("begin; lock table conversation in access exclusive mode")
      let read = await impatient.read(chat, of: "PR-0")
      let written = await impatient.send(change, until: .seconds(1e9))
      try await holder.script("rollback")
      await holder.close()
      guard case .failed(let failure) = read else {
        Issue.record("\(read)")
        return
      }
      #expect(failure == CallFailure(.timeout, "DomIQ's database did not answer in time"))
      #expect(
        written
          == .refused(
            status: 500,
            reasons: "DomIQ's database did not make the change in time; it is not made"))
      // Nothing was made: the version is the one that was read.
      guard case .acknowledged = await patient.send(change, until: .seconds(1e9)) else {
        Issue.record("not written")
        return
      }
    }
  }

  /// The leads of a property leave ResMan's horizon together, for they were imported together: none of them vanished.
  @Test func leadsThatLeaveTheHorizonTogetherAreNotGone() async throws {
    let shift = ClockShift()
    try await VendorFixture.with(
      leads: 56, clock: shift.now(),
      prepare: { world in
        let property = world.properties[0].id
        for index in world.cards.indices where world.cards[index].propertyID == property {
          world.cards[index].modified = ProcessClock.start.microseconds - 395 * 86_400_000_000
        }
      }
    ) { fixture in
      let property = fixture.world.properties[0].id
      let cards = fixture.world.cards.filter { $0.propertyID == property }
      #expect(cards.count == 14)
      let first = try await fixture.nightly().run(full: true)
      #expect(first.summary.pull?.incomplete.isEmpty == true)
      shift.move(by: .seconds(10 * 86_400))
      for _ in 0..<2 {
        let next = try await fixture.nightly().run(full: true)
        #expect(next.summary.pull?.incomplete.isEmpty == true, "\(next.summary.pull as Any)")
        #expect(next.summary.verdicts["unread"] == nil)
        #expect(next.summary.verdicts["missing_in_resman"] == 4)
      }
      // What is gone within the horizon is found.
      let other = fixture.world.properties[1].id
      for card in fixture.world.cards where card.propertyID == other {
        fixture.resman.edit(card.id) { $0.propertyID = UUID() }
      }
      let last = try await fixture.nightly().run(full: true)
      #expect(last.summary.pull?.incomplete.map(\.propertyID) == [other])
    }
  }
}
