import Leads
import Postgres
import Store

/// The numbers of waiting rows, for `/ready` and `/metrics`.
package struct LiveGauges: Sendable, Equatable {
  /// Changes whose outcome is not known yet.
  package var pendingChanges: Int
  /// Webhooks that wait: their lead is not known yet, or a change of it has not ended.
  package var waitingWebhooks: Int
  /// Messages of the outbox that are not sent yet.
  package var waitingMessages: Int
  /// Workflow actions not run yet.
  package var waitingActions: Int
  /// How far the polls of ResMan are behind; null: there are none, or it could not be read.
  package var pollLag: PollLag?

  /// Reads them; fails where the database does not answer.
  /// - Parameter polled: the moment as of which polls may be behind; null: there are none.
  package static func read(
    _ database: any ConnectionLender, polled now: Instant? = nil
  ) async throws -> LiveGauges {
    try await database.withConnection { connection in
      let row = try await connection.queryOne(SQL(file: PackageResources.live_gauges_sql))
      var gauges = LiveGauges(
        pendingChanges: try row?["pending_changes"] ?? 0,
        waitingWebhooks: try row?["waiting_webhooks"] ?? 0,
        waitingMessages: try row?["waiting_messages"] ?? 0,
        waitingActions: try row?["waiting_actions"] ?? 0)
      if let now { gauges.pollLag = try? await PollLag.read(connection, at: now) }
      return gauges
    }
  }
}
