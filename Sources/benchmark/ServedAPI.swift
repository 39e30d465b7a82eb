import Foundation
import StandIns

/// `status-sync serve` as its users start it, while something is measured.
struct ServedAPI {
  private let process: Process

  /// Starts it against the stand-ins.
  /// - Returns: it, and its address.
  static func start(_ standIns: StandIns, database url: String) throws -> (ServedAPI, String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
      .deletingLastPathComponent().appending(path: "status-sync")
    process.arguments = ["serve", "--port", "0"]
    process.environment = [
      "DATABASE_URL": url, "PATH": "/usr/bin:/bin",
      "STATUS_SYNC_RESMAN_URL": standIns.resmanURL,
      "STATUS_SYNC_RESMAN_TOKEN": standIns.credentials.resmanToken,
      "STATUS_SYNC_RESMAN_REQUESTS_PER_SECOND": "100000", "STATUS_SYNC_RESMAN_CONCURRENCY": "256",
      "STATUS_SYNC_DOMIQ_URL": standIns.domiqURL,
      "STATUS_SYNC_DOMIQ_TOKEN": standIns.credentials.domiqToken,
      "STATUS_SYNC_DOMIQ_WEBHOOK_SECRET": standIns.credentials.webhookSecret,
      "STATUS_SYNC_DOMIQ_REQUESTS_PER_SECOND": "100000", "STATUS_SYNC_DOMIQ_CONCURRENCY": "256",
    ]
    let out = Pipe()
    process.standardOutput = out
    // A line a request, which nobody reads here.
    process.standardError = FileHandle.nullDevice
    try process.run()
    var line = Data()
    while let byte = try out.fileHandleForReading.read(upToCount: 1), byte != Data("\n".utf8) {
      line.append(byte)
    }
    guard let address = String(decoding: line, as: UTF8.self).split(separator: " ").last else {
      throw BenchError("status-sync serve did not start")
    }
    return (ServedAPI(process: process), String(address))
  }

  /// Stops it as systemd would.
  func stop() {
    process.terminate()
    process.waitUntilExit()
  }
}
