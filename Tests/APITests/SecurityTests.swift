import Foundation
import Leads
import NIOCore
import NIOPosix
import Testing

@testable import API  // uses `StrictJSON`, internal
import Changes
@testable import Live  // uses `reason`, `trigger`, internal
import StandIns
import Store

/// docs/reliability.md#security, point by point, as far as it concerns the API.
@Suite struct SecurityTests {
  @Test func aKeySeesItsPropertiesAndNothingElse() async throws {
    try await APIFixture.with { fixture in
      let elm = APIFixture.elm.uuidString.lowercased()
      let made = try await fixture.call("POST", WorkflowTests.path, body: WorkflowTests.rule())
      let rule = try #require(made.json["id"]?.string)
      try await fixture.execute(
        """
        insert into status_notification_preferences (status_type, notification_method, recipients)
        values ('contacted', 'in_app', '["leasing_agent"]')
        """)
      #expect(try await fixture.put("L-new", "contacted").status == 200)
      let message: String = try await fixture.value("select id::text as value from notification")
      // An absent lead and a foreign lead get the same answer, byte for byte.
      let pairs = [
        ("PUT", "/api/resman/leads/L-1/status", "/api/resman/leads/L-nobody/status"),
        (
          "GET", "/api/resman/leads/L-1/status-history",
          "/api/resman/leads/L-nobody/status-history"
        ),
        (
          "GET", "/api/resman/status-workflows/\(elm)",
          "/api/resman/status-workflows/\(UUID().uuidString)"
        ),
        (
          "GET", "/api/resman/analytics/\(elm)/metrics",
          "/api/resman/analytics/\(UUID().uuidString)/metrics"
        ),
        (
          "GET", "/api/resman/notifications/\(elm)",
          "/api/resman/notifications/\(UUID().uuidString)"
        ),
        (
          "POST", "/api/resman/notifications/\(elm)/\(message)/read",
          "/api/resman/notifications/\(APIFixture.oak.uuidString)/\(message)/read"
        ),
        (
          "PATCH", "/api/resman/status-workflows/\(elm)/\(rule)",
          "/api/resman/status-workflows/\(APIFixture.oak.uuidString)/\(rule)"
        ),
      ]
      for (method, foreign, absent) in pairs {
        let bodies = [
          "PUT": #"{"new_status":"lost","updated_by":"chatbot"}"#, "PATCH": #"{"is_active":false}"#,
        ]
        let body = bodies[method]
        let headers = ["x-request-id": "same"]
        let one = try await fixture.call(
          method, foreign, key: fixture.oakKey, headers: headers, body: body)
        let other = try await fixture.call(
          method, absent, key: fixture.oakKey, headers: headers, body: body)
        #expect(one.status == 404)
        #expect(one.text == other.text)
      }
      let headers = ["x-request-id": "same"]
      let foreign = try await fixture.call(
        "POST", WorkflowTests.path, key: fixture.oakKey, headers: headers,
        body: WorkflowTests.rule())
      let absent = try await fixture.call(
        "POST", WorkflowTests.path, key: fixture.oakKey, headers: headers,
        body: WorkflowTests.rule(property: UUID()))
      #expect(foreign.status == 404)
      #expect(foreign.text == absent.text)
      #expect(try await fixture.put("L-oak", "lost", key: fixture.oakKey).status == 200)
      #expect(fixture.standIns.ledger.applied.count == 2)
      // None of it was executed.
      let untouched: Bool = try await fixture.value(
        """
        select is_active and not exists (select from notification where read_at is not null) as value
        from status_workflow_rules
        """)
      #expect(untouched)
    }
  }

  @Test func aKeyIsStoredAsAHashAndCanBeTakenAway() async throws {
    try await APIFixture.with { fixture in
      let connection = try await fixture.database.connect()
      let rows = try await connection.query("select to_jsonb(k)::text as value from api_key k")
      for row in rows {
        let text: String = try row["value"]
        #expect(!text.contains(fixture.chatbot) && !text.contains(fixture.oakKey))
      }
      let keys = APIKeys(connection)
      #expect(try await keys.create(name: "oak", updatedBy: .system, properties: nil) == nil)
      let path = "/api/resman/leads/L-oak/status-history"
      #expect(try await fixture.call("GET", path, key: fixture.oakKey).status == 200)
      #expect(try await keys.revoke("oak"))
      #expect(try await !keys.revoke("oak"))
      let refused = try await fixture.call("GET", path, key: fixture.oakKey)
      #expect(refused.status == 401)
      #expect(refused.headers["www-authenticate"] == "Bearer")
      await connection.close()
    }
  }

