import Foundation
import Postgres
import TestDatabase
import Testing

import Store

@Suite struct MigratorTests {
  @Test func theListEqualsTheFolder() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../sql/migrations").standardizedFileURL
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted()
    #expect(Migration.all.map { "\($0.name).sql" } == files)
    #expect(Migration.all.map(\.version) == Migration.all.map(\.version).sorted())
    for migration in Migration.all {
      #expect(migration.name.hasPrefix(String(format: "%03d_", migration.version)))
      let file = try Data(contentsOf: folder.appending(path: "\(migration.name).sql"))
      #expect(Data(migration.text) == file)
    }
  }

  @Test func aSecondTimeChangesNothing() async throws {
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      #expect(try await Migrator.pending(connection).count == Migration.all.count)
      await #expect(throws: MigrationError.pending(Migration.all.map(\.name))) {
        try await Migrator.requireCurrent(connection)
      }
      #expect(try await Migrator.migrate(connection) == Migration.all.map(\.name))
      #expect(try await Migrator.migrate(connection) == [])
      try await Migrator.requireCurrent(connection)
    }
  }

  @Test func severalAtOnceDoItOnce() async throws {
    try await TestDatabase.with { database in
      let applied = try await withThrowingTaskGroup(of: [String].self) { group in
        for _ in 1...6 {
          group.addTask { try await Migrator.migrate(try await database.connect()) }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      // The two alternate, file by file.
      #expect(applied.sorted() == Migration.all.map(\.name))
    }
  }

  static let strangers: [(change: SQL, expected: MigrationError)] = [
    ("update schema_migration set checksum = 'other' where version = 2", .changed("002_source")),
    (
      "insert into schema_migration (version, name, checksum) values (999, '999_later', 'x')",
      .unknown("999_later")
    ),
  ]

  @Test(arguments: strangers)
  func aDatabaseOfAnotherProgramIsRefused(change: SQL, expected: MigrationError) async throws {
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      _ = try await Migrator.migrate(connection)
      try await connection.execute(change)
      await #expect(throws: expected) { _ = try await Migrator.migrate(connection) }
      await #expect(throws: expected) { try await Migrator.requireCurrent(connection) }
      // The lock was released.
      let other = try await database.connect()
      try await other.script(
        "begin; lock table schema_migration in share row exclusive mode nowait; rollback")
    }
  }

  /// The rows that migrations before the first release left in `schema_migration`: all of them, and only the
  /// first. The program makes no guess about their tables.
  static let unreleased: [(rows: String, expected: MigrationError)] = [
    (
      "(1, '001_source', 'x'), (2, '002_log', 'x'), (38, '038_answers', 'x')",
      .unreleased("001_source")
    ),
    ("(1, '001_source', 'x')", .unreleased("001_source")),
  ]

  @Test(arguments: unreleased)
  func aDatabaseOfBeforeTheFirstReleaseIsRefused(
    rows: String, expected: MigrationError
  ) async throws {
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      try await connection.script(
        """
        create table schema_migration (
          version integer primary key, name text not null, checksum text not null,
          applied_at timestamptz not null default now());
        insert into schema_migration (version, name, checksum) values \(rows)
        """)
      await #expect(throws: expected) { _ = try await Migrator.migrate(connection) }
      await #expect(throws: expected) { try await Migrator.requireCurrent(connection) }
      #expect(Store.ExitStatus(of: expected) == .configuration)
      #expect(expected.description.contains("run status-sync migrate on a new database"))
      #expect(try await connection.execute("select from pg_class where relname = 'lead'") == 0)
    }
  }

  /// A table name in use is reported before anything is changed.
  @Test func namesThatAreTakenAreNamedAndNothingIsChanged() async throws {
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      try await connection.script(
        "create table sync_run (obstacle text); create view lead as select 1")
      let error = await #expect(throws: MigrationError.self) {
        _ = try await Migrator.migrate(connection)
      }
      let words = error?.description ?? ""
      #expect(words.contains("sync_run is there") && words.contains("lead is there"), "\(words)")
      #expect(try await Migrator.pending(connection).count == Migration.all.count)
      #expect(try await connection.execute("select from pg_class where relname = 'property'") == 0)
      try await connection.script("drop table sync_run; drop view lead")
      #expect(try await Migrator.migrate(connection) == Migration.all.map(\.name))
    }
  }

  @Test func aFailureLeavesWhatWasBeforeIt() async throws {
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      try await connection.script(
        "create function lead_follow_log() returns trigger language plpgsql as 'begin end'")
      let error = await #expect(throws: MigrationError.self) {
        _ = try await Migrator.migrate(connection)
      }
      guard case .refused("003_leads", let advice) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(advice.contains("lead_follow_log"))
      #expect(try await Migrator.pending(connection).first?.name == "003_leads")
      #expect(try await connection.execute("select from pg_class where relname = 'lead'") == 0)
      try await connection.script("drop function lead_follow_log()")
      #expect(try await Migrator.migrate(connection).first == "003_leads")
    }
  }

  // MARK: - DomIQ's own tables

  private static let property = UUID()
  private static let conversation = UUID()

  /// A database that DomIQ already uses: more columns, some required, and a conversation without a property
  /// and a lead.
  private static func withDomIQ(
    _ body: @Sendable (PostgresConnection) async throws -> Void
  ) async throws {
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      try await connection.script(
        """
        create table company (id uuid primary key default gen_random_uuid(), name text not null);
        create table property (
          id uuid primary key, company_id uuid not null references company (id),
          name varchar(200) not null, address text not null);
        create table "user" (id uuid primary key default gen_random_uuid(), email text, phone text);
        create table chatbot (id uuid primary key default gen_random_uuid(),
          property_id uuid not null references property (id));
        create table conversation (
          id uuid primary key, chatbot_id uuid not null references chatbot (id),
          user_id uuid references "user" (id), session_id text not null,
          status varchar(30) not null default 'new', lead_score integer,
          is_book_tour boolean not null default false, tour_datetime timestamp,
          created_at timestamp not null default now());
        """)
      try await connection.transaction { db in
        try db.execute(
          """
          with company as (insert into company (name) values ('Example Homes') returning id),
          property as (
            insert into property select \(property)::uuid, id, 'Oak Court', '1 Example Street'
            from company returning id),
          chatbot as (insert into chatbot (property_id) select id from property returning id)
          insert into conversation (id, chatbot_id, session_id)
          select \(conversation)::uuid, id, 's-1' from chatbot
          """)
      }
      _ = try await Migrator.migrate(connection)
      try await body(connection)
    }
  }

  @Test func domIQsOwnTablesStayAndGainWhatTheyLack() async throws {
    try await Self.withDomIQ { connection in
      let row = try #require(
        try await connection.queryOne(
          """
          select c.*, p.name, p.address, p.timezone from conversation c
          join chatbot b on b.id = c.chatbot_id join property p on p.id = b.property_id
          """))
      #expect(try row["id"] == Self.conversation)
      #expect(try row["status"] == "new")
      #expect(try row["session_id"] == "s-1")
      #expect(try row["address"] == "1 Example Street")
      #expect(try row["resman_lead_id"] == String?.none)
      #expect(try row["property_id"] == UUID?.none)
      // The log refers to it.
      try await connection.execute(
        """
        insert into status_sync_log (conversation_id, resman_lead_id, new_status, updated_by,
          sync_direction, sync_status)
        values (\(Self.conversation), 'L-1001', 'new', 'system', 'from_resman', 'success')
        """)
    }
  }

  @Test func aPullWritesIntoDomIQsOwnTablesOnlyWhatFits() async throws {
    try await Self.withDomIQ { connection in
      let save = StatementFile.bytes("properties_save")
      try await connection.execute(SQL(file: save, Self.property, "Oak Court II", "Europe/Berlin"))
      try await connection.execute(SQL(file: save, UUID(), "Not in DomIQ", nil))
      let properties = try await connection.query("select name, timezone from property")
      #expect(properties.count == 1)
      #expect(try properties.first?["name"] == "Oak Court II")
      #expect(try properties.first?["timezone"] == "Europe/Berlin")
      let foreign = try await connection.query(
        SQL(file: StatementFile.bytes("conversation_foreign_columns")))
      let names: [String] = try foreign.map { try $0["column_name"] }
      #expect(names.sorted() == ["chatbot_id", "session_id"])
    }
  }

  @Test func withoutDomIQsTablesAPropertyIsAdded() async throws {
    try await TestDatabase.with(
      template: "migrated", prepare: { _ = try await Migrator.migrate($0) }
    ) { database in
      let connection = try await database.connect()
      let save = StatementFile.bytes("properties_save")
      try await connection.execute(SQL(file: save, Self.property, "Oak Court", "UTC"))
      try await connection.execute(SQL(file: save, Self.property, nil, nil))
      let properties = try await connection.query("select name, timezone from property")
      #expect(try properties.map { try $0["name"] } == ["Oak Court"])
    }
  }
}
