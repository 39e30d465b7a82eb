import ArgumentParser
import AsyncHTTPClient
import Demo
import Foundation
import Logging
import Postgres
import StatusSync

/// What every command takes.
struct CommonOptions: ParsableArguments {
  @Option(
    help: "The configuration file (default: status-sync.yaml, else /etc/status-sync/config.yaml).")
  var config: String?

  @Flag(help: "Print the result as JSON.")
  var json = false

  @Option(name: .customLong("log-format"), help: "Logs on standard error as text or json.")
  var logFormat: LogFormat = .text

  enum LogFormat: String, ExpressibleByArgument, CaseIterable { case text, json }

  func logger() -> Logger { Logger(label: "status-sync") { _ in LineLog(format: logFormat) } }

  func settings() throws -> Settings {
    try Settings.load(path: config, environment: ProcessInfo.processInfo.environment)
  }

  /// Runs a command's work and ends the process with the status that tells the truth.
  func run(_ work: @escaping @Sendable () async throws -> ExitStatus) async throws {
    let status: ExitStatus
    do {
      status = try await Signals.draining(work)
    } catch let exit as ExitCode {
      throw exit
    } catch {
      let failure = Failure(error)
      Terminal.err("status-sync: \(failure.sentence)")
      status = failure.status
    }
    if status != .converged { throw ExitCode(status.rawValue) }
  }

  func print(_ value: some Encodable, human: @autoclosure () -> String) throws {
    guard json else { return Terminal.out(human()) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    Terminal.out(String(decoding: try encoder.encode(value), as: UTF8.self))
  }
}

/// Where the data is: DATABASE_URL, or a private PostgreSQL.
struct DatabaseOptions: ParsableArguments {
  @Option(
    name: .customLong("data-dir"),
    help: "Without DATABASE_URL: the folder of a private PostgreSQL (default: status-sync-data).")
  var dataDir: String?

  /// Lends the connection string of a database, and the settings for it: those given, but on a demo with
  /// its stand-ins as the two systems.
  /// - Parameter calls: whether the two systems are needed.
  func with<T: Sendable>(
    _ settings: Settings, calls: Bool = true,
    _ body: @Sendable (String, Settings) async throws -> T
  ) async throws -> T {
    if !settings.demoDirectory.isEmpty {
      return try await onDemo(settings, calls: calls, body)
    }
    return try await with(settings) { try await body($0, settings) }
  }

  /// A demo goes before DATABASE_URL: its stand-ins and another database do not belong together.
  private func onDemo<T: Sendable>(
    _ settings: Settings, calls: Bool,
    _ body: @Sendable (String, Settings) async throws -> T
  ) async throws -> T {
    let town = try DemoTown.existing(settings.demoDirectory)
    if settings.databaseURL != nil {
      Terminal.err("demo.directory is set: DATABASE_URL is not used")
    }
    guard calls else {
      return try await town.withDatabase { try await body($0, settings) }
    }
    return try await town.open { open in
      var here = settings
      here.resman = open.settings.resman
      here.domiq = open.settings.domiq
      return try await body(open.database, here)
    }
  }

  private func with<T: Sendable>(
    _ settings: Settings, _ body: @Sendable (String) async throws -> T
  ) async throws -> T {
    if let url = settings.databaseURL { return try await body(url.reveal()) }
    let directory = URL(fileURLWithPath: dataDir ?? "status-sync-data").standardizedFileURL.path
    Terminal.err("no DATABASE_URL: using a private PostgreSQL in \(directory)")
    let server = try await PrivateServer.start(directory: directory)
    do {
      let url = try await DemoTown.database("status_sync", on: server)
      let connection = try await PostgresConnection(PostgresConfiguration(url: url))
      _ = try await Migrator.migrate(connection)
      await connection.close()
      let result = try await body(url)
      await server.stop()
      return result
    } catch {
      await server.stop()
      throw error
    }
  }

  /// Lends a connection to a migrated database.
  func connected<T: Sendable>(
    _ settings: Settings, _ body: @Sendable (PostgresConnection) async throws -> T
  ) async throws -> T {
    try await with(settings, calls: false) { url, settings in
      try await lend(url, settings) { connection, _ in try await body(connection) }
    }
  }

  /// Lends a connection, and the settings for it, to what may ask ResMan beside.
  func asking<T: Sendable>(
    _ settings: Settings, _ body: @Sendable (PostgresConnection, Settings) async throws -> T
  ) async throws -> T {
    try await with(settings) { try await lend($0, $1, body) }
  }

  private func lend<T: Sendable>(
    _ url: String, _ settings: Settings,
    _ body: @Sendable (PostgresConnection, Settings) async throws -> T
  ) async throws -> T {
    let connection = try await PostgresConnection(PostgresConfiguration(url: url))
    do {
      try await Migrator.requireCurrent(connection)
      let result = try await body(connection, settings)
      await connection.close()
      return result
    } catch {
      await connection.close()
      throw error
    }
  }

  /// Lends a night put together from the settings.
  func nightly<T: Sendable>(
    _ settings: Settings, logger: Logger, _ body: @Sendable (Nightly) async throws -> T
  ) async throws -> T {
    try await withClient(settings) { url, settings, client in
      let display = ProgressDisplay()
      return try await body(
        try Nightly.connected(
          settings, database: url, client: client, logger: logger,
          progress: { display.show($0) }, stopped: { Signals.received ?? .terminated }))
    }
  }

  /// Lends the use cases of the day, put together from the settings.
  func live<T: Sendable>(
    _ settings: Settings, logger: Logger, _ body: @Sendable (Live, Logger) async throws -> T
  ) async throws -> T {
    try await withClient(settings, forCallers: true) { url, settings, client in
      let connection = try await PostgresConnection(PostgresConfiguration(url: url))
      do { try await Migrator.requireCurrent(connection) } catch {
        await connection.close()
        throw error
      }
      await connection.close()
      return try await body(
        try Live(settings, database: url, client: client, logger: logger), logger)
    }
  }

  private func withClient<T: Sendable>(
    _ settings: Settings, forCallers: Bool = false,
    _ body: @Sendable (String, Settings, HTTPClient) async throws -> T
  ) async throws -> T {
    try await with(settings) { url, settings in
      let client = UpstreamHTTP.makeClient(
        concurrency: max(settings.resman.concurrency, settings.domiq.concurrency),
        forCallers: forCallers)
      do {
        let result = try await body(url, settings, client)
        try await client.shutdown()
        return result
      } catch {
        try? await client.shutdown()
        throw error
      }
    }
  }
}