  @Test(arguments: [
    (#"{"new_status":"lost","new_status":"new","updated_by":"chatbot"}"#, 400),
    (#"{"new_status":"lost","updated_by":"chatbot","status_reason":"a\u0000b"}"#, 400),
    (#"{"new_status":"lost","updated_by":"chatbot","status_reason":"a\ud800"}"#, 400),
    (#"{"new_status":"lost","updated_by":"chatbot",}"#, 400),
    (#"{"new_status":"lost","updated_by":"chatbot"} x"#, 400),
    ("\u{FEFF}" + #"{"new_status":"lost","updated_by":"chatbot"}"#, 400),
    (String(repeating: "[", count: 33) + String(repeating: "]", count: 33), 400),
    ("", 400), ("[]", 422), ("null", 422),
    (#"{"new_status":"lost","updated_by":"chatbot","context_data":{"x":1}}"#, 422),
    (#"{"new_status":1,"updated_by":"chatbot"}"#, 422),
    (#"{"new_status":"lost"}"#, 422),
  ])
  func ambiguousAndForeignBodiesAreRefused(_ body: String, _ status: Int) async throws {
    try await APIFixture.with { fixture in
      let answer = try await fixture.call("PUT", "/api/resman/leads/L-1/status", body: body)
      #expect(answer.status == status)
      #expect(fixture.standIns.ledger.reading.arrivals.isEmpty)
    }
  }

  @Test func bodiesAndHeadersAreBounded() async throws {
    try await APIFixture.with { fixture in
      let large = String(repeating: "x", count: 70_000)
      let answer = try await fixture.put("L-1", "lost", more: #","status_reason":"\#(large)""#)
      #expect(answer.status == 413)
      #expect(answer.problem == "body-too-large")
      let wrong = try await fixture.call(
        "PUT", "/api/resman/leads/L-1/status", headers: ["content-type": "text/plain"], body: "x")
      #expect(wrong.status == 415)
      let key = try await fixture.put(
        "L-1", "lost", idempotency: String(repeating: "k", count: 256))
      #expect(key.status == 422)
      #expect(try await fixture.call("GET", "/api/resman/leads/a%00b/status-history").status == 404)
      #expect(fixture.standIns.ledger.reading.arrivals.isEmpty)
    }
  }

  @Test func aClientThatIsTooSlowLosesItsConnection() async throws {
    var making = APIFixture.Making()
    making.bodyPatience = .milliseconds(200)
    try await APIFixture.with(making) { fixture in
      let port = try #require(URL(string: fixture.url)?.port)
      let head =
        "PUT /api/resman/leads/L-1/status HTTP/1.1\r\nhost: x\r\n"
        + "authorization: Bearer \(fixture.chatbot)\r\ncontent-type: application/json\r\n"
        + "content-length: 60\r\n\r\n{"
      // One connection never ends its body, the other never ends its head.
      for start in [head, "PUT /api/res"] {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
          .connect(host: "127.0.0.1", port: port).get()
        // On a busy machine the time may be over before the first byte is sent.
        try? await channel.writeAndFlush(ByteBuffer(string: start)).get()
        try await channel.closeFuture.get()
      }
      #expect(try await fixture.call("GET", "/health", key: "").status == 200)
    }
  }

  /// Names, addresses, numbers, reasons and keys are sent everywhere and appear in no log line.
  @Test func nothingPersonalAndNothingSecretIsLogged() async throws {
    try await APIFixture.with { fixture in
      let canary = "canary-7f3a"
      _ = try await fixture.put(
        "L-1", "qualified", idempotency: canary,
        more: #","status_reason":"\#(canary)","context_data":{"next_steps":"\#(canary)"}"#)
      _ = try await fixture.put("L-bare", "qualified", more: #","status_reason":"\#(canary)""#)
      _ = try await fixture.put("L-1", canary)
      _ = try await fixture.put("L-1", "lost", key: canary)
      _ = try await fixture.call("GET", "/\(canary)?\(canary)=\(canary)")
      _ = try await fixture.webhook(
        "L-2", "contacted", "lost", at: WebhookTests.later,
        more: #","status_reason":"\#(canary)","context_data":{"note":"\#(canary)"}"#)
      _ = try await fixture.webhook(
        canary, "contacted", "lost", at: WebhookTests.later, secret: "whsec_AAAA")
      fixture.standIns.faults.set([Fault(.errorBefore, on: .resman, route: .status)])
      _ = try await fixture.put("L-3", "lost", more: #","status_reason":"\#(canary)""#)
      try await fixture.live.sweep.once()
      let secrets = [
        canary, "Canary", "@example.com", "555-0100", fixture.chatbot,
        fixture.standIns.credentials.resmanToken, fixture.standIns.credentials.webhookSecret,
        "postgresql://", "/tmp/",
      ]
      let lines = fixture.log.lines
      #expect(lines.count > 5)
      for secret in secrets {
        #expect(!lines.contains { $0.contains(secret) }, "\(secret)")
      }
      let metrics = try await fixture.call("GET", "/metrics", key: "")
      for secret in secrets { #expect(!metrics.text.contains(secret), "\(secret)") }
    }
  }

  /// Text that looks like SQL is stored as one value.
  @Test func textThatLooksLikeSQLIsAValue() async throws {
    try await APIFixture.with { fixture in
      let trick = "x'%20or%20'1'='1"
      #expect(
        try await fixture.call("GET", "/api/resman/leads/\(trick)/status-history").status == 404)
      let elm = APIFixture.elm.uuidString.lowercased()
      let inbox = try await fixture.call(
        "GET", "/api/resman/notifications/\(elm)?recipient=\(trick)")
      #expect(inbox.json["total_count"] == .integer(0))
      let reason = "'); drop table status_sync_log; --"
      #expect(
        try await fixture.put("L-1", "qualified", more: #","status_reason":"\#(reason)""#).status
          == 200)
      let kept: String = try await fixture.value(
        "select status_reason as value from status_sync_log where updated_by = 'chatbot'")
      #expect(kept == reason)
    }
  }

  /// An internal error mentions no table, statement, path or host.
  @Test func errorsRevealNoInternals() async throws {
    try await APIFixture.with { fixture in
      // A view still works after its column was renamed.
      try await fixture.execute("alter view history_change rename to gone")
      try await fixture.execute("alter table status_sync_log rename column status_reason to gone")
      for answer in [
        try await fixture.call("GET", "/api/resman/leads/L-1/status-history"),
        try await fixture.webhook("L-1", "contacted", "lost", at: WebhookTests.later),
      ] {
        #expect(answer.status == 500)
        #expect(answer.problem == "internal-error")
        #expect(Set((answer.json.object ?? [:]).keys) == ["type", "title", "status", "request_id"])
      }
      await fixture.standIns.goDown(.resman)
      let down = try await fixture.put("L-1", "lost")
      #expect(down.status == 503)
      for word in ["127.0.0.1", "http", "/api/", "select", "status_sync_log", "/tmp"] {
        #expect(!down.text.contains(word), "\(down.text)")
      }
    }
  }

  private static let good = [
    #"{"new_status":"lost","status_reason":"a \u00e9 \"b\"","updated_by":"chatbot","#
      + #""context_data":{"key_insights":["x","y"],"urgency_level":"low"}}"#,
    WorkflowTests.rule(),
    #"{"lead_id":"L-1","old_status":"new","new_status":"lost","updated_by":"x","#
      + #""updated_at":"2026-11-20T10:00:00Z","context_data":{"a":[1,{"b":null}]}}"#,
    #"{"is_active":false}"#,
  ].map { Array($0.utf8) }

  private static func mutilated(_ good: [UInt8], _ random: inout SplitMix) -> [UInt8] {
    var bytes = good
    for _ in 0...Int(random.next() % 4) {
      let place = Int(random.next() % UInt64(bytes.count))
      switch random.next() % 3 {
      case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
      case 1 where bytes.count > 1: bytes.remove(at: place)
      default: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
      }
    }
    return bytes
  }

  /// Random bodies never crash a parser, and two parsers never read them differently.
  @Test func tenThousandMutilatedBodiesHarmNothing() throws {
    var random = SplitMix(seed: 13)
    var read = 0
    for number in 0..<10_000 {
      let bytes = Self.mutilated(Self.good[number % Self.good.count], &random)
      guard let value = try? StrictJSON.parse(bytes) else { continue }
      read += 1
      // Foundation, and a text encoded from the value, give the same value.
      let encoded = Array(try JSONEncoder().encode(value))
      #expect(try StrictJSON.parse(encoded) == value)
      _ = try? StatusUpdate.Request(value)
      _ = try? Workflows.Request(value)
      _ = try? StatusWebhook(value)
    }
    #expect(read > 100)
  }

  /// The same through every route with a body: each request is answered, never with a 5xx.
  @Test func everyRouteAnswersMutilatedBodies() async throws {
    try await APIFixture.with { fixture in
      let made = try await fixture.call("POST", WorkflowTests.path, body: WorkflowTests.rule())
      let rule = try #require(made.json["id"]?.string)
      let routes = [
        ("PUT", "/api/resman/leads/L-1/status"), ("POST", WorkflowTests.path), ("", ""),
        ("PATCH", "\(WorkflowTests.path)/\(APIFixture.elm.uuidString)/\(rule)"),
      ]
      var random = SplitMix(seed: 14)
      var statuses: Set<Int> = []
      for number in 0..<400 {
        let (method, path) = routes[number % 4]
        let bytes = Self.mutilated(Self.good[number % 4], &random)
        let answer =
          method.isEmpty
          ? try await fixture.signed(bytes) : try await fixture.call(method, path, bytes: bytes)
        #expect(answer.status < 500, "\(number) of seed 14: \(answer.text)")
        statuses.insert(answer.status)
      }
      #expect(statuses.isSuperset(of: [400, 422]))
      #expect(try await fixture.call("GET", "/health").status == 200)
    }
  }
}
