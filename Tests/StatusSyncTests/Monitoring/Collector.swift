import Foundation
import Leads
import TestServer

/// A collector of OpenTelemetry on a free port, which keeps every request's head and body.
final class Collector: Sendable {
  struct Span: Decodable, Sendable {
    struct Value: Decodable, Sendable {
      var stringValue: String?
      var intValue: String?
    }

    struct Attribute: Decodable, Sendable {
      var key: String
      var value: Value
    }

    struct Status: Decodable, Sendable { var code: Int }

    var traceId: String
    var spanId: String
    var parentSpanId: String?
    var name: String
    var kind: Int
    var startTimeUnixNano: String
    var endTimeUnixNano: String
    var attributes: [Attribute]
    var status: Status

    func attribute(_ key: String) -> String? {
      attributes.first { $0.key == key }.flatMap { $0.value.stringValue ?? $0.value.intValue }
    }
  }

  private struct Body: Decodable {
    struct Resource: Decodable {
      struct Scope: Decodable { var spans: [Span] }
      var scopeSpans: [Scope]
    }
    var resourceSpans: [Resource]
  }

  struct Taken: Sendable {
    var head: String
    var body: Data
  }

  private let server: ScriptedServer

  /// - Parameter answers: false: it takes requests and says nothing.
  init(status: Int = 200, answers: Bool = true) {
    let answer =
      "HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    server = ScriptedServer { _ in answers ? .answer(answer) : .hold("") }
  }

  var url: String { server.url }

  var requests: [Taken] {
    server.reading.requests.map { request in
      let end = request.range(of: "\r\n\r\n") ?? request.endIndex..<request.endIndex
      return Taken(
        head: String(request[..<end.lowerBound]), body: Data(request[end.upperBound...].utf8))
    }
  }

  func spans() throws -> [Span] {
    try requests.flatMap { request in
      try JSON.decode(request.body, as: Body.self).resourceSpans.flatMap { $0.scopeSpans }
        .flatMap(\.spans)
    }
  }

  func stop() { server.stop() }
}
