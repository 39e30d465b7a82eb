import Foundation
import Leads
import StandIns
import Testing

@Suite struct UpdateTests {
  /// What both systems tell of the lead beside the status, when they are read for a change, is kept.
  @Test func whatTheReadsTellIsKept() async throws {
    try await APIFixture.with { fixture in
      var lead = try #require(fixture.standIns.resman.lead("L-1"))
      lead.notes = LeadNotes(source: "Zillow", agentName: "Ann", tourStatus: "seen")
      fixture.standIns.resman.put(lead)
      var chat = try #require(fixture.standIns.domiq.lead(resman: "L-1"))
      chat.notes = LeadNotes(source: "Website chat", tourStatus: "booked")
      fixture.standIns.domiq.put(chat)
      #expect(try await fixture.put("L-1", "qualified").status == 200)
      let told: String = try await fixture.value(
        """
        select concat_ws('|', source, agent_name, tour_status) as value
        from described_lead where resman_lead_id = 'L-1'
        """)
      #expect(told == "Zillow|Ann|booked")
    }
  }

  @Test func aChangeIsMadeOnBothSidesAndEverythingCommitsWithIt() async throws {
    try await APIFixture.with { fixture in
      try await fixture.execute(
        """
        insert into status_notification_preferences (property_id, status_type, notification_method, recipients)
        values (\(APIFixture.elm), 'qualified', 'in_app', '["leasing_agent", "property_manager"]')
        """)
      try await fixture.execute(
        """
        insert into status_workflow_rules (property_id, trigger_status, target_status, conditions, actions)
        values (\(APIFixture.elm), 'qualified', 'tour_scheduled', '{"message_count": 3}',
          '[{"type": "create_task", "config": {"title": "Call"}}]')
        """)
      let answer = try await fixture.put(
        "L-1", "qualified",
        more: #","status_reason":"ready","context_data":{"key_insights":["two bedrooms"]}"#)
      #expect(answer.status == 200)
      #expect(answer.json["success"] == .bool(true))
      #expect(answer.json["new_status"] == .string("qualified"))
      #expect(answer.json["notifications_sent"] == .integer(2))
      #expect(answer.json["workflow_actions_triggered"] == .array([.string("create_task")]))
      #expect(Set((answer.json.object ?? [:]).keys).count == 5)
      let lead = try #require(fixture.standIns.resman.lead("L-1"))
      #expect(lead.status == "qualified")
      #expect(answer.json["updated_at"] == .string(lead.version))
      #expect(lead.history.last?.updatedBy == "chatbot")
      #expect(lead.history.last?.context?["key_insights"] == .array([.string("two bedrooms")]))
      let row: String = try await fixture.value(
        """
        select concat_ws('|', g.old_status, g.new_status, g.status_reason, g.updated_by,
          g.sync_direction, g.context_data -> 'key_insights', c.status, x.current_status,
          l.base, l.resman) as value
        from status_sync_log g
        join conversation c on c.id = g.conversation_id
        join conversation_context x on x.conversation_id = c.id
        join lead l on l.resman_lead_id = g.resman_lead_id
        where g.resman_lead_id = 'L-1' and g.sync_status = 'success' and g.status_reason = 'ready'
        """)
      #expect(
        row == "contacted|qualified|ready|chatbot|to_resman|[\"two bedrooms\"]|qualified|qualified"
          + "|qualified|qualified")
      let waiting: Int = try await fixture.value(
        "select count(*)::int as value from notification join workflow_execution using (log_id)")
      #expect(waiting == 2)

      // The in-app inbox has them, and a message is marked as read once.
      let elm = APIFixture.elm.uuidString.lowercased()
      let path = "/api/resman/notifications/\(elm)"
      let inbox = try await fixture.call("GET", path + "?recipient=leasing_agent&unread_only=true")
      #expect(inbox.json["total_count"] == .integer(1))
      guard case .array(let messages) = inbox.json["messages"],
        let id = messages.first?["id"]?.string
      else {
        Issue.record("no message")
        return
      }
      for _ in 1...2 {
        #expect(try await fixture.call("POST", "\(path)/\(id)/read").status == 204)
      }
      let read = try await fixture.call("GET", path + "?recipient=leasing_agent")
      #expect(read.json["unread_count"] == .integer(0))
      #expect(read.json["total_count"] == .integer(1))
      let unread = try await fixture.call("GET", path + "?recipient=leasing_agent&unread_only=true")
      #expect(unread.json["total_count"] == .integer(0))
      #expect(try await fixture.call("GET", path, key: fixture.oakKey).status == 404)
    }
  }

