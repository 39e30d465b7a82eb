import Foundation
import Postgres
import TestDatabase
import Testing

import Settings

/// `database.schema`: a database that is shared with other programs.
@Suite struct SchemaOfItsOwnTests {
  /// The program creates its schema, runs a night in it, and leaves nothing elsewhere.
  @Test func aNightStaysInItsSchema() async throws {
    try await TestDatabase.with { database in
      let schema = ["DATABASE_URL": database.url, "STATUS_SYNC_DATABASE_SCHEMA": "sync"]
      let migrated = try Program.run(["migrate"], environment: schema)
      #expect(migrated.status == 0, "\(migrated.err)")
      let inside = database.url + "&options=-c%20search_path%3Dsync"
      try await ProcessHarness.with(leads: 120, database: inside) { harness in
        // Not Program.run, because the stand-ins need the thread that it would block.
        let night = await (try harness.start(["run", "--full"], with: schema)).ended()
        #expect(night.status == 3, "\(night.err)")
        let probe = await (try harness.start(["status", "--check"], with: schema)).ended()
        #expect(probe.status == 0, "\(probe.out)")
        let again = await (try harness.start(["migrate"], with: schema)).ended()
        #expect(again.status == 0 && again.out == "nothing to do\n", "\(again.err)")
      }
      let connection = try await database.connect()
      let elsewhere: [String] = try await connection.query(
        """
        select distinct nspname::text as name from pg_class c join pg_namespace n on n.oid = relnamespace
        where relkind in ('r', 'p', 'v', 'S') and nspname !~ '^pg_' and nspname <> 'information_schema'
        """
      ).map { try $0["name"] }
      #expect(elsewhere == ["sync"])
      await connection.close()
    }
  }

  @Test(arguments: [
    ("Sync", "is not a name"), ("a;b", "is not a name"), ("pg_temp", "is not a name"),
  ])
  func aSchemaIsAPlainName(_ name: String, _ hint: String) {
    let error = #expect(throws: ConfigurationError.self) {
      try Settings.parse("database: { schema: \"\(name)\" }", named: "f", environment: [:])
    }
    #expect(error?.description.contains(hint) == true)
  }

  @Test(arguments: [
    ("postgresql://h/d", "postgresql://h/d?options=-c%20search_path%3Ds"),
    ("postgresql:///d?host=x", "postgresql:///d?host=x&options=-c%20search_path%3Ds"),
    ("host=h dbname=d", "host=h dbname=d options='-c search_path=s'"),
  ])
  func theAddressCarriesIt(_ url: String, _ expected: String) throws {
    let settings = try Settings.parse(
      "database: { schema: s }", named: "f", environment: ["DATABASE_URL": url])
    #expect(settings.databaseURL == Secret(expected))
    #expect(throws: ConfigurationError.self) {
      try Settings.parse(
        "database: { schema: s }", named: "f",
        environment: ["DATABASE_URL": "postgresql://h/d?options=-c%20role%3Dx"])
    }
  }
}
