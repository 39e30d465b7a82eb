import Foundation
import Leads
import StandIns
import Testing

import API
import Live

/// An error names everything that is wrong at once, in the caller's words, and the id to ask about.
@Suite struct ErrorTests {
  @Test func everythingThatIsWrongIsNamedAtOnce() async throws {
    try await APIFixture.with { fixture in
      let answer = try await fixture.call(
        "PUT", "/api/resman/leads/L-1/status?debug=1", headers: ["idempotency-key": "a b"],
        body: #"{"new_status":"happy","status_reason":7,"context_data":{"mood":1},"extra":true}"#)
      #expect(answer.status == 422)
      #expect(answer.problem == "unknown-status")
      #expect(answer.json["title"] == "Unknown status")
      #expect(
        answer.json["errors"] == [
          "debug: unknown or repeated parameter",
          "Idempotency-Key: not 1 to 255 visible ASCII characters",
          "new_status: not one of new, contacted, qualified, tour_scheduled, application, leased, lost",
          "status_reason: not a text of 0 to 2000 characters", "updated_by: is required",
          "context_data.mood: unknown field", "extra: unknown field",
        ])
      let webhook = try await fixture.signed(
        Array(#"{"lead_id":"..","new_status":"sad","updated_at":"yesterday"}"#.utf8))
      #expect(webhook.problem == "unknown-status")
      #expect(
        webhook.json["errors"] == [
          "old_status: is required",
          "new_status: not one of new, contacted, qualified, tour_scheduled, application, leased, lost",
          "updated_by: is required",
          "updated_at: not a time with an offset (2026-11-28T10:00:00Z)",
          "lead_id: not the id of a lead",
        ])
      #expect(fixture.standIns.ledger.reading.arrivals.isEmpty)
    }
  }

  @Test func aMoveThatIsNotAllowedNamesThoseThatAre() async throws {
    try await APIFixture.with { fixture in
      let answer = try await fixture.put("L-1", "leased")
      #expect(answer.json["title"] == "Transition not allowed")
      #expect(
        answer.json["detail"]
          == "contacted → leased is not allowed; allowed: qualified, tour_scheduled, lost")
      #expect(try await fixture.put("L-1", "lost").status == 200)
      let final = try await fixture.put("L-1", "new")
      #expect(final.json["detail"] == "lost → new is not allowed; lost is final")
    }
  }

