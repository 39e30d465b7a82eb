import Live
import Postgres
import Store
import Synchronization

/// Whether the database answers, and what is waiting in it. It is asked on one of the connections that look up keys, and
/// once for all requests of the same moment, because the paths are open to everybody.
final class Readiness: Sendable {
  private let database: PostgresPool
  private let timeout: Duration
  private let clock: RunClock
  private let hasPolls: Bool
  private let asking = Mutex<Task<LiveGauges, any Error>?>(nil)

  /// - Parameters:
  ///   - timeout: how long to wait for an answer.
  ///   - hasPolls: ResMan is asked for changes, and may be behind.
  init(database: PostgresPool, timeout: Duration, clock: RunClock, hasPolls: Bool) {
    self.database = database
    self.timeout = timeout
    self.clock = clock
    self.hasPolls = hasPolls
  }

  /// The numbers of waiting rows.
  /// - Throws: `Problem` where the database does not answer in time.
  @discardableResult
  func check() async throws -> LiveGauges {
    let task = asking.withLock { current in
      if let current { return current }
      let task = Task {
        defer { self.asking.withLock { $0 = nil } }
        return try await LiveGauges.read(
          self.database, polled: self.hasPolls ? self.clock.now() : nil)
      }
      current = task
      return task
    }
    if let gauges = try await task.value(within: timeout, clock: clock) { return gauges }
    task.cancel()
    throw Problem(.unavailable, "the database has not answered in time", retryAfter: 5)
  }
}
