import Foundation
import Leads
import Postgres

/// One row of `status_sync_log`, as `status-sync history` shows it.
package struct HistoryRow: Codable, Sendable, Equatable {
  @CanonicalUUID package var id: UUID
  package var seq: Int
  /// As logged: an adopted row may have a word outside the vocabulary.
  package var old_status: String?
  package var new_status: String?
  package var status_reason: String?
  package var updated_by: String?
  package var sync_direction: String?
  package var sync_status: String?
  package var bridged: Bool
  package var irregular: Bool
  package var failure: String?
  package var attempts: Int
  @CanonicalOptionalUUID package var run_id: UUID?
  package var resman_version: String?
  package var domiq_version: String?
  /// ISO 8601 with offset; null where the source gave none.
  package var occurred_at: String?
  package var synced_at: String?
  package var created_at: String?
}

/// What is known of one lead: its history, and its last sightings as input of the rules.
package struct LeadHistory: Sendable {
  package let connection: PostgresConnection

  /// Reads on this connection.
  package init(_ connection: PostgresConnection) {
    self.connection = connection
  }

  /// The lead's changes, newest first; empty where the log does not have it.
  package func changes(of lead: String, limit: Int) async throws -> [HistoryRow] {
    try await connection.query(SQL(file: PackageResources.lead_history_sql, lead, limit))
      .map { try JSON.decode(try $0["change"]) }
  }

  /// The inputs of the rules as last seen; null where the lead is not known.
  /// - Parameter asOf: later versions are no evidence.
  package func lastSeen(_ lead: String, asOf: Instant) async throws -> LeadState? {
    let rows = try await connection.query(SQL(file: PackageResources.lead_state_sql, lead))
    guard let row = rows.first else { return nil }
    return try JSON.decode(try row["lead"], as: DiffRow.self).state(asOf: asOf)
  }
}
