import Dispatch
import Foundation
import Store
import Synchronization

/// SIGINT and SIGTERM cancel the task of the work, which completes what it began.
enum Signals {
  /// Seconds after which the process ends in any case: all its work may be cut off at any point, and the next run resolves
  /// it.
  private static let longest = 28.0

  private static let last = Mutex<ExitStatus?>(nil)

  /// The signal that came, as the status to end with.
  static var received: ExitStatus? { last.withLock { $0 } }

  static func draining(
    _ work: @escaping @Sendable () async throws -> ExitStatus
  ) async throws -> ExitStatus {
    // Before anything is written: a reader may have gone.
    signal(SIGPIPE, SIG_IGN)
    let task = Task { try await work() }
    let sources = [(SIGINT, ExitStatus.interrupted), (SIGTERM, .terminated)].map { number, status in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        last.withLock { $0 = $0 ?? status }
        task.cancel()
        DispatchQueue.global().asyncAfter(deadline: .now() + longest) {
          let line = "status-sync: still busy \(Int(longest)) s after the signal, so it ends now\n"
          FileHandle.standardError.write(Data(line.utf8))
          _exit(status.rawValue)
        }
      }
      source.resume()
      return source
    }
    defer { sources.forEach { $0.cancel() } }
    let status = try await task.value
    return received ?? status
  }
}
