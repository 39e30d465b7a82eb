import Foundation
import Leads
import Postgres
import StandIns
import Testing

import Messaging

/// `status_sync_reader` is for analysts. No table and column that it can read contains text written by a
/// person, a name or an address.
@Suite struct ReaderTests {
  private static let canary = "canary-9b1e"

  /// Personal data in every field that accepts a text from outside.
  private static func fill(_ fixture: APIFixture) async throws {
    let more = """
      ,"status_reason":"\(canary)","context_data":{"conversation_summary":"\(canary)",\
      "key_insights":["\(canary)"],"next_steps":"\(canary)"}
      """
    try await fixture.execute("alter table property add column owner_email text")
    try await fixture.execute("update property set owner_email = \("\(canary)@example.com")")
    try await fixture.execute(
      """
      insert into status_notification_preferences (status_type, notification_method, recipients)
      values ('qualified', 'email', \(JSONText(#"["\#(canary)@example.com"]"#))),
        ('qualified', 'in_app', \(JSONText(#"["\#(canary)"]"#)))
      """)
    try await fixture.execute(
      """
      insert into notification_contact (role, channel, address)
      values ('leasing_agent', 'email', \("\(canary)@example.com"))
      """)
    let actions = """
      [{"type":"create_task","config":{"title":"\(canary)","description":"\(canary)","assigned_to":"\(canary)"}},\
      {"type":"schedule_follow_up","config":{"note":"\(canary)","assigned_to":"\(canary)"}},\
      {"type":"update_lead_score","config":{"delta":5}},\
      {"type":"send_notification","config":{"recipients":["\(canary)@example.com"]}}]
      """
    let rule = try await fixture.call(
      "POST", WorkflowTests.path, body: WorkflowTests.rule(conditions: "{}", actions: actions))
    #expect(rule.status == 201, "\(rule.text)")
    #expect(
      try await fixture.put("L-1", "qualified", idempotency: canary, more: more).status == 200)
    _ = try await fixture.webhook(
      "L-2", "contacted", "lost", at: WebhookTests.later,
      more: #","status_reason":"\#(canary)","context_data":{"note":"\#(canary)"}"#)
    // A refusal in ResMan's own words, which may name anybody.
    fixture.standIns.edit(Edit(.domiq, lead: "L-bare", status: "qualified"))
    fixture.standIns.edit(Edit(.resman, lead: "L-3", status: "lost"))
    _ = try await fixture.nightly().run(full: true)
    try await fixture.execute(
      """
      update drift set reason = \(canary)
      """)
    try await fixture.execute(
      "update review_item set answer_reason = \(canary), reason = \(canary)")
    try await fixture.live.database.withConnection { connection in
      _ = try await OutboxDispatcher(
        connection, settings: fixture.settings.notify, logger: fixture.log.logger
      ).drain()
    }
  }

  @Test func analystsSeeNothingPersonal() async throws {
    try await APIFixture.with { fixture in
      try await Self.fill(fixture)
      let everything: SQL = """
        select c.relname::text as name, count(*)::int as columns,
          query_to_xml(
            format('select %s from %s', string_agg(format('%I::text', a.attname), ', '), c.oid::regclass),
            true, false, '')::text as content
        from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'v', 'm', 'p')
          and has_column_privilege(c.oid, a.attnum, 'select')
        group by c.oid, c.relname
        """
      let connection = try await fixture.database.connect()
      let all = try await connection.query(everything)
      let texts: [String] = try all.map { try $0["content"] }
      // The owner can read it, so the data exists.
      #expect(texts.count { $0.contains(Self.canary) } > 8)
      _ = try await connection.execute("set role status_sync_reader")
      let seen = try await connection.query(everything)
      #expect(seen.count > 25)
      for row in seen {
        let name: String = try row["name"]
        let content: String = try row["content"]
        for word in [Self.canary, "Ada Canary", "@example.com", "555-0100"] {
          #expect(!content.contains(word), "\(name): \(word)")
        }
      }
      // The data that analysts need.
      for figure in [
        "select old_status, new_status, created_at, updated_by from status_sync_log",
        "select verdict, outcome, cause from drift", "select name, timezone from property",
        "select trigger_status, is_active from status_workflow_rules",
      ] {
        let rows = try await connection.query(SQL(file: Array(figure.utf8)))
        #expect(!rows.isEmpty, "\(figure)")
      }
      await connection.close()
    }
  }
}
