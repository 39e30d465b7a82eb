import Dispatch
import Foundation
import StatusSync
import Synchronization

/// SIGINT and SIGTERM ask the work to drain: its task is cancelled, and it ends what it began.
enum Signals {
  private static let last = Mutex<ExitStatus?>(nil)

  /// The signal that came, as the status to end with.
  static var received: ExitStatus? { last.withLock { $0 } }

  static func draining(
    _ work: @escaping @Sendable () async throws -> ExitStatus
  ) async throws -> ExitStatus {
    let task = Task { try await work() }
    let sources = [(SIGINT, ExitStatus.interrupted), (SIGTERM, .terminated)].map { number, status in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        last.withLock { $0 = $0 ?? status }
        task.cancel()
      }
      source.resume()
      return source
    }
    signal(SIGPIPE, SIG_IGN)
    defer { sources.forEach { $0.cancel() } }
    let status = try await task.value
    return received ?? status
  }
}
