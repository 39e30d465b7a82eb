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
import StatusSync
import Store
import Upstreams
import VendorStandIns

/// Both vendors' stand-ins with made-up data, and a database of StatusSync.
struct VendorFixture: Sendable {
  let world: VendorWorld
  let resman: PartnerStandIn
  let domiq: DomIQStandIn
  let database: TestDatabase
  let client: WebClient
  let clock: RunClock
  var settings: Settings

  static func with<T: Sendable>(
    leads: Int = 140, clock: RunClock? = nil, isLinked: Bool = true,
    _ body: @Sendable (VendorFixture) async throws -> T
  ) async throws -> T {
    try await TestDatabase.with(
      template: "migrated", prepare: { _ = try await Migrator.migrate($0) }
    ) { database in
      let clock = clock ?? ProcessClock.running(from: ProcessClock.start)
      let world = VendorWorld(leads: leads, properties: 4, now: ProcessClock.start)
      return try await TestDatabase.with { theirs in
        let domiq = try await DomIQStandIn.make(world, in: theirs.url, isLinked: isLinked)
        let resman = try await PartnerStandIn.start(world)
        let client = UpstreamHTTP.makeClient(concurrency: 16)
        let directory = FileManager.default.temporaryDirectory.appending(
          path: "status-sync-vendor-\(UUID().uuidString)"
        ).path()
        var settings = try Settings.vendors(resman, domiq, world)
        settings.reports.directory = directory
        settings.resman.timeoutSeconds = 300
        let fixture = VendorFixture(
          world: world, resman: resman, domiq: domiq, database: database, client: client,
          clock: clock, settings: settings)
        let result: Result<T, any Error>
        do { result = .success(try await body(fixture)) } catch { result = .failure(error) }
        await resman.stop()
        await client.shutdown()
        try? FileManager.default.removeItem(atPath: directory)
        return try result.get()
      }
    }
  }

  func nightly(_ settings: Settings? = nil) throws -> Nightly {
    try Nightly.connected(
      settings ?? self.settings, database: database.url, client: client, clock: clock,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  /// The client of ResMan's partner interface, with a clock of its own.
  func partner(clock: RunClock? = nil) -> PartnerClient {
    PartnerClient(
      UpstreamSettings(url: resman.url, token: "", requestsPerSecond: 100_000, timeoutSeconds: 300),
      eventsURL: resman.url,
      account: PartnerAccount(
        accountID: resman.account.id, partnerID: resman.account.partner, key: resman.account.key,
        zones: settings.partner?.zones ?? [:]),
      client: client, clock: clock ?? self.clock)
  }

  /// Verdicts of a run by lead, of leads that have a row of drift.
  func verdicts(_ run: UUID) async throws -> [String: Verdict] {
    let connection = try await database.connect()
    let rows = try await connection.query(
      "select resman_lead_id, verdict from drift where run_id = \(run)")
    await connection.close()
    return try Dictionary(
      uniqueKeysWithValues: rows.map {
        (try $0["resman_lead_id"] as String, Verdict(rawValue: try $0["verdict"]) ?? .unread)
      })
  }
}
