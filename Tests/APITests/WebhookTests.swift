import Foundation
import Leads
import Postgres
import StandIns
import Testing

import Changes
import Settings
import Store

@Suite struct WebhookTests {
  static let later = "2026-11-20T10:00:00Z"

  @Test func aChangeInResManReachesTheConversation() async throws {
    try await APIFixture.with { fixture in
      try await fixture.execute(
        """
        insert into status_notification_preferences (property_id, status_type, notification_method, recipients)
        values (\(APIFixture.elm), 'tour_scheduled', 'in_app', '["leasing_agent"]')
        """)
      let answer = try await fixture.webhook(
        "L-1", "contacted", "tour_scheduled", at: Self.later, id: "m-1",
        more: #","status_reason":"called","context_data":{"agent":"desk"}"#)
      #expect(answer.status == 200)
      #expect(answer.json["outcome"] == .string("applied"))
      let row: String = try await fixture.value(
        """
        select concat_ws('|', g.old_status, g.new_status, g.status_reason, g.updated_by,
          g.sync_direction, g.context_data ->> 'agent', g.resman_version, g.domiq_version, c.status,
          x.current_status, x.status_reason, l.base, l.resman_version) as value
        from status_sync_log g
        join conversation c on c.id = g.conversation_id
        join conversation_context x on x.conversation_id = c.id
        join lead l on l.resman_lead_id = g.resman_lead_id
        where g.resman_lead_id = 'L-1' and g.status_reason = 'called'
        """)
      #expect(
        row == "contacted|tour_scheduled|called|resman_user|from_resman|desk|\(Self.later)"
          + "|\(APIFixture.before)|tour_booked|tour_scheduled|called|tour_scheduled|\(Self.later)")
      // The message to staff, and the one to the prospect about the tour.
      let queued: Int = try await fixture.value("select count(*)::int as value from notification")
      #expect(queued == 2)

      let again = try await fixture.webhook(
        "L-1", "contacted", "tour_scheduled", at: Self.later, id: "m-1",
        more: #","status_reason":"called","context_data":{"agent":"desk"}"#)
      #expect(again.status == 200)
      #expect(try await fixture.rows("L-1", "success") == 1)
    }
  }

  /// What a webhook tells beside the status is kept with the lead; a bad value costs itself alone.
  @Test func aWebhookKeepsWhatDescribesTheLead() async throws {
    try await APIFixture.with { fixture in
      func told() async throws -> String {
        try await fixture.value(
          """
          select concat_ws('|', source, agent_id, agent_name, tour_status, lost_reason,
            lost_reason_since at time zone 'UTC') as value
          from described_lead where resman_lead_id = 'L-1'
          """)
      }
      let first = try await fixture.webhook(
        "L-1", "contacted", "tour_scheduled", at: Self.later, id: "m-1",
        more: #","source":"Zillow","agent_id":7,"agent_name":"Ann","tour_status":"booked""#)
      #expect(first.status == 200)
      #expect(try await told() == "Zillow|Ann|booked")
      let second = try await fixture.webhook(
        "L-1", "tour_scheduled", "lost", at: "2026-11-20T11:00:00Z", id: "m-2",
        more: #","source":null,"lost_reason":"Price""#)
      #expect(second.status == 200)
      #expect(try await told() == "Zillow|Ann|booked|Price|2026-11-20 11:00:00")
      // One that comes late tells what was before.
      let late = try await fixture.webhook(
        "L-1", "contacted", "qualified", at: "2026-11-20T09:00:00Z", id: "m-0",
        more: #","source":"Google""#)
      #expect(late.json["outcome"] == .string("superseded"))
      #expect(try await told() == "Zillow|Ann|booked|Price|2026-11-20 11:00:00")
    }
  }

  @Test func aProspectWhoIsNotToBeToldIsNotTold() async throws {
    try await APIFixture.with { fixture in
      let answer = try await fixture.webhook(
        "L-1", "contacted", "tour_scheduled", at: Self.later,
        more: #","context_data":{"notify_prospect":false}"#)
      #expect(answer.status == 200)
      let queued: Int = try await fixture.value("select count(*)::int as value from notification")
      #expect(queued == 0)
    }
  }

  @Test func anUnknownLeadWaitsUntilSomebodyKnowsIt() async throws {
    try await APIFixture.with { fixture in
      let answer = try await fixture.webhook("L-late", "new", "contacted", at: Self.later, id: "w")
      #expect(answer.status == 202)
      #expect(answer.json["outcome"] == .string("waiting"))
      try await fixture.live.sweep.once()
      #expect(try await fixture.rows("L-late", "success") == 0)
      try await fixture.execute(
        """
        insert into conversation (id, property_id, resman_lead_id, status)
        values (gen_random_uuid(), \(APIFixture.elm), 'L-late', 'initial_contact')
        """)
      try await fixture.live.sweep.once()
      let row: String = try await fixture.value(
        """
        select concat_ws('|', g.old_status, g.new_status, c.status, w.outcome) as value
        from status_sync_log g join conversation c on c.id = g.conversation_id
        join webhook_delivery w on w.webhook_id = 'w' where g.resman_lead_id = 'L-late'
        """)
      #expect(row == "new|contacted|engaged|applied")
    }
  }

  /// A change that cannot be settled keeps no webhook waiting.
  @Test func aWebhookIsTakenThoughAChangeCannotBeSettled() async throws {
    try await APIFixture.with { fixture in
      try await fixture.execute(
        """
        create function refuse() returns trigger language plpgsql as
        $$ begin raise exception 'refused'; end $$
        """)
      try await fixture.execute(
        """
        create trigger refuse before update on status_sync_log for each row
        when (old.resman_lead_id = 'L-1') execute function refuse()
        """)
      fixture.standIns.faults.set([
        Fault(.errorAfter, on: .resman, route: .status, count: 1),
        Fault(.errorBefore, on: .resman, route: .lead, skip: 1),
      ])
      #expect(try await fixture.put("L-1", "qualified").status == 504)
      fixture.standIns.faults.clear()
      let answer = try await fixture.webhook("L-late", "new", "contacted", at: Self.later, id: "w")
      #expect(answer.status == 202)
      try await fixture.execute(
        """
        insert into conversation (id, property_id, resman_lead_id, status)
        values (gen_random_uuid(), \(APIFixture.elm), 'L-late', 'initial_contact')
        """)
      await #expect(throws: PostgresError.self) { try await fixture.live.sweep.once() }
      #expect(try await fixture.rows("L-1", "pending") == 1)
      #expect(try await fixture.rows("L-late", "success") == 1)
    }
  }

  /// Its row is in the log already, whatever is known of it; but where it had failed, ResMan made the change after all.
  @Test(arguments: ["success", "pending", "failed"])
  func ourOwnChangeComingBackIsNotASecondOne(end: String) async throws {
    var making = APIFixture.Making()
    // A change that is not seen has failed, because nothing else could prove it.
    making.capabilities = Capabilities(history: false)
    try await APIFixture.with(making) { fixture in
      try await fixture.execute(
        """
        insert into status_notification_preferences (property_id, status_type, notification_method, recipients)
        values (\(APIFixture.elm), 'qualified', 'in_app', '["leasing_agent"]')
        """)
      switch end {
      case "pending":
        fixture.standIns.faults.set([
          Fault(.errorAfter, on: .resman, route: .status, count: 1),
          Fault(.errorBefore, on: .resman, route: .lead, skip: 1),
        ])
      case "failed":
        fixture.standIns.faults.set([Fault(.errorBefore, on: .resman, route: .status, count: 1)])
      default: break
      }
      let made = try await fixture.put(
        "L-1", "qualified",
        more: #","status_reason":"fit","trigger_notifications":\#(end == "success")"#)
      #expect(made.status == (end == "success" ? 200 : 504))
      if end == "failed" {
        try await fixture.live.sweep.once()
        fixture.standIns.edit(Edit(.resman, lead: "L-1", status: "qualified"))
      }
      let intent: String = try await fixture.value(
        "select id::text as value from status_sync_log where updated_by = 'chatbot'")
      #expect(try await fixture.rows("L-1", end) == 1)
      let lead = try #require(fixture.standIns.resman.lead("L-1"))
      #expect(lead.status == "qualified")
      let answer = try await fixture.webhook(
        "L-1", "contacted", "qualified", at: lead.version,
        more: #","status_reason":"fit [\#(intent)]""#)
      #expect(answer.json["outcome"] == .string(end == "failed" ? "applied" : "echo"))
      #expect(try await fixture.rows("L-1", "success") == (end == "pending" ? 0 : 1))
      #expect(try await fixture.rows("L-1", end) == 1)
      let shown: String = try await fixture.value(
        """
        select concat_ws('|', l.resman, l.resman_version, c.status, x.current_status) as value
        from lead l join conversation c on c.id = l.conversation_id
        join conversation_context x on x.conversation_id = c.id
        where l.resman_lead_id = 'L-1'
        """)
      #expect(shown == "qualified|\(lead.version)|qualified|qualified")
      // Only who was to be told of the change is told.
      let told: Int = try await fixture.value("select count(*)::int as value from notification")
      #expect(told == (end == "success" ? 1 : 0))
    }
  }

  /// ResMan's webhook names no change of ours. Until it is known what became of ours to the same status, the webhook
  /// waits, and then it is no second change: nobody is told of it who was not to be told, and nobody twice.
  @Test(arguments: [
    (Direction.toResMan, false), (.toResMan, true),
    // A night's pull with `policy.notify_on_repair`.
    (.fromResMan, true),
  ])
  func aWebhookThatNamesNoChangeWaitsForOurs(_ direction: Direction, isTold: Bool) async throws {
    var making = APIFixture.Making()
    // The sweeper of `serve` settles nothing.
    making.change = { $0.limits.settleSeconds = 3_600 }
    try await APIFixture.with(making) { fixture in
      try await fixture.execute(
        """
        insert into status_notification_preferences (property_id, status_type, notification_method, recipients)
        values (\(APIFixture.elm), 'qualified', 'in_app', '["leasing_agent"]')
        """)
      var entry = LogEntry(
        id: UUID(), conversationID: APIFixture.conversation(1), leadID: "L-1",
        propertyID: APIFixture.elm, old: .contacted, new: .qualified, reason: "",
        updatedBy: .chatbot, direction: direction, notAfter: fixture.clock.now(), notify: isTold)
      if direction == .fromResMan {
        entry.runID = UUID()
        entry.notify = nil
        entry.context["trigger_notifications"] = "true"
      }
      let log = ChangeEffects(mapping: .standard, clock: fixture.clock)
        .log(settling: fixture.live.database)
      try await log.begin(entry)
      let answer = try await fixture.webhook(
        "L-1", "contacted", "qualified", at: Self.later, id: "m-1")
      #expect(answer.status == 202)
      #expect(answer.json["outcome"] == .string("waiting"))
      #expect(try await fixture.live.webhooks.takeWaiting() == 0)
      #expect(try await fixture.rows("L-1", "success") == 0)
      // One about another status is a move by staff, whatever becomes of our change.
      let other = try await fixture.webhook("L-2", "contacted", "lost", at: Self.later)
      #expect(other.json["outcome"] == .string("applied"))

      try await log.end(
        entry.id,
        .success(evidence: .acknowledged, domiqVersion: nil, resmanVersion: Self.later),
        attempts: 1)
      try await fixture.live.webhooks.takeWaiting()
      let outcome: String = try await fixture.value(
        "select outcome as value from webhook_delivery where webhook_id = 'm-1'")
      #expect(outcome == "repeated")
      #expect(try await fixture.rows("L-1", "success") == 1)
      let told: Int = try await fixture.value("select count(*)::int as value from notification")
      #expect(told == (isTold ? 1 : 0))
    }
  }

  @Test func aNightAfterAWebhookHasNothingToUndo() async throws {
    try await APIFixture.with { fixture in
      fixture.standIns.edit(Edit(.resman, lead: "L-3", status: "contacted"))
      let version = try #require(fixture.standIns.resman.lead("L-3")?.version)
      #expect(
        try await fixture.webhook("L-3", "qualified", "contacted", at: version).status == 200)
      // DomIQ has not followed yet: the night copies ResMan's status and pushes nothing to ResMan.
      let night = try await fixture.nightly().run(full: true)
      #expect(night.summary.verdicts["phantom"] == 1)
      #expect(fixture.standIns.resman.lead("L-3")?.status == "contacted")
      #expect(fixture.standIns.domiq.lead(resman: "L-3")?.status == "engaged")
    }
  }

  @Test func onlyWhatIsSignedIsTaken() async throws {
    try await APIFixture.with { fixture in
      let now = fixture.clock.now().microseconds / 1_000_000
      let other = "whsec_" + Data("another-secret-another-secret".utf8).base64EncodedString()
      let refused = [
        try await fixture.webhook("L-1", "contacted", "lost", at: Self.later, secret: other),
        try await fixture.webhook(
          "L-1", "contacted", "lost", at: Self.later, timestamp: now - 400),
        try await fixture.webhook(
          "L-1", "contacted", "lost", at: Self.later, timestamp: now + 400),
        try await fixture.call(
          "POST", "/api/resman/webhooks/status-update", key: fixture.chatbot,
          body: #"{"lead_id":"L-1"}"#),
      ]
      for answer in refused { #expect(answer.status == 401) }
      // Signed, but not valid by the contract: refused as well, and nothing is stored.
      let wrong = [
        try await fixture.webhook("L-1", "contacted", "happy", at: Self.later),
        try await fixture.webhook("L-1", "contacted", "lost", at: "yesterday"),
        try await fixture.webhook("L-1", "contacted", "lost", at: Self.later, more: #","x":1"#),
      ]
      for answer in wrong { #expect(answer.status == 422) }
      let kept: Int = try await fixture.value("select count(*)::int as value from webhook_delivery")
      #expect(kept == 0)
      #expect(try await fixture.rows("L-1", "success") == 0)
    }
  }

  /// A webhook means what a pull of the same words means; the status before may be any word.
  @Test(arguments: [
    ("contacted", "Applicant - on hold", "application"), ("Waitlist", "qualified", "qualified"),
    ("contacted", " Tour Scheduled", "tour_scheduled"), ("contacted", "Waitlist", nil),
  ])
  func aWordMeansWhatItMeansToAPull(old: String, new: String, meaning: String?) async throws {
    var making = APIFixture.Making()
    making.change = { settings in
      let mapping = try? StatusMapping.standard.adding(
        domiq: [:], resman: ["Applicant - on hold": .application])
      settings.mapping = mapping ?? settings.mapping
    }
    try await APIFixture.with(making) { fixture in
      let answer = try await fixture.webhook("L-1", old, new, at: Self.later)
      guard let meaning else {
        #expect(answer.status == 422 && answer.problem == "unknown-status")
        return
      }
      #expect(answer.json["outcome"] == .string("applied"))
      let row: String = try await fixture.value(
        """
        select concat_ws(' ', old_status, new_status) as value
        from status_sync_log where resman_lead_id = 'L-1' and updated_by = 'resman_user'
        """)
      #expect(row == "contacted \(meaning)")
    }
  }

  @Test func twoSecretsHoldWhileTheyRotate() async throws {
    let next = "whsec_" + Data("the-next-secret-the-next-secret".utf8).base64EncodedString()
    var making = APIFixture.Making()
    making.change = { settings in
      let now = settings.domiq.webhookSecret.reveal()
      settings.resman.webhookSecret = Secret("\(next) \(now)")
    }
    try await APIFixture.with(making) { fixture in
      let old = try await fixture.webhook("L-1", "contacted", "lost", at: Self.later)
      let new = try await fixture.webhook("L-2", "contacted", "lost", at: Self.later, secret: next)
      #expect(old.status == 200)
      #expect(new.status == 200)
    }
  }
}
