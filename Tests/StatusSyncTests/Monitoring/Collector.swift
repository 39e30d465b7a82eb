import Foundation
import Glibc
import Leads
import Synchronization

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

  private let listener: Int32
  private let taken = Mutex<[Taken]>([])
  let port: Int
  private let status: Int
  private let answers: Bool

  /// - Parameter answers: false: it takes requests and says nothing.
  init(status: Int = 200, answers: Bool = true) {
    self.status = status
    self.answers = answers
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let number = listener
    port = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = Glibc.bind(number, $0, length)
        _ = getsockname(number, $0, &length)
      }
      return Int(UInt16(bigEndian: $0.pointee.sin_port))
    }
    _ = listen(listener, 16)
    Thread.detachNewThread { [self] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        Thread.detachNewThread { self.serve(connection) }
      }
    }
  }

  var url: String { "http://127.0.0.1:\(port)" }
  var requests: [Taken] { taken.withLock { $0 } }

  func spans() throws -> [Span] {
    try requests.flatMap { request in
      try JSON.decode(request.body, as: Body.self).resourceSpans.flatMap { $0.scopeSpans }
        .flatMap(\.spans)
    }
  }

  func stop() {
    _ = shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  private func serve(_ connection: Int32) {
    defer { close(connection) }
    var bytes = Data()
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return }
      bytes += buffer.prefix(count)
      guard let end = bytes.range(of: Data("\r\n\r\n".utf8)) else { continue }
      let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
      let length = head.lowercased().split(separator: "\r\n")
        .first { $0.hasPrefix("content-length:") }
        .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) }
      guard bytes[end.upperBound...].count >= length ?? 0 else { continue }
      taken.withLock { $0.append(Taken(head: head, body: Data(bytes[end.upperBound...]))) }
      bytes = Data()
      guard answers else { continue }
      let answer =
        "HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
      _ = Glibc.send(connection, answer, answer.utf8.count, Int32(MSG_NOSIGNAL))
    }
  }
}
