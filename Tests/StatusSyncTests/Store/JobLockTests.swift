import Foundation
import Leads
import Logging
import Postgres
import StandIns
import TestDatabase
import Testing

import Nightly
import StatusSync
import Store

/// The locks of the run and of the measurement: only permitted logins take them, and no other login can block
/// them.
@Suite struct JobLockTests {
  private static func withMigrated(
    _ body: @Sendable (TestDatabase) async throws -> Void
  ) async throws {
    try await TestDatabase.with(
      template: "migrated", prepare: { _ = try await Migrator.migrate($0) }, body)
  }

  /// A login without rights that holds every advisory lock whose key it can see.
  private static func intruder(
    _ database: TestDatabase, _ body: @Sendable (PostgresConnection) async throws -> Void
  ) async throws {
    let admin = try await database.connect()
    let name = "intruder_\(UUID().uuidString.prefix(8).lowercased())"
    try await admin.execute("create role \(identifier: name) login")
    let other = try await PostgresConnection(
      PostgresConfiguration(url: database.url + "&user=\(name)", applicationName: "intruder"))
    let result: Result<Void, any Error>
    do { result = .success(try await body(other)) } catch { result = .failure(error) }
    await other.close()
    try await admin.execute("drop role \(identifier: name)")
    await admin.close()
    try result.get()
  }

  @Test(arguments: [JobLock.run, .measurement])
  func oneHoldsItAndTheNextIsToldWho(_ lock: JobLock) async throws {
    try await Self.withMigrated { database in
      let first = try await database.connect()
      let held = try await lock.take(on: first)
      #expect(held.passedOver.isEmpty)
      let second = try await database.connect()
      let error = await #expect(throws: LockHeld.self) { _ = try await lock.take(on: second) }
      #expect(await error?.holder.pid == first.backendID)
      #expect(error?.holder.application == "test")
      #expect(error?.description.contains("user postgres, application test") == true)
      await lock.release(held, on: first)
      let again = try await lock.take(on: second)
      // The end of the connection releases the lock as well.
      await second.close()
      _ = again
      _ = try await lock.take(on: first, timeout: .seconds(60))
    }
  }

  /// A report holds the lock while what it calls takes it.
  @Test func heldAgainItLastsUntilTheOutermostEnds() async throws {
    try await Self.withMigrated { database in
      let (one, two) = (try await database.connect(), try await database.connect())
      try await JobLock.measurement.held(on: one) {
        try await JobLock.measurement.held(on: one) {}
        await #expect(throws: LockHeld.self) { _ = try await JobLock.measurement.take(on: two) }
      }
      _ = try await JobLock.measurement.take(on: two)
    }
  }

  @Test func theTwoLocksAreIndependent() async throws {
    try await Self.withMigrated { database in
      let (one, two) = (try await database.connect(), try await database.connect())
      _ = try await JobLock.run.take(on: one)
      _ = try await JobLock.measurement.take(on: two)
    }
  }

  /// A login that may not take the lock blocks nobody, whatever keys it has seen or waits for.
  @Test(arguments: [JobLock.run, .measurement])
  func anotherLoginBlocksNothing(_ lock: JobLock) async throws {
    try await Self.withMigrated { database in
      try await Self.intruder(database) { intruder in
        let job = try await database.connect()
        let held = try await lock.take(on: job)
        // Every login can see the key while it is held, and can wait for it.
        let key = try await intruder.queryOne(
          """
          select (classid::bigint << 32) | objid::bigint as key from pg_locks
          where locktype = 'advisory' and granted and database = (
            select oid from pg_database where datname = current_database())
          """)
        let seen: Int = try #require(try key?["key"])
        #expect(seen == held.key)
        await lock.release(held, on: job)
        _ = try await intruder.query("select pg_advisory_lock(\(seen))")
        let taken = try await lock.take(on: job)
        #expect(taken.passedOver.map(\.application) == ["intruder"])
        #expect(taken.key != seen)
        // It works as a lock.
        let other = try await database.connect()
        await #expect(throws: LockHeld.self) { _ = try await lock.take(on: other) }
        // A login without rights cannot lock, read or change the row.
        for statement in [
          "select key from job_lock", "select from job_lock for update",
          "update job_lock set key = 1",
        ] as [SQL] {
          let error = await #expect(throws: PostgresError.self) {
            _ = try await intruder.query(statement)
          }
          #expect(error?.isInsufficientPrivilege == true)
        }
      }
    }
  }

  /// A shared lock does not block either, and a night with the job's role runs beside both.
  @Test func aNightRunsThoughAnotherSessionHoldsItsKeys() async throws {
    try await NightlyFixture.with(leads: 120) { fixture in
      let url = fixture.database.url + "&options=-c%20role%3Dstatus_sync_job"
      let job = try Nightly.connected(
        fixture.settings, database: url, client: fixture.client, clock: fixture.clock,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      try await Self.intruder(fixture.database) { intruder in
        let admin = try await fixture.database.connect()
        for row in try await admin.query("select key from job_lock") {
          let key: Int = try row["key"]
          _ = try await intruder.query("select pg_advisory_lock_shared(\(key))")
        }
        let night = try await job.run(full: true)
        #expect(night.summary.pulled == 120)
        await admin.close()
      }
    }
  }

  /// A run whose session was ended is not shown as running.
  @Test func aRunWhoseSessionWasEndedIsNotRunning() async throws {
    try await NightlyFixture.with(leads: 120) { fixture in
      fixture.standIns.faults.set([Fault(.hold, on: .resman, route: .properties)])
      let nightly = try fixture.nightly()
      let night = Task { try await nightly.run(full: true) }
      try await eventually("no request is held") { fixture.standIns.holds.count >= 1 }
      let admin = try await fixture.database.connect()
      _ = try await admin.query("select pg_terminate_backend(pid) from job_lock where name = 'run'")
      fixture.standIns.holds.open()
      await #expect(throws: PostgresError.self) { _ = try await night.value }
      let row = try await admin.queryOne("select state, exit_code from sync_run")
      #expect(try row?["state"] == "failed")
      #expect(try row?["exit_code"] == 69)
      await admin.close()
    }
  }

  /// Nor is a run whose process was killed: it could not record its end, and `status` says so.
  @Test func aRunThatWasKilledIsShownAsInterrupted() async throws {
    try await Self.withMigrated { database in
      let run = try await database.connect()
      let held = try await JobLock.run.take(on: run)
      let now = try #require(Instant(iso8601: "2026-11-23T02:00:00Z"))
      try await Runs(run).begin(UUID(), mode: .run, at: now, full: true)
      let reader = try await database.connect()
      #expect(try await SyncStatus.read(reader, at: now).runs.map(\.state) == ["running"])
      await JobLock.run.release(held, on: run)
      #expect(try await SyncStatus.read(reader, at: now).runs.map(\.state) == ["interrupted"])
      for role in ["status_sync_job", "status_sync_api"] {
        _ = try await reader.execute("set role \(identifier: role)")
        #expect(try await SyncStatus.read(reader, at: now).runs.count == 1, "\(role)")
        _ = try await reader.execute("reset role")
      }
    }
  }
}
