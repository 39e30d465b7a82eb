import Demo
import Foundation
import Postgres
import StatusSync

/// One measurement: an established installation, the night's job, and the floor, in one run.
struct NightBench {
  let leads: Int
  let folder: URL
  let server: PrivateServer
  let pageSize = 1000

  private var town: BenchTown {
    BenchTown(leads: leads, properties: max(8, min(300, leads / 1000)))
  }

  func run() async throws {
    let url = try await DemoTown.database("bench", on: server)
    let connection = try await PostgresConnection(PostgresConfiguration(url: url))
    _ = try await Migrator.migrate(connection)
    try await seed(connection)
    let (pages, port) = try startPages()
    defer { pages.terminate() }
    let job = try night(url: url, port: port)
    let floor = try floor(url: url)
    await connection.close()
    try show(job, floor: floor)
  }

  /// The log and the leads of an installation that was in sync yesterday.
  private func seed(_ connection: PostgresConnection) async throws {
    let town = town
    try await connection.script("set session_replication_role = replica")
    var log = BinaryCopyRows(columns: 11)
    var lead = BinaryCopyRows(columns: 14)
    var conversations = BinaryCopyRows(columns: 4)
    let created: Int64 = 1_790_000_000_000_000
    for table in ["conversation", "log", "lead"] {
      switch table {
      case "conversation":
        try await connection.beginCopyIn(
          "copy conversation (id, property_id, status, resman_lead_id) from stdin (format binary)")
      case "log":
        try await connection.beginCopyIn(
          """
          copy status_sync_log (id, conversation_id, resman_lead_id, new_status, updated_by,
            sync_direction, sync_status, property_id, occurred_at, synced_at, seq)
          from stdin (format binary)
          """)
      default:
        try await connection.beginCopyIn(
          """
          copy lead (resman_lead_id, property_id, conversation_id, base, base_seq,
            base_domiq_version, base_resman_version, domiq_raw, domiq, domiq_version, resman_raw,
            resman, resman_version, fields) from stdin (format binary)
          """)
      }
      for index in 0..<leads {
        let property = UUID(uuidString: town.property(index % town.properties))
        let conversation = UUID(uuidString: town.conversation(index))
        let status = town.base(index)
        let version = town.version(index)
        switch table {
        case "conversation":
          conversations.beginRow()
          conversations.append(conversation)
          conversations.append(property)
          conversations.append(BenchTown.domiq[index % BenchTown.domiq.count])
          conversations.append(town.lead(index))
          if conversations.byteCount > 200_000 {
            try await connection.copyIn(conversations.take())
          }
        case "log":
          log.beginRow()
          log.append(UUID())
          log.append(conversation)
          log.append(town.lead(index))
          log.append(status)
          log.append("system")
          log.append("from_resman")
          log.append("success")
          log.append(property)
          log.append(timestampMicroseconds: created)
          log.append(timestampMicroseconds: created)
          log.append(Int64(index + 1))
          if log.byteCount > 200_000 { try await connection.copyIn(log.take()) }
        default:
          lead.beginRow()
          lead.append(town.lead(index))
          lead.append(property)
          lead.append(conversation)
          lead.append(status)
          lead.append(Int64(index + 1))
          lead.append(version)
          lead.append(version)
          lead.append(BenchTown.domiq[index % BenchTown.domiq.count])
          lead.append(status)
          lead.append(version)
          lead.append(status)
          lead.append(status)
          lead.append(version)
          lead.append(Int16(15))
          if lead.byteCount > 200_000 { try await connection.copyIn(lead.take()) }
        }
      }
      switch table {
      case "conversation": try await connection.copyIn(conversations.finish())
      case "log": try await connection.copyIn(log.finish())
      default: try await connection.copyIn(lead.finish())
      }
      _ = try await connection.endCopyIn()
    }
    try await connection.script("set session_replication_role = origin")
    try await connection.script("vacuum analyze")
  }

