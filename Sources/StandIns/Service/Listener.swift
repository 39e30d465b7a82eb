import Hummingbird
import Logging
import ServiceLifecycle
import Synchronization

/// One system's server on the loopback interface, which can stop and start again on the same port.
package actor Listener {
  /// The server could not listen on its port.
  struct CannotListen: Error, CustomStringConvertible {
    var description: String
  }

  /// The system, for messages.
  private let name: String
  private let responder: CallbackResponder<BasicRequestContext>
  package private(set) var port: Int
  private var running: (group: ServiceGroup, task: Task<Void, any Error>)?

  init(_ responder: Responder, port: Int) {
    self.init(name: responder.system.rawValue, port: port) {
      try await responder.respond(to: $0, context: $1)
    }
  }

  /// - Parameter respond: the answer to one request.
  package init(
    name: String, port: Int,
    respond: @escaping @Sendable (Request, BasicRequestContext) async throws -> Response
  ) {
    self.name = name
    responder = CallbackResponder(callback: respond)
    self.port = port
  }

  /// Whether the port is being listened on.
  var isUp: Bool { running != nil }

  /// Starts to listen; returns once connections are taken. Does nothing if it already listens.
  package func start() async throws {
    guard running == nil else { return }
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    var logger = Logger(label: "stand-in.\(name)")
    logger.logLevel = .error
    let application = Application(
      responder: responder,
      configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: self.port)),
      onServerRunning: { channel in
        port.yield(channel.localAddress?.port ?? 0)
        port.finish()
      },
      logger: logger)
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(services: [application], logger: logger))
    let task = Task {
      defer { port.finish() }
      try await group.run()
    }
    var bound: Int?
    for await port in ports { bound = port }
    guard let bound else {
      _ = await task.result
      throw CannotListen(
        description: "the stand-in for \(name) cannot listen on \(self.port)")
    }
    self.port = bound
    running = (group, task)
  }

  /// Stops to listen and ends open connections; the port is kept for the next start.
  package func stop() async {
    guard let (group, task) = running else { return }
    running = nil
    await group.triggerGracefulShutdown()
    let timeout = Task {
      try await Task.sleep(for: .seconds(1))
      task.cancel()
    }
    _ = await task.result
    timeout.cancel()
  }
}
