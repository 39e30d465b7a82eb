import Foundation
import Leads
import Postgres
import StandIns
import TestDatabase
import Testing

import Demo
import Store

/// The basis of the fault tests: the built program, real Postgres, and both systems as servers that record
/// what really arrived, what was applied and what was answered.
struct ProcessHarness: Sendable {
  /// `make chaos` sets `CHAOS`: the quantities of docs/reliability.md#fault-tests instead of small ones.
  static let isWhole = ProcessInfo.processInfo.environment["CHAOS"] != nil

  let world: World
  let standIns: StandIns
  let url: String
  let directory: String
  var environment: [String: String] = [:]

  /// Runs `body` with a harness, and shuts everything down afterwards.
  static func with<T: Sendable>(
    leads: Int = 120, capabilities: Capabilities = Capabilities(),
    _ body: @Sendable (ProcessHarness) async throws -> T
  ) async throws -> T {
    try await TestDatabase.with(
      template: "migrated", prepare: { _ = try await Migrator.migrate($0) }
    ) { database in
      try await with(leads: leads, capabilities: capabilities, database: database.url, body)
    }
  }

  /// The same on an existing, migrated database.
  static func with<T: Sendable>(
    leads: Int, capabilities: Capabilities = Capabilities(), database url: String,
    _ body: @Sendable (ProcessHarness) async throws -> T
  ) async throws -> T {
    let world = World.demo(leads: leads, properties: 3, seed: 11, now: ProcessClock.start)
    let connection = try await PostgresConnection(PostgresConfiguration(url: url))
    try await world.load(into: connection)
    await connection.close()
    let standIns = try await StandIns.start(
      world: world, capabilities: capabilities)
    let directory = FileManager.default.temporaryDirectory.appending(
      path: "status-sync-harness-\(UUID().uuidString)"
    ).path()
    var harness = ProcessHarness(world: world, standIns: standIns, url: url, directory: directory)
    harness.environment = harness.settings
    let result: Result<T, any Error>
    do { result = .success(try await body(harness)) } catch { result = .failure(error) }
    await standIns.stop()
    try? FileManager.default.removeItem(atPath: directory)
    return try result.get()
  }

  private var settings: [String: String] {
    [
      "DATABASE_URL": url, "STATUS_SYNC_RESMAN_URL": standIns.resmanURL,
      "STATUS_SYNC_RESMAN_TOKEN": standIns.credentials.resmanToken,
      "STATUS_SYNC_RESMAN_REQUESTS_PER_SECOND": "100000",
      "STATUS_SYNC_RESMAN_PAGE_SIZE": "20", "STATUS_SYNC_DOMIQ_URL": standIns.domiqURL,
      "STATUS_SYNC_DOMIQ_TOKEN": standIns.credentials.domiqToken,
      "STATUS_SYNC_DOMIQ_WEBHOOK_SECRET": standIns.credentials.webhookSecret,
      "STATUS_SYNC_DOMIQ_REQUESTS_PER_SECOND": "100000", "STATUS_SYNC_DOMIQ_PAGE_SIZE": "20",
      "STATUS_SYNC_LIMITS_REPAIR_PERCENT": "100", "STATUS_SYNC_LIMITS_SETTLE_SECONDS": "0",
      "STATUS_SYNC_REPORTS_DIRECTORY": directory, "STATUS_SYNC_REPORTS_EXCEL": "false",
    ]
  }

  /// Starts a run.
  func start(
    _ arguments: [String] = ["run", "--full", "--json"], with changes: [String: String] = [:],
    limit: Int? = nil
  ) throws -> RunningProgram {
    try RunningProgram(
      arguments, environment: environment.merging(changes) { $1 }, limit: limit)
  }

  /// Runs to the end.
  @discardableResult
  func run(with changes: [String: String] = [:]) async throws -> RunningProgram.Ended {
    await (try start(with: changes)).ended()
  }

  /// A connection for the test itself.
  func connect() async throws -> PostgresConnection {
    try await PostgresConnection(PostgresConfiguration(url: url, applicationName: "harness"))
  }

  /// The rows of one statement.
  func rows(_ sql: SQL) async throws -> [Row] {
    let connection = try await connect()
    let rows = try await connection.query(sql)
    await connection.close()
    return rows
  }

  /// The number that a statement returns in the column `value`.
  func number(_ sql: SQL) async throws -> Int {
    guard let row = try await rows(sql).first else { return 0 }
    return try row["value"]
  }

  /// Returns when this many requests have been held in all.
  func untilHeld(_ count: Int) async throws {
    try await eventually("no request is held") { standIns.holds.count >= count }
  }

  /// Returns when every connection of a killed program is gone, and its lock with it.
  func untilAlone() async throws {
    try await eventually("a killed program's connections stay") {
      try await number(
        """
        select count(*) as value from pg_stat_activity
        where datname = current_database() and backend_type = 'client backend'
          and application_name <> 'harness'
        """) == 0
    }
  }

  /// Kills the program while its statement waits for a lock. The test takes the lock, then releases the held
  /// request.
  /// - Parameter isCut: true: the statement is aborted; false: it may complete, as a statement that had
  ///   reached the server.
  func kill(_ program: RunningProgram, blockedBy lock: String, isCut: Bool) async throws {
    let connection = try await connect()
    try await connection.script("begin; \(lock)")
    standIns.holds.release()
    try await untilBlocked()
    await program.killed()
    if isCut {
      _ = try await connection.query(
        """
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'
          and application_name <> 'harness'
        """)
    }
    try await connection.script("rollback")
    await connection.close()
  }

  /// Returns when the program's connection waits for a lock that the test holds.
  func untilBlocked() async throws {
    try await eventually("nobody waits for the lock") {
      try await number(
        """
        select count(*) as value from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'
          and application_name <> 'harness'
        """) > 0
    }
  }

  /// Requests that change something, answered or not.
  var writes: Int {
    standIns.ledger.arrivals(.resman, .status).count
      + standIns.ledger.arrivals(.domiq, .webhook).count
  }

  /// The latest reports as a reader finds them, by name.
  func latestFiles() throws -> [String: Data] {
    let latest = URL(fileURLWithPath: directory).appending(path: "latest").resolvingSymlinksInPath()
    var files: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: latest.path()) {
      files[name] = FileManager.default.contents(atPath: latest.appending(path: name).path())
    }
    return files
  }

  /// Leads that the demo data was made to need this repair for, in order.
  func leads(_ action: Action) -> [String] {
    world.judgements.filter { $0.action == action }.map(\.leadID).sorted()
  }
}

/// Returns when `condition` holds. It is checked every few milliseconds, for five minutes at most: no result
/// depends on the duration.
func eventually(
  _ otherwise: String, _ condition: @Sendable () async throws -> Bool
) async throws {
  for _ in 0..<60_000 {
    if try await condition() { return }
    try await Task.sleep(for: .milliseconds(5))
  }
  throw ProcessHarnessError(otherwise)
}

/// The condition that a test waited for in vain.
struct ProcessHarnessError: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}
