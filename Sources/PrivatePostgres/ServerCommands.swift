import Foundation

/// PostgreSQL's programs on this machine, and the account that runs them.
struct ServerCommands: Sendable {
  /// The folder of `initdb`, `pg_ctl` and `postgres`.
  let folder: String
  /// The account for the server, because PostgreSQL refuses to run as root; nil if this process is not root.
  let account: Account?

  struct Account: Sendable {
    let name: String
    let user: UInt32
    let group: UInt32
  }

  /// - Parameter major: The version that made an existing data directory; nil for the newest.
  static func find(major: String?) throws(PrivateServerError) -> ServerCommands {
    let folders = candidates().filter { folder in
      ["initdb", "pg_ctl", "postgres"].allSatisfy {
        FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)")
      }
    }
    guard let newest = folders.first else {
      throw PrivateServerError(
        "no_binaries",
        "No PostgreSQL server programs found. Install them (apt-get install postgresql), "
          + "or set DATABASE_URL to a database that exists.")
    }
    guard let major else { return ServerCommands(folder: newest, account: try account()) }
    for folder in folders where version(of: folder) == major {
      return ServerCommands(folder: folder, account: try account())
    }
    throw PrivateServerError(
      "version",
      "The data directory was made by PostgreSQL \(major), which is not installed "
        + "(apt-get install postgresql-\(major)).")
  }

  /// Debian's folders, newest version first, then the usual others, then PATH.
  private static func candidates() -> [String] {
    let root = "/usr/lib/postgresql"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    let debian = versions.sorted { (Double($0) ?? 0) > (Double($1) ?? 0) }.map {
      "\(root)/\($0)/bin"
    }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return debian + ["/usr/local/pgsql/bin"] + path.split(separator: ":").map(String.init)
  }

  /// The major version of the programs in a folder, asked of `postgres --version`.
  private static func version(of folder: String) -> String? {
    // postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)
    let answer = try? ChildProcess.run(["\(folder)/postgres", "--version"])
    return answer?.output.split(separator: " ").dropFirst(2).first?.split(separator: ".").first
      .map(String.init)
  }

  private static func account() throws(PrivateServerError) -> Account? {
    guard geteuid() == 0 else { return nil }
    guard let entry = getpwnam("postgres") else {
      throw PrivateServerError(
        "no_account",
        "PostgreSQL does not run as root and there is no user postgres to run it as. "
          + "Run this as an ordinary user, or install Debian's postgresql package.")
    }
    return Account(name: "postgres", user: entry.pointee.pw_uid, group: entry.pointee.pw_gid)
  }

  /// Runs one of PostgreSQL's programs, or a plain command if `program` is a path, as the server's account.
  /// Blocks. Throws with the program's own message if it fails.
  @discardableResult
  func run(_ program: String, _ arguments: [String]) throws(PrivateServerError) -> String {
    let answer = try status(program, arguments)
    guard answer.status == 0 else {
      let words = answer.output.split(separator: "\n").suffix(3).joined(separator: " ")
      throw PrivateServerError("command", "\(program) failed (\(answer.status)): \(words)")
    }
    return answer.output
  }

  /// As `run`, but the caller evaluates the exit status.
  func status(
    _ program: String, _ arguments: [String]
  ) throws(PrivateServerError) -> (status: Int32, output: String) {
    let path = program.hasPrefix("/") ? program : "\(folder)/\(program)"
    guard let account else { return try ChildProcess.run([path] + arguments) }
    let become = [
      "setpriv", "--reuid", account.name, "--regid", "\(account.group)", "--init-groups",
    ]
    return try ChildProcess.run(become + [path] + arguments)
  }
}
