import Foundation
import HTTP
import StandIns
import Testing

/// Requests to `serve` whose spans a collector takes, or does not.
@Suite struct RequestTraceTests {
  private static let trace = "0af7651916cd43dd8448eb211c80319c"
  private static let span = "b7ad6b7169203331"

  /// Leads of ResMan that nobody answered yet, in order.
  private static func fresh(_ harness: ProcessHarness) -> [String] {
    harness.standIns.snapshot.resman.leads.filter { $0.status == "new" }.map(\.id).sorted()
  }

  private static func with<T>(_ body: (WebClient) async throws -> T) async throws -> T {
    let client = WebClient(connectionsPerHost: 4)
    let result: Result<T, any Error>
    do { result = .success(try await body(client)) } catch { result = .failure(error) }
    await client.shutdown()
    return try result.get()
  }

  /// A status change continues its caller's trace as far as ResMan, a webhook begins one of its own, a caller who
  /// wants no record gets none; nothing of a person is told.
  @Test func aRequestContinuesItsCallersTrace() async throws {
    try await ProcessHarness.with { harness in
      let collector = Collector()
      defer { collector.stop() }
      let environment = ["STATUS_SYNC_MONITOR_OTLP_ENDPOINT": collector.url]
      try await harness.serving(with: environment) { served in
        let leads = Self.fresh(harness)
        try #require(leads.count > 2)
        harness.standIns.ledger.clear()
        let ended = try await Self.with { client in
          for request in [
            served.put(leads[0], "lost", traceparent: "00-\(Self.trace)-\(Self.span)-01"),
            served.put(leads[1], "lost", traceparent: "00-\(Self.trace)-\(Self.span)-00"),
            served.webhook(leads[2], from: "new", to: "contacted", id: "message-7"),
          ] {
            let answer = try await client.execute(request)
            #expect(answer.status == 200, "\(String(decoding: answer.body, as: UTF8.self))")
          }
          served.program.signal(SIGTERM)
          return await served.program.ended()
        }
        #expect(ended.status == 143, "\(ended.err)")
        #expect(!ended.err.contains("did not reach the collector"), "\(ended.err)")

        let spans = try collector.spans()
        let change = try #require(spans.only("PUT /api/resman/leads/{lead_id}/status"))
        #expect(change.traceId == Self.trace && change.parentSpanId == Self.span)
        #expect(
          change.told == [
            "http.request.method=PUT", "http.response.status_code=200",
            "http.route=/api/resman/leads/{lead_id}/status",
          ])
        let webhook = try #require(spans.only("POST /api/resman/webhooks/status-update"))
        #expect(webhook.traceId != Self.trace && webhook.parentSpanId == nil)
        #expect(webhook.told.contains("http.response.status_code=200"))
        for span in [change, webhook] { #expect(span.kind == 2 && span.status.code == 0) }

        // The calls to both systems are within the request, and arrived with their own place.
        let calls = spans.filter { $0.kind == 3 }
        #expect(calls.allSatisfy { $0.traceId == Self.trace && $0.parentSpanId == change.spanId })
        #expect(calls.filter { $0.name == "PUT /api/resman/leads/{id}/status" }.count == 1)
        let arrived = harness.standIns.ledger.reading.arrivals
        let recorded = arrived.filter { $0.traceparent?.hasSuffix("-01") == true }
        #expect(
          Set(recorded.map { $0.traceparent ?? "" })
            == Set(calls.map { "00-\($0.traceId)-\($0.spanId)-01" }))
        let unrecorded = arrived.filter { $0.id == leads[1] }
        #expect(!unrecorded.isEmpty)
        for arrival in unrecorded {
          let place = try #require(arrival.traceparent)
          #expect(place.hasPrefix("00-\(Self.trace)-") && place.hasSuffix("-00"))
        }

        let told = collector.requests.map { String(decoding: $0.body, as: UTF8.self) }.joined()
        for lead in harness.world.resman { #expect(!told.contains(lead.id)) }
        for secret in ["@", served.key, harness.standIns.credentials.webhookSecret, "message-7"] {
          #expect(!told.contains(secret))
        }
      }
    }
  }

  /// Collectors that are not there, refuse, or never answer: callers get the same answers, the silent one holds
  /// nobody up, and the log says what was lost.
  @Test(arguments: ["gone", "refuses", "silent"])
  func aCollectorNeverFailsARequest(_ kind: String) async throws {
    try await ProcessHarness.with { harness in
      let collector = Collector(status: 503, answers: kind == "refuses")
      defer { collector.stop() }
      let url = kind == "gone" ? "http://127.0.0.1:1" : collector.url
      try await harness.serving(with: ["OTEL_EXPORTER_OTLP_ENDPOINT": url]) { served in
        let leads = Array(Self.fresh(harness).prefix(3))
        let ended = try await Self.with { client in
          let health = try await client.execute(WebRequest(url: "\(served.url)/health"))
          #expect(health.status == 200)
          if kind != "gone" {
            // From here on a silent collector keeps the program waiting for its answer.
            try await eventually("no span is sent") { !collector.requests.isEmpty }
          }
          for lead in leads {
            #expect(try await client.execute(served.put(lead, "lost")).status == 200)
          }
          served.program.signal(SIGTERM)
          return await served.program.ended()
        }
        #expect(ended.status == 143, "\(ended.err)")
        #expect(ended.err.contains("spans did not reach the collector"), "\(ended.err)")
        #expect(ended.err.contains("HTTP 503") == (kind == "refuses"))
        for lead in leads { #expect(harness.standIns.resman.lead(lead)?.status == "lost") }
      }
    }
  }
}

extension [Collector.Span] {
  /// The one span of this name; nil where there is none, or more than one.
  fileprivate func only(_ name: String) -> Collector.Span? {
    let found = filter { $0.name == name }
    return found.count == 1 ? found[0] : nil
  }
}

extension Collector.Span {
  /// Every attribute, in order.
  fileprivate var told: [String] {
    attributes.map { "\($0.key)=\($0.value.stringValue ?? $0.value.intValue ?? "")" }
  }
}
