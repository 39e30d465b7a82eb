import Foundation
import Leads

/// The folder of a private server:
///
///     DIRECTORY/data         the cluster
///     DIRECTORY/server.conf  what we set, included by data/postgresql.conf
///     DIRECTORY/server.log   what the server says
///     DIRECTORY/lock         held while a process starts or stops the server
///
/// The socket is in DIRECTORY too, unless the path would be too long for one.
struct ServerDirectory: Sendable {
  let path: String
  let forTests: Bool
  /// Lines of `server.conf` after our own.
  let extra: [String]

  init(_ path: String, forTests: Bool, extra: [String] = []) {
    self.extra = extra
    self.path = URL(fileURLWithPath: path).standardizedFileURL.path
    self.forTests = forTests
  }

  var data: String { "\(path)/data" }
  var log: String { "\(path)/server.log" }
  var settings: String { "\(path)/server.conf" }
  var processFile: String { "\(data)/postmaster.pid" }

  /// The version that created the cluster; nil if there is none yet.
  var version: String? {
    (try? String(contentsOfFile: "\(data)/PG_VERSION", encoding: .utf8))?
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// The folder of the socket: a path in `sockaddr_un` has at most 107 bytes.
  var socketFolder: String {
    if path.utf8.count + "/.s.PGSQL.5432".utf8.count <= 107 { return path }
    // Every process computes the same socket for the same directory.
    return "/tmp/status-sync-" + String(FNV1a.hash(path.utf8), radix: 16)
  }

  /// Makes the folders, private to the server's account.
  func prepare(for account: ServerCommands.Account?) throws(PrivateServerError) {
    for folder in Set([path, socketFolder]) {
      do {
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true)
      } catch {
        throw PrivateServerError("directory", "\(folder) cannot be created.")
      }
      try own(folder, account, mode: 0o700)
    }
  }

  /// Gives a path to the server's account. A symbolic link or a folder of another user is refused.
  private func own(
    _ path: String, _ account: ServerCommands.Account?, mode: mode_t
  ) throws(PrivateServerError) {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFLNK,
      [0, geteuid(), account?.user ?? geteuid()].contains(status.st_uid)
    else { throw PrivateServerError("directory", "\(path) belongs to somebody else.") }
    if let account { _ = lchown(path, account.user, account.group) }
    guard chmod(path, mode) == 0 else {
      throw PrivateServerError("directory", "\(path) cannot be made private.")
    }
  }

  /// Runs `body` while no other process starts or stops a server here.
  func locked<T>(_ body: () throws(PrivateServerError) -> T) throws(PrivateServerError) -> T {
    let descriptor = open("\(path)/lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      throw PrivateServerError("directory", "\(path) cannot be written to.")
    }
    defer { _ = Glibc.close(descriptor) }  // which releases the lock
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else {
        throw PrivateServerError("directory", "\(path) cannot be locked.")
      }
    }
    return try body()
  }

  /// Writes the settings: only this machine, only this account, only the socket.
  func writeSettings(_ account: ServerCommands.Account?) throws(PrivateServerError) {
    var lines = [
      "listen_addresses = ''", "port = 5432",
      "unix_socket_directories = '\(socketFolder.replacingOccurrences(of: "'", with: "''"))'",
      "unix_socket_permissions = 0700", "max_connections = 100", "timezone = 'UTC'",
      "log_timezone = 'UTC'", "log_min_messages = warning", "jit = off", "wal_level = minimal",
      "max_wal_senders = 0", "max_wal_size = 2GB", "checkpoint_timeout = 15min",
      "shared_buffers = 128MB", "work_mem = 32MB", "maintenance_work_mem = 128MB",
    ]
    if forTests {
      lines += [
        "fsync = off", "synchronous_commit = off", "full_page_writes = off",
        "max_connections = 400",
      ]
    }
    lines += extra
    do {
      try (lines.joined(separator: "\n") + "\n").write(
        toFile: settings, atomically: true, encoding: .utf8)
    } catch {
      throw PrivateServerError("directory", "\(settings) cannot be written.")
    }
    try own(settings, account, mode: 0o600)
  }
}
