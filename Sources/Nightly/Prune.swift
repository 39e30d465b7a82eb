import Analytics
import Foundation
import Leads
import Postgres
import Reports
import Settings
import Store

/// What was deleted because it was older than it is kept.
package struct Pruned: Codable, Sendable, Equatable {
  /// Rows by table; a table without any is left out.
  package var rows: [String: Int] = [:]
  /// Names of folders of reports.
  package var reports: [String] = []

  package var isEmpty: Bool { rows.isEmpty && reports.isEmpty }

  fileprivate mutating func add(_ table: String, _ count: Int) {
    guard count > 0 else { return }
    rows[table, default: 0] += count
  }
}

/// Deletes what is older than it is kept (`keep`): figures of measurements, runs with their drift, messages and follow-ups
/// that have ended, webhooks, answered requests, folders of reports. Never the log, nor what is derived from it, nor
/// a question, nor the newest measurement. What is deleted halfway is deleted by the next time.
package struct Prune: Sendable {
  /// Days for which a webhook waits at most.
  private static let waitingDays = 30

  package let connection: PostgresConnection
  package let keep: KeepSettings
  /// The directory of the reports.
  package let directory: String

  package init(_ connection: PostgresConnection, keep: KeepSettings, directory: String) {
    self.connection = connection
    self.keep = keep
    self.directory = directory
  }

  /// Prunes while no run works.
  /// - Parameter isDryRun: find out what would go: everything is deleted in one transaction, which is rolled back.
  /// - Throws: `LockHeld` while a run works.
  package func alone(at now: Instant, isDryRun: Bool) async throws -> Pruned {
    try await JobLock.run.held(on: connection) { try await run(at: now, isDryRun: isDryRun) }
  }

  /// Prunes. Only for the holder of the lock of a run.
  func run(at now: Instant, isDryRun: Bool = false) async throws -> Pruned {
    var pruned = try await JobLock.measurement.held(on: connection, timeout: .seconds(600)) {
      isDryRun ? try await rehearsed(at: now) : try await deleted(at: now)
    }
    pruned.reports = try reports(at: now, isDryRun: isDryRun)
    return pruned
  }

  private func deleted(at now: Instant) async throws -> Pruned {
    let steps = try await connection.perform { db in try self.due(at: now, on: db) }
    var pruned = Pruned()
    for step in steps {
      for (table, count) in try await connection.transaction(.readWrite, step) {
        pruned.add(table, count)
      }
    }
    return pruned
  }

  private func rehearsed(at now: Instant) async throws -> Pruned {
    try await connection.transaction(isRehearsal: true) { [self] db in
      var pruned = Pruned()
      for step in try due(at: now, on: db) {
        for (table, count) in try step(db) { pruned.add(table, count) }
      }
      return pruned
    }
  }

  /// Deletes rows in a transaction; returns how many, by table.
  private typealias Step = @Sendable (isolated PostgresConnection) throws -> [String: Int]

  private func due(
    at now: Instant, on db: isolated PostgresConnection
  ) throws -> [Step] {
    let measurements: [Instant] = try db.query(
      SQL(
        file: PackageResources.prune_measurements_sql, now, keep.nights, keep.weeks, keep.months)
    ).map { try $0["as_of"] }
    let runs: [UUID] = try db.query(
      SQL(file: PackageResources.prune_runs_sql, now - .seconds(86_400 * keep.driftDays))
    ).map { try $0["id"] }
    let ended = now - .seconds(86_400 * keep.messagesDays)
    var steps: [Step] = []
    for asOf in measurements { steps.append { try Measure.forget(asOf, on: $0) } }
    for run in runs { steps.append { try Self.forget(run, on: $0) } }
    steps.append { db in
      [
        "notification": try db.execute(SQL(file: PackageResources.prune_messages_sql, ended)),
        "follow_up": try db.execute(SQL(file: PackageResources.prune_follow_ups_sql, ended)),
      ]
    }
    let waited = now - .seconds(86_400 * Self.waitingDays)
    steps.append { db in
      [
        "webhook_delivery": try db.execute(
          SQL(file: PackageResources.prune_webhooks_sql, waited))
      ]
    }
    steps.append { db in
      guard let row = try db.queryOne(.deleteExpiredRequests) else { return [:] }
      return ["webhook_delivery": try row["webhooks"], "idempotency": try row["keys"]]
    }
    return steps
  }

  /// Deletes one run with what hangs on it.
  private static func forget(
    _ run: UUID, on db: isolated PostgresConnection
  ) throws -> [String: Int] {
    var deleted: [String: Int] = [:]
    for table in ["drift", "drift_alarm", "run_property", "run_pull"] {
      deleted[table] = try db.execute(
        "delete from \(identifier: table) where run_id = \(run)")
    }
    deleted["sync_run"] = try db.execute("delete from sync_run where id = \(run)")
    return deleted
  }

  private func reports(at now: Instant, isDryRun: Bool) throws -> [String] {
    guard FileManager.default.fileExists(atPath: directory) else { return [] }
    let root = try OutputDirectory.create(at: directory)
    try root.lock()
    let pruned = try root.pruneReports(keeping: keep.reportsDays, now: now, isDryRun: isDryRun)
    try root.sync()
    return pruned
  }
}

extension NightlyJob {
  /// After the night, on its connection. The night stands whatever becomes of it: a failure is logged, and the next night
  /// prunes.
  /// - Returns: nil after a failure.
  func prune() async -> Pruned? {
    do {
      return try await Prune(
        connection, keep: settings.keep, directory: settings.reports.directory
      ).run(at: parts.clock.now())
    } catch {
      parts.logger.warning("not everything was pruned, the next night goes on: \(error)")
      return nil
    }
  }
}
