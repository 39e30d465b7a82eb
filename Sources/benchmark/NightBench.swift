import Demo
import Foundation
import Leads
import Postgres
import PrivatePostgres
import Store

/// One size of the night's measurement: an installation's first night, the second right after it, the
/// second with statistics, and one on which all leads of one property moved, each against the floor.
///
/// The server does not vacuum or analyse by itself. Before the second night and the one of the moved
/// leads, what the tables' statistics say is taken away, as for an owner that may not analyse them.
struct NightBench {
  let leads: Int
  let folder: URL
  let server: PrivateServer
  let pageSize = 1000

  private var properties: Int { max(2, min(32, leads / 1000)) }

  func run() async throws -> RunFigures {
    let now = Instant(microseconds: Int64(Date().timeIntervalSince1970) * 1_000_000)
    func data(_ night: BenchmarkData.Night) -> BenchmarkData {
      BenchmarkData(leads: leads, properties: properties, night: night, now: now)
    }
    let name = "bench_\(leads)"
    let url = try await DemoEnvironment.database(name, on: server)
    try await on(url) { _ = try await Migrator.migrate($0) }
    var figures = RunFigures(leads: leads)
    let statements = SlowStatements(server: server)

    try await statements.reset()
    figures.nights["first"] = try await night(data(.first), on: url)
    figures.slowest["first"] = try await statements.slowest()
    let floor = try Floor(url: url, folder: folder)
    figures.floors.append(try floor.measure())
    let moved = try await copy(name, as: name + "_moved") { try await forgetStatistics($0) }
    try await on(url) { try await logChangesBetween($0, data(.second)) }
    let established = try await copy(name, as: name + "_established") {
      try await $0.script("vacuum analyze")
    }
    try await on(url) { try await forgetStatistics($0) }

    try await statements.reset()
    figures.nights["second"] = try await night(data(.second), on: url)
    figures.slowest["second"] = try await statements.slowest()
    figures.floors.append(try floor.measure())
    figures.nights["established"] = try await night(data(.second), on: established)
    figures.nights["moved"] = try await night(data(.moved), on: moved)
    figures.floors.append(try floor.measure())
    return figures
  }

  private func on(_ url: String, _ body: (PostgresConnection) async throws -> Void) async throws {
    let connection = try await PostgresConnection(PostgresConfiguration(url: url))
    let result: Result<Void, any Error>
    do { result = .success(try await body(connection)) } catch { result = .failure(error) }
    await connection.close()
    try result.get()
  }

  /// A copy of a database, worked on; gives its connection string.
  private func copy(
    _ name: String, as copy: String, _ body: (PostgresConnection) async throws -> Void
  ) async throws -> String {
    try await on(server.url()) {
      _ = try await $0.execute("create database \(identifier: copy) template \(identifier: name)")
    }
    try await on(server.url(database: copy), body)
    return server.url(database: copy)
  }

  /// Leaves the tables as if nobody had ever analysed them.
  private func forgetStatistics(_ connection: PostgresConnection) async throws {
    try await connection.script(
      """
      delete from pg_statistic where starelid in (
        select oid from pg_class where relnamespace = current_schema()::regnamespace);
      update pg_class set relpages = 0, reltuples = -1
      where relnamespace = current_schema()::regnamespace and relkind = 'r';
      """)
  }

  /// Changes that the log has as agreed on both sides, though one of them never took them.
  private func logChangesBetween(
    _ connection: PostgresConnection, _ data: BenchmarkData
  ) async throws {
    @Sendable func isStaffs(_ lead: Int) -> Bool { data.isStuck(data.scenario(lead).domiq) }
    let table = CopyTable<Int>(
      "status_sync_log",
      [
        .uuid("conversation_id") { UUID(uuidString: data.conversation($0)) },
        .text("resman_lead_id") { data.name($0) },
        .text("old_status") { data.scenario($0).via?.rawValue },
        .text("new_status") { data.agreed($0).rawValue },
        // Staff's change that DomIQ never took, or the chatbot's that ResMan never took.
        .text("updated_by") { isStaffs($0) ? Author.resmanUser.rawValue : Author.chatbot.rawValue },
        .text("sync_direction") {
          isStaffs($0) ? Direction.fromResMan.rawValue : Direction.toResMan.rawValue
        },
        .text("sync_status") { _ in "success" },
        .uuid("property_id") { UUID(uuidString: data.propertyID(data.property(of: $0))) },
        .text("domiq_version") { data.domiq($0)?.version },
        .text("resman_version") { data.resman($0)?.version },
      ])
    try await connection.copy(Array(data.stuckLeads), into: table)
  }

  /// The job as its users run it, on pages made before; it must find the verdicts that are there.
  private func night(_ data: BenchmarkData, on url: String) async throws -> RunFigures.Run {
    let pages = try ServedBeside([
      "serve-pages", "--leads", "\(data.leads)", "--properties", "\(data.properties)",
      "--night", "\(data.night.rawValue)", "--now", "\(data.now.microseconds)", "--page-size",
      "\(pageSize)",
    ])
    defer { pages.stop() }
    let system =
      "{ url: \"http://127.0.0.1:\(pages.line)\", requests_per_second: 100000, page_size: \(pageSize) }"
    // Every repair is held by its guards.
    let job = NightJob(
      url: url, folder: folder,
      config: """
        resman: \(system)
        domiq: \(system)
        limits: { repairs_per_property: 0, terminal_moves: 0 }
        """,
      secrets: [
        "STATUS_SYNC_RESMAN_TOKEN": "bench", "STATUS_SYNC_DOMIQ_TOKEN": "bench",
        "STATUS_SYNC_DOMIQ_WEBHOOK_SECRET": "whsec_YmVuY2htYXJrLWJlbmNobWFyay1iZW5jaG1hcms=",
      ])
    let ended = try job.run()
    let summary = ended.summary
    let expected = data.expectedVerdicts
    guard summary.verdicts == expected else {
      throw BenchError(
        "\(data.night): found \(summary.verdicts.sorted { $0.key < $1.key }), "
          + "not \(expected.sorted { $0.key < $1.key })")
    }
    return RunFigures.Run(
      stages: summary.stages.mapValues(\.seconds), verdicts: summary.verdicts, peakMB: ended.peakMB)
  }
}

/// Why nothing could be measured.
struct BenchError: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}
