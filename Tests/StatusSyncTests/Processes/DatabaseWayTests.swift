import Foundation
import Postgres
import Testing

/// PostgreSQL as people have it: an owner without rights of a superuser, a schema beside others' tables, a password
/// file, a service file, TLS that is checked, a server that takes no writes. One server for all, because making it is
/// what takes time.
@Suite struct DatabaseWayTests {
  @Test func everyWayToADatabase() async throws {
    try await OwnServer.with { server in
      try await server.script(
        """
        create role night login password 'synthetic-1' nosuperuser nocreatedb nocreaterole;
        create role domiq login;
        """)
      try await server.script("create database shared owner domiq")
      try await server.script(
        """
        create table chat (id integer primary key); insert into chat values (1);
        alter table chat owner to domiq; revoke create on schema public from public;
        create schema sync authorization night;
        create role status_sync_job nologin; create role status_sync_planner nologin;
        create role status_sync_api nologin; create role status_sync_reader nologin;
        """, on: "shared")
      let ways = try Ways(server)
      try await ways.theOwnerMigrates()
      try await ways.aNightGoesThroughAll()
      try await ways.whatIsNotTrustedIsRefused()
    }
  }

  private struct Ways: Sendable {
    let server: OwnServer
    let environment: [String: String]
    let address: String

    init(_ server: OwnServer) throws {
      self.server = server
      address =
        "postgresql://night@localhost:\(server.port)/shared?sslmode=verify-full"
        + "&sslrootcert=\(server.authority)"
      environment = [
        "DATABASE_URL": address, "STATUS_SYNC_DATABASE_SCHEMA": "sync",
        "PGPASSFILE": try server.file(
          "pgpass", "localhost:\(server.port):shared:night:synthetic-1\n"),
      ]
    }

    private func run(
      _ arguments: [String], _ changes: [String: String] = [:]
    ) async throws -> RunningProgram.Ended {
      // Whatever configuration this machine has: its secret files are not read.
      let secrets = [
        "STATUS_SYNC_RESMAN_TOKEN": "t", "STATUS_SYNC_DOMIQ_TOKEN": "t",
        "STATUS_SYNC_DOMIQ_WEBHOOK_SECRET": "whsec_YmVuY2htYXJrLWJlbmNobWFyay1iZW5jaG1hcms=",
      ]
      let all = secrets.merging(environment) { $1 }.merging(changes) { $1 }
      return await (try RunningProgram(arguments, environment: all)).ended()
    }

    /// No superuser, nobody who may make roles or databases; the password is in a file.
    func theOwnerMigrates() async throws {
      let migrated = try await run(["migrate"])
      #expect(migrated.status == 0 && migrated.out.contains("001_roles"), "\(migrated.err)")
    }

    /// A whole night over the checked TLS, through a service file; the neighbour's table is what it was.
    func aNightGoesThroughAll() async throws {
      let services = try server.file(
        "services",
        """
        [night]
        host=localhost
        port=\(server.port)
        dbname=shared
        user=night
        sslmode=verify-full
        sslrootcert=\(server.authority)

        """)
      let inside = server.url(database: "shared") + "&options=-c%20search_path%3Dsync"
      try await ProcessHarness.with(leads: 120, database: inside) { rig in
        for (way, address) in [
          ("a service file", "service=night"), ("a service", "postgresql://?service=night"),
          ("the address", address),
        ] {
          let night = await
            (try rig.start(
              ["run"],
              with: environment.merging(["DATABASE_URL": address, "PGSERVICEFILE": services]) { $1 }
            )).ended()
          #expect([0, 3].contains(night.status), "\(way): \(night.status) \(night.err)")
        }
        let finished = try await rig.number(
          "select count(*) as value from sync_run where state = 'finished'")
        #expect(finished == 3)
        try await aServerThatTakesNoWritesIsNamed(rig)
      }
      let others = try await neighbours()
      #expect(others == ["chat"])
    }

    private func neighbours() async throws -> [String] {
      let connection = try await PostgresConnection(
        PostgresConfiguration(url: server.url(database: "shared")))
      let names: [String] = try await connection.query(
        """
        select relname::text as name from pg_class c join pg_namespace n on n.oid = relnamespace
        where relkind in ('r', 'p', 'v', 'S') and nspname not in ('pg_catalog', 'information_schema', 'sync')
          and nspname !~ '^pg_'
        """
      ).map { try $0["name"] }
      await connection.close()
      return names
    }

    /// Another authority, a name that the certificate has not, no TLS, no password: no command goes on.
    func whatIsNotTrustedIsRefused() async throws {
      let wrong = [
        address.replacingOccurrences(of: server.authority, with: server.stranger):
          "certificate verify failed",
        address.replacingOccurrences(of: "localhost", with: "127.0.0.1"):
          "server certificate for \"localhost\" does not match host name",
        address.replacingOccurrences(of: "verify-full", with: "disable"): "no encryption",
      ]
      for (address, reason) in wrong {
        let ended = try await run(["status"], ["DATABASE_URL": address])
        #expect(ended.status != 0 && ended.err.contains(reason), "\(ended.status): \(ended.err)")
        #expect(!ended.err.contains("synthetic-1"))
      }
      let other = try server.file("other", "localhost:*:*:night:synthetic-2\n")
      let refused = try await run(["status"], ["PGPASSFILE": other])
      #expect(refused.status == 78 && refused.err.contains("database-login"), "\(refused.err)")
    }

    /// A standby, or a server that was set to take no writes: said before anything is called.
    private func aServerThatTakesNoWritesIsNamed(_ rig: ProcessHarness) async throws {
      try await server.script(
        "alter role night in database shared set default_transaction_read_only = on")
      rig.standIns.ledger.clear()
      let night = await (try rig.start(["run"], with: environment)).ended()
      #expect(night.status == 78 && night.err.contains("database-read-only"), "\(night.err)")
      #expect(rig.standIns.ledger.reading.arrivals.isEmpty)
      let probe = await (try rig.start(["status"], with: environment)).ended()
      #expect(probe.status == 0, "\(probe.err)")
      try await server.script("alter role night in database shared reset all")
    }
  }
}