  /// The page server as a process of its own; it says its port when it is ready.
  private func startPages() throws -> (Process, Int) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
    process.arguments = [
      "serve-pages", "--leads", "\(leads)", "--properties", "\(town.properties)", "--page-size",
      "\(pageSize)",
    ]
    let out = Pipe()
    process.standardOutput = out
    try process.run()
    var line = Data()
    while let byte = try out.fileHandleForReading.read(upToCount: 1), byte != Data("\n".utf8) {
      line.append(byte)
    }
    guard let port = Int(String(decoding: line, as: UTF8.self)) else {
      throw BenchError("the page server did not start")
    }
    return (process, port)
  }

  /// The job as its users run it; its memory as the system counted it.
  private func night(url: String, port: Int) throws -> (summary: RunSummary, peakMB: Double) {
    let config = folder.appending(path: "config.yaml")
    let reports = folder.appending(path: "reports").path()
    try Data(
      """
      resman: { url: "http://127.0.0.1:\(port)", requests_per_second: 100000, page_size: \(pageSize) }
      domiq: { url: "http://127.0.0.1:\(port)", requests_per_second: 100000, page_size: \(pageSize) }
      limits: { repairs_per_property: 0, terminal_moves: 0 }
      reports: { directory: "\(reports)" }
      """.utf8
    ).write(to: config)
    let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appending(path: "status-sync").path()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = ["run", "--full", "--config", config.path(), "--json"]
    process.environment = [
      "DATABASE_URL": url, "STATUS_SYNC_RESMAN_TOKEN": "bench", "STATUS_SYNC_DOMIQ_TOKEN": "bench",
      "STATUS_SYNC_DOMIQ_WEBHOOK_SECRET": "whsec_YmVuY2htYXJrLWJlbmNobWFyay1iZW5jaG1hcms=",
      "PATH": "/usr/bin:/bin",
    ]
    let out = Pipe()
    process.standardOutput = out
    try process.run()
    var peak = 0.0
    let status = "/proc/\(process.processIdentifier)/status"
    // The high-water mark only grows: the last reading before the end is the peak.
    while process.isRunning {
      if let text = try? String(contentsOfFile: status, encoding: .utf8),
        let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
        let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Double($0) })
      {
        peak = kilobytes / 1024
      }
      usleep(10_000)
    }
    let data = try out.fileHandleForReading.readToEnd() ?? Data()
    guard let summary = try? JSONDecoder().decode(RunSummary.self, from: data) else {
      throw BenchError("the run ended with \(process.terminationStatus) and no summary")
    }
    return (summary, peak)
  }

  /// The same rows into the same tables with psql, and the join over them.
  private func floor(url: String) throws -> Double {
    let files = ["stage_domiq", "stage_resman"].map { ($0, folder.appending(path: $0).path()) }
    for (table, file) in files {
      _ = try psql(url, ["-c", "\\copy \(table) to '\(file)' (format binary)"])
    }
    _ = try psql(url, ["-c", "truncate stage_domiq, stage_resman"])
    let join = """
      set work_mem = '256MB'; set jit = off;
      select count(*) from stage_domiq d full join stage_resman r using (resman_lead_id)
      left join lead l using (resman_lead_id)
      where d.status is distinct from r.status or r.status is distinct from l.base
      """
    let start = ContinuousClock.now
    for (table, file) in files {
      _ = try psql(url, ["-c", "\\copy \(table) from '\(file)' (format binary)"])
    }
    _ = try psql(url, ["-c", "analyze stage_domiq", "-c", "analyze stage_resman", "-c", join])
    return (ContinuousClock.now - start) / .seconds(1)
  }

  private func psql(_ url: String, _ arguments: [String]) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/psql")
    process.arguments = [url, "-q", "-X", "-v", "ON_ERROR_STOP=1"] + arguments
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw BenchError("psql failed") }
    return 0
  }

  private func show(_ job: (summary: RunSummary, peakMB: Double), floor: Double) throws {
    let names = ["pull", "diff", "plan", "measure", "report"]
    var seconds: [String: Double] = [:]
    for name in names { seconds[name] = job.summary.stages[name]?.seconds ?? 0 }
    let rows = names.map { name in
      let time = seconds[name] ?? 0
      return [name, rounded(time), time > 0 ? String(Int(Double(leads) / time)) : "-"]
    }
    print(
      Terminal.table(["stage", "seconds", "leads/s"], rows + [["floor", rounded(floor), "-"]]))
    let work = (seconds["pull"] ?? 0) + (seconds["diff"] ?? 0) + (seconds["plan"] ?? 0)
    print(
      "verdicts: \(job.summary.verdicts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })"
    )
    var fields = ["\"leads\":\(leads)"]
    fields += names.map { "\"\($0)_seconds\":\(rounded(seconds[$0] ?? 0))" }
    fields.append("\"floor_seconds\":\(rounded(floor))")
    fields.append("\"ratio\":\(rounded(work / floor))")
    fields.append("\"peak_rss_mb\":\(rounded(job.peakMB))")
    print("{\(fields.joined(separator: ","))}")
  }
}

/// Why nothing could be measured.
struct BenchError: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}
