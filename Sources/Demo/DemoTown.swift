import AsyncHTTPClient
import Foundation
import Leads
import Postgres
import StandIns
import StatusSync

/// A made-up town and all that it needs: a private PostgreSQL, and the stand-ins for both systems. It
/// lives in one directory, and continues there whenever it is opened again.
public struct DemoTown: Sendable {
  /// A town while everything of it runs.
  public struct Open: Sendable {
    public let standIns: StandIns
    /// Of a StatusSync between the two.
    public let settings: Settings
    /// Connection string of a migrated database.
    public let database: String
    /// True where the town was made just now.
    public let isNew: Bool
  }

  public let directory: String
  let leads: Int
  let seed: UInt64

  /// - Parameters:
  ///   - leads: how many a new town has.
  ///   - seed: the same seed makes the same town.
  public init(directory: String, leads: Int, seed: UInt64) {
    self.directory = URL(fileURLWithPath: directory).standardizedFileURL.path
    self.leads = leads
    self.seed = seed
  }

  /// Starts everything, lends it, keeps the systems' state for the next time, stops everything.
  public func open<T: Sendable>(_ body: @Sendable (Open) async throws -> T) async throws -> T {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let server = try await PrivateServer.start(directory: directory + "/postgres")
    let result: Result<T, any Error>
    do { result = .success(try await lend(server, body)) } catch { result = .failure(error) }
    await server.stop()
    return try result.get()
  }

  private func lend<T: Sendable>(
    _ server: PrivateServer, _ body: @Sendable (Open) async throws -> T
  ) async throws -> T {
    let url = try await Self.database("status_sync", on: server)
    let file = directory + "/systems.json"
    let isNew = !FileManager.default.fileExists(atPath: file)
    let snapshot = try await settle(in: url, isNew: isNew, file: file)
    let standIns = try await StandIns.start(snapshot: snapshot)
    let open = Open(
      standIns: standIns, settings: settings(standIns), database: url, isNew: isNew)
    let result: Result<T, any Error>
    do { result = .success(try await body(open)) } catch { result = .failure(error) }
    let saved = Result { try standIns.snapshot.save(to: file) }
    await standIns.stop()
    if case .success = result { try saved.get() }
    return try result.get()
  }

  /// The systems as they were left, or those of a new town, whose log is written down.
  private func settle(in url: String, isNew: Bool, file: String) async throws -> Snapshot {
    let connection = try await PostgresConnection(PostgresConfiguration(url: url))
    do {
      _ = try await Migrator.migrate(connection)
      let snapshot: Snapshot
      if isNew {
        let world = World.demo(leads: leads, seed: seed, now: RunClock.system().now())
        try await world.load(into: connection)
        try await world.tellAgents(in: connection)
        snapshot = Snapshot(world)
        // Before the first repair: a demo that is stopped goes on from the same town.
        try snapshot.save(to: file)
      } else {
        snapshot = try Snapshot(contentsOf: file)
      }
      await connection.close()
      return snapshot
    } catch {
      await connection.close()
      throw error
    }
  }

  private func settings(_ standIns: StandIns) -> Settings {
    var settings = Settings()
    settings.resman = SystemSettings(
      url: standIns.resmanURL, token: Secret(standIns.credentials.resmanToken),
      requestsPerSecond: 5_000, concurrency: 8)
    settings.domiq = SystemSettings(
      url: standIns.domiqURL, token: Secret(standIns.credentials.domiqToken),
      webhookSecret: Secret(standIns.credentials.webhookSecret), requestsPerSecond: 5_000,
      concurrency: 8)
    settings.reports.directory = directory + "/reports"
    return settings
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

extension World {
  /// Leasing agents see every change of the day in the app.
  fileprivate func tellAgents(in connection: PostgresConnection) async throws {
    for status in Status.allCases {
      _ = try await connection.execute(
        """
        insert into status_notification_preferences (status_type, notification_method, recipients)
        values (\(status.rawValue), 'in_app', '["leasing_agent"]')
        """)
    }
  }
}
