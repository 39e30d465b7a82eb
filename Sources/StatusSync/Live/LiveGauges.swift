import Postgres

/// The numbers of waiting rows, for `/ready` and `/metrics`.
public struct LiveGauges: Sendable, Equatable {
  /// Changes whose outcome is not known yet.
  public var pendingChanges: Int
  /// Webhooks of leads that are not known yet.
  public var waitingWebhooks: Int
  /// Messages of the outbox that are not sent yet.
  public var waitingMessages: Int
  /// Workflow actions that are not taken yet.
  public var waitingActions: Int

  /// Reads them; fails where the database does not answer.
  public static func read(_ database: any ConnectionLender) async throws -> LiveGauges {
    try await database.withConnection { connection in
      let row = try await connection.queryOne(SQL(file: PackageResources.live_gauges_sql))
      return LiveGauges(
        pendingChanges: try row?["pending_changes"] ?? 0,
        waitingWebhooks: try row?["waiting_webhooks"] ?? 0,
        waitingMessages: try row?["waiting_messages"] ?? 0,
        waitingActions: try row?["waiting_actions"] ?? 0)
    }
  }
}
