import Foundation
import Leads
import Postgres
import Testing

import Analytics
import PrivatePostgres
import Reports
import Settings

/// Four times the leads, at as many properties or at four times as many, cause about four times the work in each
/// statement of a measurement and its report, whatever statistics the planner has, as `StatementGrowthTests` checks
/// for a night. Statements of every session count: the server writes their plans to its log (`auto_explain`), which
/// is one file, so the cases run one after the other.
@Suite(.serialized) struct MeasureGrowthTests {
  @Test(arguments: StatementGrowthTests.Statistics.allCases)
  func workGrowsWithTheLeads(_ statistics: StatementGrowthTests.Statistics) async throws {
    let few = try await Self.measurements(leads: 1500, properties: 8, statistics)
    let many = try await Self.measurements(leads: 6000, properties: 8, statistics)
    Self.compare(few, many)
  }

  /// Twelve properties are enough for a statement that does the work of all of them again for each.
  @Test func workGrowsWithTheProperties() async throws {
    let few = try await Self.measurements(leads: 1200, properties: 12, .none)
    let many = try await Self.measurements(leads: 4800, properties: 48, .none)
    Self.compare(few, many)
  }

  /// Statements are identified by their text, which contains no number of leads or properties.
  private static func compare(_ few: [String: Double], _ many: [String: Double]) {
    #expect(few.count > 60)
    #expect(Set(few.keys).symmetricDifference(many.keys).isEmpty)
    for (statement, work) in few {
      let growth = (many[statement] ?? 0) / max(work, 3000)
      #expect(growth < 8, "\(statement): \(Int(work)) rows grow to \(Int(many[statement] ?? 0))")
    }
  }

  /// The work of each statement in a first measurement, in a report after a quarter of the leads moved, and
  /// in an ad-hoc window.
  private static func measurements(
    leads: Int, properties: Int, _ statistics: StatementGrowthTests.Statistics
  ) async throws -> [String: Double] {
    let log = try await MeasuredLog.empty()
    let server = try await AnalyticsServer.shared.value
    let name: String = try #require(
      try await log.database.queryOne("select current_database() as name"))["name"]
    for (setting, value) in [
      ("session_preload_libraries", "auto_explain"), ("auto_explain.log_min_duration", "0"),
      ("auto_explain.log_analyze", "on"), ("auto_explain.log_timing", "off"),
      ("auto_explain.log_format", "json"), ("jit", "off"),
    ] {
      try await log.database.script("alter database \"\(name)\" set \(setting) = \(value)")
    }
    if statistics == .ofEmptyTables { try await log.database.script("analyze") }
    try await log.database.script(Self.log(leads, properties))
    await log.database.close()

    let before = try Data(contentsOf: URL(fileURLWithPath: server.logFile)).count
    let connection = try await PostgresConnection(PostgresConfiguration(url: log.url))
    let folder = FileManager.default.temporaryDirectory.appending(path: "growth-\(name)")
    defer { try? FileManager.default.removeItem(at: folder) }
    _ = try await Measure(database: connection).run(asOf: Self.instant("2026-11-20T06:00:00Z"))
    try await connection.script(Self.moves)
    let instant = try Self.instant("2026-11-21T06:00:00Z")
    _ = try await LogReport(connection, settings: ReportSettings(directory: folder.path())).run(
      asOf: instant, from: nil, to: nil, cohort: .week, directory: nil, now: instant)
    try await connection.transaction(.repeatableRead) { db in
      _ = try Measure.aside(from: Self.instant("2026-11-01T00:00:00Z"), to: nil, on: db)
    }
    await connection.close()
    return try plans(in: server.logFile, after: before)
  }

  private static func instant(_ text: String) throws -> Instant {
    try #require(Instant(iso8601: text))
  }

  /// The server's log: each plan is a JSON object on lines that begin with a tab.
  private static func plans(in file: String, after offset: Int) throws -> [String: Double] {
    let text = String(
      decoding: try Data(contentsOf: URL(fileURLWithPath: file)).dropFirst(offset), as: UTF8.self)
    var work: [String: Double] = [:]
    for part in text.components(separatedBy: " plan:\n").dropFirst() {
      let lines = part.split(separator: "\n").prefix { $0.hasPrefix("\t") }
      let plan = try JSONSerialization.jsonObject(with: Data(lines.joined().utf8))
      let object = try #require(plan as? [String: Any])
      let statement = try #require(object["Query Text"] as? String)
      work[statement, default: 0] += StatementGrowthTests.count(
        object["Plan"] as? [String: Any] ?? [:])
    }
    return work
  }

  /// Leads of these properties, each with three changes in the last two months.
  private static func log(_ leads: Int, _ properties: Int) -> String {
    """
    insert into property (id, name, timezone)
    select ('0000000a-0000-4000-8000-' || lpad(p::text, 12, '0'))::uuid, 'Property ' || p,
      (array['America/Chicago', 'America/New_York', 'UTC'])[1 + p % 3]
    from generate_series(1, \(properties)) p;
    insert into status_sync_log (resman_lead_id, property_id, old_status, new_status, updated_by,
      sync_direction, sync_status, occurred_at, synced_at)
    select 'L-' || i, ('0000000a-0000-4000-8000-' || lpad((1 + i % \(properties))::text, 12, '0'))::uuid,
      (array[null, 'new', 'contacted'])[step], (array['new', 'contacted', 'qualified'])[step],
      (array['chatbot', 'resman_user'])[1 + i % 2], (array['to_resman', 'from_resman'])[1 + i % 2],
      case when i % 50 = 7 and step = 3 then 'failed' else 'success' end, at,
      case when i % 50 <> 7 or step < 3 then at + interval '3 seconds' end
    from generate_series(1, \(leads)) i, generate_series(1, 3) step,
      lateral (
        select '2026-09-20T00:00:00Z'::timestamptz + (i % 50 + step * 2) * interval '1 day'
          + i % 1440 * interval '1 minute' as at) t;
    insert into lead_description (resman_lead_id, system, told, source, lost_reason, agent_id, agent_name)
    select 'L-' || i, 'resman', 'told', 'Source ' || i % 40, 'Reason ' || i % 30, 'A-' || i % 60,
      'Agent ' || i % 60
    from generate_series(1, \(leads)) i;
    """
  }

  private static let moves = """
    insert into status_sync_log (resman_lead_id, property_id, old_status, new_status, updated_by,
      sync_direction, sync_status, occurred_at, synced_at)
    select distinct resman_lead_id, property_id, 'qualified',
      case when substr(resman_lead_id, 3)::int % 8 = 1 then 'tour_scheduled' else 'lost' end, 'chatbot',
      'to_resman', 'success', '2026-11-20T12:00:00Z'::timestamptz, '2026-11-20T12:00:04Z'::timestamptz
    from status_sync_log where substr(resman_lead_id, 3)::int % 4 = 1
    """
}
