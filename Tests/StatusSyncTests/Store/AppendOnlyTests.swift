import Foundation
import Postgres
import TestDatabase
import Testing

import Store

/// Invariant 6: the log only grows, for every role; a row goes from pending to its end once.
@Suite struct AppendOnlyTests {
  /// Every role of the product; nil: the owner, who migrated.
  static let roles = [
    nil, "status_sync_job", "status_sync_api", "status_sync_planner", "status_sync_reader",
    "status_sync_eraser",
  ]
  private static let ended = UUID()
  private static let pending = UUID()

  private static func at(
    _ role: String?, _ body: @Sendable (PostgresConnection) async throws -> Void
  ) async throws {
    try await TestDatabase.with(
      template: "migrated", prepare: { _ = try await Migrator.migrate($0) }
    ) { database in
      let connection = try await database.connect()
      for (id, lead, status) in [(ended, "L-1", "success"), (pending, "L-2", "pending")] {
        try await connection.execute(
          """
          insert into status_sync_log (id, resman_lead_id, old_status, new_status, updated_by,
            sync_direction, sync_status)
          values (\(id), \(lead), 'new', 'contacted', 'chatbot', 'to_resman', \(status))
          """)
      }
      if let role { try await connection.execute("set role \(identifier: role)") }
      try await body(connection)
      try await connection.execute("reset role")
      let rows = try await connection.query(
        "select sync_status from status_sync_log order by resman_lead_id")
      #expect(rows.count == 2)
    }
  }

  @Test(arguments: roles)
  func noRowVanishes(_ role: String?) async throws {
    try await Self.at(role) { connection in
      for statement: SQL in [
        "delete from status_sync_log where resman_lead_id = 'L-1'",
        "delete from status_sync_log where resman_lead_id = 'L-2'",
        "truncate status_sync_log", "truncate status_sync_log cascade",
      ] {
        await #expect(throws: PostgresError.self) { try await connection.execute(statement) }
      }
    }
  }

  /// No column of an ended row can be changed.
  @Test(arguments: roles)
  func anEndedRowIsNotChanged(_ role: String?) async throws {
    try await Self.at(role) { connection in
      let columns = try await connection.query(
        """
        select attname::text as name from pg_attribute
        where attrelid = 'status_sync_log'::regclass and attnum > 0 and not attisdropped
        """
      ).map { try $0["name"] as String }
      #expect(columns.count > 20)
      for name in columns {
        let error = await #expect(throws: PostgresError.self) {
          try await connection.execute(
            """
            update status_sync_log set \(identifier: name) = \(identifier: name)
            where id = \(Self.ended)
            """)
        }
        // Refused by the trigger of the log or by missing rights, for no other reason.
        #expect(["23001", "42501"].contains(error?.sqlState ?? ""), "\(name)")
      }
      for end in ["failed", "pending", "success"] {
        await #expect(throws: PostgresError.self) {
          try await connection.execute(
            "update status_sync_log set sync_status = \(end) where id = \(Self.ended)")
        }
      }
    }
  }

  /// The columns that identify a change do not change when it ends; and an end cannot be pending.
  @Test(arguments: [
    "id = gen_random_uuid()", "resman_lead_id = 'L-9'", "old_status = 'qualified'",
    "new_status = 'lost'", "updated_by = 'system'", "sync_direction = 'from_resman'",
    "property_id = gen_random_uuid()", "run_id = gen_random_uuid()",
    "created_at = created_at - interval '1 day'", "bridged = true",
  ])
  func anEndIsAllThatAPendingRowGets(_ change: String) async throws {
    try await Self.at("status_sync_job") { connection in
      for end in ["", ", sync_status = 'success'", ", sync_status = 'failed'"] {
        let statement = "update status_sync_log set \(change)\(end) where id = '\(Self.pending)'"
        let error = await #expect(throws: PostgresError.self) {
          try await connection.execute(SQL(stringLiteral: statement))
        }
        #expect(error?.sqlState == "23001", "\(statement)")
      }
      let end: SQL = "update status_sync_log set sync_status = 'failed' where id = \(Self.pending)"
      let changed = try await connection.execute(end)
      #expect(changed == 1)
      await #expect(throws: PostgresError.self) { try await connection.execute(end) }
    }
  }
}
