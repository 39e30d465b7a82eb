import Foundation
import Postgres
import TestDatabase
import Testing

import Nightly
import PrivatePostgres
import Settings
import StatusSync
import Store

@Suite struct RoleTests {
  /// What each role may and may not do, with one relation of each kind.
  static let rights: [(role: String, relation: String, may: Set<String>)] = [
    ("status_sync_job", "status_sync_log", ["select", "insert", "update"]),
    ("status_sync_job", "lead", ["select", "insert", "update", "delete"]),
    ("status_sync_job", "stage_diff", all),
    ("status_sync_job", "stays", all),
    ("status_sync_reader", "visit", ["select"]),
    ("status_sync_job", "metric_funnel", ["select"]),
    ("status_sync_job", "metric_funnel_revision", ["select", "insert", "delete"]),
    ("status_sync_job", "conversation", ["select", "insert", "update"]),
    ("status_sync_job", "property", ["select", "insert", "update"]),
    ("status_sync_job", "schema_migration", ["select"]),
    ("status_sync_job", "job_lock", ["select", "update"]),
    ("status_sync_planner", "job_lock", ["select", "update"]),
    ("status_sync_api", "job_lock", []), ("status_sync_reader", "job_lock", []),
    ("status_sync_planner", "stage_plan", all),
    ("status_sync_planner", "stage_resman", all),
    ("status_sync_planner", "status_sync_log", ["select"]),
    ("status_sync_planner", "lead", ["select"]),
    ("status_sync_job", "lead_link", ["select", "insert", "update", "delete"]),
    ("status_sync_planner", "lead_link", ["select"]),
    ("status_sync_planner", "stage_link", all),
    ("status_sync_api", "lead_link", ["select"]), ("status_sync_reader", "lead_link", []),
    ("status_sync_reader", "link_proposal", []),
    ("status_sync_eraser", "link_proposal", ["select", "delete"]),
    ("status_sync_api", "resman_poll", ["select", "insert", "update", "delete"]),
    ("status_sync_reader", "resman_poll", ["select"]),
    ("status_sync_job", "lead_description", ["select", "insert", "update", "delete"]),
    ("status_sync_api", "lead_description", ["select", "insert", "update"]),
    ("status_sync_planner", "lead_description", ["select"]),
    ("status_sync_reader", "lead_description", []), ("status_sync_reader", "described_lead", []),
    ("status_sync_planner", "drift", ["select"]),
    ("status_sync_planner", "property", ["select"]),
    ("status_sync_api", "status_sync_log", ["select", "insert", "update"]),
    ("status_sync_api", "lead", ["select", "insert", "update"]),
    ("status_sync_api", "status_workflow_rules", ["select", "insert", "update"]),
    ("status_sync_api", "metric_funnel", ["select"]),
    ("status_sync_api", "drift", ["select"]),
    ("status_sync_reader", "status_sync_log", []),
    ("status_sync_api", "history_change", ["select"]),
    ("status_sync_reader", "history_change", []),
    ("status_sync_reader", "metric_funnel", ["select"]),
    ("status_sync_reader", "metric_funnel_latest", ["select"]),
    ("status_sync_reader", "metric_funnel_revision", ["select"]),
    ("status_sync_api", "metric_funnel_revision", ["select"]),
    ("status_sync_eraser", "metric_sources_revision", ["select"]),
    ("status_sync_job", "notification", ["select", "insert", "update", "delete"]),
    ("status_sync_job", "workflow_execution", ["select", "insert", "update"]),
    ("status_sync_api", "notification", ["select", "insert", "update"]),
    ("status_sync_api", "follow_up", ["select", "insert", "update"]),
    ("status_sync_planner", "notification", []),
    ("status_sync_reader", "notification", []),
    ("status_sync_reader", "notification_contact", []),
    ("status_sync_reader", "lead_score_change", ["select"]),
    ("status_sync_reader", "conversation", []),
    ("status_sync_reader", "stage_domiq", []),
    ("status_sync_eraser", "status_sync_log", ["select"]),
    ("status_sync_eraser", "lead", ["select"]),
    ("status_sync_eraser", "notification", ["select"]),
    ("status_sync_eraser", "erasure", ["select", "insert"]),
    ("status_sync_job", "erasure", ["select"]),
    ("status_sync_api", "erasure", ["select"]), ("status_sync_reader", "erasure", []),
    ("status_sync_eraser", "notification_contact", []), ("status_sync_eraser", "metric_funnel", []),
  ]
  static let all: Set<String> = ["select", "insert", "update", "delete", "truncate"]

