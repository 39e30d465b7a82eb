import Foundation
import Leads
import Postgres
import StandIns

extension World {
  /// Writes the data of an installation after some weeks: properties, conversations, and the log with which
  /// both systems agree.
  package func load(into connection: PostgresConnection) async throws {
    for property in properties {
      _ = try await connection.execute(
        """
        insert into property (id, name, timezone)
        values (\(property.id), \(property.name), \(property.timezone)) on conflict do nothing
        """)
    }
    let conversations = domiq.map(ConversationRow.init)
    let known = Set(conversations.map(\.id))
    let rows = log.map { LogRecord($0, conversations: known) }
    let seen = JSONText(try JSON.encode(conversations))
    _ = try await connection.execute(
      """
      insert into conversation (id, property_id, status, lead_name, resman_lead_id)
      select * from jsonb_to_recordset(\(seen)::jsonb) as c (
        id uuid, property_id uuid, status text, lead_name text, resman_lead_id text)
      on conflict do nothing
      """)
    for start in stride(from: 0, to: rows.count, by: 5_000) {
      let part = Array(rows[start..<min(start + 5_000, rows.count)])
      let json = JSONText(try JSON.encode(part))
      _ = try await connection.execute(
        """
        insert into status_sync_log (
          id, conversation_id, resman_lead_id, old_status, new_status, status_reason, updated_by,
          sync_direction, sync_status, context_data, created_at, property_id, occurred_at,
          synced_at, attempts, resman_version, domiq_version, bridged, irregular, failure)
        select id, conversation_id, resman_lead_id, old_status, new_status, status_reason,
          updated_by, sync_direction, sync_status, context_data,
          'epoch'::timestamptz + created_at * interval '1 microsecond', property_id,
          'epoch'::timestamptz + occurred_at * interval '1 microsecond',
          'epoch'::timestamptz + synced_at * interval '1 microsecond', attempts, resman_version,
          domiq_version, bridged, irregular, failure
        from jsonb_to_recordset(\(json)::jsonb) as r (
          id uuid, conversation_id uuid, resman_lead_id text, old_status text, new_status text,
          status_reason text, updated_by text, sync_direction text, sync_status text,
          context_data jsonb, created_at bigint, property_id uuid, occurred_at bigint,
          synced_at bigint, attempts int, resman_version text, domiq_version text, bridged boolean,
          irregular boolean, failure text)
        """)
    }
  }
}

/// A row of `conversation`, under its column names.
private struct ConversationRow: Encodable {
  var id: UUID
  var property_id: UUID
  var status: String
  var lead_name: String?
  var resman_lead_id: String?

  init(_ lead: DomIQLead) {
    id = lead.conversationID
    property_id = lead.propertyID
    status = lead.status
    lead_name = lead.name
    resman_lead_id = lead.resmanLeadID
  }
}

/// A row of `status_sync_log`, under its column names; times in microseconds since 1970.
private struct LogRecord: Encodable {
  var id: UUID
  var conversation_id: UUID?
  var resman_lead_id: String
  var old_status: Status?
  var new_status: Status
  var status_reason: String?
  var updated_by: String
  var sync_direction: String
  var sync_status: String
  var created_at: Int64
  var property_id: UUID
  var occurred_at: Int64
  var synced_at: Int64?
  var attempts: Int
  var resman_version: String?
  var domiq_version: String?
  var bridged: Bool
  var irregular: Bool
  var failure: String?

  init(_ row: World.LogRow, conversations: Set<UUID>) {
    id = row.id
    conversation_id = row.conversationID.flatMap { conversations.contains($0) ? $0 : nil }
    resman_lead_id = row.resmanLeadID
    old_status = row.oldStatus
    new_status = row.newStatus
    status_reason = row.statusReason
    updated_by = row.updatedBy
    sync_direction = row.syncDirection
    sync_status = row.syncStatus
    created_at = row.createdAt
    property_id = row.propertyID
    occurred_at = row.occurredAt
    synced_at = row.syncedAt
    attempts = row.attempts
    resman_version = row.resmanVersion
    domiq_version = row.domiqVersion
    bridged = row.bridged
    irregular = row.irregular
    failure = row.failure
  }
}
