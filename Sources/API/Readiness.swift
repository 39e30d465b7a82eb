import Live
import Postgres
import Store
import Synchronization

/// Whether the database answers. It is asked on a connection that nothing else uses, and once for all requests
/// of the same moment, because the path is open to everybody.
final class Readiness: Sendable {
  private let database: PostgresPool
  private let timeout: Duration
  private let clock: RunClock
  private let asking = Mutex<Task<LiveGauges, any Error>?>(nil)

  /// - Parameter timeout: how long to wait for an answer.
  init(database: PostgresPool, timeout: Duration, clock: RunClock) {
    self.database = database
    self.timeout = timeout
    self.clock = clock
  }

  /// The numbers of waiting rows.
  /// - Throws: `Problem` where the database does not answer in time.
  @discardableResult
  func check() async throws -> LiveGauges {
    let task = asking.withLock { current in
      if let current { return current }
      let task = Task {
        defer { self.asking.withLock { $0 = nil } }
        return try await LiveGauges.read(self.database)
      }
      current = task
      return task
    }
    if let gauges = try await task.value(within: timeout, clock: clock) { return gauges }
    task.cancel()
    throw Problem(.unavailable, "the database has not answered in time", retryAfter: 5)
  }
}
