import Postgres

/// What waits by day, for `/ready` and `/metrics`.
public struct LiveGauges: Sendable, Equatable {
  /// Changes whose end is not known yet.
  public var pendingChanges: Int
  /// Webhooks whose lead nobody knows yet.
  public var waitingWebhooks: Int

  /// Reads them; fails where the database does not answer.
  public static func read(_ database: any ConnectionLender) async throws -> LiveGauges {
    try await database.withConnection { connection in
      let row = try await connection.queryOne(SQL(file: PackageResources.live_gauges_sql))
      return LiveGauges(
        pendingChanges: try row?["pending_changes"] ?? 0,
        waitingWebhooks: try row?["waiting_webhooks"] ?? 0)
    }
  }
}
