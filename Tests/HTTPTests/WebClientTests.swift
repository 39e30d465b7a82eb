import Foundation
import Synchronization
import TestServer
import Testing

import HTTP

/// The client of the two systems against servers that violate the contract.
@Suite struct WebClientTests {
  private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

  private static func with(
    waitsForServer: Bool = false, isListening: Bool = true,
    _ script: @escaping @Sendable (Int) -> ScriptedServer.Act,
    _ body: @Sendable (WebClient, ScriptedServer) async throws -> Void
  ) async throws {
    let server = ScriptedServer(isListening: isListening, script)
    let client = WebClient(connectionsPerHost: 8, waitsForServer: waitsForServer)
    let result: Result<Void, any Error>
    do { result = .success(try await body(client, server)) } catch { result = .failure(error) }
    await client.shutdown()
    server.stop()
    try result.get()
  }

  private static func end(_ client: WebClient, _ request: WebRequest) async -> WebFailure? {
    do throws(WebFailure) {
      _ = try await client.execute(request)
      return nil
    } catch {
      return error
    }
  }

  private static func eventually(_ condition: @Sendable () -> Bool) async {
    while !condition(), !Task.isCancelled { try? await Task.sleep(for: .milliseconds(2)) }
  }

  @Test func aConnectionIsUsedAgain() async throws {
    try await Self.with({ _ in .answer(Self.ok) }) { client, server in
      // The client gives up a connection that was idle for 30 s, as long as a busy machine may take between two.
      var pauses = 0
      var last = ContinuousClock.now
      for _ in 0..<5 {
        let answer = try await client.execute(WebRequest(url: server.url))
        #expect(answer.body == Array("ok".utf8))
        if last.duration(to: .now) > .seconds(29) { pauses += 1 }
        last = .now
      }
      #expect((1...1 + pauses).contains(server.reading.connections))
    }
  }

  /// Without the client's check, libcurl would send the request again on a new connection.
  @Test(
    .timeLimit(.minutes(5)), arguments: [WebRequest.Method.get, .put, .post], [0, 20, 300_000])
  func aRequestOnAConnectionThatDiesIsSentOnce(
    _ method: WebRequest.Method, _ bytes: Int
  ) async throws {
    for act in [ScriptedServer.Act.close, .reset] {
      try await Self.with({ $0 == 0 ? .answer(Self.ok) : act }) { client, server in
        _ = try await client.execute(WebRequest(url: server.url))
        let body = method == .get ? nil : [UInt8](repeating: 0x61, count: bytes)
        let end = await Self.end(
          client, WebRequest(url: server.url + "/write", method: method, body: body))
        guard case .torn = end else {
          Issue.record("\(act): \(String(describing: end))")
          return
        }
        #expect(server.reading.requests.count == 2)
        #expect(server.reading.requests.last?.hasPrefix(method.rawValue + " /write ") == true)
        #expect(server.reading.connections == 1)
      }
    }
  }

  /// A kept connection that the server has closed is detected before anything is sent.
  @Test func aConnectionThatWasClosedIsNotUsed() async throws {
    try await Self.with({ $0 == 0 ? .last(Self.ok) : .answer(Self.ok) }) { client, server in
      _ = try await client.execute(WebRequest(url: server.url))
      // The end of the connection arrives with the answer or after it.
      var ends: [WebFailure?] = []
      for _ in 0..<20 { ends.append(await Self.end(client, WebRequest(url: server.url))) }
      #expect(ends.suffix(19).allSatisfy { $0 == nil })
    }
  }

  @Test func nothingIsSentWhereNobodyListens() async throws {
    try await Self.with(isListening: false, { _ in .close }) { client, server in
      let end = await Self.end(client, WebRequest(url: server.url, method: .put, body: [0x61]))
      #expect(end == .notSent(reason: "no connection", mayPass: true))
    }
  }

