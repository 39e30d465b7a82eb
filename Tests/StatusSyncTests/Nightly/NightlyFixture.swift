import Foundation
import HTTP
import Leads
import Logging
import Postgres
import StandIns
import TestDatabase

import Demo
import Nightly
import Settings
import Store
import Upstreams

/// What a night needs: leads in both systems, which are real servers, and a database of its own.
struct NightlyFixture: Sendable {
  let world: World
  let standIns: StandIns
  let database: TestDatabase
  let client: WebClient
  let directory: String
  /// The clock of the nights and of both systems.
  let clock: RunClock
  var settings: Settings

  /// Runs `body` with a fixture, and shuts everything down afterwards.
  static func with<T: Sendable>(
    leads: Int = 400, hasLog: Bool = true, capabilities: Capabilities = Capabilities(),
    at start: Instant = ProcessClock.start, clock: RunClock? = nil,
    _ body: @Sendable (NightlyFixture) async throws -> T
  ) async throws -> T {
    try await TestDatabase.with(
      template: "migrated", prepare: { _ = try await Migrator.migrate($0) }
    ) { database in
      var world = World.demo(leads: leads, properties: 8, seed: 7, now: start)
      // Without a log it is an installation's first night: both systems have leads, and we know nothing.
      if !hasLog { world.log = [] }
      let clock = clock ?? ProcessClock.running(from: start)
      let connection = try await database.connect()
      try await world.load(into: connection)
      await connection.close()
      let standIns = try await StandIns.start(
        world: world, capabilities: capabilities, clock: { clock.now().microseconds })
      let client = UpstreamHTTP.makeClient(concurrency: 16)
      let directory = FileManager.default.temporaryDirectory.appending(
        path: "status-sync-night-\(UUID().uuidString)"
      ).path()
      let fixture = NightlyFixture(
        world: world, standIns: standIns, database: database, client: client,
        directory: directory, clock: clock, settings: settings(standIns, directory))
      let result: Result<T, any Error>
      do { result = .success(try await body(fixture)) } catch { result = .failure(error) }
      await standIns.stop()
      await client.shutdown()
      try? FileManager.default.removeItem(atPath: directory)
      return try result.get()
    }
  }

  private static func settings(_ standIns: StandIns, _ directory: String) -> Settings {
    var settings = Settings()
    settings.resman = SystemSettings(
      url: standIns.resmanURL, token: Secret(standIns.credentials.resmanToken),
      requestsPerSecond: 100_000, pageSize: 50, timeoutSeconds: 300)
    settings.domiq = SystemSettings(
      url: standIns.domiqURL, token: Secret(standIns.credentials.domiqToken),
      webhookSecret: Secret(standIns.credentials.webhookSecret), requestsPerSecond: 100_000,
      pageSize: 50, timeoutSeconds: 300)
    // 400 leads with every kind of drift would exceed a percentage meant for real data.
    settings.limits.guards.repairPercent = 100
    settings.limits.settleSeconds = 0
    // No result may depend on the speed of the machine.
    settings.limits.freshSeconds = 600
    settings.reports.directory = directory
    return settings
  }

  func nightly(_ settings: Settings? = nil) throws -> Nightly {
    try Nightly.connected(
      settings ?? self.settings, database: database.url, client: client, clock: clock,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  func now() -> Instant { clock.now() }

  /// Questions with a verdict: the open ones, and for the leads named also the answered ones.
  func questions(
    _ verdict: String? = nil, leads: [String] = []
  ) async throws -> [ReviewItem] {
    let connection = try await database.connect()
    let items = try await ReviewQueue(connection).items(
      ReviewSelection(leads: leads, verdict: verdict),
      states: leads.isEmpty ? ["open"] : ["open", "accepted", "ignored"], now: now())
    await connection.close()
    return items
  }

  /// The one value that a statement returns.
  func value<T: PostgresDecodable & Sendable>(_ sql: SQL) async throws -> T {
    try await database.value(sql)
  }
}
