import Leads
import Postgres
import Testing

@testable import Messaging  // uses `Outbox`, internal
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
}
