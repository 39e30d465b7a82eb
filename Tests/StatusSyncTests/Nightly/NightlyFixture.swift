import Foundation
import HTTP
import Leads
import Logging
import Postgres
import StandIns
import TestDatabase

@testable import Demo
@testable import Nightly
@testable import Settings
@testable import Store
@testable import Upstreams

/// A town with both systems as real servers and a database of its own: what a night needs.
struct NightlyFixture: Sendable {
  let world: World
  let standIns: StandIns
  let database: TestDatabase
  let client: WebClient
  let directory: String
  /// The time in it: of the nights and of both systems.
  let clock: RunClock
  var settings: Settings

  /// Lends a town, and takes everything down afterwards.
  static func with<T: Sendable>(
    leads: Int = 400, hasLog: Bool = true, capabilities: Capabilities = Capabilities(),
    at start: Instant = ProcessClock.start, clock: RunClock? = nil,
    _ body: @Sendable (NightlyFixture) async throws -> T
  ) async throws -> T {
    try await TestDatabase.with(
      template: "migrated", prepare: { _ = try await Migrator.migrate($0) }
    ) { database in
      var world = World.demo(leads: leads, properties: 8, seed: 7, now: start)
      // Without one it is an installation's first night: both systems are old, and we know nothing.
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
    // A town of 400 leads with every kind of drift would trip a share meant for real ones.
    settings.limits.guards.repairPercent = 100
    settings.limits.settleSeconds = 0
    // Nothing here may depend on how fast the machine is.
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

  /// Open questions of a verdict; of leads that are named also those that were answered.
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

  /// One value of one statement.
  func value<T: PostgresDecodable & Sendable>(_ sql: SQL) async throws -> T {
    try await database.value(sql)
  }
}
