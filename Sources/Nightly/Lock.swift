import Leads
import Postgres
import Store
import Upstreams

extension Nightly {
  /// Stage 1: no two runs at once. Everything else happens on the session that holds the lock.
  func locked<T: Sendable>(_ body: (NightlyJob) async throws -> T) async throws -> T {
    let connection = try await parts.connect()
    do {
      try await Migrator.requireCurrent(connection)
      let lock = try await JobLock.run.take(on: connection, clock: parts.clock)
      for other in lock.passedOver {
        parts.logger.warning(
          "a session without the right to it held the key of the run's lock; it blocks nothing",
          metadata: ["holder": "\(other)"])
      }
      let night = NightlyJob(
        parts: parts, connection: connection, startedAt: parts.clock.now(),
        startedElapsed: parts.clock.elapsed(), drain: Drain(clock: parts.clock))
      let result = try await body(night)
      await JobLock.run.release(lock, on: connection)
      await connection.close()
      return result
    } catch {
      await connection.close()
      throw error
    }
  }
}
