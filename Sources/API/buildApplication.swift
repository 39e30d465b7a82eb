import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
import StatusSync

/// The one place where the live API is put together; tests run the same.
/// - Parameters:
///   - onRunning: told the port once connections are taken.
///   - patience: how long a client may take for a body; shorter in tests.
public func buildApplication(
  _ live: Live, settings: APISettings, logger: Logger, patience: Duration = .seconds(8),
  onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
) throws -> some ApplicationProtocol {
  let metrics = APIMetrics()
  let limits = BodyLimits(patience: patience)
  let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
  router.add(
    middleware: Watch(metrics: metrics, routes: .standard, clock: live.clock, logger: logger))
  OperationsController(live: live, metrics: metrics, document: try OpenAPIDocument.text())
    .add(to: router)
  WebhookController(
    receiver: live.webhooks, signature: live.signature, metrics: metrics, clock: live.clock,
    limits: limits
  ).add(to: router.group("api/resman"))
  let keyed = router.group("api/resman").add(middleware: KeyCheck(keys: live.keys))
  StatusController(desk: live.desk, history: live.history, limits: limits).add(to: keyed)
  WorkflowController(workflows: live.workflows, limits: limits).add(to: keyed)
  AnalyticsController(analytics: live.analytics).add(to: keyed)
  InboxController(database: live.database).add(to: keyed)
  var quiet = logger
  quiet.logLevel = .warning
  return Application(
    responder: InTime(
      inner: router.buildResponder(), clock: live.clock,
      patience: live.patience + .milliseconds(500)),
    server: .http1(
      configuration: .init(
        idleTimeout: .init(patience * 2),
        httpDecoderConfiguration: .init(
          maxHeaderFieldSize: 16 * 1024, maxHeaderListSize: 32 * 1024, maxHeaderFieldCount: 100))),
    configuration: .init(
      address: .hostname(settings.host, port: settings.port), serverName: "status-sync",
      availableConnectionsDelegate: MaximumAvailableConnections(1_000)),
    services: [Background { await live.sweep.run() }, Background { await live.deliver() }],
    onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? 0) },
    logger: quiet)
}

/// Work beside the server, ended when the server has.
struct Background: Service {
  let work: @Sendable () async -> Void

  func run() async throws {
    await cancelWhenGracefulShutdown { await work() }
  }
}
