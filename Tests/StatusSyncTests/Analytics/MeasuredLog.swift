import Foundation
import Leads
import Postgres
import Synchronization
import Testing

import Analytics
import PrivatePostgres
import Store

/// A database of its own, with a log that a test writes row by row.
struct MeasuredLog {
  let database: PostgresConnection
  /// The URL, for a program that the test starts.
  var url = ""

  /// One row of the log, as a test writes it.
  struct Entry: Sendable {
    var lead: String
    var property: UUID?
    var old: String?
    var new: String
    var at: String
    var by = "chatbot"
    var state = "success"
    var bridged = false
    var seq: Int?
    var syncedAfter: Double? = 2
    var attempts = 1
    /// The night that wrote it.
    var run: UUID?
    /// When it was written; nil: now.
    var createdAt: String?
  }

  /// An empty database with the schema.
  static func empty() async throws -> MeasuredLog {
    let server = try await AnalyticsServer.shared.value
    let admin = try await PostgresConnection(PostgresConfiguration(url: server.url()))
    let name = "log_" + UUID().uuidString.lowercased().replacing("-", with: "")
    try await admin.execute(
      "create database \(identifier: name) template \(identifier: AnalyticsServer.template)")
    await admin.close()
    let url = server.url(database: name)
    return MeasuredLog(
      database: try await PostgresConnection(PostgresConfiguration(url: url)), url: url)
  }

  func property(_ id: UUID, _ name: String, timezone: String? = nil) async throws {
    try await database.execute(
      "insert into property (id, name, timezone) values (\(id), \(name), \(timezone))")
  }

  /// Writes rows in the order given; rows of staff come from ResMan, all others go to ResMan.
  func write(_ entries: [Entry]) async throws {
    let base = try await database.query("select coalesce(max(seq), 0) as n from status_sync_log")
    let first: Int = try base[0]["n"]
    var statements: [SQL] = []
    for (index, entry) in entries.enumerated() {
      statements.append(Self.insert(entry, seq: entry.seq ?? first + index + 1))
    }
    try await database.pipeline(statements)
  }

  private static func insert(_ entry: Entry, seq: Int) -> SQL {
    let direction = entry.by == "resman_user" ? "from_resman" : "to_resman"
    return """
      insert into status_sync_log (
        resman_lead_id, property_id, old_status, new_status, updated_by, sync_direction,
        sync_status, bridged, attempts, seq, run_id, created_at, occurred_at, synced_at)
      values (
        \(entry.lead), \(entry.property), \(entry.old), \(entry.new), \(entry.by), \(direction),
        \(entry.state), \(entry.bridged), \(entry.attempts), \(seq), \(entry.run),
        coalesce(\(entry.createdAt)::timestamptz, now()), \(entry.at)::timestamptz,
        \(entry.at)::timestamptz + make_interval(secs => \(entry.syncedAfter)::double precision))
      """
  }

  @discardableResult
  func measure(
    asOf: String, from: String? = nil, to: String? = nil, funnelWindowDays: Int = 90,
    runID: UUID? = nil
  ) async throws -> MeasureSummary {
    let instant = try instant(asOf)
    let window = try from.map {
      MeasureWindow(start: try self.instant($0), end: try self.instant(to ?? asOf))
    }
    return try await Measure(database: database).run(
      asOf: instant, window: window, funnelWindowDays: funnelWindowDays, runID: runID)
  }

  /// The rows of a query, their columns joined by a space, `-` for NULL.
  func lines(_ select: SQL) async throws -> [String] {
    try await database.query(select).map { try $0["line"] }
  }

  /// The rows of a query as lines, numbers rounded to 9 digits.
  func lines(
    _ columns: [String], of table: String, where condition: String = "true",
    order: String = "1"
  ) async throws -> [String] {
    let texts = columns.map { "coalesce(\($0)::text, '-')" }.joined(separator: ", ")
    return try await lines(
      SQL(
        stringLiteral: """
          select concat_ws(' ', \(texts)) as line from \(table) where \(condition) order by \(order)
          """))
  }

  private func instant(_ text: String) throws -> Instant {
    try #require(Instant(iso8601: text))
  }
}

/// One PostgreSQL for all tests of the figures; it ends with the process.
enum AnalyticsServer {
  static let template = "analytics_template"

  static let shared = Task {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "status-sync-analytics-\(ProcessInfo.processInfo.processIdentifier)")
    // Autovacuum would give one database statistics in the middle of a test, and another none.
    let server = try await PrivateServer.start(
      directory: folder.path(), forTests: true, settings: ["autovacuum = off"])
    let admin = try await PostgresConnection(PostgresConfiguration(url: server.url()))
    try await admin.execute("create database \(identifier: template)")
    await admin.close()
    let url = server.url(database: template)
    let database = try await PostgresConnection(PostgresConfiguration(url: url))
    _ = try await Migrator.migrate(database)
    await database.close()
    return server
  }
}
