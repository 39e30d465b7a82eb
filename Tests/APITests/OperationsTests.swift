import Foundation
import Leads
import StandIns
import Testing

@testable import API  // uses `Endpoint`, internal
import Live
import Settings

@Suite struct OperationsTests {
  @Test func healthAndReadinessAreAnswered() async throws {
    try await APIFixture.with { fixture in
      #expect(try await fixture.call("GET", "/health", key: "").text == #"{"status":"ok"}"#)
      #expect(try await fixture.call("GET", "/ready", key: "").text == #"{"status":"ready"}"#)
      try await fixture.execute("alter table webhook_delivery rename to gone")
      #expect(try await fixture.call("GET", "/health", key: "").status == 200)
      #expect(try await fixture.call("GET", "/ready", key: "").status == 500)
      try await fixture.execute("alter table gone rename to webhook_delivery")
    }
  }

  @Test func theMetricsCountInBoundedSeries() async throws {
    try await APIFixture.with { fixture in
      _ = try await fixture.put("L-1", "qualified")
      for number in 0..<40 {
        _ = try await fixture.call("GET", "/nowhere/\(number)?x=\(number)")
        _ = try await fixture.call(["PROPFIND", "MKCOL", "REPORT"][number % 3], "/health")
      }
      let text = try await fixture.call("GET", "/metrics", key: "").text
      let route = "/api/resman/leads/{lead_id}/status"
      #expect(
        text.contains(
          #"status_sync_http_requests_total{method="PUT",route="\#(route)",status="200"} 1"#))
      #expect(text.contains(#"method="GET",route="unmatched",status="404"} 40"#))
      #expect(text.contains(#"method="other",route="/health",status="405"} 40"#))
      #expect(text.contains(#"seconds_bucket{route="\#(route)",le="10.0"} 1"#))
      for waiting in [
        "changes_pending", "webhooks_waiting", "notifications_waiting", "workflow_actions_waiting",
      ] { #expect(text.contains("\nstatus_sync_\(waiting) 0\n")) }
      let requests = text.split(separator: "\n").count {
        $0.hasPrefix("status_sync_http_requests_total{")
      }
      #expect(requests == 3)
    }
  }

  /// `serve` with ResMan's partner interface, which it polls.
  private static let polling = APIFixture.Making(
    role: "status_sync_api",
    change: { settings in
      settings.resmanKind = .partner
      settings.resman.write = .none
      settings.domiq.webhookSecret = Secret("")
      settings.domiqKind = .database
      settings.domiq.write = .none
      settings.database = DomIQDatabaseSettings(
        url: Secret("postgresql://127.0.0.1:1/none"), companyID: "none")
      settings.partner = PartnerSettings(
        eventsURL: settings.resman.url, accountID: "1", partnerID: "p", pollSeconds: 86_400)
    })

  /// `/metrics` is open to everybody: while the database does not answer, all who ask share one of the connections that
  /// look up keys.
  @Test func keysAreLookedUpHoweverManyAskForMetrics() async throws {
    let time = ManualClock()
    var making = Self.polling
    making.clock = time.clock
    try await APIFixture.with(making) { fixture in
      let holder = try await fixture.database.connect()
      try await holder.script("begin; lock table run_pull in access exclusive mode")
      async let first = fixture.call("GET", "/metrics", key: "")
      async let second = fixture.call("GET", "/metrics", key: "")
      async let third = fixture.call("GET", "/metrics", key: "")
      // Until all three wait for one answer, or two of them have a connection each.
      var taken = 0
      repeat {
        taken = try await fixture.value(
          """
          select count(*)::int as value from pg_stat_activity
          where datname = current_database() and application_name = 'status-sync serve keys'
            and wait_event_type = 'Lock'
          """)
      } while taken == 0 || taken == 1 && time.asleep(for: fixture.live.timeout / 4) < 3
      try #require(taken == 1)
      let history = try await fixture.call("GET", "/api/resman/leads/L-1/status-history")
      #expect(history.status == 200)
      try await holder.script("rollback")
      await holder.close()
      for answer in try await [first, second, third] {
        #expect(answer.status == 200)
        #expect(answer.text.contains("\nstatus_sync_poll_failing_properties 0\n"))
      }
    }
  }

  /// `serve` starts with ResMan's partner interface, has no webhooks to verify, and says how far its polls are behind.
  @Test func theMetricsSayHowFarPollsAreBehind() async throws {
    try await APIFixture.with(Self.polling) { fixture in
      var text = try await fixture.call("GET", "/metrics", key: "").text
      #expect(text.contains("\nstatus_sync_poll_failing_properties 0\n"))
      // No night has read a property.
      #expect(!text.contains("poll_lag_seconds"))
      let now = fixture.clock.now().iso8601
      try await fixture.execute(
        """
        with run as (
          insert into sync_run (mode, state, as_of)
          values ('run', 'finished', \(now)::timestamptz - interval '100 seconds') returning id)
        insert into run_pull (
          run_id, system, property_id, incremental, records, quarantined, without_id, without_lead)
        select run.id, 'resman', property.id, false, 1, 0, 0, 0 from run, property
        """)
      // The stand-in knows no such path.
      let round = try await fixture.live.poll?.once()
      #expect(round?.failed == round?.properties && round?.failed ?? 0 > 0)
      text = try await fixture.call("GET", "/metrics", key: "").text
      #expect(
        text.contains("\nstatus_sync_poll_failing_properties \(round?.failed ?? 0)\n"))
      let lag = text.split(separator: "\n").first { $0.hasPrefix("status_sync_poll_lag_seconds ") }
      #expect(lag.flatMap { Int($0.split(separator: " ")[1]) }.map { $0 >= 100 } == true)
      let refused = try await fixture.call(
        "POST", "/api/resman/webhooks/status-update", key: "", body: "{}")
      #expect(refused.status == 401)
    }
  }

  /// Router, document and `Allow` agree about every endpoint.
  @Test func everyEndpointIsServedAndDescribed() async throws {
    try await APIFixture.with { fixture in
      let document = try await fixture.call("GET", "/openapi.json", key: "")
      let paths = try #require(document.json["paths"]?.object)
      let described = paths.flatMap { path, operations in
        (operations.object ?? [:]).map {
          "\($0.key) \(path) \($0.value["operationId"]?.string ?? "")"
        }
      }
      #expect(
        described.sorted()
          == Endpoint.allCases.map {
            "\($0.route.method.rawValue.lowercased()) \($0.route.path) \($0.rawValue)"
          }.sorted())
      for endpoint in Endpoint.allCases {
        let (method, template) = (endpoint.route.method, endpoint.route.path)
        let path = template.replacing("{lead_id}", with: "L-1")
          .replacing("{property_id}", with: APIFixture.elm.uuidString)
          .replacing("{workflow_id}", with: UUID().uuidString)
          .replacing("{notification_id}", with: UUID().uuidString)
        let answer = try await fixture.call(method.rawValue, path, key: "")
        #expect(answer.status == (endpoint.route.access == .open ? 200 : 401), "\(template)")
        let wrong = try await fixture.call("DELETE", path, key: "")
        #expect(wrong.status == 405)
        let takes = wrong.headers["allow"]?.split(separator: ", ").map(String.init) ?? []
        #expect(takes.contains(method.rawValue), "\(template)")
        #expect(takes.contains("HEAD") == (method == .get), "\(template)")
      }
    }
  }

