import Foundation
import Synchronization

/// A PostgreSQL of our own, reachable only through a Unix socket by this account: for the demo, for
/// commands without DATABASE_URL, and for tests.
///
/// Works as root (the programs then run as the user `postgres`) and as an ordinary user. A
/// directory that was used before is used again. A server that runs there already is used and left
/// running. A server we started is stopped by `stop`, and by a dead man's switch if this process
/// ends without it, even by kill -9.
package final class PrivateServer: Sendable {
  private let commands: ServerCommands
  private let directory: ServerDirectory
  private let socketFolder: String
  /// Nil when the server was running already: then it is not ours to stop.
  private let deadMan: Mutex<DeadMansSwitch?>

  private init(
    commands: ServerCommands, directory: ServerDirectory, socketFolder: String,
    deadMan: DeadMansSwitch?
  ) {
    self.commands = commands
    self.directory = directory
    self.socketFolder = socketFolder
    self.deadMan = Mutex(deadMan)
  }

  /// Starts the server of a directory, or finds it running.
  ///
  /// - Parameters:
  ///   - directory: Its folder; made if missing. Everything of the server is inside.
  ///   - forTests: Gives durability up for speed, and removes the directory at the end.
  ///   - settings: Further lines of its `server.conf`, such as `autovacuum = off`.
  package static func start(
    directory: String, forTests: Bool = false, settings: [String] = []
  ) async throws -> PrivateServer {
    let folder = ServerDirectory(directory, forTests: forTests, extra: settings)
    return try await onThread { try launch(folder) }
  }

  /// True if a server was created in this directory before, whether it runs now or not.
  package static func isThere(_ directory: String) -> Bool {
    ServerDirectory(directory, forTests: false).version != nil
  }

  /// The connection string of one of its databases, for the owner of the cluster. It names the port, which libpq
  /// otherwise takes from `PGPORT`.
  package func url(database: String = "postgres") -> String {
    var allowed = CharacterSet.alphanumerics
    allowed.insert(charactersIn: "-_.~")
    func escaped(_ text: String) -> String {
      text.addingPercentEncoding(withAllowedCharacters: allowed) ?? text
    }
    return "postgresql://postgres@/\(escaped(database))?host=\(escaped(socketFolder))&port=5432"
  }

  /// True if this process started the server and will stop it.
  package var isOurs: Bool { deadMan.withLock { $0 != nil } }

  /// The server's log file.
  package var logFile: String { directory.log }

  /// Stops the server if this process started it; open sessions end. For tests, removes its folder.
  package func stop() async {
    guard let switchOff = deadMan.withLock({ $0.take() }) else { return }
    let (commands, directory) = (commands, directory)
    try? await Self.onThread {
      let mode = directory.forTests ? "immediate" : "fast"
      // If it does not stop, the dead man's switch stops it.
      let stopped: ()? = try? directory.locked { () throws(PrivateServerError) in
        try commands.run("pg_ctl", ["stop", "-D", directory.data, "-m", mode, "-w", "-t", "60"])
      }
      guard stopped != nil else { return }
      if directory.forTests { try? FileManager.default.removeItem(atPath: directory.path) }
      if directory.socketFolder != directory.path { rmdir(directory.socketFolder) }
      switchOff.disarm()
    }
  }

  // MARK: - Starting

  private static func launch(_ directory: ServerDirectory) throws(PrivateServerError)
    -> PrivateServer
  {
    let commands = try ServerCommands.find(major: directory.version)
    try directory.prepare(for: commands.account)
    return try directory.locked { () throws(PrivateServerError) in
      if let running = RunningServer.find(in: directory) {
        return PrivateServer(
          commands: commands, directory: directory, socketFolder: running.socketFolder,
          deadMan: nil)
      }
      try checkReachable(directory, commands)
      let deadMan = try DeadMansSwitch(directory)
      if directory.version == nil { try initialise(directory, commands) }
      try directory.writeSettings(commands.account)
      try startServer(directory, commands)
      deadMan.arm(process: RunningServer.find(in: directory)?.process ?? 0)
      return PrivateServer(
        commands: commands, directory: directory, socketFolder: directory.socketFolder,
        deadMan: deadMan)
    }
  }

  /// The server's account must be able to enter every parent folder.
  private static func checkReachable(
    _ directory: ServerDirectory, _ commands: ServerCommands
  ) throws(PrivateServerError) {
    guard let account = commands.account else { return }
    let test = try commands.status("/usr/bin/test", ["-w", directory.path])
    guard test.status == 0 else {
      throw PrivateServerError(
        "directory",
        "PostgreSQL runs as the user \(account.name) here, who cannot enter \(directory.path). "
          + "Choose a directory whose parents everybody may enter, or run as an ordinary user.")
    }
  }

  /// Creates the cluster beside its place and moves it there, so that an incomplete cluster is never used.
  private static func initialise(
    _ directory: ServerDirectory, _ commands: ServerCommands
  ) throws(PrivateServerError) {
    let draft = directory.data + ".new"
    try? FileManager.default.removeItem(atPath: draft)
    try commands.run(
      "initdb",
      ["-D", draft, "-A", "trust", "-E", "UTF8", "--locale=C", "-U", "postgres"]
        + (directory.forTests ? ["--no-sync"] : []))
    let include = "\ninclude_if_exists = '../server.conf'\n"
    guard let file = FileHandle(forWritingAtPath: "\(draft)/postgresql.conf") else {
      throw PrivateServerError("directory", "\(draft)/postgresql.conf cannot be written.")
    }
    defer { try? file.close() }
    do {
      try file.seekToEnd()
      try file.write(contentsOf: Data(include.utf8))
      try FileManager.default.moveItem(atPath: draft, toPath: directory.data)
    } catch {
      throw PrivateServerError("directory", "\(directory.data) cannot be written.")
    }
  }

  /// After a kill -9 the old server's children may need a moment to notice; hence the retries.
  private static func startServer(
    _ directory: ServerDirectory, _ commands: ServerCommands
  ) throws(PrivateServerError) {
    RunningServer.removeStaleFile(in: directory)
    for attempt in 1...4 {
      let start = ["start", "-D", directory.data, "-l", directory.log, "-w", "-t", "60"]
      let answer = try commands.status("pg_ctl", start)
      if answer.status == 0 { return }
      if attempt < 4 { usleep(500_000) }
    }
    let log = (try? String(contentsOfFile: directory.log, encoding: .utf8)) ?? ""
    let words = log.split(separator: "\n").suffix(2).joined(separator: " ")
    throw PrivateServerError(
      "command", "PostgreSQL did not start; \(directory.log) ends: \(words)")
  }

  /// Runs something that blocks on a thread of its own.
  private static func onThread<T: Sendable>(
    _ body: @escaping @Sendable () throws -> T
  ) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      let thread = Thread { continuation.resume(with: Result { try body() }) }
      thread.name = "private-server"
      thread.start()
    }
  }
}