  @Test func aChangeAndItsEffectsCommitTogetherOrNotAtAll() async throws {
    try await APIFixture.with { fixture in
      try await fixture.execute("alter table notification rename to elsewhere")
      try await fixture.execute(
        """
        insert into status_notification_preferences (property_id, status_type, notification_method, recipients)
        values (\(APIFixture.elm), 'qualified', 'in_app', '["leasing_agent"]')
        """)
      let answer = try await fixture.put("L-1", "qualified", idempotency: "k-1")
      #expect(answer.status == 504)
      #expect(answer.problem == "unresolved")
      #expect(try await fixture.rows("L-1", "pending") == 1)
      let status: String = try await fixture.value(
        "select status as value from conversation where resman_lead_id = 'L-1'")
      #expect(status == "engaged")
      #expect(fixture.standIns.resman.lead("L-1")?.status == "qualified")

      // When the outbox table is back, the sweeper ends the change with all its effects.
      try await fixture.execute("alter table elsewhere rename to notification")
      try await fixture.live.sweep.once()
      #expect(try await fixture.rows("L-1", "success") == 1)
      let queued: Int = try await fixture.value("select count(*)::int as value from notification")
      #expect(queued == 1)
      let again = try await fixture.put("L-1", "qualified", idempotency: "k-1")
      #expect(again.status == 200)
      #expect(again.headers["idempotency-replayed"] == "true")
      #expect(fixture.standIns.ledger.applied.count == 1)
    }
  }

