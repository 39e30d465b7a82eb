import Foundation
import Glibc
import Synchronization

/// A server of raw sockets on a free local port. A test scripts its answers as bytes; the server counts the
/// requests that really arrived.
package final class ScriptedServer: Sendable {
  /// What the server does after a whole request.
  package enum Act: Sendable {
    /// Sends these bytes; the connection stays open.
    case answer(String)
    /// Sends these bytes, then closes the connection.
    case last(String)
    /// Closes the connection without an answer.
    case close
    /// Resets the connection without an answer.
    case reset
    /// Sends these bytes, then nothing until the other side closes.
    case hold(String)
  }

  package struct Seen: Sendable {
    /// Whole requests, head and body, in order.
    package var requests: [String] = []
    package var connections = 0
    /// How many connections the other side closed.
    package var closed = 0
  }

  private let seen = Mutex(Seen())
  private let listener: Int32
  package let port: Int
  private let script: @Sendable (Int) -> Act

  /// - Parameters:
  ///   - isListening: false: the port is taken, and connections to it are refused until `listen()`.
  ///   - script: the act for the request with that number, from 0.
  package init(isListening: Bool = true, _ script: @escaping @Sendable (Int) -> Act) {
    self.script = script
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
    if isListening { listen() }
  }

  package var reading: Seen { seen.withLock { $0 } }
  package var url: String { "http://127.0.0.1:\(port)" }

  package func listen() {
    _ = Glibc.listen(listener, 64)
    Thread.detachNewThread { [self] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        seen.withLock { $0.connections += 1 }
        Thread.detachNewThread { self.serve(connection) }
      }
    }
  }

  package func stop() {
    _ = shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  private func serve(_ connection: Int32) {
    defer { close(connection) }
    while let request = read(connection) {
      let number = seen.withLock {
        $0.requests.append(request)
        return $0.requests.count - 1
      }
      switch script(number) {
      case .answer(let text): send(text, connection)
      case .last(let text): return send(text, connection)
      case .close: return
      case .reset:
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
          connection, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
        return
      case .hold(let text):
        send(text, connection)
        _ = read(connection)
        return
      }
    }
  }

  private func send(_ text: String, _ connection: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes {
        Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }

  /// Reads one whole request; nil if the other side closed.
  private func read(_ connection: Int32) -> String? {
    var text = ""
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while !isWhole(text) {
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else {
        seen.withLock { $0.closed += 1 }
        return nil
      }
      text += String(decoding: buffer.prefix(count), as: UTF8.self)
    }
    return text
  }

  private func isWhole(_ text: String) -> Bool {
    guard let end = text.range(of: "\r\n\r\n") else { return false }
    let head = text[..<end.lowerBound].lowercased()
    let length = head.range(of: "content-length: ").flatMap {
      Int(head[$0.upperBound...].prefix { $0.isNumber })
    }
    return text[end.upperBound...].utf8.count >= length ?? 0
  }
}
