import TestServer
import Testing

import HTTP

/// Answers in every form, valid and broken, each over a connection of its own.
@Suite(.timeLimit(.minutes(5))) struct WebAnswerTests {
  private static func ask(
    _ act: ScriptedServer.Act, atMost maximum: Int = 100
  ) async -> Result<WebAnswer, WebFailure> {
    let server = ScriptedServer { _ in act }
    let client = WebClient(connectionsPerHost: 8)
    let result: Result<WebAnswer, WebFailure>
    do throws(WebFailure) {
      result = .success(
        try await client.execute(
          WebRequest(url: server.url, method: .put, body: [0x61], maximumBytes: maximum)))
    } catch {
      result = .failure(error)
    }
    await client.shutdown()
    server.stop()
    return result
  }

  @Test(arguments: [
    ("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", 200, "ok"),
    ("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok, and what nobody announced", 200, "ok"),
    ("HTTP/1.0 200 OK\r\n\r\nuntil the end", 200, "until the end"),
    ("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nuntil the end", 200, "until the end"),
    ("HTTP/1.1 204 No Content\r\n\r\n", 204, ""),
    ("HTTP/1.1 412 \r\ncontent-length: 0\r\n\r\n", 412, ""),
    ("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n", 302, ""),
    ("HTTP/1.1 401 No\r\nwww-authenticate: Basic\r\ncontent-length: 1\r\n\r\nx", 401, "x"),
    ("HTTP/1.1 503 Busy\r\nretry-after: 3\r\ncontent-length: 0\r\n\r\n", 503, ""),
    (
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n1\r\no\r\n1;x=y\r\nk\r\n0\r\nlast: 1\r\n\r\n",
      200, "ok"
    ),
    (
      "HTTP/1.1 103 Early\r\ncontent-encoding: gzip\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
      200, "ok"
    ),
    ("HTTP/1.1 200 OK\r\ncontent-encoding: identity\r\ncontent-length: 2\r\n\r\nok", 200, "ok"),
  ])
  func aWholeAnswerIsTaken(_ text: String, _ status: Int, _ body: String) async throws {
    let answer = try await Self.ask(.last(text)).get()
    #expect(answer.status == status)
    #expect(String(decoding: answer.body, as: UTF8.self) == body)
  }

  @Test func theFirstFieldOfAName() async throws {
    let answer = try await Self.ask(
      .last("HTTP/1.1 200 OK\r\nETag:  \"1\" \r\netag: \"2\"\r\ncontent-length: 0\r\n\r\n")
    ).get()
    #expect(answer.headers.first(name: "etag") == "\"1\"")
    #expect(answer.headers.first(name: "ETAG") == "\"1\"")
    #expect(answer.headers.first(name: "absent") == nil)
  }

  @Test(arguments: [
    "", "H", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nok",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nnot a number\r\n",
    "HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\nok", "HTTP/1.1 100 Continue\r\n\r\n",
    "this is no HTTP\r\n\r\n", "SSH-2.0-server\r\n",
    "HTTP/1.1 200 OK\r\nx: " + String(repeating: "y", count: 300_000) + "\r\n\r\n",
    "HTTP/1.1 200 OK\r\n" + String(repeating: "x: y\r\n", count: 60_000) + "\r\n",
    String(repeating: "HTTP/1.1 103 Early\r\n\r\n", count: 20_000),
  ])
  func whatIsNoWholeAnswerIsTorn(_ text: String) async {
    let result = await Self.ask(.last(text))
    guard case .failure(.torn) = result else {
      Issue.record("\(text.prefix(60)): \(result)")
      return
    }
  }

  /// The server sends nothing more and keeps the connection open: only the limit ends the call.
  @Test(arguments: [
    "content-length: 101\r\n\r\n",
    "content-length: 99999999999\r\n\r\n",
    "transfer-encoding: chunked\r\n\r\n65\r\n" + String(repeating: "x", count: 101),
    "\r\n" + String(repeating: "x", count: 101),
  ])
  func aBodyAboveTheLimitEndsTheCall(_ rest: String) async {
    let result = await Self.ask(.hold("HTTP/1.1 200 OK\r\n" + rest))
    guard case .failure(.tooLarge) = result else {
      Issue.record("\(result)")
      return
    }
  }

  @Test func aBodyOfExactlyTheLimitIsTaken() async throws {
    let body = String(repeating: "x", count: 100)
    let answer = try await Self.ask(
      .last("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n" + body)
    ).get()
    #expect(answer.body.count == 100)
  }

  @Test(arguments: [
    "content-encoding: gzip", "Content-Encoding: BR", "transfer-encoding: gzip, chunked",
  ])
  func nothingIsUnpacked(_ field: String) async {
    let result = await Self.ask(.hold("HTTP/1.1 200 OK\r\n\(field)\r\n\r\n"))
    guard case .failure(.packed) = result else {
      Issue.record("\(result)")
      return
    }
  }
}
