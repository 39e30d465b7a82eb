import AsyncHTTPClient
import Foundation
import Leads
import Logging
import Postgres
import StandIns
import StatusSync

/// A night from nothing: a private PostgreSQL, the stand-ins with a made-up town, one run, reports.
/// A second night in the same directory continues where the first ended.
public struct DemoNight: Sendable {
  /// What a demo leaves to look at.
  public struct Result: Sendable {
    public var run: RunResult
    public var isFirst: Bool
    /// Connects to the demo's database while its server runs.
    public var directory: String
  }

  let directory: String
  let leads: Int
  let seed: UInt64
  let logger: Logger
  let progress: @Sendable (Nightly.Progress) -> Void

  public init(
    directory: String, leads: Int, seed: UInt64, logger: Logger,
    progress: @escaping @Sendable (Nightly.Progress) -> Void = { _ in }
  ) {
    self.directory = URL(fileURLWithPath: directory).standardizedFileURL.path
    self.leads = leads
    self.seed = seed
    self.logger = logger
    self.progress = progress
  }

  /// Starts everything, runs one night, keeps the systems' state for the next, stops everything.
  public func run() async throws -> Result {
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    let server = try await PrivateServer.start(directory: directory + "/postgres")
    do {
      let result = try await night(server)
      await server.stop()
      return result
    } catch {
      await server.stop()
      throw error
    }
  }

  private func night(_ server: PrivateServer) async throws -> Result {
    let url = try await Self.database("status_sync", on: server)
    let clock = RunClock.system()
    let connection = try await PostgresConnection(PostgresConfiguration(url: url))
    _ = try await Migrator.migrate(connection)
    let file = directory + "/systems.json"
    let isFirst = !FileManager.default.fileExists(atPath: file)
    let snapshot: Snapshot
    if isFirst {
      let world = World.demo(leads: leads, seed: seed, now: clock.now())
      try await world.load(into: connection)
      snapshot = Snapshot(world)
      // Before the first repair: a demo that is stopped goes on from the same town.
      try snapshot.save(to: file)
    } else {
      snapshot = try Snapshot(contentsOf: file)
    }
    await connection.close()
    let standIns = try await StandIns.start(snapshot: snapshot)
    let client = UpstreamHTTP.makeClient(concurrency: 16)
    do {
      let nightly = try nightly(standIns, url: url, client: client, clock: clock)
      let result = try await nightly.run(full: false)
      try standIns.snapshot.save(to: file)
      await standIns.stop()
      try await client.shutdown()
      return Result(run: result, isFirst: isFirst, directory: directory)
    } catch {
      try? standIns.snapshot.save(to: file)
      await standIns.stop()
      try? await client.shutdown()
      throw error
    }
  }

  private func nightly(
    _ standIns: StandIns, url: String, client: HTTPClient, clock: RunClock
  ) throws -> Nightly {
    var settings = Settings()
    settings.resman = SystemSettings(
      url: standIns.resmanURL, token: Secret(standIns.credentials.resmanToken),
      requestsPerSecond: 5_000, concurrency: 8)
    settings.domiq = SystemSettings(
      url: standIns.domiqURL, token: Secret(standIns.credentials.domiqToken),
      webhookSecret: Secret(standIns.credentials.webhookSecret), requestsPerSecond: 5_000,
      concurrency: 8)
    settings.reports.directory = directory + "/reports"
    return try Nightly.connected(
      settings, database: url, client: client, clock: clock, logger: logger, progress: progress)
  }

  /// The connection string of a database that is there afterwards.
  public static func database(_ name: String, on server: PrivateServer) async throws -> String {
    let admin = try await PostgresConnection(PostgresConfiguration(url: server.url()))
    let found = try await admin.query("select 1 as one from pg_database where datname = \(name)")
    if found.isEmpty { _ = try await admin.execute("create database \(identifier: name)") }
    await admin.close()
    return server.url(database: name)
  }
}
