import Foundation
import Leads
import Postgres
import PrivatePostgres
import Settings
import StandIns
import Store

/// Made-up data and what it needs: a private PostgreSQL, and the stand-ins for both systems. It is kept in one directory
/// and continues there when it is opened again.
package struct DemoEnvironment: Sendable {
  /// A demo whose servers run.
  package struct Open: Sendable {
    /// The settings of a StatusSync between the two systems.
    package let settings: Settings
    /// Connection string of a migrated database.
    package let database: String
    /// True where the data was made just now.
    package let isNew: Bool
  }

  package let directory: String
  let leads: Int
  let seed: UInt64
  let clock: RunClock

  private var folder: DemoFolder { DemoFolder(path: directory) }

  /// - Parameters:
  ///   - leads: the number of leads of new data.
  ///   - seed: the same seed and time make the same data.
  ///   - clock: the time at which new data is made, and the time of both systems.
  package init(
    directory: String, leads: Int = 5_000, seed: UInt64 = 2026, clock: RunClock = .system()
  ) {
    self.directory = URL(fileURLWithPath: directory).standardizedFileURL.path
    self.leads = leads
    self.seed = seed
    self.clock = clock
  }

  /// The demo that was made in a folder.
  /// - Throws: `DemoError` where there is none.
  package static func existing(_ directory: String) throws -> DemoEnvironment {
    let demo = DemoEnvironment(directory: directory)
    guard FileManager.default.fileExists(atPath: demo.folder.systems) else {
      throw DemoError.noTown(directory)
    }
    return demo
  }

  /// Starts the servers, runs the closure, saves the systems' state and stops the servers. Where another process has the
  /// demo open, its stand-ins are used.
  package func open<T: Sendable>(_ body: @Sendable (Open) async throws -> T) async throws -> T {
    try folder.checkConfiguration()
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    return try await withDatabase { url in
      guard let hold = try folder.hold() else {
        return try await body(
          Open(settings: settings(try await joined()), database: url, isNew: false))
      }
      defer { withExtendedLifetime(hold) {} }
      return try await lend(url, body)
    }
  }

  /// Starts the database only, runs the closure and stops it: for work that calls neither system.
  package func withDatabase<T: Sendable>(
    _ body: @Sendable (String) async throws -> T
  ) async throws -> T {
    let server = try await PrivateServer.start(directory: directory + "/postgres")
    let result: Result<T, any Error>
    do {
      result = .success(try await body(try await Self.database("status_sync", on: server)))
    } catch { result = .failure(error) }
    await server.stop()
    return try result.get()
  }

  private func lend<T: Sendable>(
    _ url: String, _ body: @Sendable (Open) async throws -> T
  ) async throws -> T {
    // Of a holder that was killed.
    folder.unpublish()
    let isNew = !FileManager.default.fileExists(atPath: folder.systems)
    let snapshot = try await settle(in: url, isNew: isNew)
    let clock = clock
    let standIns = try await StandIns.start(
      snapshot: snapshot, clock: { clock.now().microseconds })
    let result: Result<T, any Error>
    do {
      try folder.publish(standIns)
      try folder.writeConfiguration()
      let here = DemoFolder.Addresses(standIns)
      result = .success(
        try await body(Open(settings: settings(here), database: url, isNew: isNew)))
    } catch { result = .failure(error) }
    folder.unpublish()
    let saved = Result { try OwnersFile.write(try standIns.snapshot.encoded(), to: folder.systems) }
    await standIns.stop()
    if case .success = result { try saved.get() }
    return try result.get()
  }

  /// The stand-ins of the process that has the demo open; they may be starting.
  private func joined() async throws -> DemoFolder.Addresses {
    for _ in 0..<600 {
      if let there = folder.published() { return there }
      try await clock.sleep(.milliseconds(100))
    }
    throw DemoError.busy(directory)
  }

  /// The systems as they were saved, or new ones, whose log is written to the database.
  private func settle(in url: String, isNew: Bool) async throws -> Snapshot {
    let connection = try await PostgresConnection(PostgresConfiguration(url: url))
    do {
      _ = try await Migrator.migrate(connection)
      let snapshot: Snapshot
      if isNew {
        let world = World.demo(leads: leads, seed: seed, now: clock.now())
        try await world.load(into: connection)
        try await world.tellAgents(in: connection)
        snapshot = Snapshot(world)
        // Before the first repair: a demo that is stopped continues with the same data.
        try OwnersFile.write(try snapshot.encoded(), to: folder.systems)
      } else {
        snapshot = try Snapshot(contentsOf: folder.systems)
      }
      await connection.close()
      return snapshot
    } catch {
      await connection.close()
      throw error
    }
  }

  private func settings(_ there: DemoFolder.Addresses) -> Settings {
    there.settings(reports: directory + "/reports")
  }

  /// The connection string of a database that is there afterwards.
  package static func database(_ name: String, on server: PrivateServer) async throws -> String {
    _ = try await database(name, on: server, creating: true)
    return server.url(database: name)
  }

  /// The same; nil where it is not there and must not be made.
  package static func database(
    _ name: String, on server: PrivateServer, creating: Bool
  ) async throws -> String? {
    let admin = try await PostgresConnection(PostgresConfiguration(url: server.url()))
    let found = try await admin.query("select 1 as one from pg_database where datname = \(name)")
    if found.isEmpty, creating {
      _ = try await admin.execute("create database \(identifier: name)")
    }
    await admin.close()
    return found.isEmpty && !creating ? nil : server.url(database: name)
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
