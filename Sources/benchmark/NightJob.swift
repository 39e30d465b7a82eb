import Foundation
import Leads
import Nightly

/// `status-sync run --full` as a process of its own.
struct NightJob {
  /// What a night came to.
  struct Ended {
    var summary: RunSummary
    /// Memory as the system counted it.
    var peakMB: Double
    /// User and system time.
    var cpuSeconds: Double
  }

  /// Of its database.
  let url: String
  /// Its configuration file goes there, and its reports.
  let folder: URL
  /// The configuration file, all but `reports`.
  let config: String
  /// Tokens and secrets.
  let secrets: [String: String]

  /// Runs one night.
  /// - Throws: where it ends without a summary.
  func run() throws -> Ended {
    let file = folder.appending(path: "config.yaml")
    let reports = folder.appending(path: "reports").path()
    try Data("\(config)\nreports: { directory: \"\(reports)\" }\n".utf8).write(to: file)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
      .deletingLastPathComponent().appending(path: "status-sync")
    process.arguments = ["run", "--full", "--config", file.path(), "--json"]
    process.environment = secrets.merging(
      ["DATABASE_URL": url, "PATH": "/usr/bin:/bin"], uniquingKeysWith: { $1 })
    let out = Pipe()
    process.standardOutput = out
    let before = Self.childrensSeconds()
    try process.run()
    let peak = watch(process)
    let data = try out.fileHandleForReading.readToEnd() ?? Data()
    guard let summary = try? JSON.decode(data, as: RunSummary.self) else {
      throw BenchError("the run ended with \(process.terminationStatus) and no summary")
    }
    return Ended(
      summary: summary, peakMB: peak, cpuSeconds: Self.childrensSeconds() - before)
  }

  /// Processor time of all processes that this one started and that have ended.
  private static func childrensSeconds() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
    return [usage.ru_utime, usage.ru_stime].reduce(0) {
      $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1_000_000
    }
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

/// A server as a process of its own: this program with other arguments. It prints one line when it serves, and ends with
/// its input.
struct ServedBeside {
  /// What it printed: its port or its address.
  let line: String
  private let process: Process
  private let input = Pipe()

  init(_ arguments: [String]) throws {
    process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
    process.arguments = arguments
    process.standardInput = input
    let out = Pipe()
    process.standardOutput = out
    try process.run()
    var line = Data()
    while let byte = try out.fileHandleForReading.read(upToCount: 1), !byte.isEmpty,
      byte != Data("\n".utf8)
    {
      line.append(byte)
    }
    self.line = String(decoding: line, as: UTF8.self)
    guard !line.isEmpty else { throw BenchError("\(arguments[0]) did not start") }
  }

  func stop() {
    try? input.fileHandleForWriting.close()
    process.terminate()
    process.waitUntilExit()
  }
}
