import Foundation
import Synchronization

/// The built program while it runs; a test can observe, signal and kill this one process.
final class RunningProgram: Sendable {
  struct Ended: Sendable {
    /// 128 + the signal if a signal ended it.
    var status: Int32
    var out: String
    var err: String
  }

  private let process: Mutex<Process>
  private let folder: URL
  private let ending: Task<Int32, Never>
  let id: Int32

  /// Starts the program.
  /// - Parameters:
  ///   - limit: the size limit in bytes of the files it writes; nil: no limit.
  ///   - program: another program to start.
  init(
    _ arguments: [String], environment: [String: String], limit: Int? = nil,
    program: String = Program.path
  ) throws {
    folder = try Program.folder()
    let process = Process()
    if let limit {
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      // In blocks of 512 bytes, as POSIX defines; the signal is ignored, so the write fails.
      let script = "trap '' XFSZ; ulimit -f \(limit / 512); exec \"$0\" \"$@\""
      process.arguments = ["-c", script, program] + arguments
    } else {
      process.executableURL = URL(fileURLWithPath: program)
      process.arguments = arguments
    }
    process.environment = Program.environment(environment, in: folder)
    process.currentDirectoryURL = folder
    for name in ["out", "err"] {
      _ = FileManager.default.createFile(atPath: folder.appending(path: name).path(), contents: nil)
    }
    process.standardOutput = try FileHandle(forWritingTo: folder.appending(path: "out"))
    process.standardError = try FileHandle(forWritingTo: folder.appending(path: "err"))
    process.standardInput = FileHandle.nullDevice
    let (ends, end) = AsyncStream.makeStream(of: Int32.self)
    process.terminationHandler = { process in
      let isSignal = process.terminationReason == .uncaughtSignal
      end.yield(isSignal ? 128 + process.terminationStatus : process.terminationStatus)
      end.finish()
    }
    try process.run()
    id = process.processIdentifier
    self.process = Mutex(process)
    ending = Task {
      for await status in ends { return status }
      return -1
    }
  }

  /// Sends a signal; nothing happens if the program has ended.
  func signal(_ number: Int32) {
    process.withLock { if $0.isRunning { _ = kill($0.processIdentifier, number) } }
  }

  /// The output so far.
  var output: String {
    (try? String(contentsOf: folder.appending(path: "out"), encoding: .utf8)) ?? ""
  }

  /// Waits until the program ends.
  func ended() async -> Ended {
    let status = await ending.value
    func text(_ name: String) -> String {
      (try? String(contentsOf: folder.appending(path: name), encoding: .utf8)) ?? ""
    }
    let ended = Ended(status: status, out: text("out"), err: text("err"))
    try? FileManager.default.removeItem(at: folder)
    return ended
  }

  /// Sends kill -9 and waits for the end.
  func killed() async {
    signal(SIGKILL)
    _ = await ended()
  }
}
