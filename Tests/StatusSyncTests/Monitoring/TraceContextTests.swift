import Foundation
import Leads
import Testing
import Tracing

import Settings
@testable import Traces  // uses `TraceContext.child`, internal

/// The header `traceparent`, and the addresses of collectors.
@Suite struct TraceContextTests {
  /// The examples of https://www.w3.org/TR/trace-context/ and what it forbids.
  @Test(arguments: [
    ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true),
    ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", false),
    ("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-comes-later", true),
    ("00-0000000000000001000000000000000f-000000000000000f-03", true),
  ])
  func aHeaderOfTheStandardIsRead(_ header: String, _ isSampled: Bool) throws {
    let place = try #require(TraceContext(traceparent: header))
    #expect(place.isSampled == isSampled)
    let parts = header.split(separator: "-")
    #expect(place.traceID == parts[1] && place.spanID == parts[2])
  }

  @Test(arguments: [
    "", "00", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
    "00-00000000000000000000000000000000-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
    "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c8031-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319c-+7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
  ])
  func anythingElseBeginsATraceOfItsOwn(_ header: String) {
    #expect(TraceContext(traceparent: header) == nil)
  }

  @Test func aSpanWithinAnotherSharesItsTrace() throws {
    let parent = try #require(
      TraceContext(traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"))
    let child = TraceContext.child(of: parent) { 7 }
    #expect(child.traceparent == "00-0af7651916cd43dd8448eb211c80319c-0000000000000007-00")
    let first = TraceContext.child(of: nil)
    #expect(first.isSampled && first.traceID.count == 32 && first.spanID.count == 16)
    #expect(TraceContext(traceparent: first.traceparent) == first)
  }

  @Test(arguments: [
    ("http://c:4318", "http://c:4318/v1/traces"), ("https://c/otlp/", "https://c/otlp/v1/traces"),
    ("http://c:4318/v1/traces", "http://c:4318/v1/traces"),
  ])
  func aCollectorIsNamedByItsAddress(_ endpoint: String, _ expected: String) {
    #expect(TraceCollector(endpoint: endpoint).url == expected)
  }

  /// The configuration goes before the variables of OpenTelemetry; headers are no part of what is shown.
  @Test func theVariablesOfOpenTelemetryCount() throws {
    let variables = [
      "OTEL_EXPORTER_OTLP_ENDPOINT": "http://other:4318",
      "OTEL_EXPORTER_OTLP_HEADERS": "x-key=s3cret%20key, x-team = ops ,broken",
    ]
    let inherited = try Settings.parse("", named: "f", environment: variables).monitor
    #expect(inherited.traces?.url == "http://other:4318/v1/traces")
    let headers = try #require(inherited.traces?.headers).map { "\($0.name): \($0.value)" }
    #expect(headers == ["x-key: s3cret key", "x-team: ops"])
    #expect(!"\(inherited)".contains("s3cret") && !"\(inherited.masked)".contains("s3cret"))
    let own = try Settings.parse(
      "monitor: { otlp_endpoint: \"http://own:4318\" }", named: "f", environment: variables)
    #expect(own.monitor.traces?.url == "http://own:4318/v1/traces")
    #expect(try Settings.parse("", named: "f", environment: [:]).monitor.traces == nil)
    #expect(throws: ConfigurationError.self) {
      try Settings.parse("monitor: { otlp_endpoint: \"c:4318\" }", named: "f", environment: [:])
    }
  }
}
