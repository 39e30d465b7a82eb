import Foundation
import TestServer
import Testing

import HTTP

/// Calls through a proxy, and certificates without a trusted authority.
@Suite(.timeLimit(.minutes(5))) struct WebRouteTests {
  private static func ask(
    _ url: String, proxy act: ScriptedServer.Act, _ change: (inout WebRoute) -> Void = { _ in }
  ) async -> (Result<WebAnswer, WebFailure>, [String]) {
    let server = ScriptedServer { _ in act }
    var route = WebRoute(proxy: server.url, isProxyForPlain: true)
    change(&route)
    let client = WebClient(connectionsPerHost: 8, route: route)
    let result: Result<WebAnswer, WebFailure>
    do throws(WebFailure) {
      result = .success(
        try await client.execute(WebRequest(url: url, method: .put, body: [0x61])))
    } catch {
      result = .failure(error)
    }
    await client.shutdown()
    server.stop()
    return (result, server.reading.requests)
  }

  private static let ok = ScriptedServer.Act.last("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")

  @Test func aProxyIsAskedInPlaceOfTheSystem() async throws {
    let (result, asked) = await Self.ask("http://resman.invalid/x", proxy: Self.ok)
    #expect(try result.get().status == 200)
    #expect(asked.first?.hasPrefix("PUT http://resman.invalid/x HTTP/1.1\r\n") == true)
  }

  /// Each call goes to a port where nobody listens.
  @Test func aHostMayBypassTheProxy() async {
    let changes: [(inout WebRoute) -> Void] = [
      { $0.direct = "127.0.0.1" }, { $0.direct = "*" }, { $0.isProxyForPlain = false },
    ]
    for change in changes {
      let (result, asked) = await Self.ask("http://127.0.0.1:1/", proxy: Self.ok, change)
      guard case .failure(.notSent) = result else {
        Issue.record("\(result)")
        return
      }
      #expect(asked.isEmpty)
    }
  }

  /// A proxy's answer to CONNECT is not an answer of the system, and nothing was sent to the system.
  @Test(arguments: [
    "HTTP/1.1 407 Who\r\ncontent-length: 2\r\n\r\nno", "HTTP/1.1 200 Established\r\n\r\nno TLS",
    "HTTP/1.1 502 Bad\r\n\r\n", "",
  ])
  func aTunnelThatFailsSendsNothing(_ answer: String) async {
    let (result, asked) = await Self.ask("https://resman.invalid/x", proxy: .last(answer))
    guard case .failure(.notSent) = result else {
      Issue.record("\(result)")
      return
    }
    #expect(asked.allSatisfy { $0.hasPrefix("CONNECT resman.invalid:443 ") && !$0.contains("PUT") })
  }
}
