import Foundation
import Logging
import Synchronization

import Store

/// A monotonic clock that stands still until a test moves it; the wall clock is the machine's.
final class TestTime: Sendable {
  private let spent = Mutex(Duration.zero)

  var clock: RunClock {
    var clock = RunClock.system()
    clock.elapsed = { self.spent.withLock { $0 } }
    clock.sleep = { duration in self.spent.withLock { $0 += duration } }
    clock.random = { 0.5 }
    return clock
  }

  func advance(by duration: Duration) { spent.withLock { $0 += duration } }
}

/// Keeps log lines.
final class KeptLog: Sendable {
  private let kept = Mutex<[String]>([])

  var lines: [String] { kept.withLock { $0 } }

  var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

  private struct Handler: LogHandler {
    let log: KeptLog
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let values = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map {
        "\($0.key)=\($0.value)"
      }
      log.kept.withLock {
        $0.append("\(event.level) \(event.message) \(values.joined(separator: " "))")
      }
    }
  }
}
