import Foundation
import Leads
import Logging
import Nightly
import Postgres
import PrivatePostgres
import Settings
import StandIns
import StatusSync
import Store
import Upstreams
import VendorStandIns

/// Two nights, a day's changes between them, over made-up data of the vendors' own interfaces: ResMan's partner interface
/// and DomIQ's database, both only read. Each call begins from nothing.
package struct VendorDemo: Sendable {
  /// What the two nights found, and what the vendors saw of them.
  package struct Result: Sendable {
    package var first: RunResult
    package var second: RunResult
    package var ledger: PartnerStandIn.Ledger
    /// Links that the nights made, newest first, and what waits for a person.
    package var links: [MadeLink] = []
    package var proposals: [ProposedLink] = []
  }

  let directory: String
  let leads: Int
  let clock: RunClock
  let logger: Logger
  let progress: @Sendable (StageProgress) -> Void

  package init(
    directory: String, leads: Int = 700, clock: RunClock = .system(), logger: Logger,
    progress: @escaping @Sendable (StageProgress) -> Void = { _ in }
  ) {
    self.directory = URL(fileURLWithPath: directory).standardizedFileURL.path
    self.leads = leads
    self.clock = clock
    self.logger = logger
    self.progress = progress
  }

  /// Starts what is needed, runs both nights, and stops it.
  package func run() async throws -> Result {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let server = try await PrivateServer.start(directory: directory + "/postgres")
    let outcome: Swift.Result<Result, any Error>
    do { outcome = .success(try await nights(on: server)) } catch { outcome = .failure(error) }
    await server.stop()
    return try outcome.get()
  }

  private func nights(on server: PrivateServer) async throws -> Result {
    let own = try await Self.emptied("status_sync", on: server)
    let theirs = try await Self.emptied("domiq", on: server)
    let connection = try await PostgresConnection(PostgresConfiguration(url: own))
    _ = try await Migrator.migrate(connection)
    await connection.close()
    var world = VendorWorld(leads: leads, properties: 4, now: clock.now())
    // DomIQ does not name the leads of a part of its conversations: their contacts link them.
    world.dropIDs { $0 >= 28 && (1...6).contains($0 % 14) }
    _ = world.addContactCases(now: clock.now())
    let domiq = try await DomIQStandIn.make(world, in: theirs)
    let resman = try await PartnerStandIn.start(world)
    let outcome: Swift.Result<Result, any Error>
    do {
      outcome = .success(try await nights(own, resman, domiq, world))
    } catch { outcome = .failure(error) }
    await resman.stop()
    return try outcome.get()
  }

  private func nights(
    _ database: String, _ resman: PartnerStandIn, _ domiq: DomIQStandIn, _ world: VendorWorld
  ) async throws -> Result {
    var settings = try Settings.vendors(resman, domiq, world)
    settings.reports.directory = directory + "/reports"
    let client = UpstreamHTTP.makeClient(concurrency: 2)
    let outcome: Swift.Result<Result, any Error>
    do {
      let nightly = try Nightly.connected(
        settings, database: database, client: client, clock: clock, logger: logger,
        progress: progress)
      let first = try await nightly.run(full: false)
      try await day(resman, domiq, world)
      let second = try await nightly.run(full: false)
      var result = Result(first: first, second: second, ledger: resman.ledger)
      let connection = try await PostgresConnection(PostgresConfiguration(url: database))
      let queue = LinkQueue(connection)
      result.links = try await queue.made(limit: 1_000_000)
      result.proposals = try await queue.proposals()
      await connection.close()
      outcome = .success(result)
    } catch { outcome = .failure(error) }
    await client.shutdown()
    return try outcome.get()
  }

  /// What staff and the chatbot do between the nights.
  private func day(
    _ resman: PartnerStandIn, _ domiq: DomIQStandIn, _ world: VendorWorld
  ) async throws {
    let now = clock.now()
    // A new lead is contacted by staff; DomIQ still calls it new.
    resman.edit("PR-14") { card in
      card.events.append(.init("CallToProspect", now.iso8601))
      card.modified = now.microseconds
    }
    // Staff lose a lead, which DomIQ cannot show.
    resman.edit("PR-1") { card in
      card.status = "Lost"
      card.types = ["lost"]
      card.lostReason = "Price"
      card.events.append(.init("Cancel", now.iso8601, reasons: "Prospect Lost: Price"))
      card.modified = now.microseconds
    }
    // The chatbot qualifies one lead that staff contacted, which ResMan shows as contacted, and one that is new there.
    for lead in ["PR-15", "PR-0"] {
      try await domiq.change(
        """
        update conversation set status = 'qualified', updated_at = \(now.iso8601)::timestamptz
        where resman_lead_id = \(lead)
        """)
    }
  }

  /// The connection string of a database that is there and empty.
  private static func emptied(_ name: String, on server: PrivateServer) async throws -> String {
    let admin = try await PostgresConnection(PostgresConfiguration(url: server.url()))
    do {
      _ = try await admin.execute("drop database if exists \(identifier: name) with (force)")
      _ = try await admin.execute("create database \(identifier: name)")
      await admin.close()
    } catch {
      await admin.close()
      throw error
    }
    return server.url(database: name)
  }
}

extension Settings {
  /// The settings of a StatusSync that reads both vendors' own interfaces and writes to neither.
  package static func vendors(
    _ resman: PartnerStandIn, _ domiq: DomIQStandIn, _ world: VendorWorld
  ) throws -> Settings {
    var settings = Settings()
    settings.resmanKind = .partner
    settings.resman = SystemSettings(
      url: resman.url, token: Secret(resman.account.key), requestsPerSecond: 5_000,
      concurrency: 2, write: .none)
    settings.partner = PartnerSettings(
      eventsURL: resman.url, accountID: resman.account.id, partnerID: resman.account.partner,
      zones: Dictionary(uniqueKeysWithValues: world.properties.map { ($0.id, $0.timezone) }))
    settings.domiqKind = .database
    settings.domiq.write = .none
    settings.database = DomIQDatabaseSettings(
      url: Secret(domiq.readerURL), companyID: DomIQStandIn.company)
    settings.mapping = try StatusMapping.kinds(
      resman: .partner, domiq: .database, lenses: settings.lenses)
    return settings
  }
}
