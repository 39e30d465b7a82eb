import Foundation
import Leads
import Postgres

/// The kind of a run: the nightly run, a saved plan, or answers to the review queue.
package enum RunMode: String, Codable, Sendable, CaseIterable {
  case run, apply, resolve
}

/// `sync_run`, one row a run.
package struct Runs: Sendable {
  /// A full pull comes at least every this many runs; those between ask for changes only.
  package static let fullPullEvery = 7

  package let connection: PostgresConnection

  /// Reads and writes runs on this connection.
  package init(_ connection: PostgresConnection) {
    self.connection = connection
  }

  /// Begins a run, and ends those of killed processes. Only for the lock's holder.
  package func begin(_ id: UUID, mode: RunMode, at now: Instant, full: Bool) async throws {
    _ = try await connection.pipeline([
      SQL(file: PackageResources.runs_abandoned_sql),
      SQL(file: PackageResources.run_begin_sql, id, mode.rawValue, now.iso8601, full),
    ])
  }

  /// Ends a run. `state` is `finished`, `failed` or `interrupted`.
  package func end(
    _ id: UUID, state: String, at now: Instant, exitCode: Int, summary: String?
  ) async throws {
    _ = try await connection.execute(
      SQL(
        file: PackageResources.run_end_sql, id, state, now.iso8601, exitCode,
        summary.map(JSONText.init)))
  }

  /// True where the pull of a run that begins now must be a full one: there is none on record, or it
  /// is long ago. Only for the lock's holder.
  package func needsFullPull(at now: Instant) async throws -> Bool {
    let rows = try await connection.query(
      SQL(file: PackageResources.run_counted_sql, now.iso8601))
    guard let row = rows.first else { return true }
    return try row["runs"] as Int + 1 >= Self.fullPullEvery
  }
}