  /// A body after the answer to HEAD would be parsed as the next answer.
  @Test func anAnswerToHEADHasNoBody() async throws {
    try await APIFixture.with { fixture in
      let cases = [("/health", 200), ("/nowhere", 404), ("/api/resman/status-workflows", 405)]
      for (path, status) in cases {
        let answer = try await fixture.call("HEAD", path)
        #expect(answer.status == status)
        #expect(answer.text.isEmpty)
        #expect(answer.headers["content-type"] != nil)
        #expect(try await fixture.call("GET", "/health").text == #"{"status":"ok"}"#)
      }
    }
  }

  @Test func anAddressThatIsTakenIsSaidInOneSentence() async throws {
    try await APIFixture.with { fixture in
      var api = fixture.settings.api
      api.port = try #require(URL(string: fixture.url)?.port)
      let taken = api
      let second = try Live(
        fixture.settings, database: fixture.database.url, client: fixture.client,
        logger: fixture.log.logger)
      let error = await #expect(throws: CannotListen.self) {
        try await serve(second, settings: taken, logger: fixture.log.logger) { _ in }
      }
      #expect(
        "\(try #require(error))"
          == "127.0.0.1:\(api.port) cannot be listened on: Address already in use")
    }
  }

  @Test func everyRequestLeavesOneLine() async throws {
    try await APIFixture.with { fixture in
      _ = try await fixture.put("L-1", "qualified")
      let lines = fixture.log.lines.filter { $0.hasPrefix("request ") }
      #expect(lines.count == 1)
      #expect(lines.allSatisfy { $0.contains("/api/resman/leads/{lead_id}/status") })
    }
  }

  /// The server stops while ResMan has not yet answered: the caller still gets an answer.
  @Test func requestsInProgressAreAnsweredBeforeTheStop() async throws {
    let (answers, answer) = AsyncStream.makeStream(of: Answer.self)
    let applied = try await APIFixture.with { fixture in
      fixture.standIns.faults.set([Fault(.delay, on: .resman, route: .status, seconds: 0.3)])
      Task {
        if let given = try? await fixture.put("L-1", "qualified") { answer.yield(given) }
        answer.finish()
      }
      while fixture.standIns.ledger.arrivals(.resman, .status).isEmpty { await Task.yield() }
      return fixture.standIns
    }
    var statuses: [Int] = []
    for await given in answers { statuses.append(given.status) }
    #expect(statuses == [200])
    #expect(applied.ledger.applied.count == 1)
  }

  @Test func theFiguresAreThoseOfTheTables() async throws {
    try await APIFixture.with { fixture in
      #expect(try await fixture.put("L-1", "qualified").status == 200)
      let path = "/api/resman/analytics/\(APIFixture.elm.uuidString.lowercased())"
      #expect(try await fixture.call("GET", "\(path)/metrics").status == 404)
      let night = try await fixture.nightly().run(full: true)
      #expect(night.summary.verdicts["phantom"] == 1)
      let metrics = try await fixture.call("GET", "\(path)/metrics")
      let total: Int = try await fixture.value(
        """
        select value::int as value from metric_performance
        where scope = 'property' and property_id = \(APIFixture.elm) and metric = 'total_status_changes'
        """)
      #expect(total > 0)
      #expect(metrics.json["total_status_changes"] == .integer(total))
      #expect(
        metrics.json["most_common_transitions"]
          == .array([
            .object([
              "from": .string("contacted"), "to": .string("qualified"), "count": .integer(1),
            ])
          ]))
      let trends = try await fixture.call("GET", "\(path)/trends")
      #expect(trends.json["status_distribution"]?["qualified"] == .integer(2))
      guard case .array(let funnel) = trends.json["conversion_funnel"] else {
        Issue.record("no funnel")
        return
      }
      #expect(funnel.count == 6)
      let performance = try await fixture.call("GET", "\(path)/performance")
      #expect(
        Set((performance.json.object ?? [:]).keys).isSuperset(of: [
          "average_response_time", "status_update_accuracy",
        ]))
      let start = try #require(metrics.json["window_start"]?.string)
      let same = try await fixture.call("GET", "\(path)/trends?date_from=\(start)")
      #expect(same.json == trends.json)
    }
  }
}
