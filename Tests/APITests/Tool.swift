import Foundation

/// Runs a program of `.build/tools` in a given folder.
struct Tool: Sendable {
  var status: Int32
  /// Both output streams, in the order of arrival.
  var text: String

  static func run(
    _ program: URL, in folder: URL, _ arguments: [String], environment: [String: String] = [:]
  ) async throws -> Tool {
    let output = folder.appending(path: "output")
    _ = FileManager.default.createFile(atPath: output.path(), contents: nil)
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = [
      "PATH": "/usr/bin:/bin", "HOME": folder.path(), "LANG": "C.UTF-8",
      "PYTHONDONTWRITEBYTECODE": "1",
    ].merging(environment) { $1 }
    let handle = try FileHandle(forWritingTo: output)
    process.standardOutput = handle
    process.standardError = handle
    // Waiting must not block a thread that the server needs.
    try await withCheckedThrowingContinuation { (ended: CheckedContinuation<Void, any Error>) in
      process.terminationHandler = { _ in ended.resume() }
      do { try process.run() } catch { ended.resume(throwing: error) }
    }
    return Tool(
      status: process.terminationStatus, text: try String(contentsOf: output, encoding: .utf8))
  }
}
