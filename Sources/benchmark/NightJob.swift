import Foundation
import Leads
import Nightly

/// `status-sync run --full` as a process of its own, every repair held by its guards.
struct NightJob {
  let url: String
  let port: Int
  let pageSize: Int
  let folder: URL

  /// Its summary, and its memory as the system counted it, in MB.
  func run() throws -> (RunSummary, Double) {
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
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
      .deletingLastPathComponent().appending(path: "status-sync")
    process.arguments = ["run", "--full", "--config", config.path(), "--json"]
    process.environment = [
      "DATABASE_URL": url, "STATUS_SYNC_RESMAN_TOKEN": "bench", "STATUS_SYNC_DOMIQ_TOKEN": "bench",
      "STATUS_SYNC_DOMIQ_WEBHOOK_SECRET": "whsec_YmVuY2htYXJrLWJlbmNobWFyay1iZW5jaG1hcms=",
      "PATH": "/usr/bin:/bin",
    ]
    let out = Pipe()
    process.standardOutput = out
    try process.run()
    let peak = watch(process)
    let data = try out.fileHandleForReading.readToEnd() ?? Data()
    guard let summary = try? JSON.decode(data, as: RunSummary.self) else {
      throw BenchError("the run ended with \(process.terminationStatus) and no summary")
    }
    return (summary, peak)
  }

  /// The high-water mark only grows: the last reading before the end is the peak.
  private func watch(_ process: Process) -> Double {
    var peak = 0.0
    let status = "/proc/\(process.processIdentifier)/status"
    while process.isRunning {
      if let text = try? String(contentsOfFile: status, encoding: .utf8),
        let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
        let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Double($0) })
      {
        peak = kilobytes / 1024
      }
      usleep(10_000)
    }
    return peak
  }
}

/// The page server as a process of its own; it says its port when its pages are made.
struct ServedPages {
  let port: Int
  private let process: Process

  init(_ data: BenchmarkData, pageSize: Int) throws {
    process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
    process.arguments = [
      "serve-pages", "--leads", "\(data.leads)", "--properties", "\(data.properties)",
      "--night", "\(data.night.rawValue)", "--now", "\(data.now.microseconds)", "--page-size",
      "\(pageSize)",
    ]
    let out = Pipe()
    process.standardOutput = out
    try process.run()
    var line = Data()
    while let byte = try out.fileHandleForReading.read(upToCount: 1), !byte.isEmpty,
      byte != Data("\n".utf8)
    {
      line.append(byte)
    }
    guard let port = Int(String(decoding: line, as: UTF8.self)) else {
      throw BenchError("the page server did not start")
    }
    self.port = port
  }

  func stop() {
    process.terminate()
    process.waitUntilExit()
  }
}
