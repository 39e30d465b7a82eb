import ArgumentParser
import Demo
import Foundation
import HTTP
import Leads
import Live
import Logging
import Nightly
import Postgres
import PrivatePostgres
import Settings
import StatusSync
import Store
import Traces
import Upstreams

/// What every command takes.
struct CommonOptions: ParsableArguments {
  @Option(
    help: "The configuration file (default: status-sync.yaml, else /etc/status-sync/config.yaml).")
  var config: String?

  @Flag(help: "Print the result as JSON.")
  var json = false

  @Option(name: .customLong("log-format"), help: "Logs on standard error as text, json or logfmt.")
  var logFormat: LogFormat = .text

  enum LogFormat: String, ExpressibleByArgument, CaseIterable { case text, json, logfmt }

  /// The account that runs the command; under sudo, the one that called it.
  static var account: String {
    ProcessInfo.processInfo.environment["SUDO_USER"] ?? NSUserName()
  }

  func logger() -> Logger {
    Logger(label: "status-sync") { _ in LineLogHandler(format: logFormat) }
  }

  /// The settings, with the variables of the environment file where one is named.
  func settings() throws -> Settings {
    try EnvironmentFile.takeOver()
    return try Settings.load(path: config, environment: ProcessInfo.processInfo.environment)
  }

  /// Runs a command's work and ends the process with its exit status.
  func run(_ work: @escaping @Sendable () async throws -> ExitStatus) async throws {
    LineLogHandler.chosen = logFormat
    let status: ExitStatus
    do {
      status = try await Signals.draining(work)
    } catch let exit as ExitCode {
      throw exit
    } catch {
      let failure = CommandError(error)
      failure.report(as: logFormat)
      status = failure.status
    }
    if status != .converged { throw ExitCode(status.rawValue) }
  }

  /// Writes a command's result.
  /// - Throws: where it cannot be written. A reader that has seen enough and closes its pipe is no failure.
  func print(_ value: some Encodable, human: @autoclosure () -> String) throws {
    let text = try json ? JSON.encode(value, .indented).visibleJSON : human()
    let number = Terminal.out(text)
    guard number == 0 || number == EPIPE else {
      throw OwnersFileError(path: "standard output", number: number)
    }
  }
}

/// Where the data is: a private PostgreSQL in `--data-dir`, else what DATABASE_URL names.
struct DatabaseOptions: ParsableArguments {
  @Option(
    name: .customLong("data-dir"),
    help: ArgumentHelp(
      "Use the private PostgreSQL in this folder instead of DATABASE_URL; a command that writes creates it.",
      valueName: "folder"))
  var dataDir: String?

  /// Whether a command may create the database.
  enum Need: Sendable {
    /// The database must exist: for commands that only read.
    case existing
    /// A private PostgreSQL and its database are created where they are missing.
    case bare
    /// The same, and migrated.
    case made
  }

  /// Runs the closure with a database's connection string and the settings for it; in a demo with its stand-ins as the two
  /// systems.
  /// - Parameter calls: whether the two systems are needed.
  /// - Throws: `ConfigurationError` where no database is named, or there is none to read.
  func with<T: Sendable>(
    _ settings: Settings, _ need: Need = .made, calls: Bool = true,
    _ body: @Sendable (String, Settings) async throws -> T
  ) async throws -> T {
    if let dataDir {
      return try await privately(dataDir, need) { try await Self.placed($0, settings, body) }
    }
    if !settings.demoDirectory.isEmpty {
      return try await onDemo(settings, calls: calls) { try await Self.placed($0, $1, body) }
    }
    guard let url = settings.databaseURL?.reveal() else {
      throw ConfigurationError(
        "DATABASE_URL is not set, nor is database.url: one of them names the database "
          + "(or give --data-dir FOLDER for a private one)")
    }
    return try await Self.placed(url, settings, body)
  }

  /// Runs `body`; its errors get the addresses of the database and the two systems.
  private static func placed<T>(
    _ url: String, _ settings: Settings, _ body: @Sendable (String, Settings) async throws -> T
  ) async throws -> T {
    let here = Circumstances(
      database: url, resman: settings.resman.url, domiq: settings.domiq.url)
    do { return try await body(url, settings) } catch { throw here.around(error) }
  }

  /// A demo has precedence over DATABASE_URL: its stand-ins belong to its own database.
  private func onDemo<T: Sendable>(
    _ settings: Settings, calls: Bool,
    _ body: @Sendable (String, Settings) async throws -> T
  ) async throws -> T {
    let demo = try DemoEnvironment.existing(settings.demoDirectory)
    if settings.databaseURL != nil {
      Terminal.err("demo.directory is set: DATABASE_URL is not used")
    }
    guard calls else {
      return try await demo.withDatabase { try await body($0, settings) }
    }
    return try await demo.open { open in
      var here = settings
      here.resman = open.settings.resman
      here.domiq = open.settings.domiq
      return try await body(open.database, here)
    }
  }

