import Foundation
import Leads
import Postgres
import TestDatabase
import Testing

@testable import Analytics  // uses `rows`, internal
import Messaging
import StatusSync
import Store

/// A database that already has the three tables of the feature specification, with rows.
@Suite struct AdoptionTests {
  /// The tables as DomIQ's developers may have made them.
  private static let made = """
    create extension if not exists "uuid-ossp";
    create table property (id uuid primary key default uuid_generate_v4(), name varchar(200) not null);
    create table conversation (
      id uuid primary key default uuid_generate_v4(), property_id uuid references property (id),
      session_id text not null default 's');
    create table status_sync_log (
      id uuid primary key default uuid_generate_v4(),
      conversation_id uuid references conversation (id),
      resman_lead_id varchar(100),
      old_status varchar(50),
      new_status varchar(50),
      status_reason text,
      updated_by varchar(100),
      sync_direction varchar(20),
      sync_status varchar(50),
      context_data jsonb,
      created_at timestamptz default now());
    create table status_workflow_rules (
      id uuid primary key default uuid_generate_v4(),
      property_id uuid references property (id),
      trigger_status varchar(50),
      target_status varchar(50),
      conditions jsonb,
      actions jsonb,
      is_active boolean default true,
      created_at timestamptz default now());
    create table status_notification_preferences (
      id uuid primary key default uuid_generate_v4(),
      property_id uuid references property (id),
      status_type varchar(50),
      notification_method varchar(50),
      recipients jsonb,
      template_id varchar(100),
      is_active boolean default true,
      created_at timestamptz default now());
    """

  /// Rows whose order matches no clock: L-1 in order, L-2 with a word of its own, L-3 pending twice.
  private static let filled = """
    insert into property (name) values ('Oak Court');
    insert into conversation (property_id) select id from property;
    insert into status_sync_log (conversation_id, resman_lead_id, old_status, new_status, updated_by,
      sync_direction, sync_status, created_at)
    select (select id from conversation), lead, old, new, by, way, state, at::timestamptz
    from (values
      ('L-1', 'contacted', 'qualified', 'resman_user', 'from_resman', 'success', '2026-11-03'),
      ('L-1', 'new', 'contacted', 'chatbot', 'to_resman', 'success', '2026-11-02'),
      ('L-1', null, 'new', 'system', 'from_resman', 'success', '2026-11-01'),
      ('L-2', null, 'new', 'chatbot', 'to_resman', 'success', '2026-11-01'),
      ('L-2', 'new', 'hot lead', 'marketing', 'to_resman', 'success', '2026-11-02'),
      ('L-3', 'new', 'contacted', 'chatbot', 'to_resman', 'pending', '2026-11-01'),
      ('L-3', 'new', 'lost', 'chatbot', 'to_resman', 'pending', '2026-11-02'),
      ('L-4', 'new', 'warm', 'chatbot', 'to_resman', 'pending', '2026-11-02'),
      (null, 'new', 'contacted', 'chatbot', 'sideways', 'done', null)
    ) as row (lead, old, new, by, way, state, at);
    insert into status_workflow_rules (trigger_status, target_status, conditions, actions)
    values ('contacted', 'contacted', '{}', '[]'), ('warm', 'contacted', '{}', '[]');
    insert into status_notification_preferences (status_type, notification_method, recipients)
    values ('leased', 'email', '["leasing_agent"]'), ('leased', 'pigeon', '["leasing_agent"]');
    """