  @Test(arguments: rights)
  func hasNoMoreThanItNeeds(role: String, relation: String, may: Set<String>) async throws {
    try await withMigrated { database in
      let connection = try await database.connect()
      var has: Set<String> = []
      for right in Self.all {
        let row = try await connection.queryOne(
          "select has_table_privilege(\(role), \(relation), \(right)) as granted")
        if try row?["granted"] == true { has.insert(right) }
      }
      #expect(has == may)
    }
  }

  @Test func analystsSeeHowAMessageEndedAndNotWhatItSaid() async throws {
    try await withMigrated { database in
      let connection = try await database.connect()
      _ = try await connection.execute("set role status_sync_reader")
      _ = try await connection.query("select channel, state, cause, attempts from notification")
      for column in ["subject", "body", "address", "recipient", "last_error"] {
        await #expect(throws: PostgresError.self, "\(column)") {
          _ = try await connection.query("select \(identifier: column) from notification")
        }
      }
      await #expect(throws: PostgresError.self) {
        _ = try await connection.query("select event from workflow_execution")
      }
    }
  }

  @Test func otherTablesOfTheSchemaAreIgnored() async throws {
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      try await connection.script(#"create table "user" (email text)"#)
      _ = try await Migrator.migrate(connection)
      let row = try await connection.queryOne(
        """
        select has_table_privilege('status_sync_reader', '"user"', 'select') as reader,
          has_table_privilege('status_sync_job', '"user"', 'select') as job
        """)
      #expect(try row?["reader"] == false)
      #expect(try row?["job"] == false)
    }
  }

  /// A login without a role is reported before the night.
  @Test(arguments: [
    ("status_sync_job", ["may run the night"] as [String]?),
    ("status_sync_api", ["may serve the API"]), ("status_sync_reader", nil),
  ])
  func theDoctorSaysWhatALoginIsGoodFor(role: String, uses: [String]?) async throws {
    try await withMigrated { database in
      var settings = Settings()
      settings.databaseURL = Secret(database.url + "&options=-c%20role%3D\(role)")
      let check = await Checklist(settings).run().checks.first {
        $0.name == "database login has a role"
      }
      #expect(check?.ok == (uses != nil))
      if let uses { #expect(check?.reasons == uses) }
      if uses == nil { #expect(check?.reasons.first?.contains("grant status_sync_job to") == true) }
    }
  }

  @Test func aPlanWorksWithARoleThatWritesStagingOnly() async throws {
    try await NightlyFixture.with(leads: 100) { fixture in
      let url = fixture.database.url + "&options=-c%20role%3Dstatus_sync_planner"
      let planner = try Nightly.connected(
        fixture.settings, database: url, client: fixture.client, clock: fixture.clock,
        logger: .init(label: "test"))
      let plan = try await planner.plan(full: true)
      #expect(plan.planned > 0)
      await #expect(throws: PostgresError.self) { _ = try await planner.run(full: true) }
      #expect(try await fixture.value("select count(*) as value from sync_run") == 0)
    }
  }

  @Test func aNightWorksWithTheJobsRole() async throws {
    try await NightlyFixture.with(leads: 100) { fixture in
      let url = fixture.database.url + "&options=-c%20role%3Dstatus_sync_job"
      let job = try Nightly.connected(
        fixture.settings, database: url, client: fixture.client, clock: fixture.clock,
        logger: .init(label: "test"))
      let result = try await job.run(full: true)
      #expect(result.summary.pulled == 100)
      let repaired = result.summary.outcomes["verified"] ?? 0
      #expect(repaired > 0)
    }
  }

  /// Roles belong to the server, so this needs a server of its own.
  @Test func aUserWhoMayNotCreateRolesMigratesAllTheSame() async throws {
    let folder = "/tmp/status-sync-unit-\(UUID().uuidString.prefix(8))"
    let server = try await PrivateServer.start(directory: folder, forTests: true)
    let administrator = try await PostgresConnection(PostgresConfiguration(url: server.url()))
    try await administrator.script(
      "create role owner login; grant all on schema public to owner")
    let owner = try await PostgresConnection(
      PostgresConfiguration(url: server.url() + "&user=owner"))
    let applied = try await Migrator.migrate(owner)
    let notices = owner.takeNotices().filter { $0.contains("may not create roles") }
    let roles = try await owner.query("select from pg_roles where rolname like 'status_sync%'")
    await server.stop()
    #expect(applied == Migration.all.map(\.name))
    #expect(notices.count == 5)
    #expect(roles.isEmpty)
  }

  private func withMigrated(
    _ body: @Sendable (TestDatabase) async throws -> Void
  ) async throws {
    try await TestDatabase.with(
      template: "migrated", prepare: { _ = try await Migrator.migrate($0) }, body)
  }
}
