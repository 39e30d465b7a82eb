import Foundation

/// The content of `postmaster.pid`, checked against the running processes.
struct RunningServer {
  let process: Int32
  let socketFolder: String

  /// The server that runs on the directory's cluster, nil if none does.
  static func find(in directory: ServerDirectory) -> RunningServer? {
    // Process id, data directory, start time, port, socket folder, …
    guard let text = try? String(contentsOfFile: directory.processFile, encoding: .utf8) else {
      return nil
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count >= 5, let process = Int32(lines[0]), process > 0,
      runs(process, in: directory.data), !lines[4].isEmpty
    else { return nil }
    return RunningServer(process: process, socketFolder: String(lines[4]))
  }

  /// A server's working directory is its data directory. So a process that only has the number of a dead
  /// server (after a restart of a container) is recognised.
  private static func runs(_ process: Int32, in data: String) -> Bool {
    var folder = stat()
    var expected = stat()
    guard stat("/proc/\(process)/cwd", &folder) == 0, stat(data, &expected) == 0 else {
      return false
    }
    return folder.st_ino == expected.st_ino && folder.st_dev == expected.st_dev
  }

  /// Removes the process file of a server that has ended. It would keep a new server from starting if another
  /// process has the same number now.
  static func removeStaleFile(in directory: ServerDirectory) {
    guard find(in: directory) == nil else { return }
    for file in [directory.processFile, "\(directory.socketFolder)/.s.PGSQL.5432.lock"] {
      try? FileManager.default.removeItem(atPath: file)
    }
  }
}