  private static func with(
    _ scripts: String..., body: @Sendable (PostgresConnection) async throws -> Void
  ) async throws {
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      for script in scripts { try await connection.script(script) }
      try await body(connection)
    }
  }

  private static func number(_ connection: PostgresConnection, _ sql: SQL) async throws -> Int {
    try await connection.queryOne(sql)?["value"] ?? -1
  }

  @Test func theTablesAreAdoptedAndTheirRowsKept() async throws {
    try await Self.with(Self.made, Self.filled) { connection in
      let before = try await connection.query(
        "select id, old_status, new_status, updated_by, sync_direction, created_at from status_sync_log order by id"
      )
      #expect(try await Migrator.migrate(connection) == Migration.all.map(\.name))
      try await Migrator.requireCurrent(connection)
      let after = try await connection.query(
        "select id, old_status, new_status, updated_by, sync_direction, created_at from status_sync_log order by id"
      )
      #expect(before.count == 9 && after.count == 9)
      for (old, new) in zip(before, after) {
        for column in [
          "id", "old_status", "new_status", "updated_by", "sync_direction", "created_at",
        ] {
          #expect(try old[column] as String? == new[column] as String?, "\(column)")
        }
      }
      // In the order in which they were written.
      let order = try await connection.query(
        "select new_status from status_sync_log where resman_lead_id = 'L-1' order by seq")
      #expect(try order.map { try $0["new_status"] } == ["new", "contacted", "qualified"])
      #expect(
        try await Self.number(connection, "select max(seq) as value from status_sync_log") == 9)
      // Of two pending changes of a lead the later one can still be settled; the others cannot.
      let pending = try await connection.query(
        "select new_status from status_sync_log where sync_status = 'pending'")
      #expect(try pending.map { try $0["new_status"] } == ["lost"])
      let given = try await Self.number(
        connection, "select count(*) as value from status_sync_log where failure = 'unknown'")
      #expect(given == 2)
      // The last agreement; none where the last word is outside the vocabulary.
      let leads = try await connection.query("select resman_lead_id, base from lead")
      #expect(try leads.map { try $0["resman_lead_id"] } == ["L-1"])
      #expect(try leads.first?["base"] == "qualified")
      let outside = try await AdoptedRows.outsideVocabulary(connection)
      #expect(
        outside.map(\.table) == [
          "status_notification_preferences", "status_sync_log", "status_workflow_rules",
        ])
      #expect(outside.map(\.rows) == [1, 3, 1])
      #expect(try await Migrator.migrate(connection) == [])
    }
  }

  /// Nothing says when a pending change was written: it is settled at once, and has a time for whom it is told.
  @Test(arguments: ["null", "'infinity'"])
  func aPendingChangeWithoutATimeIsSettled(at: String) async throws {
    let row = """
      insert into status_sync_log (resman_lead_id, old_status, new_status, updated_by, sync_direction,
        sync_status, created_at)
      values ('L-3', 'new', 'contacted', 'chatbot', 'to_resman', 'pending', \(at))
      """
    try await Self.with(Self.made, row) { connection in
      _ = try await Migrator.migrate(connection)
      let log = SyncLog(connection)
      let pending = try #require(try await log.pending().first)
      #expect(pending.quietSeconds > 3_600)
      try await log.end(
        pending.id, .success(evidence: .history, domiqVersion: nil, resmanVersion: nil), attempts: 1
      )
      let found = try #require(try await connection.queryOne(.recordedEvent(of: pending.id)))
      let event: StatusChangeEvent = try JSON.decode(try found["event"])
      #expect(event.new == .contacted)
    }
  }

  /// New rows must fit the vocabulary and the log's constraints.
  @Test func anAdoptedLogFollowsOurRules() async throws {
    try await Self.with(Self.made, Self.filled) { connection in
      _ = try await Migrator.migrate(connection)
      let error = await #expect(throws: PostgresError.self) {
        try await connection.execute("insert into status_sync_log (new_status) values ('hot')")
      }
      #expect(error?.isConstraintViolation == true)
      await #expect(throws: PostgresError.self) {
        try await connection.execute("delete from status_sync_log")
      }
      try await connection.execute(
        """
        insert into status_sync_log (resman_lead_id, new_status, updated_by, sync_direction, sync_status)
        values ('L-1', 'lost', 'system', 'from_resman', 'success')
        """)
      let row = try await connection.queryOne(
        "select base, base_seq from lead where resman_lead_id = 'L-1'")
      #expect(try row?["base"] == "lost")
      let seq: Int? = try row?["base_seq"]
      #expect((seq ?? 0) > 9)
    }
  }

  /// Everything that reads the log works, although some rows are not used.
  @Test func readersOfAnAdoptedLogWork() async throws {
    try await Self.with(Self.made, Self.filled) { connection in
      _ = try await Migrator.migrate(connection)
      #expect(
        try await LeadHistory(connection).changes(of: "L-2", limit: 9).map(\.new_status) == [
          "hot lead", "new",
        ])
      #expect(try await SyncLog(connection).pending().map(\.leadID) == ["L-3"])
      let now = try #require(Instant(iso8601: "2026-11-20T00:00:00Z"))
      _ = try await SyncStatus.read(connection, at: now)
      let summary = try await Measure(database: connection).run(asOf: now)
      #expect((summary.rows["metric_funnel"] ?? 0) > 0)
      let unknown = try await Self.number(
        connection,
        "select count::int as value from metric_data_quality where issue = 'unknown_status' and scope = 'portfolio'"
      )
      #expect(unknown == 1)
    }
  }

  /// Fewer columns, shorter texts, more constraints: what can be adapted is adapted.
  @Test func missingColumnsAreAdded() async throws {
    try await Self.with(
      """
      create table status_sync_log (
        id uuid primary key, resman_lead_id varchar(20) not null, new_status varchar(10) not null,
        old_status text not null default 'new', note text, synced_at timestamptz);
      insert into status_sync_log (id, resman_lead_id, new_status)
      values ('00000000-0000-0000-0000-000000000001', 'L-1', 'contacted');
      """
    ) { connection in
      #expect(try await Migrator.migrate(connection) == Migration.all.map(\.name))
      try await connection.execute(
        """
        insert into status_sync_log (resman_lead_id, old_status, new_status, updated_by, sync_direction,
          sync_status)
        values ('a-lead-with-a-name-of-more-than-20', null, 'tour_scheduled', 'system', 'from_resman', 'success')
        """)
      let count = try await Self.number(
        connection, "select count(*) as value from status_sync_log where created_at is not null")
      #expect(count == 1)
    }
  }

  /// Tables that cannot be adapted, and the words of the error.
  static let misfits: [(script: String, words: [String])] = [
    (
      "create table status_sync_log (id serial primary key, context_data text, created_at timestamp)",
      [
        "status_sync_log.id is of type integer, not uuid",
        "context_data is of type text, not jsonb",
        "created_at is of type timestamp without time zone",
      ]
    ),
    ("create table status_sync_log (id uuid)", ["status_sync_log has no key of the one column id"]),
    ("create view status_workflow_rules as select 1", ["status_workflow_rules is not an ordinary"]),
    (
      "create table status_sync_log (id uuid primary key, tenant integer not null, seq bigint)",
      ["status_sync_log.tenant must not be null", "status_sync_log.seq is a column"]
    ),
    ("create table property (id integer primary key)", ["property.id is of type integer"]),
    (
      "create table status_sync_log (id uuid primary key); create table drift (id int)",
      ["drift is there already"]
    ),
  ]

  @Test(arguments: misfits)
  func aTableThatDoesNotFitIsNamedAndNotChanged(script: String, words: [String]) async throws {
    try await Self.with(script) { connection in
      let columns: SQL = """
        select string_agg(attrelid::regclass || '.' || attname, ',' order by attrelid, attnum) as all
        from pg_attribute a join pg_class c on c.oid = a.attrelid
        where c.relnamespace = current_schema()::regnamespace
        """
      let before: String? = try await connection.queryOne(columns)?["all"]
      let error = await #expect(throws: MigrationError.self) {
        try await Migrator.migrate(connection)
      }
      for word in words {
        #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
      }
      #expect(Store.ExitStatus(of: try #require(error)) == .configuration)
      #expect(try await connection.queryOne(columns)?["all"] == before)
    }
  }

  /// If a problem shows only during the migration, everything is rolled back.
  @Test func aFailedAdoptionIsRolledBack() async throws {
    try await Self.with(
      Self.made, Self.filled,
      "create function lead_follow_log() returns trigger language plpgsql as 'begin end'"
    ) { connection in
      let error = await #expect(throws: MigrationError.self) {
        try await Migrator.migrate(connection)
      }
      #expect(error?.description.contains("003_leads was not applied") == true)
      #expect(try await Migrator.pending(connection).count == Migration.all.count)
      let pending = try await Self.number(
        connection, "select count(*) as value from status_sync_log where sync_status = 'pending'")
      #expect(pending == 3)
    }
  }
}
