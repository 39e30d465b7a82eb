import Postgres
import StatusSync
import Synchronization

/// Whether the database answers, asked on a connection that nothing else uses, and once for everybody
/// who wants to know at the same moment: the path is open to strangers.
final class Readiness: Sendable {
  /// The longest that an answer is waited for.
  static let timeout = Duration.seconds(2)

  private let database: PostgresPool
  private let clock: RunClock
  private let asking = Mutex<Task<LiveGauges, any Error>?>(nil)

  init(database: PostgresPool, clock: RunClock) {
    self.database = database
    self.clock = clock
  }

  /// What waits; fails where the database does not answer.
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
    if let gauges = try await task.value(within: Self.timeout, clock: clock) { return gauges }
    task.cancel()
    throw Problem(.unavailable, "the database has not answered in time", retryAfter: 5)
  }
}
