import Foundation
import Leads
import StandIns
import Testing

/// What a caller is told when ResMan misbehaves. Nothing is sent twice, and no change is lost.
@Suite struct UpstreamTroubleTests {
  /// ResMan makes a change, its answer is lost, and the lead cannot be read afterwards.
  private static let lostAnswer = [
    Fault(.errorAfter, on: .resman, route: .status, count: 1),
    Fault(.errorBefore, on: .resman, route: .lead, skip: 1),
  ]

  @Test func anAnswerThatWasLostIsReadBack() async throws {
    try await APIFixture.with { fixture in
      fixture.standIns.faults.set([
        Fault(.errorAfter, on: .resman, route: .status, count: 1)
      ])
      #expect(try await fixture.put("L-1", "qualified").status == 200)
      #expect(fixture.standIns.ledger.applied.count == 1)
      let evidence: String = try await fixture.value(
        """
        select context_data ->> 'evidence' as value from status_sync_log
        where resman_lead_id = 'L-1' and sync_status = 'success' and updated_by = 'chatbot'
        """)
      #expect(evidence == "history")
    }
  }

  @Test func anUnreadableChangeIsUnresolvedUntilTheSweep() async throws {
    try await APIFixture.with { fixture in
      fixture.standIns.faults.set(Self.lostAnswer)
      let answer = try await fixture.put("L-1", "qualified", idempotency: "k")
      #expect(answer.status == 504)
      #expect(answer.json["intent_id"] != nil)
      fixture.standIns.faults.clear()
      // The server's own sweep may have settled it already.
      try await fixture.live.sweep.once()
      #expect(try await fixture.put("L-1", "qualified", idempotency: "k").status == 200)
      #expect(fixture.standIns.ledger.applied.count == 1)
    }
  }

  /// A lead that no night has read, whether its chat is known or not: the settle window of its change counts from the send.
  @Test(arguments: [true, false])
  func aLeadThatNoNightHasReadHasItsWindow(isChatKnown: Bool) async throws {
    var making = APIFixture.Making()
    // The sweeper of `serve` leaves it alone.
    making.change = { $0.limits.settleSeconds = 3_600 }
    try await APIFixture.with(making) { fixture in
      try await fixture.execute("delete from lead where resman_lead_id = 'L-1'")
      if !isChatKnown {
        try await fixture.execute(
          "update conversation set resman_lead_id = null where resman_lead_id = 'L-1'")
      }
      fixture.standIns.faults.set(Self.lostAnswer)
      #expect(try await fixture.put("L-1", "qualified").status == 504)
      let row: String = try await fixture.value(
        """
        select concat_ws('|', l.last_sent_at = g.created_at, l.property_id = g.property_id,
          l.conversation_id is not null, l.resman) as value
        from status_sync_log g join lead l using (resman_lead_id)
        where g.resman_lead_id = 'L-1' and g.sync_status = 'pending'
        """)
      #expect(row == "t|t|\(isChatKnown ? "t" : "f")|contacted")
    }
  }

  /// Staff move the lead while nobody knows how our change ended: on, or back to where it was. Whoever settles the
  /// change later leaves what their webhook showed.
  @Test(arguments: ["tour_scheduled", "contacted"])
  func aChangeSettledLateLeavesANewerWebhookAlone(status: String) async throws {
    try await APIFixture.with { fixture in
      func shown() async throws -> String {
        try await fixture.value(
          """
          select concat_ws('|', l.resman, l.resman_version, c.status, x.current_status,
            x.status_updated_by) as value
          from lead l join conversation c on c.id = l.conversation_id
          join conversation_context x on x.conversation_id = c.id
          where l.resman_lead_id = 'L-1'
          """)
      }
      fixture.standIns.faults.set(Self.lostAnswer)
      #expect(try await fixture.put("L-1", "qualified").status == 504)
      fixture.standIns.edit(Edit(.resman, lead: "L-1", status: status))
      let version = try #require(fixture.standIns.resman.lead("L-1")?.version)
      #expect(try await fixture.webhook("L-1", "qualified", status, at: version).status == 200)
      let before = try await shown()
      #expect(before.hasPrefix("\(status)|\(version)|"))
      #expect(before.hasSuffix("|\(status)|resman_user"))
      fixture.standIns.faults.clear()
      try await fixture.live.sweep.once()
      #expect(try await fixture.rows("L-1", "pending") == 0)
      #expect(try await fixture.rows("L-1", "failed") == 0)
      #expect(try await shown() == before)
    }
  }

  /// Who finds out what became of a change whose answer was lost.
  enum Settler: CaseIterable {
    case sweep, night
  }

  /// Whoever settles a change of the day has what was read for it: its messages and actions are those of a change that
  /// was answered.
  @Test(arguments: Settler.allCases)
  func theNextNightSettlesWhatTheDayLeft(_ settler: Settler) async throws {
    let answered = try await Self.effects(settledBy: nil)
    #expect(answered.contains("create_task"))
    #expect(answered.contains("2026-12-05"))
    #expect(try await Self.effects(settledBy: settler) == answered)
  }

