import Foundation
import Leads
import Tracing

/// Spans as a collector of OpenTelemetry takes them: OTLP over HTTP in its JSON form
/// (https://opentelemetry.io/docs/specs/otlp/), ids in hexadecimal, 64-bit numbers as text.
enum OTLP {
  struct Value: Encodable, Equatable {
    var stringValue: String?
    var intValue: String?
    var doubleValue: Double?
    var boolValue: Bool?
  }

  struct Attribute: Encodable, Equatable {
    var key: String
    var value: Value
  }

  struct Status: Encodable {
    /// 2: failed; 0: not said.
    var code: Int
  }

  struct WireSpan: Encodable {
    var traceId: String
    var spanId: String
    var parentSpanId: String?
    var name: String
    var kind: Int
    var startTimeUnixNano: String
    var endTimeUnixNano: String
    var attributes: [Attribute]
    var status: Status
  }

  private struct Scope: Encodable {
    var name = "status-sync"
    var version: String
  }

  private struct ScopeSpans: Encodable {
    var scope: Scope
    var spans: [WireSpan]
  }

  private struct Resource: Encodable { var attributes: [Attribute] }

  private struct ResourceSpans: Encodable {
    var resource: Resource
    var scopeSpans: [ScopeSpans]
  }

  private struct Request: Encodable { var resourceSpans: [ResourceSpans] }

  /// The body of one request.
  static func body(_ spans: [FinishedSpan], version: String) throws -> Data {
    let resource = [("service.name", "status-sync"), ("service.version", version)]
      .map { Attribute(key: $0.0, value: Value(stringValue: $0.1)) }
    return try JSON.data(
      Request(resourceSpans: [
        ResourceSpans(
          resource: Resource(attributes: resource),
          scopeSpans: [ScopeSpans(scope: Scope(version: version), spans: spans.map(wire))])
      ]))
  }

  private static func wire(_ span: FinishedSpan) -> WireSpan {
    var attributes: [Attribute] = []
    span.attributes.forEach { attributes.append(Attribute(key: $0, value: value($1))) }
    let parent = span.parent.map { parent in
      var place = span.place
      place.span = parent
      return place.spanID
    }
    return WireSpan(
      traceId: span.place.traceID, spanId: span.place.spanID, parentSpanId: parent,
      name: span.name, kind: kind(span.kind), startTimeUnixNano: "\(span.start)",
      endTimeUnixNano: "\(span.end)", attributes: attributes.sorted { $0.key < $1.key },
      status: Status(code: span.isFailed ? 2 : 0))
  }

  private static func value(_ value: SpanAttribute) -> Value {
    switch value {
    case .int32(let number): Value(intValue: "\(number)")
    case .int64(let number): Value(intValue: "\(number)")
    case .double(let number): Value(doubleValue: number)
    case .bool(let flag): Value(boolValue: flag)
    case .string(let text): Value(stringValue: text)
    case .stringConvertible(let any): Value(stringValue: "\(any)")
    default: Value(stringValue: "\(value)")
    }
  }

  private static func kind(_ kind: SpanKind) -> Int {
    switch kind {
    case .internal: 1
    case .server: 2
    case .client: 3
    case .producer: 4
    case .consumer: 5
    }
  }
}
