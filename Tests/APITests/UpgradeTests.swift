import Foundation
import TestDatabase
import Testing

@testable import Store  // uses `Migration.init`, internal

/// The next release migrates while this one answers: first the schema grows, then the program changes.
@Suite struct UpgradeTests {
  /// Of a release to come: every table gains a column, and there is one more.
  private static let later = Migration(
    version: 999, name: "999_later",
    text: Array(
      """
      do $$
      declare name text;
      begin
        for name in select relname from pg_class
          where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
            and not relispartition and relname <> 'schema_migration'
        loop
          execute format('alter table %I add column came_later integer default 7', name);
        end loop;
      end
      $$;
      create table later (id integer primary key);
      """.utf8))

  /// What callers ask for; all of it was asked before, so that the server's sessions have it prepared.
  private static func ask(_ fixture: APIFixture, _ status: String) async throws {
    let elm = APIFixture.elm.uuidString.lowercased()
    let change = try await fixture.put("L-1", status)
    #expect(change.status == 200, "\(change.text)")
    for path in [
      "/api/resman/leads/L-1/status-history", "/api/resman/status-workflows/\(elm)",
      "/api/resman/notifications/\(elm)?recipient=leasing_agent",
      "/ready", "/metrics",
    ] {
      let answer = try await fixture.call("GET", path)
      #expect(answer.status == 200, "\(path): \(answer.text)")
    }
  }

  @Test func thisReleaseAnswersWhileALaterOneMigrates() async throws {
    try await APIFixture.with { fixture in
      try await Self.ask(fixture, "qualified")

      // Somebody reads for long: the migration needs the table, and lets callers pass meanwhile.
      let reader = try await fixture.database.connect()
      try await reader.script("begin; select count(*) from lead")
      let migrating = Task {
        let owner = try await fixture.database.connect()
        let applied = try await Migrator.migrate(
          owner, Migration.all + [Self.later],
          patience: .init(milliseconds: 50, pause: .milliseconds(20), attempts: 10_000))
        await owner.close()
        return applied
      }
      try await Self.ask(fixture, "tour_scheduled")
      try await reader.script("rollback")
      await reader.close()
      #expect(try await migrating.value == ["999_later"])

      try await Self.ask(fixture, "application")
      let webhook = try await fixture.webhook(
        "L-2", "contacted", "qualified", at: "2026-11-25T10:00:00Z")
      #expect(webhook.status == 200, "\(webhook.text)")
      let grown: Int = try await fixture.value(
        "select count(*)::int as value from status_sync_log where came_later = 7")
      #expect(grown > 3)

      // What starts anew looks at the schema first, and stops.
      let connection = try await fixture.database.connect()
      await #expect(throws: MigrationError.unknown("999_later")) {
        try await Migrator.requireCurrent(connection)
      }
      await connection.close()
    }
  }

  /// A lock that is never given back ends the migration with the reason, and nothing is half done.
  @Test func aMigrationDoesNotWaitForEver() async throws {
    try await TestDatabase.with(
      template: "migrated", prepare: { _ = try await Migrator.migrate($0) }
    ) { database in
      let reader = try await database.connect()
      try await reader.script("begin; select count(*) from lead")
      let owner = try await database.connect()
      await #expect(throws: (any Error).self) {
        _ = try await Migrator.migrate(
          owner, Migration.all + [Self.later],
          patience: .init(milliseconds: 20, pause: .milliseconds(1), attempts: 3))
      }
      try await Migrator.requireCurrent(owner)
      await owner.close()
      await reader.close()
    }
  }
}