  /// What a change led to, as text.
  private static func effects(settledBy settler: Settler?) async throws -> String {
    var making = APIFixture.Making()
    // The sweeper of `serve` leaves it to the night.
    if settler == .night { making.change = { $0.limits.settleSeconds = 3_600 } }
    return try await APIFixture.with(making) { fixture in
      try await fixture.execute(
        """
        insert into status_notification_preferences (property_id, status_type, notification_method, recipients)
        values (\(APIFixture.elm), 'tour_scheduled', 'in_app', '["leasing_agent"]')
        """)
      try await fixture.execute(
        """
        insert into status_workflow_rules (property_id, trigger_status, target_status, conditions, actions)
        values (\(APIFixture.elm), 'tour_scheduled', 'application',
          '{"message_count": 3, "conversation_duration": 5, "lead_score": 80}',
          '[{"type": "create_task", "config": {"title": "Call"}}]')
        """)
      // The last night saw another score.
      try await fixture.execute("update lead set lead_score = 10 where resman_lead_id = 'L-3'")
      if settler != nil { fixture.standIns.faults.set(Self.lostAnswer) }
      let answer = try await fixture.put("L-3", "tour_scheduled")
      #expect(answer.status == (settler == nil ? 200 : 504))
      fixture.standIns.faults.clear()
      switch settler {
      case .sweep: try await fixture.live.sweep.once()
      case .night:
        var settings = fixture.settings
        settings.limits.settleSeconds = 0
        _ = try await fixture.nightly(settings).run(full: true)
      case nil: break
      }
      #expect(try await fixture.rows("L-3", "pending") == 0)
      return try await fixture.value(
        """
        select string_agg(line, ', ' order by line) as value
        from (
          select concat_ws('|', origin, channel, recipient, subject, body) as line from notification
          union all
          select concat_ws('|', action_index, action_type, reason) from workflow_execution) effect
        """)
    }
  }

  @Test func refusalsAndRequestsToWaitArePassedOn() async throws {
    try await APIFixture.with { fixture in
      let resman = fixture.standIns
      // The first wait is longer than any caller waits.
      resman.faults.set([
        Fault(.tooManyRequests, on: .resman, route: .status, count: 1, retryAfter: "1000")
      ])
      let wait = try await fixture.put("L-1", "qualified", idempotency: "w")
      #expect(wait.status == 429)
      #expect(wait.problem == "try-later")
      #expect(wait.headers["retry-after"] == "1000")
      #expect(try await fixture.rows("L-1", "failed") == 1)
      // Meanwhile the whole host waits, and the key may be used again.
      let next = try await fixture.put("L-2", "qualified", idempotency: "w2")
      #expect(next.status == 429)
      #expect(resman.ledger.applied.isEmpty)
    }
  }

  @Test func aResManThatIsDownIsSaidAtOnce() async throws {
    try await APIFixture.with { fixture in
      await fixture.standIns.goDown(.resman)
      let answer = try await fixture.put("L-1", "qualified", idempotency: "down")
      #expect(answer.status == 503)
      #expect(answer.headers["retry-after"] != nil)
      try await fixture.standIns.comeBack(.resman)
      #expect(try await fixture.put("L-1", "qualified", idempotency: "down").status == 200)
    }
  }

  @Test func theNightWorksWithoutHistoryETagAndKeys() async throws {
    var making = APIFixture.Making()
    making.capabilities = Capabilities(
      history: false, etag: false, idempotency: false, domiqReadByID: false)
    try await APIFixture.with(making) { fixture in
      let answer = try await fixture.put("L-1", "qualified")
      #expect(answer.status == 200)
      #expect(fixture.standIns.resman.lead("L-1")?.status == "qualified")
    }
  }

  @Test func manyChangesShareFewConnections() async throws {
    var making = APIFixture.Making()
    making.statuses = (0..<30).map { ("L-\($0)", Status.new) }
    making.change = { $0.api.poolSize = 2 }
    try await APIFixture.with(making) { fixture in
      fixture.standIns.faults.set([Fault(.delay, on: .resman, route: .status, seconds: 0.2)])
      let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<30 {
          group.addTask { try await fixture.put("L-\(number)", "contacted").status }
        }
        return try await group.reduce(into: [Int]()) { $0.append($1) }
      }
      #expect(statuses == [Int](repeating: 200, count: 30))
      let connections: Int = try await fixture.value(
        """
        select count(*)::int as value from pg_stat_activity
        where datname = current_database() and application_name = 'status-sync serve'
        """)
      #expect((1...2).contains(connections))
    }
  }

  @Test func requestsOverTheLimitAreRefusedWithARetryTime() async throws {
    var making = APIFixture.Making()
    making.change = { $0.api.inFlight = 1 }
    try await APIFixture.with(making) { fixture in
      fixture.standIns.faults.set([Fault(.hold, on: .resman, route: .lead)])
      async let first = fixture.put("L-1", "qualified")
      while fixture.standIns.holds.count == 0 { await Task.yield() }
      let second = try await fixture.put("L-2", "qualified")
      #expect(second.status == 429)
      #expect(second.problem == "try-later")
      // The answer says whose limit it was: this key's own, then the common one.
      #expect(second.json["detail"]?.string?.hasPrefix("this key has 1 status changes") == true)
      #expect(second.headers["ratelimit-policy"] == #""changes";q=1;qu="concurrent-requests""#)
      #expect(second.headers["ratelimit"] == #""changes";r=0"#)
      let other = try await fixture.put("L-oak", "qualified", key: fixture.oakKey)
      #expect(other.status == 429)
      #expect(other.json["detail"]?.string?.hasPrefix("StatusSync has 1 status changes") == true)
      #expect(other.headers["ratelimit"] == #""changes";r=1"#)
      fixture.standIns.holds.open()
      #expect(try await first.status == 200)
    }
  }
}
