import Foundation
import HTTP
import Leads
import Live
import Logging
import Postgres
import Synchronization
import TestDatabase
import Testing

import Changes
import Nightly
import StandIns
import StatusSync
import Store
import Upstreams
import VendorStandIns

/// `serve` on the vendors' interfaces: changes are asked for, and go the way of webhooks.
@Suite struct PollTests {
  private static func live(
    _ fixture: VendorFixture, clock: RunClock? = nil, timeouts: AnswerTimeouts = AnswerTimeouts(),
    logger: Logger? = nil
  ) throws -> Live {
    try Live(
      fixture.settings, database: fixture.database.url, client: fixture.client,
      clock: clock ?? fixture.clock, timeouts: timeouts,
      logger: logger ?? Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  private static func with(
    _ live: Live, _ body: (Live, Poll) async throws -> Void
  ) async throws {
    let result: Result<Void, any Error>
    do { result = .success(try await body(live, try #require(live.poll))) } catch {
      result = .failure(error)
    }
    await live.close()
    try result.get()
  }

  /// What the log says of a lead, newest last.
  private static func log(_ fixture: VendorFixture, _ lead: String) async throws -> [String] {
    let connection = try await fixture.database.connect()
    let rows = try await connection.query(
      """
      select new_status || ' ' || updated_by || ' ' || (run_id is null) as row
      from status_sync_log where resman_lead_id = \(lead) order by seq
      """)
    await connection.close()
    return try rows.map { try $0["row"] }
  }

  /// Before a night nothing is asked; afterwards each change is one row, whatever the number of polls.
  @Test func aChangeIsTakenOnce() async throws {
    try await VendorFixture.with(leads: 56) { fixture in
      try await Self.with(try Self.live(fixture)) { live, poll in
        #expect(try await poll.once().properties == 0)
        #expect(fixture.resman.ledger.calls == [])
        _ = try await fixture.nightly().run(full: true)
        let now = fixture.clock.now()
        fixture.resman.edit("PR-14") { card in
          card.events.append(.init("CallToProspect", now.iso8601))
          card.modified = now.microseconds
        }
        // ResMan shows a lead that is qualified as contacted, and still does.
        fixture.resman.edit("PR-2") { $0.modified = now.microseconds }
        // Nobody knows what it is: a question of the night.
        fixture.resman.edit("PR-1") { card in
          card.status = "Waitlist"
          card.modified = now.microseconds
        }
        let round = try await poll.once()
        #expect(round.properties == 4 && round.failed == 0)
        #expect(round.changes == [.applied: 1, .repeated: 1])
        #expect(try await Self.log(fixture, "PR-14").last == "contacted resman_user true")
        #expect(try await Self.log(fixture, "PR-2") == ["qualified system false"])
        #expect(try await Self.log(fixture, "PR-1").count == 1)
        // What was seen is not handed over again, by this process or another one.
        #expect(try await poll.once().changes == [:])
        try await Self.with(try Self.live(fixture)) { _, other in
          let again = try await other.once()
          #expect(again.changes == [.applied: 1, .repeated: 1])
        }
        #expect(try await Self.log(fixture, "PR-14").count == 2)
        #expect(fixture.resman.ledger.mostAtOnce <= 2)
        #expect(fixture.resman.ledger.violations == [])
        // The night agrees, and asks about what is not known.
        let night = try await fixture.nightly().run(full: false)
        #expect(try await fixture.verdicts(night.summary.runID)["PR-1"] == .unmapped)
      }
    }
  }

  /// A night and a poll under a clock set ahead put off no poll.
  @Test func aClockSetAheadPutsOffNoPoll() async throws {
    try await VendorFixture.with(leads: 56) { fixture in
      _ = try await fixture.nightly().run(full: true)
      let ahead = fixture.clock.now() + .seconds(365 * 86_400)
      let connection = try await fixture.database.connect()
      _ = try await connection.execute(
        """
        insert into resman_poll (property_id, read_to)
        select property_id, \(ahead)::timestamptz from run_pull where system = 'resman'
        """)
      _ = try await connection.execute(
        """
        with night as (
          insert into sync_run (mode, state, started_at, as_of)
          select 'run', 'finished', at, at from (select \(ahead)::timestamptz as at) ahead
          returning id)
        insert into run_pull (
          run_id, system, property_id, incremental, records, quarantined, without_id, without_lead)
        select night.id, system, property_id, false, 1, 0, 0, 0
        from night, run_pull where system = 'resman'
        """)
      await connection.close()
      let now = fixture.clock.now()
      fixture.resman.edit("PR-14") { card in
        card.events.append(.init("CallToProspect", now.iso8601))
        card.modified = now.microseconds
      }
      try await Self.with(try Self.live(fixture)) { live, poll in
        let behind = try await PollLag.read(live.database, at: fixture.clock.now())
        #expect(behind.properties == 4 && behind.lag_seconds.map { $0 >= 0 } == true)
        #expect(try await poll.once().changes == [.applied: 1])
        // What the poll read is on record, the later time is not.
        let left: Int = try await fixture.database.value(
          "select count(*) as value from resman_poll where read_to > \(fixture.clock.now())")
        #expect(left == 0)
      }
    }
  }

  /// A poll shows cards: one that shows the status seen before, and one of a lead on which both sides never agreed, is no
  /// change of the status.
  @Test func aModifiedCardIsNoChange() async throws {
    try await VendorFixture.with(leads: 56) { fixture in
      _ = try await fixture.nightly().run(full: true)
      let contacted = fixture.clock.now()
      fixture.resman.edit("PR-14") { card in
        card.events.append(.init("CallToProspect", contacted.iso8601))
        card.modified = contacted.microseconds
      }
      // The night sees the move, and may not write it: the two systems differ from now on.
      let night = try await fixture.nightly().run(full: false)
      #expect(night.summary.outcomes == ["not_written": 1])
      let renamed = fixture.clock.now()
      for lead in ["PR-14", "PR-7"] {
        fixture.resman.edit(lead) { card in
          card.firstName = "Ida"
          card.modified = renamed.microseconds
        }
      }
      try await Self.with(try Self.live(fixture)) { (_: Live, poll: Poll) async throws -> Void in
        #expect(try await poll.once().changes == [.repeated: 2])
        #expect(try await Self.log(fixture, "PR-14") == ["new system false"])
        #expect(try await Self.log(fixture, "PR-7") == [])
        let toured = fixture.clock.now()
        fixture.resman.edit("PR-14") { card in
          card.events.append(.init("Appointment", toured.iso8601))
          card.modified = toured.microseconds
        }
        #expect(try await poll.once().changes == [.applied: 1])
        #expect(
          try await Self.log(fixture, "PR-14") == [
            "new system false", "tour_scheduled resman_user true",
          ])
      }
    }
  }

  /// What a poll shows may be our own change, as long as nobody knows what became of it: it waits, lets others pass, and
  /// is taken afterwards.
  @Test func aPollWaitsForAPendingChange() async throws {
    try await VendorFixture.with(leads: 56) { fixture in
      _ = try await fixture.nightly().run(full: true)
      let card = try #require(fixture.resman.card("PR-14"))
      let chat: UUID = try await fixture.database.value(
        "select conversation_id as value from lead where resman_lead_id = 'PR-14'")
      let connection = try await fixture.database.connect()
      let intent = UUID()
      try await SyncLog(connection).begin(
        LogEntry(
          id: intent, conversationID: chat, leadID: "PR-14", propertyID: card.propertyID,
          old: .new, new: .contacted, reason: "", updatedBy: .chatbot, direction: .toResMan,
          notAfter: fixture.clock.now()))
      let now = fixture.clock.now()
      fixture.resman.edit("PR-14") { card in
        card.events.append(.init("TextToProspect", now.iso8601))
        card.modified = now.microseconds
      }
      try await Self.with(try Self.live(fixture)) { live, poll in
        #expect(try await poll.once().changes == [.waiting: 1])
        #expect(try await live.webhooks.takeWaiting() == 0)
        #expect(
          try await Self.log(fixture, "PR-14") == ["new system false", "contacted chatbot true"])
        try await SyncLog(connection).end(
          intent, .success(evidence: .history, domiqVersion: nil, resmanVersion: nil), attempts: 1)
        #expect(try await live.webhooks.takeWaiting() == 1)
        let outcome: String = try await fixture.database.value(
          "select outcome as value from webhook_delivery where resman_lead_id = 'PR-14'")
        #expect(outcome == "repeated")
        #expect(
          try await Self.log(fixture, "PR-14") == ["new system false", "contacted chatbot true"])
      }
      await connection.close()
    }
  }

  /// A prospect that only one of both answers shows is unread: nothing is claimed of it.
  @Test func whatOnlyOneAnswerShowsIsLeftOut() async throws {
    try await VendorFixture.with(leads: 56) { fixture in
      _ = try await fixture.nightly().run(full: true)
      let now = fixture.clock.now()
      fixture.resman.faults.hidden = ["PR-14"]
      fixture.resman.edit("PR-14") { card in
        card.status = "Lost"
        card.modified = now.microseconds
      }
      try await Self.with(try Self.live(fixture)) { _, poll in
        let hidden = try await poll.once()
        #expect(hidden.properties == 4 && hidden.changes.isEmpty)
        fixture.resman.faults.hidden = []
        let shown = try await poll.once()
        #expect(shown.changes == [.applied: 1])
      }
    }
  }

  /// A poll that fails is named, is tried again, and ends nothing; the lag says how far it is behind.
  @Test func aPollThatFailsIsNamedAndTriedAgain() async throws {
    try await VendorFixture.with(leads: 28) { fixture in
      _ = try await fixture.nightly().run(full: true)
      let started = fixture.clock.now()
      let shift = ClockShift()
      var clock = shift.now(of: fixture.clock)
      // The wait between rounds passes at once; the third round is the last.
      let rounds = Mutex(0)
      let sleep = clock.sleep
      clock.sleep = { duration in
        guard duration > .seconds(100) else { return try await sleep(duration) }
        shift.move(by: duration)
        let count = rounds.withLock { count in
          count += 1
          return count
        }
        if count == 1 {
          fixture.resman.faults.failsAfter = started.microseconds - 86_400_000_000
        } else if count == 2 {
          fixture.resman.faults.failsAfter = .max
        } else {
          throw CancellationError()
        }
      }
      try await Self.with(try Self.live(fixture, clock: clock)) { live, poll in
        fixture.resman.faults.failsAfter = started.microseconds - 86_400_000_000
        #expect(try await poll.once().failed == 4)
        let failing = try await PollLag.read(live.database, at: clock.now())
        #expect(failing.failing == 4 && failing.properties == 4)
        #expect(failing.failing_property?.hasPrefix("Vendor House") == true)
        #expect(failing.failure?.contains("inside HTTP 200") == true)
        await poll.run()
        #expect(rounds.withLock { $0 } == 3)
        let lag = try await PollLag.read(live.database, at: clock.now())
        #expect(lag.failing == 0 && lag.failure == nil)
        // One interval of the loop, and what the round took, which no clock of the test counts.
        let seconds = try #require(lag.lag_seconds)
        #expect(seconds >= 299 && seconds < 310)
      }
    }
  }

  /// Limits that no slow machine reaches.
  private static var patient: AnswerTimeouts {
    var timeouts = AnswerTimeouts()
    timeouts.timeout = .seconds(900)
    timeouts.budget = .seconds(600)
    (timeouts.resmanSeconds, timeouts.domiqSeconds) = (300, 300)
    return timeouts
  }

  /// The clock on which every wait passes at once, but that of a call for its answer.
  private static func waitless(_ clock: RunClock) -> RunClock {
    let shift = ClockShift()
    var moved = shift.elapsed(of: clock)
    let sleep = moved.sleep
    moved.sleep = { duration in
      guard duration != UpstreamHost.window else { return try await sleep(duration) }
      shift.move(by: duration)
    }
    return moved
  }

  /// ResMan asks to wait for longer than a caller waits: a poll waits, and goes on. Where ResMan goes on asking, the poll
  /// has failed, is tried again, and keeps no caller from ResMan.
  @Test func aPollWaitsWhereResManAsksToWait() async throws {
    try await VendorFixture.with(leads: 28) { fixture in
      _ = try await fixture.nightly().run(full: true)
      let clock = Self.waitless(fixture.clock)
      let live = try Self.live(fixture, clock: clock, timeouts: Self.patient)
      try await Self.with(live) { live, poll in
        let card = try #require(fixture.resman.card("PR-14"))
        func isRead() async -> Bool {
          let answer = await live.service.update.sender.resman.read(card.id, at: card.propertyID)
          if case .found = answer { return true }
          return false
        }
        fixture.resman.faults.retryAfter = "5"
        fixture.resman.faults.refusals = 1
        let round = try await poll.once()
        #expect(round.properties == 4 && round.failed == 0)
        #expect(await isRead())

        fixture.resman.faults.retryAfter = nil
        fixture.resman.faults.refusals = .max
        let before = fixture.resman.ledger.calls.count
        #expect(try await poll.once().failed == 4)
        // Each pauses for 1, 1, 1, 2, 4, 8 and then 10 s, for a minute in all.
        #expect(fixture.resman.ledger.calls.count - before <= 4 * 11)
        let failing = try await PollLag.read(live.database, at: clock.now())
        #expect(failing.failing == 4)
        #expect(failing.failure?.hasPrefix("try_later") == true)

        fixture.resman.faults.refusals = 0
        #expect(try await poll.once().failed == 0)
        #expect(try await PollLag.read(live.database, at: clock.now()).failing == 0)
        #expect(await isRead())
      }
    }
  }

  /// More changes at once than ResMan takes calls: each has its turn, and none is told that ResMan asks to wait.
  @Test func changesAtOnceTakeTurns() async throws {
    try await VendorFixture.with(leads: 56) { fixture in
      _ = try await fixture.nightly().run(full: true)
      fixture.resman.faults.answerTime = .milliseconds(20)
      let live = try Self.live(fixture, timeouts: Self.patient)
      try await Self.with(live) { (live: Live, _: Poll) async throws -> Void in
        let before = fixture.resman.ledger.asked.count { $0 == "PR-14" }
        let caller = Caller(id: UUID(), name: "chatbot", updatedBy: .chatbot, properties: nil)
        let request = StatusUpdate.Request(
          status: .lost, reason: nil, context: nil, updatedBy: .chatbot, notify: false)
        let ends = await withTaskGroup(of: Problem.Kind?.self) { group in
          for _ in 0..<5 {
            group.addTask {
              do {
                _ = try await live.service.change(
                  lead: "PR-14", request, caller: caller, key: nil, digest: "", requestID: nil,
                  since: live.clock.elapsed())
                return nil
              } catch {
                return (error as? Problem)?.kind
              }
            }
          }
          return await group.reduce(into: [Problem.Kind?]()) { $0.append($1) }
        }
        // ResMan is only read here: each found that out after its own read of the lead.
        #expect(ends == [Problem.Kind?](repeating: .notWritten, count: 5))
        let asked = fixture.resman.ledger.asked.count { $0 == "PR-14" }
        #expect(asked - before == 5)
        #expect(fixture.resman.ledger.mostAtOnce == 2)
        #expect(fixture.resman.ledger.violations == [])
      }
    }
  }

  /// While a run works, ResMan's two calls are the run's.
  @Test func aRunHasPrecedence() async throws {
    try await VendorFixture.with(leads: 28) { fixture in
      _ = try await fixture.nightly().run(full: true)
      let holder = try await fixture.database.connect()
      try await Self.with(try Self.live(fixture)) { _, poll in
        let before = fixture.resman.ledger.calls.count
        let lock = try await JobLock.run.take(on: holder)
        _ = try await holder.execute(
          """
          insert into sync_run (mode, state, as_of)
          values ('run', 'running', now())
          """)
        #expect(try await poll.once().isPaused)
        #expect(fixture.resman.ledger.calls.count == before)
        await JobLock.run.release(lock, on: holder)
        await holder.close()
        #expect(try await poll.once().properties == 4)
      }
    }
  }

  /// Without `poll_seconds` nobody asks; `serve` starts with these kinds either way, and takes no unsigned webhook.
  @Test func withoutAnIntervalNobodyAsks() async throws {
    try await VendorFixture.with(leads: 14) { fixture in
      var settings = fixture.settings
      settings.partner?.pollSeconds = 0
      let live = try Live(
        settings, database: fixture.database.url, client: fixture.client, clock: fixture.clock,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      #expect(live.poll == nil)
      await live.close()
    }
  }
}
