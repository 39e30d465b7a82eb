import Foundation
import Leads
import Postgres

/// One row of `status_sync_log`, as `status-sync history` shows it.
public struct HistoryRow: Codable, Sendable, Equatable {
  @CanonicalUUID public var id: UUID
  public var seq: Int
  /// As logged: an adopted row may have a word outside the vocabulary.
  public var old_status: String?
  public var new_status: String?
  public var status_reason: String?
  public var updated_by: String?
  public var sync_direction: String?
  public var sync_status: String?
  public var bridged: Bool
  public var irregular: Bool
  public var failure: String?
  public var attempts: Int
  @CanonicalOptionalUUID public var run_id: UUID?
  public var resman_version: String?
  public var domiq_version: String?
  /// ISO 8601 with offset; null where the source gave none.
  public var occurred_at: String?
  public var synced_at: String?
  public var created_at: String?
}

/// What is known of one lead: its history, and its last sightings as input of the rules.
public struct LeadHistory: Sendable {
  let connection: PostgresConnection

  /// Reads on this connection.
  public init(_ connection: PostgresConnection) {
    self.connection = connection
  }

  /// The lead's changes, newest first; empty where the log does not have it.
  public func changes(of lead: String, limit: Int) async throws -> [HistoryRow] {
    try await connection.query(SQL(file: PackageResources.lead_history_sql, lead, limit))
      .map { try JSON.decode(try $0["change"]) }
  }

  /// The inputs of the rules as last seen; null where the lead is not known.
  /// - Parameter asOf: later versions are no evidence.
  public func lastSeen(_ lead: String, asOf: Instant) async throws -> LeadState? {
    let rows = try await connection.query(SQL(file: PackageResources.lead_state_sql, lead))
    guard let row = rows.first else { return nil }
    return try JSON.decode(try row["lead"], as: DiffRow.self).state(asOf: asOf)
  }
}
