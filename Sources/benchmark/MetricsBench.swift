import Demo
import Foundation
import Leads
import Postgres
import PrivatePostgres
import StatusSync
import Store

/// One measurement of the figures: a history, a rebuild, a night of 1 % of the leads, and DuckDB on
/// the same rows.
struct MetricsBench {
  let rows: Int
  /// Days over which the history lies.
  let days: Int
  let folder: URL
  let server: PrivateServer

  private var history: MadeUpLog { MadeUpLog(rows: rows, days: days) }
  private var asOf: Instant { MadeUpLog.end + .seconds(86_400) }

  func run() async throws {
    let url = try await DemoEnvironment.database("bench", on: server)
    let connection = try await PostgresConnection(PostgresConfiguration(url: url))
    _ = try await Migrator.migrate(connection)
    try await history.write(to: connection)
    let rebuild = try measure(url, asOf: MadeUpLog.end, rebuild: true)
    try await history.writeNight(to: connection)
    let night = try measure(url, asOf: asOf, rebuild: false)
    let pages = try pages(url)
    let (duckdb, export) = try duckDB(url)
    try await compare(duckdb, connection)
    await connection.close()
    show(rebuild, night, pages, duckdb: export + duckdb.seconds, export: export)
  }

  /// What the measuring process says of itself.
  struct Measured: Codable {
    var seconds: Double
    var steps: [String: Double]
    var peakMB: Double
  }

  /// The pages of the properties, by a process of their own as well.
  private func pages(_ url: String) throws -> WrittenPages {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
    process.arguments = [
      "pages-once", "--as-of", asOf.iso8601, "--folder", folder.appending(path: "pages").path(),
    ]
    process.environment = ["DATABASE_URL": url, "PATH": "/usr/bin:/bin"]
    return try JSON.decode(output(of: process), as: WrittenPages.self)
  }

  /// What the process that writes the pages says of itself.
  struct WrittenPages: Codable {
    var pages: Int
    var seconds: Double
    var largestKB: Double
    var peakMB: Double
  }

  /// A process of its own, so that its memory is the job's.
  private func measure(_ url: String, asOf: Instant, rebuild: Bool) throws -> Measured {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
    process.arguments =
      ["measure-once", "--as-of", asOf.iso8601] + (rebuild ? ["--rebuild"] : [])
    process.environment = ["DATABASE_URL": url, "PATH": "/usr/bin:/bin"]
    return try JSON.decode(output(of: process), as: Measured.self)
  }

  private struct DuckDB: Codable {
    var seconds: Double
    var read_seconds: Double
    var leased: Int
    var changes: Int
  }

  /// The log as CSV out of PostgreSQL, then DuckDB on it.
  private func duckDB(_ url: String) throws -> (DuckDB, export: Double) {
    let file = folder.appending(path: "log.csv").path()
    let select = """
      \\copy (select resman_lead_id as lead, property_id, occurred_at as happened, seq, old_status, \
      new_status, updated_by, sync_direction, sync_status, bridged from status_sync_log) \
      to '\(file)' (format csv, header)
      """
    let start = ContinuousClock.now
    let psql = Process()
    psql.executableURL = URL(fileURLWithPath: "/usr/bin/psql")
    psql.arguments = [url, "-q", "-X", "-v", "ON_ERROR_STOP=1", "-c", select]
    _ = try output(of: psql)
    let export = (ContinuousClock.now - start) / .seconds(1)
    let python = Process()
    python.executableURL = URL(fileURLWithPath: ".build/tools/bin/python")
    python.arguments = [
      "Sources/benchmark/DuckDB/figures.py", file, folder.path(), asOf.iso8601, "90",
    ]
    let answer = try output(of: python)
    try FileManager.default.removeItem(atPath: file)
    return (try JSON.decode(answer, as: DuckDB.self), export)
  }

  private func output(of process: Process) throws -> Data {
    let out = Pipe()
    process.standardOutput = out
    try process.run()
    let data = try out.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw BenchError("\(process.executableURL?.lastPathComponent ?? "a process") failed")
    }
    return data
  }

  /// Both sides must have counted the same.
  private func compare(_ theirs: DuckDB, _ connection: PostgresConnection) async throws {
    let row = try await connection.queryOne(
      """
      select
        (select reached from metric_funnel
          where as_of = \(asOf) and scope = 'portfolio' and maturity = 'all' and status = 'leased')
          as leased,
        (select value from metric_performance
          where as_of = \(asOf) and scope = 'portfolio' and metric = 'total_status_changes')::bigint
          as changes
      """)
    let (leased, changes): (Int?, Int?) = (try row?["leased"], try row?["changes"])
    guard leased == theirs.leased, changes == theirs.changes else {
      throw BenchError(
        "leased \(leased ?? -1), DuckDB \(theirs.leased); changes \(changes ?? -1), DuckDB "
          + "\(theirs.changes)")
    }
    print("both count \(theirs.changes) changes and \(theirs.leased) leased in the window")
  }

  private func show(
    _ rebuild: Measured, _ night: Measured, _ pages: WrittenPages, duckdb: Double, export: Double
  ) {
    let names = Set(rebuild.steps.keys).union(night.steps.keys)
    let steps = names.sorted { (night.steps[$0] ?? 0) > (night.steps[$1] ?? 0) }
    print(
      Terminal.table(
        ["step", "night s", "rebuild s"],
        steps.map { [$0, rounded(night.steps[$0] ?? 0), rounded(rebuild.steps[$0] ?? 0)] }
          + [
            ["all", rounded(night.seconds), rounded(rebuild.seconds)],
            ["DuckDB", rounded(duckdb), rounded(duckdb)],
          ]))
    let fields: [(String, String)] = [
      ("rows", "\(rows)"), ("days", "\(days)"), ("night_seconds", rounded(night.seconds)),
      ("rebuild_seconds", rounded(rebuild.seconds)), ("duckdb_seconds", rounded(duckdb)),
      ("duckdb_export_seconds", rounded(export)), ("night_ratio", rounded(duckdb / night.seconds)),
      ("rebuild_ratio", rounded(duckdb / rebuild.seconds)),
      ("peak_rss_mb", rounded(max(night.peakMB, rebuild.peakMB))),
      ("pages", "\(pages.pages)"), ("pages_seconds", rounded(pages.seconds)),
      ("largest_page_kb", rounded(pages.largestKB)), ("pages_rss_mb", rounded(pages.peakMB)),
    ]
    print("{\(fields.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ","))}")
  }
}

/// Three digits are more than such a measurement has.
func rounded(_ value: Double) -> String { String((value * 1000).rounded() / 1000) }

/// The most memory this process had, as the system counted it.
func peakMemoryMB() -> Double {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
  return (line?.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0) / 1024
}
