import Foundation
import Leads
import Live
import Nightly
import Postgres
import Store

/// Last runs and the success criteria of the feature, with their figures.
package struct SyncStatus: Codable, Sendable {
  /// One run.
  package struct RunLine: Codable, Sendable {
    @CanonicalUUID package var id: UUID
    package var started_at: String
    /// Null while it runs.
    package var finished_at: String?
    package var mode: String
    package var state: String
    package var exit_code: Int?
    package var pulled: Int?
    package var planned: Int?
    package var seconds: Double?
    /// How long each of its stages took.
    package var stages: [String: StageFigures]?
  }

  /// One criterion; the figure is null where it is not known yet.
  package struct Criterion: Codable, Sendable {
    package var criterion: String
    package var target: String
    package var figure: String?
    package var note: String?
  }

  /// The last ten of every mode, latest first.
  package var runs: [RunLine]
  /// The last ten nights, latest first.
  package var nights: [RunLine]
  /// What each stage of the last night took.
  package var stages: [StageTime] = []
  package var criteria: [Criterion]
  package var live: LiveFigures?
  /// Of `serve`, where it asks ResMan for changes; null where it does not.
  package var poll: PollLag?
  /// Seconds since the last finished run; null: there was none.
  package var stale_seconds: Double?

  /// Reads both from the log of the last 30 days.
  /// - Parameter now: a run that began later is left out.
  package static func read(
    _ connection: PostgresConnection, at now: Instant
  ) async throws -> SyncStatus {
    let runs = try await lines(connection, nightsAlone: false, at: now)
    let nights = try await nights(connection, at: now)
    let rows = try await connection.query(SQL(file: PackageResources.status_criteria_sql))
    guard let row = rows.first else { return SyncStatus(runs: runs, nights: nights, criteria: []) }
    let succeeded: Double = try row["succeeded"]
    let ended: Double = try row["ended"]
    let p95: Double? = try row["p95_seconds"]
    let pending: Int = try row["pending"]
    let unlogged: Int = try row["unlogged"]
    let byDay: Int = try row["by_day"]
    return SyncStatus(
      runs: runs, nights: nights, stages: StageTime.all(nights),
      criteria: [
        Criterion(
          criterion: "status sync success", target: "99 % or more",
          figure: share(succeeded, of: ended),
          note: "\(Int(succeeded)) of \(Int(ended)) status changes finished in the last 30 days"),
        Criterion(
          criterion: "status update time", target: "under 10 s",
          figure: p95.map { "\(($0 * 1000).rounded() / 1000) s" },
          note: "95 % of changes took at most this, from request to confirmed in both systems"),
        try await delivery(connection),
        Criterion(
          criterion: "real-time sync", target: "changes made by day",
          figure: share(Double(byDay), of: succeeded),
          note: "\(byDay) of \(Int(succeeded)); the rest were found by the nightly run"),
        Criterion(
          criterion: "complete history", target: "0 leads",
          figure: "\(unlogged)", note: "leads whose status is not that of their last logged change"),
        Criterion(
          criterion: "zero data loss", target: "0 unsettled changes", figure: "\(pending)",
          note: "outcome not confirmed yet"),
      ], live: try await LiveFigures.read(connection),
      stale_seconds: try await age(connection, at: now))
  }

  /// The last ten nights, latest first.
  package static func nights(
    _ connection: PostgresConnection, at now: Instant
  ) async throws -> [RunLine] {
    try await lines(connection, nightsAlone: true, at: now)
  }

  private static func lines(
    _ connection: PostgresConnection, nightsAlone: Bool, at now: Instant
  ) async throws -> [RunLine] {
    try await connection.query(
      SQL(file: PackageResources.status_runs_sql, nightsAlone, now.iso8601)
    ).map { try JSON.decode(try $0["run"]) }
  }

  /// Seconds since the latest night that finished, however many were begun since; nil: none ever did.
  package static func age(
    _ connection: PostgresConnection, at now: Instant
  ) async throws -> Double? {
    try await connection.queryOne(
      SQL(file: PackageResources.status_finished_sql, now.iso8601))?["age"]
  }

  /// A share in percent, rounded down: 100 % is all.
  private static func share(_ part: Double, of whole: Double) -> String? {
    whole > 0 ? "\((part / whole * 10_000).rounded(.down) / 100) %" : nil
  }

  /// The outbox of the last 30 days against its criterion.
  private static func delivery(_ connection: PostgresConnection) async throws -> Criterion {
    let row = try await connection.query(SQL(file: PackageResources.status_delivery_sql)).first
    let delivered: Int = try row?["delivered"] ?? 0
    let ended: Int = try row?["ended"] ?? 0
    return Criterion(
      criterion: "notification delivery", target: "100 %",
      figure: share(Double(delivered), of: Double(ended)),
      note: "\(delivered) of \(ended) messages finished in the last 30 days")
  }
}

/// Waiting and failed work of the live API: alerts that nobody read in the log are shown here.
package struct LiveFigures: Codable, Sendable {
  /// Messages that wait, and the age of the oldest.
  package var pending: Int
  package var oldest_pending_seconds: Double?
  /// Messages and workflow actions given up in 30 days.
  package var dead: Int
  package var actions_failed: Int
  package var actions_pending: Int
  /// Messages in the app's inbox that nobody has read.
  package var unread: Int
  package var open_tasks: Int
  package var follow_ups: Int

  package static func read(_ connection: PostgresConnection) async throws -> LiveFigures? {
    guard let row = try await connection.query(SQL(file: PackageResources.status_live_sql)).first
    else { return nil }
    return LiveFigures(
      pending: try row["pending"], oldest_pending_seconds: try row["oldest_pending_seconds"],
      dead: try row["dead"], actions_failed: try row["actions_failed"],
      actions_pending: try row["actions_pending"], unread: try row["unread"],
      open_tasks: try row["open_tasks"], follow_ups: try row["follow_ups"])
  }
}
