import Foundation
import Leads
import Postgres
import TestDatabase

import Messaging
import Store

/// A migrated database with one property, and functions that write changes into it.
struct OutboxFixture: Sendable {
  let database: TestDatabase
  let db: PostgresConnection
  let property = UUID()

  static func with<T: Sendable>(
    timezone: String = "UTC", _ body: @Sendable (OutboxFixture) async throws -> T
  ) async throws -> T {
    try await TestDatabase.with(
      template: "migrated", prepare: { _ = try await Migrator.migrate($0) }
    ) { database in
      let fixture = OutboxFixture(database: database, db: try await database.connect())
      _ = try await fixture.db.execute(
        """
        insert into property (id, name, timezone)
        values (\(fixture.property), 'Oak Court', \(timezone))
        """)
      let value = try await body(fixture)
      await fixture.db.close()
      return value
    }
  }

  /// Adds a preference for a status; recipients as JSON text.
  func prefer(
    _ status: Status, _ method: String, _ recipients: String?, template: String? = nil,
    active: Bool = true
  ) async throws {
    _ = try await db.execute(
      """
      insert into status_notification_preferences
        (property_id, status_type, notification_method, recipients, template_id, is_active)
      values (\(property), \(status.rawValue), \(method), \(recipients.map(JSONText.init)),
        \(template), \(active))
      """)
  }

  func rule(
    _ trigger: Status, conditions: String? = nil, actions: String?, active: Bool = true
  ) async throws {
    _ = try await db.execute(
      """
      insert into status_workflow_rules
        (property_id, trigger_status, target_status, conditions, actions, is_active)
      values (\(property), \(trigger.rawValue), 'leased', \(conditions.map(JSONText.init)),
        \(actions.map(JSONText.init)), \(active))
      """)
  }

  func contact(_ role: String, _ channel: String, _ address: String, here: Bool = true) async throws
  {
    _ = try await db.execute(
      """
      insert into notification_contact (property_id, role, channel, address)
      values (\(here ? property : nil), \(role), \(channel), \(address))
      """)
  }

  /// What one change led to.
  struct Led: Sendable {
    var event: StatusChangeEvent
    var queued: Int
    var actions: [String]
  }

  /// Records one change as a live update does, with its effects in one transaction.
  func change(
    _ old: Status?, _ new: Status, lead: String = "L-1",
    at occurred: String = "2026-11-20T12:00:00Z",
    details: LeadDetails = LeadDetails(name: "Ada Example", score: 70),
    _ edit: @Sendable (inout StatusChangeEvent) -> Void = { _ in }
  ) async throws -> Led {
    var event = StatusChangeEvent(
      logID: UUID(), propertyID: property, leadID: lead, old: old, new: new, updatedBy: .chatbot,
      occurredAt: Instant(iso8601: occurred) ?? Instant(microseconds: 0), details: details)
    edit(&event)
    let recorded = event
    return try await db.transaction { db in
      try db.execute(
        """
        insert into status_sync_log (id, resman_lead_id, old_status, new_status, updated_by,
          sync_direction, sync_status, property_id, occurred_at)
        values (\(recorded.logID), \(recorded.leadID), \(old?.rawValue), \(new.rawValue), 'chatbot',
          \(recorded.isFromResMan ? "from_resman" : "to_resman"), 'success', \(property), now())
        """)
      return Led(
        event: recorded, queued: try Notifier.enqueue(recorded, in: db),
        actions: try WorkflowEngine.trigger(recorded, in: db))
    }
  }

  /// The texts of one column, in order.
  func texts(_ sql: SQL) async throws -> [String] {
    try await db.query(sql).map { try $0[at: 0] as String? ?? "-" }
  }
}
