import Foundation

/// A child process that stops the server however this process ends: it reads from a socket whose other end
/// only this process holds. The last value it reads is the server's process id, or `done` if there is nothing
/// left to do.
final class DeadMansSwitch: Sendable {
  private let ourEnd: Int32
  private let child: ChildProcess

  private static let script = """
    trap '' INT TERM HUP
    server=starting
    while read -r line; do server=$line; done
    if [ "$server" = done ]; then exit 0; fi
    if [ "$server" = starting ]; then server=$(head -n 1 "$1/postmaster.pid" 2>/dev/null); fi
    if [ -n "$server" ] && [ "$(head -n 1 "$1/postmaster.pid" 2>/dev/null)" = "$server" ]; then
      kill "-$2" "$server" 2>/dev/null
      tries=0
      while kill -0 "$server" 2>/dev/null && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries+1)); done
    fi
    [ -n "$3" ] && rm -rf "$3" "$4"
    exit 0
    """

  /// Starts the child. For tests it also removes the server's folder.
  init(_ directory: ServerDirectory) throws(PrivateServerError) {
    var ends: [Int32] = [0, 0]
    let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue
    guard socketpair(AF_UNIX, Int32(kind), 0, &ends) == 0 else {
      throw PrivateServerError("resources", "No socket could be made (\(errno)).")
    }
    let command = [
      "/bin/sh", "-c", Self.script, "sh", directory.data, directory.forTests ? "QUIT" : "INT",
      directory.forTests ? directory.path : "",
      directory.forTests ? directory.socketFolder : "",
    ]
    do throws(PrivateServerError) {
      child = try ChildProcess(command, input: ends[0])
    } catch {
      for end in ends { _ = close(end) }
      throw error
    }
    ourEnd = ends[1]
    _ = close(ends[0])
  }

  deinit { _ = close(ourEnd) }

  /// From now on the server with this process id is stopped when this process ends.
  func arm(process: Int32) { tell("\(process)\n") }

  /// The server has been stopped and, for tests, its folder removed: the child just ends.
  func disarm() {
    tell("done\n")
    shutdown(ourEnd, Int32(SHUT_WR))
    child.wait()
  }

  private func tell(_ line: String) {
    let bytes = Array(line.utf8)
    // A child that has already ended (EPIPE, hence no signal) can do nothing.
    _ = send(ourEnd, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }
}
