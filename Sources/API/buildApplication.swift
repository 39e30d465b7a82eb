import Hummingbird
import HummingbirdCore
import Live
import Logging
import NIOCore
import ServiceLifecycle
import Settings

/// Composes the live API; tests use the same function.
/// - Parameters:
///   - onRunning: called with the port once the server accepts connections.
///   - timeout: how long a client may take for a head, a body, or to read an answer; shorter in tests.
///   - openFiles: how many files the process may have open; the places for connections go by it.
package func buildApplication(
  _ live: Live, settings: APISettings, logger: Logger, timeout: Duration = .seconds(8),
  openFiles: Int, onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
) throws -> some ApplicationProtocol {
  let connections = Connections(places: .of(files: openFiles))
  let router = try makeRouter(live, connections: connections, logger: logger)
  var quiet = logger
  quiet.logLevel = .warning
  return Application(
    responder: TimeoutResponder(
      inner: router.buildResponder(), clock: live.clock,
      timeout: live.timeout + .milliseconds(500)),
    server: HTTPServerBuilder { responder in
      GuardedHTTP1(
        http1: HTTP1Channel(
          responder: responder,
          configuration: .init(
            httpDecoderConfiguration: .init(
              maxHeaderFieldSize: 16 * 1024, maxHeaderListSize: 32 * 1024,
              maxHeaderFieldCount: 100))),
        connections: connections, limits: ConnectionLimits(timeout: .init(timeout)))
    },
    configuration: .init(
      address: .hostname(settings.host, port: settings.port), serverName: "status-sync",
      // Many new connections at once wait instead of being dropped: a dropped client tries again only after
      // seconds. The kernel accepts at most `net.core.somaxconn`.
      backlog: 4096),
    services: [Background { await live.sweep.run() }, Background { await live.deliver() }]
      + (live.poll.map { poll in [Background { await poll.run() }] } ?? []),
    onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? 0) },
    logger: quiet)
}

private func makeRouter(
  _ live: Live, connections: Connections, logger: Logger
) throws -> Router<APIContext> {
  let metrics = APIMetrics()
  let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
  router.add(middleware: RequestLogging(metrics: metrics, clock: live.clock, logger: logger))
  let keyed = router.group().add(
    middleware: APIKeyAuthentication(keys: live.keys, connections: connections))
  let changes = keyed.group().add(middleware: ShareHeaders(shares: live.inFlight.shares))
  let windows = keyed.group().add(middleware: ShareHeaders(shares: live.analytics.shares))
  let open = router.group()
  let controllers = try Controllers(live, connections: connections, metrics: metrics)
  for endpoint in Endpoint.allCases {
    let route = endpoint.route
    let group =
      switch (route.access, route.share) {
      case (.open, _), (.signature, _): open
      case (.key, nil): keyed
      case (.key, .changes): changes
      case (.key, .windows): windows
      }
    group.on(RouterPath(route.path), method: route.method, use: controllers.handler(of: endpoint))
  }
  return router
}

/// Background work that ends with the server.
struct Background: Service {
  let work: @Sendable () async -> Void

  func run() async throws {
    await cancelWhenGracefulShutdown { await work() }
  }
}
