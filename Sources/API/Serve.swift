import Hummingbird
import Logging
import ServiceLifecycle
import StatusSync

/// Serves until the task is cancelled; then requests in flight are answered, what they began is
/// ended, and the pool is closed.
/// - Parameter onRunning: told the port once connections are taken.
public func serve(
  _ live: Live, settings: APISettings, logger: Logger, patience: Duration = .seconds(10),
  onRunning: @escaping @Sendable (Int) async -> Void
) async throws {
  var quiet = logger
  quiet.logLevel = .warning
  let application = try buildApplication(
    live, settings: settings, logger: logger, patience: patience, onRunning: onRunning)
  let group = ServiceGroup(
    configuration: ServiceGroupConfiguration(services: [application], logger: quiet))
  let running = Task { try await group.run() }
  let result = await withTaskCancellationHandler {
    await running.result
  } onCancel: {
    Task { await group.triggerGracefulShutdown() }
  }
  await live.close()
  try result.get()
}
