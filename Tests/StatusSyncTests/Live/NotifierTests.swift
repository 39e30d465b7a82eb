import Foundation
import Leads
import Logging
import Postgres
import Testing

@testable import Messaging  // uses `Outbox`, internal
import Store

@Suite struct NotifierTests {
  @Test func theRowsAreActivePreferencesTimesRecipients() async throws {
    try await OutboxFixture.with { fixture in
      try await fixture.prefer(.contacted, "email", #"["a@example.com", "b@example.com"]"#)
      try await fixture.prefer(.contacted, "sms", #"["+15125550142"]"#)
      try await fixture.prefer(.contacted, "slack", #"["https://hooks.example.com/x"]"#)
      try await fixture.prefer(.contacted, "in_app", #"["leasing_agent", "property_manager"]"#)
      try await fixture.prefer(.contacted, "email", #"["c@example.com"]"#, active: false)
      try await fixture.prefer(.lost, "email", #"["d@example.com"]"#)
      let led = try await fixture.change(.new, .contacted)
      #expect(led.queued == 6)
      #expect(
        try await fixture.texts(
          """
          select concat_ws(' ', channel, recipient, state, priority, attempts) from notification
          order by channel, recipient
          """) == [
            "email a@example.com pending medium 0", "email b@example.com pending medium 0",
            "in_app leasing_agent delivered medium 1", "in_app property_manager delivered medium 1",
            "slack https://hooks.example.com/x pending medium 0",
            "sms +15125550142 pending medium 0",
          ])
      #expect(
        try await fixture.texts("select distinct subject || ': ' || body from notification") == [
          "New Lead Contacted - Ada Example: A new lead has been contacted via chatbot. Lead score: 70"
        ])
    }
  }

  @Test func aRoleIsItsContactsAndThePropertysOwnGoFirst() async throws {
    try await OutboxFixture.with { fixture in
      try await fixture.contact("leasing_agent", "email", "everywhere@example.com", here: false)
      try await fixture.contact("leasing_agent", "email", "one@example.com")
      try await fixture.contact("leasing_agent", "email", "two@example.com")
      try await fixture.contact("management", "email", "head@example.com", here: false)
      try await fixture.contact("management", "sms", "not a number", here: false)
      try await fixture.prefer(.leased, "email", #"["leasing_agent", "management", "porter"]"#)
      try await fixture.prefer(.leased, "sms", #"["management"]"#)
      try await fixture.prefer(.leased, "slack", #"["leasing_agent"]"#)
      let led = try await fixture.change(.application, .leased)
      #expect(led.queued == 4)
      #expect(
        try await fixture.texts(
          """
          select concat_ws(' ', channel, recipient, coalesce(address, '-'), state, last_error)
          from notification order by channel, recipient, address
          """) == [
            "email leasing_agent one@example.com pending",
            "email leasing_agent two@example.com pending",
            "email management head@example.com pending",
            "email porter - dead the role has no address on this channel",
            "slack leasing_agent - pending",
            "sms management not a number dead the contact is not an address of this channel",
          ])
    }
  }

  @Test func withoutRecipientsTheTemplatesRolesAreMeant() async throws {
    try await OutboxFixture.with { fixture in
      try await fixture.prefer(.leased, "in_app", nil)
      try await fixture.prefer(.contacted, "in_app", "null", template: "contacted_to_qualified")
      _ = try await fixture.change(.application, .leased)
      _ = try await fixture.change(.new, .contacted)
      #expect(
        try await fixture.texts(
          "select template_id || ' ' || recipient from notification order by 1") == [
            "application_to_leased leasing_agent", "application_to_leased management",
            "application_to_leased property_manager", "contacted_to_qualified leasing_agent",
          ])
    }
  }

  @Test func aBadPreferenceStopsNoOther() async throws {
    try await OutboxFixture.with { fixture in
      try await fixture.prefer(.lost, "email", #"{"to": "a@example.com"}"#)
      try await fixture.prefer(.lost, "email", #"[1, "a@example.com\r\nBcc: b@example.com"]"#)
      try await fixture.prefer(.lost, "email", "[]")
      try await fixture.prefer(.lost, "email", #""c@example.com""#)
      let led = try await fixture.change(.new, .lost)
      #expect(led.queued == 1)
      #expect(
        try await fixture.texts("select state from notification order by 1")
          == ["dead", "dead", "pending"])
    }
  }

  @Test func aRecipientNamedTwiceGetsOneMessage() async throws {
    try await OutboxFixture.with { fixture in
      try await fixture.prefer(.lost, "in_app", #"["a", "a"]"#)
      try await fixture.prefer(.lost, "in_app", #"["a"]"#)
      #expect(try await fixture.change(.new, .lost).queued == 1)
      #expect(try await fixture.change(.new, .lost).queued == 1)
    }
  }

  /// A role, its address, and the same address in capitals are one mailbox; so are two names of one Slack
  /// channel. A rule that names the mailbox again sends nothing.
  @Test func oneChangeIsToldToOneMailboxOnce() async throws {
    try await OutboxFixture.with { fixture in
      try await fixture.contact("leasing_agent", "email", "ann@example.com")
      try await fixture.contact("leasing_agent", "email", "Ann@Example.com")
      try await fixture.prefer(
        .qualified, "email", #"["leasing_agent", "ann@example.com", "ANN@EXAMPLE.COM"]"#)
      try await fixture.prefer(.qualified, "email", #"["Ann@example.COM"]"#)
      let hooks = ["hooks.example.com/T/a", "HOOKS.example.com/T/a", "hooks.example.com/T/A"]
      try await fixture.prefer(
        .qualified, "slack", try JSON.encode(hooks.map { "https://\($0)" }))
      try await fixture.prefer(.qualified, "slack", #"["leasing_agent", "management"]"#)
      try await fixture.prefer(.qualified, "sms", #"["+1 512 555 0142", "+15125550142"]"#)
      try await fixture.rule(
        .qualified,
        actions: """
          [{"type": "send_notification",
            "config": {"recipients": ["aNN@example.com", "bob@example.com"]}},
           {"type": "schedule_follow_up", "config": {"assigned_to": "leasing_agent"}}]
          """)
      let led = try await fixture.change(.contacted, .qualified)
      #expect(led.queued == 5)
      let runner = ActionRunner(
        fixture.db, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      _ = try await runner.run()
      _ = try await fixture.db.execute("update follow_up set due_at = now() - interval '1 second'")
      _ = try await runner.run()
      #expect(
        try await fixture.texts(
          """
          select concat_ws(' ', origin, channel, coalesce(address, '-'), state) from notification
          order by 1
          """) == [
            "follow_up email Ann@Example.com pending", "follow_up slack - pending",
            "preference email Ann@Example.com pending", "preference slack - pending",
            "preference slack https://hooks.example.com/T/A pending",
            "preference slack https://hooks.example.com/T/a pending",
            "preference sms +15125550142 pending", "workflow email bob@example.com pending",
          ])
      // Another change is a new message.
      #expect(try await fixture.change(.contacted, .qualified).queued == 5)
    }
  }

  /// Two roles that got the same contact later are one mailbox, too, when their dead letters are queued
  /// again.
  @Test func deadLettersOfOneMailboxArePutBackOnce() async throws {
    try await OutboxFixture.with { fixture in
      try await fixture.prefer(.lost, "email", #"["porter", "caretaker"]"#)
      #expect(try await fixture.change(.new, .lost).queued == 0)
      try await fixture.contact("porter", "email", "door@example.com")
      try await fixture.contact("caretaker", "email", "DOOR@example.com")
      let outbox = Outbox(connection: fixture.db)
      #expect(try await outbox.requeueDead() == 1)
      #expect(try await outbox.requeueDead() == 0)
      #expect(
        try await fixture.texts("select state from notification order by 1") == ["dead", "pending"])
    }
  }

  /// An address, and a role that got the same address later: the letter to the address holds the mailbox, and is
  /// queued again.
  @Test func aDeadLetterThatHoldsItsMailboxIsPutBack() async throws {
    try await OutboxFixture.with { fixture in
      try await fixture.prefer(.lost, "email", #"["porter", "door@example.com"]"#)
      for lead in 1...20 {
        #expect(try await fixture.change(.new, .lost, lead: "L-\(lead)").queued == 1)
      }
      _ = try await fixture.db.execute(
        """
        update notification set state = 'dead', cause = 'bounced', finished_at = now()
        where state = 'pending'
        """)
      try await fixture.contact("porter", "email", "DOOR@example.com")
      let outbox = Outbox(connection: fixture.db)
      #expect(try await outbox.requeueDead() == 20)
      #expect(try await outbox.requeueDead() == 0)
      #expect(
        try await fixture.texts(
          "select distinct concat_ws(' ', recipient, state) from notification order by 1")
          == ["door@example.com pending", "porter dead"])
    }
  }

  /// The contact of a role was wrong and is corrected: its dead letter goes to the new address. What went to another
  /// contact of the role, or to an address that was named itself, goes there again.
  @Test func aDeadLetterOfARoleGoesToItsPresentContact() async throws {
    try await OutboxFixture.with { fixture in
      try await fixture.prefer(.lost, "email", #"["porter", "named@example.com"]"#)
      try await fixture.prefer(.lost, "sms", #"["porter"]"#)
      try await fixture.contact("porter", "email", "wrong@example.com")
      try await fixture.contact("porter", "email", "right@example.com")
      try await fixture.contact("porter", "sms", "+1 512 555 0142")
      #expect(try await fixture.change(.new, .lost).queued == 4)
      let die: SQL = """
        update notification set state = 'dead', cause = 'bounced', finished_at = now()
        where state = 'pending'
        """
      _ = try await fixture.db.execute(die)
      _ = try await fixture.db.execute(
        "update notification_contact set address = 'new@example.com' where address = 'wrong@example.com'"
      )
      let outbox = Outbox(connection: fixture.db)
      #expect(try await outbox.requeueDead() == 4)
      #expect(
        try await fixture.texts(
          "select concat_ws(' ', recipient, address, state) from notification order by channel, address"
        )
          == [
            "named@example.com named@example.com pending", "porter new@example.com pending",
            "porter right@example.com pending", "porter +15125550142 pending",
          ])
      // Nobody has the role any more.
      _ = try await fixture.db.execute(die)
      _ = try await fixture.db.execute("update notification_contact set is_active = false")
      #expect(try await outbox.requeueDead() == 1)
    }
  }

  /// A recipient that cannot be reached is detected when the message is written, whoever wrote the
  /// preference.
  @Test(arguments: ["http://hooks.slack.com/x", "file:///etc/passwd", "https://10.0.0.8/x"])
  func anInvalidWebhookIsDeadFromTheStart(_ url: String) async throws {
    try await OutboxFixture.with { fixture in
      try await fixture.prefer(.lost, "slack", try JSON.encode([url]))
      try await fixture.contact("porter", "slack", url)
      try await fixture.prefer(.lost, "slack", #"["porter"]"#)
      #expect(try await fixture.change(.new, .lost).queued == 0)
      #expect(try await fixture.texts("select state from notification") == ["dead", "dead"])
    }
  }

  @Test func theTourIsInThePropertysTime() async throws {
    try await OutboxFixture.with(timezone: "America/Chicago") { fixture in
      try await fixture.prefer(.tourScheduled, "in_app", #"["a"]"#)
      for tour in ["2026-11-25T20:00:00Z", "2026-11-25T14:00"] {
        _ = try await fixture.change(
          .qualified, .tourScheduled, details: LeadDetails(name: "Ada", tourDatetime: tour))
      }
      #expect(
        try await fixture.texts("select distinct body from notification")
          == ["Tour has been scheduled for 2026-11-25 14:00. Please prepare."])
    }
  }

  @Test func theProspectIsToldInTheChat() async throws {
    try await OutboxFixture.with { fixture in
      let conversation = UUID()
      for asked in [nil, true, false] {
        _ = try await fixture.change(.tourScheduled, .application) {
          $0.isFromResMan = true
          $0.conversationID = conversation
          $0.notifyProspect = asked
        }
      }
      #expect(
        try await fixture.texts(
          "select concat_ws(' ', origin, channel, recipient, address, state) from notification")
          == Array(
            repeating: "prospect in_app prospect \(conversation.uuidString.lowercased()) delivered",
            count: 2))
    }
  }

  @Test func theMessagesGoWithTheirChange() async throws {
    struct Rollback: Error {}
    try await OutboxFixture.with { fixture in
      try await fixture.prefer(.lost, "in_app", #"["a"]"#)
      let event = StatusChangeEvent(
        logID: UUID(), propertyID: fixture.property, leadID: "L-1", old: .new, new: .lost,
        updatedBy: .chatbot, occurredAt: Instant(microseconds: 0))
      await #expect(throws: Rollback.self) {
        try await fixture.db.transaction { db in
          try db.execute(
            """
            insert into status_sync_log (id, resman_lead_id, new_status, sync_direction, sync_status)
            values (\(event.logID), 'L-1', 'lost', 'to_resman', 'success')
            """)
          #expect(try Notifier.enqueue(event, in: db) == 1)
          throw Rollback()
        }
      }
      #expect(try await fixture.texts("select id from notification").isEmpty)
    }
  }
}
