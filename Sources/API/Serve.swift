import Foundation
import Hummingbird
import Live
import Logging
import NIOCore
import ServiceLifecycle
import Settings
import Store
import Synchronization

/// Serves until the task is cancelled; then answers the requests in flight, completes what they began, and
/// closes the pool.
/// - Parameters:
///   - timeout: how long a client may take for a head, a body, or to read an answer; shorter in tests.
///   - openFiles: how many files the process may have open; the places for connections go by it.
///   - onRunning: called with the port once the server accepts connections.
/// - Throws: `CannotListen` where it cannot listen on the address.
package func serve(
  _ live: Live, settings: APISettings, logger: Logger, timeout: Duration = .seconds(8),
  openFiles: Int = OpenFiles.raiseLimit(), onRunning: @escaping @Sendable (Int) async -> Void
) async throws {
  var quiet = logger
  quiet.logLevel = .warning
  let isListening = Atomic(false)
  let application = try buildApplication(
    live, settings: settings, logger: logger, timeout: timeout, openFiles: openFiles
  ) { port in
    isListening.store(true, ordering: .relaxed)
    await onRunning(port)
  }
  var configuration = ServiceGroupConfiguration(services: [application], logger: quiet)
  // Together with the time that `Live.close` allows, a stop takes at most 30 s.
  configuration.maximumGracefulShutdownDuration = .seconds(15)
  let group = ServiceGroup(configuration: configuration)
  let running = Task { try await group.run() }
  let result = await withTaskCancellationHandler {
    await running.result
  } onCancel: {
    Task { await group.triggerGracefulShutdown() }
  }
  await live.close()
  do { try result.get() } catch {
    guard !isListening.load(ordering: .relaxed), !Task.isCancelled else { throw error }
    throw CannotListen(host: settings.host, port: settings.port, underlying: error)
  }
}

/// The address cannot be listened on.
package struct CannotListen: CodedError, CustomStringConvertible {
  package var host: String
  package var port: Int
  package var underlying: any Error

  package var errorCode: ErrorCode { .addressTaken }

  package var description: String {
    let reason =
      switch underlying {
      case let error as IOError: String(cString: strerror(error.errnoCode))
      case is SocketAddressError: "the host is not known"
      default: "\(underlying)"
      }
    return "\(host):\(port) cannot be listened on: \(reason)"
  }
}