  /// Clients that write every field send null for fields without a value.
  @Test func anOptionalFieldThatIsNullIsAbsent() async throws {
    try await APIFixture.with { fixture in
      let put = try await fixture.call(
        "PUT", "/api/resman/leads/L-1/status",
        body: """
          {"new_status":"qualified","updated_by":"chatbot","status_reason":null,
           "context_data":{"conversation_summary":null,"key_insights":null,"next_steps":"call",
           "urgency_level":null},"trigger_notifications":null}
          """)
      #expect(put.status == 200, "\(put.text)")
      let kept: String = try await fixture.value(
        "select context_data::text as value from status_sync_log where updated_by = 'chatbot'")
      #expect(kept.contains("call") && !kept.contains("null"))
      let bare = try await fixture.call(
        "PUT", "/api/resman/leads/L-2/status",
        body: #"{"new_status":"qualified","updated_by":"chatbot","context_data":null}"#)
      #expect(bare.status == 200)
      let webhook = try await fixture.webhook(
        "L-3", "qualified", "lost", at: WebhookTests.later,
        more: #","status_reason":null,"context_data":null"#)
      #expect(webhook.status == 200, "\(webhook.text)")
      let rule = try await fixture.call(
        "POST", WorkflowTests.path,
        body: WorkflowTests.rule(
          conditions: #"{"lead_score":null}"#, actions: #"[{"type":"create_task","config":null}]"#))
      #expect(rule.status == 201, "\(rule.text)")
      // Required fields are missing.
      let missing = try await fixture.call(
        "PUT", "/api/resman/leads/L-1/status", body: #"{"new_status":null,"updated_by":null}"#)
      #expect(
        missing.json["errors"] == ["new_status: is required", "updated_by: is required"])
    }
  }

  @Test func aRequestIsKnownByItsIDEverywhere() async throws {
    try await APIFixture.with { fixture in
      let path = "/api/resman/leads/L-1/status-history"
      let good = try await fixture.call("GET", path, headers: ["x-request-id": "shop-1:a.b_c"])
      #expect(good.headers["x-request-id"] == "shop-1:a.b_c")
      let line = fixture.log.lines.first { $0.contains("shop-1:a.b_c") } ?? ""
      #expect(line.hasPrefix("request ") && line.contains("chatbot"))
      // An id that contains more than name characters is not taken over.
      for foreign in ["a b", String(repeating: "x", count: 129), "<script>"] {
        let other = try await fixture.call("GET", path, headers: ["x-request-id": foreign])
        #expect(UUID(uuidString: other.headers["x-request-id"] ?? "") != nil)
      }
      let cases = [
        try await fixture.call("GET", "/nowhere"), try await fixture.call("DELETE", "/health"),
        try await fixture.call("GET", path, key: "sts_wrong"),
        try await fixture.put("L-1", "leased"), try await fixture.put("L-1", "happy"),
      ]
      for answer in cases {
        let id = try #require(answer.headers["x-request-id"])
        #expect(answer.json["request_id"] == .string(id))
        #expect(fixture.log.lines.contains { $0.hasPrefix("request ") && $0.contains(id) })
      }
      // A repeated answer contains the id of the request that met the problem.
      let refused = try await fixture.put("L-1", "leased", idempotency: "r")
      let again = try await fixture.put("L-1", "leased", idempotency: "r")
      #expect(again.text == refused.text)
      #expect(again.headers["x-request-id"] != refused.headers["x-request-id"])
    }
  }

  /// A path segment such as `..` names no lead, and ResMan is not asked.
  @Test(arguments: ["%2e%2e", "%2e", "%2E.", ".%2e"])
  func aDotSegmentIsNoLead(_ id: String) async throws {
    try await APIFixture.with { fixture in
      for (method, rest) in [("PUT", "status"), ("GET", "status-history")] {
        let answer = try await fixture.call(
          method, "/api/resman/leads/\(id)/\(rest)",
          body: method == "PUT" ? #"{"new_status":"lost","updated_by":"chatbot"}"# : nil)
        #expect((400..<500).contains(answer.status), "\(method) \(answer.status)")
      }
      #expect(fixture.standIns.ledger.reading.arrivals.isEmpty)
    }
  }

  /// A rule's recipients are checked when the rule is created.
  @Test(arguments: [
    "http://hooks.slack.com/x", "file:///etc/passwd", "https://127.0.0.1/x", "https://[::1]/x",
    "https://2130706433/x", "https://0x7f.1/x", "https://10.0.0.8/x", "https://localhost/x",
    "https://169.254.169.254/latest", "https://hooks.slack.com:8443/x",
    "https://u:p@hooks.slack.com/x",
    "https://hooks.slack.com@evil.example.com/x", "https://evil.example.com/x",
    "https://hooks.slack.com.evil.example.com/x", "https://hooks.slack.com\\@evil.example.com/x",
  ])
  func aSlackWebhookIsHttpsAtAnAllowedHost(_ url: String) async throws {
    try await APIFixture.with { fixture in
      for channel in [#","channel":"slack""#, ""] {
        let escaped = url.replacing("\\", with: "\\\\")
        let answer = try await fixture.call(
          "POST", WorkflowTests.path,
          body: WorkflowTests.rule(
            actions: """
              [{"type":"send_notification","config":{"recipients":["\(escaped)"]\(channel)}}]
              """))
        #expect(answer.status == 422, "\(answer.text)")
      }
      let good = try await fixture.call(
        "POST", WorkflowTests.path,
        body: WorkflowTests.rule(
          actions:
            #"[{"type":"send_notification","config":{"recipients":["https://hooks.slack.com/services/T0/B0/x"]}}]"#
        ))
      #expect(good.status == 201, "\(good.text)")
    }
  }
}
