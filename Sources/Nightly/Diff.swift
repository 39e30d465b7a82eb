import Foundation
import Leads
import Postgres
import Pulls
import Store

/// How many leads were compared.
package struct DiffCounts: Codable, Sendable, Equatable {
  /// Distinct leads seen on either side, or left open before.
  package var judged: Int
  /// Of those, the leads that need no rule: both sides and the base agree.
  package var inSync: Int
  /// Of those, the leads that DomIQ does not have.
  package var resmanOnly: Int
  package var duplicateConversations: Int
  /// Leads known at properties that were read incompletely, and shown by neither side.
  package var unseen: Int
}

/// Stage 4: one statement joins both sightings with the base.
struct Diff: Sendable {
  let connection: PostgresConnection

  /// Fills `stage_diff` from the staged pull.
  func run(_ pull: PullSummary) async throws -> DiffCounts {
    let staged = pull.properties.map { pulled in
      SQL(
        file: PackageResources.stage_pull_insert_sql, pulled.system.rawValue, pulled.propertyID,
        pulled.isComplete, pulled.isIncremental, pulled.named, pulled.digest.text, pulled.agreed)
    }
    _ = try await connection.pipeline(
      ["truncate stage_pull, stage_diff, stage_plan"] + staged)
    // Memory of the server for sorting and joining a whole night's rows.
    try await connection.script("set work_mem = '256MB'; set jit = off")
    _ = try await connection.execute(SQL(file: PackageResources.stage_erased_sql))
    _ = try await connection.execute(
      SQL(file: PackageResources.diff_sql, pull.began?.at, pull.began?.seq))
    try await connection.script("reset work_mem; analyze stage_pull; analyze stage_diff")
    let rows = try await connection.query(SQL(file: PackageResources.diff_counts_sql))
    guard let row = rows.first else { throw StoreError.unexpectedNull("judged") }
    // Only after an incomplete pull are there unseen leads that are not missing.
    let unseen =
      pull.properties.allSatisfy(\.isComplete)
      ? 0
      : try await connection.query(SQL(file: PackageResources.pull_unseen_sql))
        .first?["leads"] ?? 0
    return DiffCounts(
      judged: try row["judged"], inSync: try row["in_sync"], resmanOnly: try row["resman_only"],
      duplicateConversations: try row["duplicate_conversations"], unseen: unseen)
  }
}

extension NightlyJob {
  /// Stage 4: compares what both systems showed with the last agreement.
  func diff(_ pull: PullSummary, _ summary: inout RunSummary) async throws -> DiffCounts {
    let seen = try await timed(.diff, &summary) {
      try await Diff(connection: connection).run(pull)
    }
    summary.pull?.unseen = seen.unseen
    summary.pull?.duplicateConversations = seen.duplicateConversations
    summary.pulled = seen.judged
    return seen
  }
}