  private func privately<T: Sendable>(
    _ folder: String, _ need: Need, _ body: @Sendable (String) async throws -> T
  ) async throws -> T {
    let directory = URL(fileURLWithPath: folder).standardizedFileURL.path
    if need == .existing, !PrivateServer.isThere(directory) {
      throw ConfigurationError(
        "there is no database in \(directory): name the folder of one, "
          + "or make it with status-sync migrate")
    }
    LineLogHandler.note("using the private PostgreSQL in \(directory)")
    let server = try await PrivateServer.start(directory: directory)
    let result: Result<T, any Error>
    do {
      result = .success(try await body(try await database(on: server, directory, need)))
    } catch { result = .failure(error) }
    await server.stop()
    return try result.get()
  }

  private func database(
    on server: PrivateServer, _ directory: String, _ need: Need
  ) async throws -> String {
    let url = try await DemoEnvironment.database(
      "status_sync", on: server, creating: need != .existing)
    guard let url else {
      throw ConfigurationError("the PostgreSQL in \(directory) has no database of status-sync")
    }
    guard need == .made else { return url }
    let connection = try await PostgresConnection(PostgresConfiguration(url: url))
    let result: Result<[String], any Error>
    do { result = .success(try await Migrator.migrate(connection)) } catch {
      result = .failure(error)
    }
    await connection.close()
    _ = try result.get()
    return url
  }

  /// Runs the closure with a connection to a migrated database.
  func connected<T: Sendable>(
    _ settings: Settings, _ need: Need = .made,
    _ body: @Sendable (PostgresConnection) async throws -> T
  ) async throws -> T {
    try await with(settings, need, calls: false) { url, settings in
      try await lend(url, settings) { connection, _ in try await body(connection) }
    }
  }

  /// Runs the closure with a connection and the settings, for commands that may also call ResMan.
  func asking<T: Sendable>(
    _ settings: Settings, _ need: Need = .made,
    _ body: @Sendable (PostgresConnection, Settings) async throws -> T
  ) async throws -> T {
    try await with(settings, need) { try await lend($0, $1, body) }
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

  /// Runs the closure with a night composed from the settings.
  func nightly<T: Sendable>(
    _ settings: Settings, logger: Logger,
    progress: @escaping @Sendable (StageProgress) -> Void = { _ in },
    _ body: @Sendable (Nightly) async throws -> T
  ) async throws -> T {
    let display = ProgressDisplay()
    do {
      return try await withClient(settings, logger: logger) { url, settings, client in
        try await body(
          try Nightly.connected(
            settings, database: url, client: client, logger: logger,
            progress: { message in
              switch message {
              case .run(let id): LineLogHandler.add("run", id.uuidString.lowercased())
              case .began(let stage, _): LineLogHandler.add("stage", stage)
              case .advanced, .ended: break
              }
              display.show(message)
              progress(message)
            }, stopped: { Signals.received ?? .terminated }))
      }
    } catch { throw Circumstances(stage: display.stage ?? "start").around(error) }
  }

  /// Runs the closure with the live API's use cases, composed from the settings.
  func live<T: Sendable>(
    _ settings: Settings, logger: Logger, _ body: @Sendable (Live, Logger) async throws -> T
  ) async throws -> T {
    try await withClient(settings, forCallers: true, logger: logger) { url, settings, client in
      let connection = try await PostgresConnection(PostgresConfiguration(url: url))
      do {
        try await Migrator.requireCurrent(connection)
        try await SessionRule.require(connection)
      } catch {
        await connection.close()
        throw error
      }
      await connection.close()
      return try await body(
        try Live(settings, database: url, client: client, logger: logger), logger)
    }
  }

  private func withClient<T: Sendable>(
    _ settings: Settings, forCallers: Bool = false, logger: Logger,
    _ body: @Sendable (String, Settings, WebClient) async throws -> T
  ) async throws -> T {
    try await with(settings) { url, settings in
      let client = UpstreamHTTP.makeClient(
        concurrency: max(settings.resman.concurrency, settings.domiq.concurrency),
        route: settings.http,
        forCallers: forCallers)
      do {
        let result = try await Traces.sent(
          to: settings.monitor.traces, version: StatusSyncCommand.version, logger: logger
        ) { try await body(url, settings, client) }
        await client.shutdown()
        return result
      } catch {
        await client.shutdown()
        throw error
      }
    }
  }
}

/// Accepts what a person types to be kept beside a change.
/// - Throws: where it is not one line of 1 to 100 characters.
func requireLine(_ text: String, _ option: String) throws {
  guard (1...100).contains(text.count), !text.contains(where: \.isNewline) else {
    throw ValidationError("\(option) takes one line of 1 to 100 characters")
  }
}
