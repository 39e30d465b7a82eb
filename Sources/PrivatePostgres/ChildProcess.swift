import Foundation

internal import CLibPQ

/// A child process that inherits only its three standard descriptors.
///
/// Not Foundation's `Process`: its children inherit the socket by which it notices their end, so that `pg_ctl
/// start` would seem to run as long as the server that it started.
struct ChildProcess: Sendable {
  let process: pid_t

  /// Starts a command, its name searched in PATH.
  ///
  /// - Parameters:
  ///   - environment: Changes to ours; `PG…` variables are never passed on.
  ///   - input, output: Descriptors for standard input and for both outputs; nil: /dev/null.
  init(
    _ command: [String], environment: [String: String] = [:], input: Int32? = nil,
    output: Int32? = nil
  ) throws(PrivateServerError) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (target, source) in [(0, input), (1, output), (2, output)] as [(Int32, Int32?)] {
      if let source {
        posix_spawn_file_actions_adddup2(&actions, source, target)
      } else {
        posix_spawn_file_actions_addopen(&actions, target, "/dev/null", O_RDWR, 0)
      }
    }
    posix_spawn_file_actions_addclosefrom_np(&actions, 3)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Threads of the runtime block signals; a server must receive them.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

    let settings = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("PG") }
      .merging(environment) { $1 }
    let arguments = command.map { strdup($0) } + [nil]
    let variables = settings.map { strdup("\($0)=\($1)") } + [nil]
    defer { for pointer in arguments + variables { free(pointer) } }
    var process: pid_t = 0
    let failure = posix_spawnp(
      &process, command[0], &actions, &attributes, arguments, variables)
    guard failure == 0 else {
      let reason = String(cString: strerror(failure))
      throw PrivateServerError("command", "\(command[0]) could not be run: \(reason).")
    }
    self.process = process
  }

  /// Waits for its end. Returns its exit status, or 128 + the signal that ended it. Blocks.
  @discardableResult
  func wait() -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 { if errno != EINTR { return -1 } }
    return status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + status & 0x7f
  }

  /// Runs a command without input; returns its output and errors together. Blocks.
  static func run(
    _ command: [String]
  ) throws(PrivateServerError) -> (status: Int32, output: String) {
    // A file, not a pipe: a server that continues to run would keep a pipe open.
    var template = Array("\(NSTemporaryDirectory())/status-sync-XXXXXX".utf8CString)
    let file = mkstemp(&template)
    guard file >= 0 else {
      throw PrivateServerError("directory", "The temporary folder cannot be written to.")
    }
    defer { _ = close(file) }
    unlink(template)
    let status = try ChildProcess(command, environment: ["LC_ALL": "C"], output: file).wait()
    lseek(file, 0, SEEK_SET)
    let output = (try? FileHandle(fileDescriptor: file, closeOnDealloc: false).readToEnd()) ?? nil
    return (status, String(decoding: output ?? Data(), as: UTF8.self))
  }
}
