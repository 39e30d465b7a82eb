import Leads
import Postgres
import Testing

@testable import Messaging  // uses `Outbox`, internal
@testable import Pages  // uses `described`, internal
import Store

/// What an erasure emptied is never sent.
@Suite struct ErasedMessageTests {
  /// Two dead letters about each of two leads.
  private static func withDeadLetters(
    _ body: @Sendable (OutboxFixture) async throws -> Void
  ) async throws {
    try await OutboxFixture.with { fixture in
      try await fixture.prefer(.leased, "email", #"["leasing_agent", "a@example.com"]"#)
      try await fixture.contact("leasing_agent", "email", "agent@example.com")
      for lead in ["L-1", "L-2"] {
        _ = try await fixture.change(.application, .leased, lead: lead)
      }
      _ = try await fixture.db.execute(
        "update notification set state = 'dead', cause = 'failed', finished_at = now()")
      try await body(fixture)
    }
  }

  private static func states(_ fixture: OutboxFixture) async throws -> [String] {
    try await fixture.texts(
      """
      select concat_ws(' ', resman_lead_id, state, count(*)) from notification
      group by resman_lead_id, state order by 1
      """)
  }

  @Test func aDeadLetterAboutAnErasedLeadStaysDead() async throws {
    try await Self.withDeadLetters { fixture in
      let erased = try await Erasure(fixture.db).erase(
        "L-1", reason: "asked for", by: "me", at: RunClock.system().now(), isDryRun: false)
      #expect(erased?.removed["notification"] == 2)
      #expect(try await Outbox(connection: fixture.db).requeueDead() == 2)
      #expect(try await Self.states(fixture) == ["L-1 dead 2", "L-2 pending 2"])
    }
  }

  /// The erasure is committed while the statement that queues them again waits for the rows.
  @Test func aDeadLetterThatIsBeingErasedStaysDead() async throws {
    try await Self.withDeadLetters { fixture in
      let other = try await fixture.database.connect()
      try await other.script(
        """
        begin;
        insert into erasure (resman_lead_id, conversation_ids, erased_at, erased_by, reason)
        values ('L-1', '{}', now(), 'me', 'asked for');
        update notification
        set address = 'erased ' || id, mailbox = null, subject = 'erased', body = 'erased'
        where resman_lead_id = 'L-1'
        """)
      let requeued = Task { try await Outbox(connection: fixture.db).requeueDead() }
      try await fixture.database.untilBlocked()
      try await other.script("commit")
      #expect(try await requeued.value == 2)
      #expect(try await Self.states(fixture) == ["L-1 dead 2", "L-2 pending 2"])
      await other.close()
    }
  }

  /// A report that names a source or a reason in the person's words: what waits ends, and nothing of it is kept. Any
  /// workbook names the lead: what was not sent yet goes without.
  @Test(arguments: [
    "Zebulon moved to Austin", "<Zebulon> & sons' \"flat\",\u{A0}4B \u{202E}here",
    String(repeating: "Zebulon moved to Austin, ", count: 5) + "and stayed",
  ])
  func aReportInErasedWordsIsNotSent(_ word: String) async throws {
    try await OutboxFixture.with { fixture in
      var plain = PageData.sample
      plain.described = .sample
      var (reason, source) = (plain, plain)
      reason.described?.reasons[0].name = word
      source.described?.sources[0].name = word
      let outbox = ReportOutbox(fixture.db)
      let to = try await outbox.mailboxes(of: ["boss@example.com", "slack"], property: nil)
      for (name, data) in [
        ("waits", reason), ("sent", reason), ("dead", source), ("other", plain),
      ] {
        let digest = ReportDigest(data, property: nil, link: nil)
        #expect(digest.html.contains("Zebulon") == (name != "other"))
        let report = ReportMessage(
          key: name, template: name, propertyID: nil, subject: digest.subject, text: digest.text,
          html: digest.html, slack: digest.slack, attachment: "/reports/statussync.xlsx")
        #expect(try await outbox.enqueue(report, to: to) == 2)
      }
      try await fixture.db.script(
        """
        update notification set state = 'accepted', finished_at = now(), html = null
        where template_id = 'sent' and channel = 'email';
        update notification set state = 'dead', cause = 'failed', finished_at = now()
        where template_id = 'dead' and channel = 'email';
        insert into lead (resman_lead_id) values ('L-1');
        """)
      _ = try await fixture.db.execute(
        """
        insert into lead_description (resman_lead_id, system, told, source, lost_reason)
        values ('L-1', 'resman', 'x', \(word), \(word))
        """)
      let erased = try await Erasure(fixture.db).erase(
        "L-1", reason: "asked for", by: "me", at: RunClock.system().now(), isDryRun: false)
      #expect(erased?.removed["notification"] == 4)
      #expect(try await Outbox(connection: fixture.db).requeueDead() == 0)
      #expect(
        try await fixture.texts(
          """
          select concat_ws(' ', template_id, channel, state, body = 'erased', html is null,
            attachment is null)
          from notification order by 1
          """) == [
            "dead email dead t t t", "dead slack pending f t t", "other email pending f f t",
            "other slack pending f t t", "sent email accepted t t t", "sent slack pending f t t",
            "waits email suppressed t t t", "waits slack pending f t t",
          ])
      let again = try await Erasure(fixture.db).erase(
        "L-1", reason: "asked for", by: "me", at: RunClock.system().now(), isDryRun: false)
      #expect(again?.removed == [:])
    }
  }
}
