import Postgres
import TestDatabase

import Store

extension TestDatabase {
  /// Runs `body` on one connection to a migrated database of its own.
  static func migrated(
    _ body: @Sendable (PostgresConnection) async throws -> Void
  ) async throws {
    try await with(
      template: "migrated", prepare: { _ = try await Migrator.migrate($0) }
    ) { database in
      let connection = try await database.connect()
      try await body(connection)
      await connection.close()
    }
  }
}
