import Foundation
import Leads
import StandIns
import Testing

import Live
import Store
import Upstreams

extension ManualClock {
  static var wall: RunClock { APIFixture.Making().clock }
}

/// Invariant 16 of docs/reliability.md, with a clock that the test moves: nothing waits in real time.
@Suite struct TimeoutTests {
  /// A fixture whose callers wait as long as those of `serve`.
  private static func making(_ time: ManualClock) -> APIFixture.Making {
    var making = APIFixture.Making()
    making.clock = time.clock
    making.timeout = AnswerTimeouts().timeout
    return making
  }

  @Test func aCallerIsAnsweredWithinTenSecondsThoughResManNeverAnswers() async throws {
    let time = ManualClock()
    var making = Self.making(time)
    making.change = { $0.limits.settleSeconds = 60 }
    try await APIFixture.with(making) { fixture in
      fixture.standIns.faults.set([Fault(.hold, on: .resman, route: .status, count: 1)])
      async let answer = fixture.put("L-1", "qualified", idempotency: "k")
      while fixture.standIns.holds.count == 0 { await Task.yield() }
      // Two limits: that of the change and, half a second later, that of any request.
      await time.untilAsleep(2, for: .seconds(9.5))
      time.advance(by: .seconds(9))
      let given = try await answer
      #expect(given.status == 504)
      #expect(given.problem == "unresolved")
      let intent = try #require(given.json["intent_id"]?.string)
      // Meanwhile the same request is told so, and another change of the lead is not started.
      let again = try await fixture.put("L-1", "qualified", idempotency: "k")
      #expect(["request-in-flight", "unresolved"].contains(again.problem))
      let other = try await fixture.put("L-1", "lost")
      #expect(other.status == 409)
      #expect(other.problem == "change-in-flight")
      #expect(fixture.standIns.ledger.arrivals(.resman, .status).count == 1)
      // It continues when ResMan does, with the id that the caller received.
      fixture.standIns.holds.open()
      await fixture.live.inFlight.drain()
      let state: String = try await fixture.value(
        "select sync_status as value from status_sync_log where id = \(intent)::uuid")
      #expect(state == "success")
      let settled = try await fixture.put("L-1", "qualified", idempotency: "k")
      #expect(settled.status == 200)
      #expect(settled.headers["idempotency-replayed"] == "true")
      #expect(fixture.standIns.ledger.applied.count == 1)
    }
  }

  @Test func aCallerIsAnsweredWithinTenSecondsThoughTheLeadCannotBeRead() async throws {
    let time = ManualClock()
    try await APIFixture.with(Self.making(time)) { fixture in
      fixture.standIns.faults.set([Fault(.hold, on: .resman, route: .lead, count: 1)])
      async let answer = fixture.put("L-1", "qualified", idempotency: "k")
      while fixture.standIns.holds.count == 0 { await Task.yield() }
      // Two limits: that of the change and, half a second later, that of any request.
      await time.untilAsleep(2, for: .seconds(9.5))
      time.advance(by: .seconds(9))
      let given = try await answer
      #expect(given.status == 503)
      #expect(given.problem == "unavailable")
      fixture.standIns.holds.open()
      await fixture.live.inFlight.drain()
      #expect(fixture.standIns.ledger.arrivals(.resman, .status).isEmpty)
      #expect(try await fixture.rows("L-1", "pending") == 0)
      // Nothing was changed, so the same request may use the key again.
      #expect(try await fixture.put("L-1", "qualified", idempotency: "k").status == 200)
    }
  }

  /// The database does not answer: the statement is cancelled, and its connection is returned to the pool.
  @Test func aCallerIsAnsweredWithinTenSecondsThoughTheDatabaseHangs() async throws {
    let time = ManualClock()
    var making = Self.making(time)
    making.change = { $0.api.poolSize = 2 }
    try await APIFixture.with(making) { fixture in
      let holder = try await fixture.database.connect()
      try await holder.script("begin; lock table status_sync_log in access exclusive mode")
      let history = "/api/resman/leads/L-1/status-history"
      async let reading = fixture.call("GET", history)
      async let webhook = fixture.webhook("L-1", "contacted", "lost", at: WebhookTests.later)
      try await fixture.database.untilBlocked(2)
      await time.untilAsleep(2, for: .seconds(9.5))
      time.advance(by: .seconds(9.5))
      let answers = try await [reading, webhook]
      // Who reads is told that nothing was changed; who writes, that it may have been.
      #expect(answers.map(\.status) == [503, 504])
      #expect(answers.map(\.problem) == ["unavailable", "unresolved"])
      try await holder.script("rollback")
      await holder.close()
      #expect(try await fixture.call("GET", history).status == 200)
      // Nothing of the webhook was stored, so it can be sent again.
      let kept: Int = try await fixture.value(
        "select count(*)::int as value from webhook_delivery")
      #expect(kept == 0)
    }
  }

  /// The sweeper of `serve` itself, not one that a test starts.
  @Test func anUnresolvedChangeIsSettledByTheSweeper() async throws {
    let time = ManualClock()
    try await APIFixture.with(Self.making(time)) { fixture in
      fixture.standIns.faults.set([
        Fault(.errorAfter, on: .resman, route: .status, count: 1),
        Fault(.errorBefore, on: .resman, route: .lead, skip: 1),
      ])
      let answer = try await fixture.put("L-1", "qualified", idempotency: "k")
      #expect(answer.status == 504)
      #expect(try await fixture.rows("L-1", "pending") == 1)
      fixture.standIns.faults.clear()
      while try await fixture.rows("L-1", "success") == 0 {
        time.advance(by: Sweep.interval)
        await Task.yield()
      }
      let again = try await fixture.put("L-1", "qualified", idempotency: "k")
      #expect(again.status == 200)
      #expect(again.headers["idempotency-replayed"] == "true")
      #expect(fixture.standIns.ledger.applied.count == 1)
    }
  }
}