  @Test func errorsHaveStableTypes() async throws {
    try await APIFixture.with { fixture in
      let unmet = try await fixture.put("L-bare", "qualified")
      #expect(unmet.status == 422)
      #expect(unmet.problem == "conditions-not-met")
      #expect(
        unmet.json["unmet"]
          == .array([.string("lead_score >= 70"), .string("email"), .string("phone")]))
      #expect(unmet.headers["content-type"] == "application/problem+json")
      let cases: [(Answer, Int, String)] = [
        (try await fixture.put("L-1", "leased"), 409, "illegal-transition"),
        (try await fixture.put("L-1", "contacted"), 409, "illegal-transition"),
        (try await fixture.put("L-1", "happy"), 422, "unknown-status"),
        (try await fixture.put("L-1", "lost", more: #","surprise":1"#), 422, "invalid-request"),
        (try await fixture.put("L-nobody", "lost"), 404, "not-found"),
        (try await fixture.put("L-1", "lost", key: "sts_wrong"), 401, "unauthorized"),
        (try await fixture.put("L-1", "lost", key: ""), 401, "unauthorized"),
        (
          try await fixture.call(
            "PUT", "/api/resman/leads/L-1/status",
            body: #"{"new_status":"lost","updated_by":"system"}"#), 403, "foreign-author"
        ),
      ]
      for (answer, status, type) in cases {
        #expect(answer.status == status, "\(type)")
        #expect(answer.problem == type)
      }
      #expect(fixture.standIns.ledger.applied.isEmpty)
      #expect(try await fixture.rows("L-1", "pending") == 0)
    }
  }

  @Test func anUnloggedMoveIsLoggedFirst() async throws {
    try await APIFixture.with { fixture in
      fixture.standIns.edit(Edit(.resman, lead: "L-1", status: "qualified"))
      #expect(try await fixture.put("L-1", "tour_scheduled").status == 200)
      let chain: String = try await fixture.value(
        """
        select string_agg(old_status || '>' || new_status || ' ' || updated_by, ', ' order by seq) as value
        from status_sync_log where resman_lead_id = 'L-1' and old_status is not null
        """)
      #expect(
        chain == "contacted>qualified resman_user, qualified>tour_scheduled chatbot")
    }
  }

  /// Staff moved the lead, on or back, and ResMan's webhook is late. A change by day logs that move first, and is then
  /// refused: the night follows staff, as it does where the webhook comes first.
  @Test(arguments: [
    ("L-1", Status.qualified, Status.tourScheduled), ("L-3", .contacted, .lost),
  ])
  func aRefusedChangeLeavesTheMoveOfStaff(
    _ lead: String, _ staff: Status, _ asked: Status
  ) async throws {
    try await APIFixture.with { fixture in
      fixture.standIns.edit(Edit(.resman, lead: lead, status: staff.rawValue))
      fixture.standIns.faults.set([Fault(.forbidden, on: .resman, route: .status, count: 1)])
      #expect(try await fixture.put(lead, asked.rawValue).status == 502)
      #expect(try await fixture.rows(lead, "failed") == 1)
      let before = try #require(APIFixture.everyone.first { $0.id == lead }?.status.rawValue)
      let version = try #require(fixture.standIns.resman.lead(lead)?.version)
      let late = try await fixture.webhook(lead, before, staff.rawValue, at: version)
      #expect(late.json["outcome"] == .string("repeated"))
      let night = try await fixture.nightly().run(full: true)
      #expect(night.summary.verdicts["phantom"] == 1)
      #expect(night.summary.planned == 1)
      #expect(fixture.standIns.resman.lead(lead)?.status == staff.rawValue)
      let chat = try #require(fixture.standIns.domiq.lead(resman: lead))
      #expect(chat.status == StatusMapping.standard.domiq(staff))
    }
  }

  /// Both systems never agreed on the lead. Changes by day give it a base, and the difference stays a question until
  /// DomIQ moves.
  @Test(arguments: [true, false])
  func aChangeByDayAnswersNoQuestion(isWebhook: Bool) async throws {
    try await APIFixture.with { fixture in
      var lead = try #require(fixture.standIns.resman.lead("L-1"))
      lead.id = "L-0"
      fixture.standIns.resman.put(lead)
      var chat = try #require(fixture.standIns.domiq.lead(resman: "L-1"))
      chat.conversationID = UUID()
      chat.resmanLeadID = "L-0"
      chat.status = "tour_booked"
      fixture.standIns.domiq.put(chat)
      func staffMove(from old: String, to new: String) async throws {
        fixture.standIns.edit(Edit(.resman, lead: "L-0", status: new))
        let version = try #require(fixture.standIns.resman.lead("L-0")?.version)
        let answer = try await fixture.webhook("L-0", old, new, at: version)
        #expect(answer.json["outcome"] == .string("applied"))
      }
      func night(_ verdict: String, planned: Int, resman: String) async throws {
        let ended = try await fixture.nightly().run(full: true)
        #expect(ended.summary.verdicts[verdict] == 1)
        #expect(ended.summary.planned == planned)
        #expect(fixture.standIns.resman.lead("L-0")?.status == resman)
      }
      try await night("unbased", planned: 0, resman: "contacted")
      if isWebhook {
        try await staffMove(from: "contacted", to: "qualified")
      } else {
        #expect(try await fixture.put("L-0", "qualified").status == 200)
      }
      try await night("domiq_ahead", planned: 0, resman: "qualified")
      // Once more, and nobody has agreed yet.
      try await staffMove(from: "qualified", to: "contacted")
      try await night("domiq_ahead", planned: 0, resman: "contacted")
      #expect(fixture.standIns.domiq.lead(resman: "L-0")?.status == "tour_booked")
      fixture.standIns.edit(Edit(.domiq, lead: "L-0", status: "lost"))
      try await night("domiq_ahead", planned: 1, resman: "lost")
    }
  }

  @Test func twoChangesOfOneLeadAtOnceMakeOne() async throws {
    var making = APIFixture.Making()
    // The sweeper does not touch a change that was sent a moment ago.
    making.change = { $0.limits.settleSeconds = 3_600 }
    try await APIFixture.with(making) { fixture in
      fixture.standIns.faults.set([Fault(.hold, on: .resman, route: .status)])
      async let first = fixture.put("L-1", "qualified")
      while fixture.standIns.holds.count == 0 { await Task.yield() }
      let second = try await fixture.put("L-1", "tour_scheduled")
      #expect(second.status == 409)
      #expect(second.problem == "change-in-flight")
      fixture.standIns.holds.open()
      #expect(try await first.status == 200)
      #expect(fixture.standIns.ledger.applied.count == 1)
    }
  }

  /// ResMan is only read: that is what the caller is told, and nothing is written anywhere.
  @Test func aSystemThatIsOnlyReadSaysSo() async throws {
    var making = APIFixture.Making()
    making.change = { $0.resman.write = .none }
    try await APIFixture.with(making) { fixture in
      let before: Int = try await fixture.value("select count(*) as value from status_sync_log")
      for _ in 0..<2 {
        let answer = try await fixture.put("L-1", "qualified")
        #expect(answer.status == 409)
        #expect(answer.problem == "not-written")
        #expect(
          answer.json["detail"] == .string("resman.write is none, so ResMan is only read"))
      }
      #expect(try await fixture.put("L-none", "qualified").status == 404)
      #expect(fixture.standIns.ledger.applied.count == 0)
      let rows: Int = try await fixture.value("select count(*) as value from status_sync_log")
      #expect(rows == before)
    }
  }
}
