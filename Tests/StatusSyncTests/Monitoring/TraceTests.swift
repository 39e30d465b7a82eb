import Foundation
import Leads
import Logging
import StandIns
import Testing
import Tracing

import Settings
import Store
@testable import Traces  // uses `SpanExporter`, internal

/// Nights whose spans a collector takes, or does not.
@Suite struct TraceTests {
  private static func with<T>(
    _ collector: Collector, _ body: (Collector) async throws -> T
  ) async rethrows -> T {
    defer { collector.stop() }
    return try await body(collector)
  }

  /// One night: the run is the root, its stages are within it, the calls within their stage or property, each
  /// attempt that arrived carried its place, and nothing of a person is told.
  @Test func aNightIsOneTrace() async throws {
    try await ProcessHarness.with { harness in
      try await Self.with(Collector()) { collector in
        let ended = try await harness.run(with: [
          "STATUS_SYNC_MONITOR_OTLP_ENDPOINT": collector.url,
          "OTEL_EXPORTER_OTLP_HEADERS": "x-team=ops",
        ])
        #expect(ended.status == 3, "\(ended.err)")
        #expect(!ended.err.contains("did not reach the collector"), "\(ended.err)")
        for request in collector.requests {
          #expect(request.head.hasPrefix("POST /v1/traces HTTP/1.1\r\n"))
          #expect(request.head.lowercased().contains("content-type: application/json"))
          #expect(request.head.contains("x-team: ops"))
        }
        let spans = try collector.spans()
        let root = try #require(spans.first { $0.name == "status-sync run" })
        #expect(root.parentSpanId == nil && root.attribute("status_sync.exit_code") == "3")
        #expect(root.attribute("status_sync.run.id").flatMap { UUID(uuidString: $0) } != nil)
        let byID = Dictionary(uniqueKeysWithValues: spans.map { ($0.spanId, $0) })
        for span in spans {
          #expect(span.traceId == root.traceId && span.traceId.count == 32)
          #expect(span.spanId.count == 16 && span.spanId.allSatisfy(\.isHexDigit))
          let begin = try #require(UInt64(span.startTimeUnixNano))
          #expect(try #require(UInt64(span.endTimeUnixNano)) >= begin)
          guard span.spanId != root.spanId else { continue }
          #expect(byID[span.parentSpanId ?? ""] != nil, "\(span.name) has no parent")
        }
        func parent(_ span: Collector.Span) -> String? { byID[span.parentSpanId ?? ""]?.name }
        for stage in ["recover", "pull", "diff", "plan", "take", "guard", "measure", "report"] {
          #expect(spans.filter { $0.name == stage }.map(parent) == ["status-sync run"], "\(stage)")
        }
        let properties = spans.filter { $0.name == "pull property" }
        #expect(properties.count == 6 && properties.allSatisfy { parent($0) == "pull" })
        #expect(Set(properties.map { $0.attribute("status_sync.system") }) == ["resman", "domiq"])
        let pages = spans.filter { $0.name == "GET /api/resman/leads" && $0.kind == 3 }
        #expect(pages.count >= 3 && pages.allSatisfy { parent($0) == "pull property" })
        #expect(pages.allSatisfy { $0.attribute("http.response.status_code") == "200" })
        let writes = spans.filter { $0.name == "PUT /api/resman/leads/{id}/status" }
        #expect(
          writes.count == harness.standIns.ledger.arrivals(.resman, .status).count
            && !writes.isEmpty)
        // Each attempt that arrived says which span it is.
        let attempts = Set(spans.filter { $0.kind == 3 }.map { "00-\($0.traceId)-\($0.spanId)-01" })
        let arrived = harness.standIns.ledger.reading.arrivals
        #expect(arrived.count == attempts.count)
        #expect(Set(arrived.map { $0.traceparent ?? "" }) == attempts)
        let told = collector.requests.map { String(decoding: $0.body, as: UTF8.self) }.joined()
        for lead in harness.world.resman { #expect(!told.contains("\"\(lead.id)")) }
        #expect(!told.contains("@") && !told.contains(harness.standIns.credentials.resmanToken))
      }
    }
  }

  /// Collectors that are not there, refuse, or never answer: the night is the same, and the log says what was lost.
  @Test(arguments: ["gone", "refuses", "silent"])
  func aCollectorNeverFailsTheNight(_ kind: String) async throws {
    try await ProcessHarness.with { harness in
      try await Self.with(Collector(status: 503, answers: kind == "refuses")) { collector in
        let ended = try await harness.run(with: [
          "OTEL_EXPORTER_OTLP_ENDPOINT": kind == "gone" ? "http://127.0.0.1:1" : collector.url
        ])
        #expect(ended.status == 3, "\(ended.err)")
        #expect(ended.err.contains("spans did not reach the collector"), "\(ended.err)")
        #expect(ended.err.contains("HTTP 503") == (kind == "refuses"))
      }
    }
  }

  /// Spans beyond the queue's length are counted, and cost no memory.
  @Test func theQueueIsBounded() async throws {
    try await Self.with(Collector()) { collector in
      let exporter = SpanExporter(
        TraceCollector(endpoint: collector.url), version: "1", clock: .system())
      let tracer = SpanTracer { exporter.add($0) }
      for number in 0..<SpanExporter.mostWaiting + 5 {
        tracer.startSpan("span \(number)", context: .topLevel).end()
      }
      let loss = await exporter.finish(within: .seconds(60))
      #expect(loss?.lost == 5 && loss?.reason == "too many at once")
      let spans = try collector.spans()
      #expect(spans.count == SpanExporter.mostWaiting && spans.first?.name == "span 0")
      #expect(collector.requests.count == SpanExporter.mostWaiting / SpanExporter.batch)
    }
  }

  /// A caller who does not want a trace recorded gets none, and what it calls is told so.
  @Test func whatIsNotSampledIsNotKept() {
    struct Header: Extractor, Injector {
      func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
      func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) {
        carrier[key] = value
      }
    }
    let tracer = SpanTracer { _ in Issue.record("a span was kept") }
    var context = ServiceContext.topLevel
    tracer.extract(
      ["traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"], into: &context,
      using: Header())
    tracer.withSpan("request", context: context) { span in
      #expect(!span.isRecording)
      var sent: [String: String] = [:]
      tracer.inject(span.context, into: &sent, using: Header())
      #expect(sent["traceparent"]?.hasPrefix("00-0af7651916cd43dd8448eb211c80319c-") == true)
      #expect(sent["traceparent"]?.hasSuffix("-00") == true)
    }
  }

  /// An error is told by its type alone, and without a collector nothing is traced.
  @Test func anErrorsTextIsNotTold() async throws {
    struct Fault: Error { var text = "Jane Doe" }
    try await Self.with(Collector()) { collector in
      await #expect(throws: Fault.self) {
        try await Traces.sent(
          to: TraceCollector(endpoint: collector.url), version: "1", logger: Logger(label: "t")
        ) {
          try withSpan("work") { _ in throw Fault() }
        }
      }
      let span = try #require(try collector.spans().first)
      #expect(span.status.code == 2 && span.attribute("error.type") == "Fault")
      #expect(!String(decoding: collector.requests[0].body, as: UTF8.self).contains("Jane"))
    }
    let isTraced = try await Traces.sent(to: nil, version: "1", logger: Logger(label: "t")) {
      withSpan("work") { $0.isRecording }
    }
    #expect(!isTraced)
  }
}
