import Analytics
import ArgumentParser
import Demo
import Foundation
import Leads
import Postgres
import PrivatePostgres
import Reports
import Settings
import Store

/// Four measurements. First, how fast the nightly job is compared with its lower bound: `psql \copy` of the
/// same rows into the same tables, and the join. The pages come ready-made from a separate process; the job
/// is the built `status-sync run` with every repair held by its limits, on an installation's first night and
/// later. Second, how fast the figures follow the log, compared with DuckDB computing some of them from the
/// same rows. Third, how many calls the live API answers while ResMan is slow. Fourth, how much CPU time
/// a night on the vendors' own interfaces takes. Beside them, what grows in a row of nights.
@main
struct Benchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure the night against psql's floor, the figures against DuckDB, the API.",
    subcommands: [
      Night.self, Nights.self, Metrics.self, API.self, Vendor.self, ServePages.self,
      ServePartner.self, MeasureOnce.self, PagesOnce.self,
    ],
    defaultSubcommand: Night.self)

  struct Night: AsyncParsableCommand {
    @Option(help: "Leads on each side. A tenth of them is measured first, for the growth.")
    var leads = 100_000

    func validate() throws {
      guard leads >= 10_000 else { throw ValidationError("--leads: at least 10000") }
    }

    func run() async throws {
      try await Benchmark.withServer(settings: SlowStatements.settings) { folder, server in
        let smaller = try await NightBench(leads: leads / 10, folder: folder, server: server).run()
        let figures = try await NightBench(leads: leads, folder: folder, server: server).run()
        figures.show(against: smaller)
        print(try figures.json(against: smaller))
      }
    }
  }

  struct Nights: AsyncParsableCommand {
    @Option(help: "Nights of a small town, a day apart in virtual time.")
    var nights = 365

    func run() async throws {
      try await Benchmark.withServer(settings: [["autovacuum = on"]]) { folder, server in
        // Temporary files of other processes are not the nights' own.
        let temporary = folder.appending(path: "temporary")
        try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
        setenv("TMPDIR", temporary.path(), 1)
        let url = try await DemoEnvironment.database("nights", on: server)
        let connection = try await PostgresConnection(PostgresConfiguration(url: url))
        _ = try await Migrator.migrate(connection)
        await connection.close()
        let row = NightsInARow(
          nights, directory: folder.appending(path: "reports").path(),
          start: RunClock.system().now())
        let began = ContinuousClock.now
        let samples = try await row.run(on: url)
        let figures = NightsFigures(
          samples: samples, seconds: (ContinuousClock.now - began) / .seconds(1),
          faults: row.faults(samples)
        )
        figures.show()
        print(try figures.json())
        guard figures.faults.isEmpty else { throw ExitCode.failure }
      }
    }
  }

  struct Metrics: AsyncParsableCommand {
    @Option(help: "Log rows of the history.")
    var rows = 100_000
    @Option(help: "Days over which they lie.")
    var days = 730

    func run() async throws {
      try await Benchmark.withServer { folder, server in
        try await MetricsBench(rows: rows, days: days, folder: folder, server: server).run()
      }
    }
  }

  struct API: AsyncParsableCommand {
    @Option(help: "Seconds of each of the five phases.")
    var seconds = 10

    func run() async throws {
      try await Benchmark.withServer { folder, server in
        try await APIBench(seconds: seconds, folder: folder, server: server).run()
      }
    }
  }

  /// Brings the figures of DATABASE_URL to an instant and says what that took.
  struct MeasureOnce: AsyncParsableCommand {
    static let configuration = CommandConfiguration(shouldDisplay: false)
    @Option(help: "ISO 8601.", transform: instant)
    var asOf: Instant
    @Flag var rebuild = false

    static func instant(_ text: String) throws -> Instant {
      guard let instant = Instant(iso8601: text) else { throw ValidationError("not a time") }
      return instant
    }

    func run() async throws {
      let url = ProcessInfo.processInfo.environment["DATABASE_URL"] ?? ""
      let connection = try await PostgresConnection(PostgresConfiguration(url: url))
      let start = ContinuousClock.now
      let summary = try await Measure(database: connection).run(
        asOf: asOf, rebuild: rebuild)
      let measured = MetricsBench.Measured(
        seconds: (ContinuousClock.now - start) / .seconds(1), steps: summary.seconds,
        peakMB: peakMemoryMB())
      await connection.close()
      print(try JSON.encode(measured))
    }
  }

  /// Writes the pages of the properties as of an instant that DATABASE_URL has figures of, into a new folder.
  struct PagesOnce: AsyncParsableCommand {
    static let configuration = CommandConfiguration(shouldDisplay: false)
    @Option(help: "ISO 8601.", transform: MeasureOnce.instant)
    var asOf: Instant
    @Option var folder: String

    func run() async throws {
      let url = ProcessInfo.processInfo.environment["DATABASE_URL"] ?? ""
      let connection = try await PostgresConnection(PostgresConfiguration(url: url))
      let report = Report(connection, settings: ReportSettings())
      let start = ContinuousClock.now
      let page = try await report.pageData(asOf: asOf, runID: nil, property: nil)
      let files = try await report.writeProperties(
        asOf: asOf, property: nil, of: page, to: try OutputDirectory.create(at: folder))
      let written = MetricsBench.WrittenPages(
        pages: files.count, seconds: (ContinuousClock.now - start) / .seconds(1),
        largestKB: Double(files.map(\.bytes).max() ?? 0) / 1000, peakMB: peakMemoryMB())
      await connection.close()
      print(try JSON.encode(written))
    }
  }

  /// Runs `body` with a folder and a server, and removes both afterwards.
  /// - Parameter settings: lines of its configuration; the next ones where it does not start with them.
  static func withServer(
    settings: [[String]] = [[]], _ body: (URL, PrivateServer) async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "status-sync-bench-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let server = try await start(in: folder, settings: settings)
    let outcome: Result<Void, any Error>
    do { outcome = .success(try await body(folder, server)) } catch { outcome = .failure(error) }
    await server.stop()
    try? FileManager.default.removeItem(at: folder)
    try outcome.get()
  }

  private static func start(
    in folder: URL, settings: [[String]]
  ) async throws -> PrivateServer {
    var failure: (any Error)?
    for (number, lines) in settings.enumerated() {
      do {
        return try await PrivateServer.start(
          directory: folder.appending(path: "postgres-\(number)").path(), forTests: true,
          settings: lines)
      } catch {
        failure = error
      }
    }
    throw failure ?? BenchError("no server was started")
  }

  struct ServePages: AsyncParsableCommand {
    static let configuration = CommandConfiguration(shouldDisplay: false)
    @Option var leads: Int
    @Option var properties: Int
    @Option var night: Int
    @Option(help: "Microseconds since 1970.") var now: Int64
    @Option var pageSize: Int

    func run() async throws {
      guard let night = BenchmarkData.Night(rawValue: night) else {
        throw ValidationError("--night: there is no such night")
      }
      let data = BenchmarkData(
        leads: leads, properties: properties, night: night, now: Instant(microseconds: now))
      try await PageServer(data: data, pageSize: pageSize).run()
    }
  }
}
