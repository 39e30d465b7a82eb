import Foundation
import Leads
import Postgres
import StandIns
import Testing

import Messaging

/// `status_sync_api` has all the rights that `serve` needs.
@Suite struct RoleOfTheAPITests {
  @Test func theRoleSufficesForEverythingServeDoes() async throws {
    var making = APIFixture.Making()
    making.role = "status_sync_api"
    try await APIFixture.with(making) { fixture in
      let role: String = try await fixture.live.database.withConnection { connection in
        try await connection.queryOne("select current_user::text as role")?["role"] ?? ""
      }
      #expect(role == "status_sync_api")
      try await fixture.execute(
        """
        insert into status_notification_preferences (status_type, notification_method, recipients)
        values ('qualified', 'in_app', '["leasing_agent"]')
        """)
      _ = try await fixture.nightly().run(full: true)
      let elm = APIFixture.elm.uuidString.lowercased()
      let api = "/api/resman"
      let actions = """
        [{"type":"create_task","config":{}},{"type":"schedule_follow_up","config":{}},\
        {"type":"update_lead_score","config":{"delta":5}},{"type":"send_notification","config":{}}]
        """
      let rule = try await fixture.call(
        "POST", WorkflowTests.path, headers: ["idempotency-key": "r"],
        body: WorkflowTests.rule(conditions: "{}", actions: actions))
      #expect(rule.status == 201)
      let id = try #require(rule.json["id"]?.string)
      #expect(try await fixture.put("L-1", "qualified", idempotency: "k").status == 200)
      #expect(try await fixture.put("L-1", "qualified", idempotency: "k").status == 200)
      let webhook = try await fixture.webhook(
        "L-2", "contacted", "tour_scheduled", at: "2030-01-01T00:00:00Z")
      #expect(webhook.json["outcome"] == .string("applied"))
      let waiting = try await fixture.webhook("L-late", "new", "contacted", at: WebhookTests.later)
      #expect(waiting.status == 202)
      #expect(
        try await fixture.call(
          "PATCH", "\(api)/status-workflows/\(elm)/\(id)", body: #"{"is_active":false}"#
        ).status == 200)
      for path in [
        "leads/L-1/status-history", "status-workflows/\(elm)", "notifications/\(elm)",
        "analytics/\(elm)/metrics", "analytics/\(elm)/trends", "analytics/\(elm)/performance",
        "analytics/\(elm)/metrics?date_from=2026-10-01",
      ] {
        #expect(try await fixture.call("GET", "\(api)/\(path)").status == 200, "\(path)")
      }
      let message: String = try await fixture.value(
        "select id::text as value from notification where property_id = \(APIFixture.elm) limit 1")
      #expect(
        try await fixture.call("POST", "\(api)/notifications/\(elm)/\(message)/read").status == 204)
      for path in ["/ready", "/metrics"] {
        #expect(try await fixture.call("GET", path).status == 200)
      }

      // The background work: settling, late webhooks, actions and messages.
      fixture.standIns.faults.set([
        Fault(.errorAfter, on: .resman, route: .status, count: 1),
        Fault(.errorBefore, on: .resman, route: .lead, skip: 1),
      ])
      #expect(try await fixture.put("L-3", "tour_scheduled").status == 504)
      fixture.standIns.faults.clear()
      try await fixture.execute(
        """
        insert into conversation (id, property_id, resman_lead_id, status)
        values (gen_random_uuid(), \(APIFixture.elm), 'L-late', 'initial_contact')
        """)
      try await fixture.live.sweep.once()
      #expect(try await fixture.rows("L-3", "success") == 1)
      #expect(try await fixture.rows("L-late", "success") == 1)
      try await fixture.live.database.withConnection { connection in
        let deliver = OutboxDispatcher(
          connection, settings: fixture.settings.notify, logger: fixture.log.logger)
        let summary = try await deliver.drain()
        #expect(summary.actions.failed == 0 && summary.actions.retried == 0)
      }
      let done: Int = try await fixture.value(
        "select count(*)::int as value from workflow_execution where state = 'done'")
      #expect(done == 4)
      #expect(!fixture.log.lines.contains { $0.contains("permission") || $0.contains("42501") })
    }
  }
}