  @Test(.timeLimit(.minutes(5))) func aServerThatStartsIsWaitedFor() async throws {
    try await Self.with(waitsForServer: true, isListening: false, { _ in .answer(Self.ok) }) {
      client, server in
      async let answer = client.execute(WebRequest(url: server.url))
      try await Task.sleep(for: .milliseconds(50))
      server.listen()
      let status = try await answer.status
      #expect(status == 200)
      #expect(server.reading.requests.count == 1)
    }
  }

  @Test(arguments: ["ftp://127.0.0.1/", "http://", "http://127.0.0.1:99999/", "", "no url"])
  func anInvalidAddressIsNotRequested(_ url: String) async throws {
    let client = WebClient(connectionsPerHost: 8)
    let end = await Self.end(client, WebRequest(url: url))
    await client.shutdown()
    guard case .notSent = end else {
      Issue.record("\(String(describing: end))")
      return
    }
  }

  @Test(arguments: ["a\r\nb: c", "a\nb", "a\u{0}"])
  func aFieldOfTwoLinesIsNotSent(_ value: String) async throws {
    try await Self.with({ _ in .answer(Self.ok) }) { client, server in
      let request = WebRequest(url: server.url, headers: [(name: "if-match", value: value)])
      #expect(
        await Self.end(client, request)
          == .notSent(reason: "a header field cannot be sent", mayPass: false))
      #expect(server.reading.connections == 0)
    }
  }

  /// Each call waits for something that never comes; after the limit its connection is closed at once.
  @Test(
    .timeLimit(.minutes(5)), arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"])
  func cancellingClosesTheConnection(_ begun: String) async throws {
    try await Self.with({ _ in .hold(begun) }) { client, server in
      let bytes = Counter()
      let call = Task {
        do throws(WebFailure) {
          _ = try await client.execute(WebRequest(url: server.url)) { bytes.add($0) }
          return nil as WebFailure?
        } catch {
          return error
        }
      }
      await Self.eventually { server.reading.requests.count == 1 }
      if !begun.isEmpty { await Self.eventually { bytes.sum == 4 } }
      call.cancel()
      #expect(await call.value == .cancelled)
      await Self.eventually { server.reading.closed == 1 }
      #expect(server.reading.closed == 1)
    }
  }

  @Test(.timeLimit(.minutes(5))) func theEndOfTheClientEndsItsCalls() async throws {
    try await Self.with({ _ in .hold("") }) { client, server in
      let call = Task { await Self.end(client, WebRequest(url: server.url)) }
      await Self.eventually { server.reading.requests.count == 1 }
      await client.shutdown()
      #expect(await call.value == .cancelled)
      #expect(await Self.end(client, WebRequest(url: server.url)) == .cancelled)
    }
  }

  @Test func theRequestIsSentUnchanged() async throws {
    try await Self.with({ _ in .answer(Self.ok) }) { client, server in
      _ = try await client.execute(
        WebRequest(
          url: server.url + "/a/../b?x=%2F", method: .put,
          headers: [(name: "If-Match", value: "\"1\""), (name: "empty", value: "")],
          body: Array("body".utf8)))
      let request = try #require(server.reading.requests.first)
      #expect(request.hasPrefix("PUT /a/../b?x=%2F HTTP/1.1\r\n"))
      #expect(request.contains("\r\nIf-Match: \"1\"\r\n"))
      #expect(request.contains("\r\nempty:\r\n"))
      #expect(request.contains("\r\nContent-Length: 4\r\n"))
      #expect(request.hasSuffix("\r\n\r\nbody"))
      for absent in ["accept-encoding", "expect", "x-www-form"] {
        #expect(!request.lowercased().contains(absent))
      }
    }
  }
}

/// A sum to which a callback adds.
private final class Counter: Sendable {
  private let value = Mutex(0)
  var sum: Int { value.withLock { $0 } }
  func add(_ count: Int) { value.withLock { $0 += count } }
}
