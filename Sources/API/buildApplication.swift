import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
import StatusSync

/// The one place where the live API is put together; tests run the same.
/// - Parameters:
///   - onRunning: told the port once connections are taken.
///   - patience: how long a client may take for a head, a body, or to read an answer; shorter in tests.
public func buildApplication(
  _ live: Live, settings: APISettings, logger: Logger, patience: Duration = .seconds(8),
  onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
) throws -> some ApplicationProtocol {
  let connections = Connections()
  let router = try makeRouter(live, connections: connections, logger: logger)
  var quiet = logger
  quiet.logLevel = .warning
  return Application(
    responder: InTime(
      inner: router.buildResponder(), clock: live.clock,
      patience: live.patience + .milliseconds(500)),
    server: HTTPServerBuilder { responder in
      GuardedHTTP1(
        http1: HTTP1Channel(
          responder: responder,
          configuration: .init(
            httpDecoderConfiguration: .init(
              maxHeaderFieldSize: 16 * 1024, maxHeaderListSize: 32 * 1024,
              maxHeaderFieldCount: 100))),
        connections: connections, limits: ConnectionLimits(patience: .init(patience)))
    },
    configuration: .init(
      address: .hostname(settings.host, port: settings.port), serverName: "status-sync"),
    services: [Background { await live.sweep.run() }, Background { await live.deliver() }],
    onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? 0) },
    logger: quiet)
}

private func makeRouter(
  _ live: Live, connections: Connections, logger: Logger
) throws -> Router<APIContext> {
  let metrics = APIMetrics()
  let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
  router.add(
    middleware: Watch(metrics: metrics, routes: .standard, clock: live.clock, logger: logger))
  OperationsController(
    live: live, metrics: metrics, document: try OpenAPIDocument.text(),
    readiness: Readiness(database: live.reserve, clock: live.clock), connections: connections
  ).add(to: router)
  WebhookController(
    receiver: live.webhooks, signature: live.signature, metrics: metrics, clock: live.clock,
    connections: connections
  ).add(to: router.group("api/resman"))
  let keyed = router.group("api/resman").add(
    middleware: KeyCheck(keys: live.keys, connections: connections))
  let changes = keyed.group().add(middleware: ShareHeaders(shares: live.inFlight.shares))
  let windows = keyed.group().add(middleware: ShareHeaders(shares: live.analytics.shares))
  StatusController(desk: live.desk, history: live.history).add(to: keyed, changes: changes)
  WorkflowController(workflows: live.workflows).add(to: keyed)
  AnalyticsController(analytics: live.analytics).add(to: windows)
  InboxController(database: live.database).add(to: keyed)
  return router
}

/// Work beside the server, ended when the server has.
struct Background: Service {
  let work: @Sendable () async -> Void

  func run() async throws {
    await cancelWhenGracefulShutdown { await work() }
  }
}
