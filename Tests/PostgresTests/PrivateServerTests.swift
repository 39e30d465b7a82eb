import Foundation
import Postgres
import PrivatePostgres
import Testing

/// Serialized, because each test starts servers of its own.
@Suite(.serialized) struct PrivateServerTests {
  /// A short folder that every account may enter; removed afterwards.
  private func withFolder(
    _ suffix: String = "", _ body: (String) async throws -> Void
  ) async throws {
    let folder = "/tmp/status-sync-unit-\(UUID().uuidString.prefix(8))"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    if !suffix.isEmpty {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
      // Whatever the umask is.
      _ = chmod(folder, 0o755)
    }
    try await body(folder + suffix)
  }

  private func ask(_ server: PrivateServer, _ sql: SQL) async throws -> String {
    let connection = try await PostgresConnection(PostgresConfiguration(url: server.url()))
    let answer: String = try #require(try await connection.queryOne(sql))[at: 0]
    await connection.close()
    return answer
  }

  @Test func theSameDirectoryIsUsedAgain() async throws {
    try await withFolder { folder in
      let first = try await PrivateServer.start(directory: folder)
      #expect(first.isOurs)
      #expect(try await ask(first, "select current_setting('fsync')") == "on")
      #expect(try await ask(first, "select current_setting('listen_addresses')") == "")
      _ = try await ask(first, "select set_config('x.y', 'z', false)")
      let connection = try await PostgresConnection(PostgresConfiguration(url: first.url()))
      try await connection.script("create table kept as select 'yes' as answer")
      await first.stop()
      await first.stop()
      let second = try await PrivateServer.start(directory: folder)
      #expect(try await ask(second, "select answer from kept") == "yes")
      await second.stop()
    }
  }

  @Test func aServerThatRunsIsUsedAndLeftRunning() async throws {
    try await withFolder { folder in
      let owner = try await PrivateServer.start(directory: folder, forTests: true)
      let guest = try await PrivateServer.start(directory: folder)
      #expect(!guest.isOurs)
      #expect(guest.url() == owner.url())
      await guest.stop()
      #expect(try await ask(owner, "select 'still here'") == "still here")
      await owner.stop()
      #expect(!FileManager.default.fileExists(atPath: folder))
    }
  }

  @Test func aDirectoryTooLongForASocketWorks() async throws {
    try await withFolder("/" + String(repeating: "long name ", count: 12)) { folder in
      let server = try await PrivateServer.start(directory: folder, forTests: true)
      #expect(try await ask(server, "select 'here'") == "here")
      await server.stop()
    }
  }

  /// The process file names a running process that is not a server: this one.
  @Test func aStaleProcessFileIsNoObstacle() async throws {
    try await withFolder { folder in
      let first = try await PrivateServer.start(directory: folder)
      let file = "\(folder)/data/postmaster.pid"
      var lines = try String(contentsOfFile: file, encoding: .utf8).split(
        separator: "\n", omittingEmptySubsequences: false)
      await first.stop()
      lines[0] = "\(getpid())"
      try lines.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
      let second = try await PrivateServer.start(directory: folder)
      #expect(second.isOurs)
      #expect(try await ask(second, "select 'here'") == "here")
      await second.stop()
    }
  }

  @Test func aKilledServerStartsAgain() async throws {
    try await withFolder { folder in
      let first = try await PrivateServer.start(directory: folder)
      let file = try String(contentsOfFile: "\(folder)/data/postmaster.pid", encoding: .utf8)
      let process = try #require(Int32(file.split(separator: "\n")[0]))
      #expect(kill(process, SIGKILL) == 0)
      // On a busy machine it takes a moment to end.
      while access("/proc/\(process)/cwd", F_OK) == 0 {
        try await Task.sleep(for: .milliseconds(5))
      }
      let second = try await PrivateServer.start(directory: folder)
      #expect(try await ask(second, "select 'here'") == "here")
      await second.stop()
      await first.stop()
    }
  }

  @Test func twoStartsAtOnceGiveOneServer() async throws {
    try await withFolder { folder in
      async let one = PrivateServer.start(directory: folder, forTests: true)
      async let two = PrivateServer.start(directory: folder, forTests: true)
      let servers = try await [one, two]
      #expect(servers.filter(\.isOurs).count == 1)
      for server in servers { #expect(try await ask(server, "select 'here'") == "here") }
      for server in servers { await server.stop() }
    }
  }

  @Test func aFolderThatCannotBeCreatedIsAnError() async throws {
    let error = await #expect(throws: PrivateServerError.self) {
      _ = try await PrivateServer.start(directory: "/proc/nothing/here")
    }
    #expect(error?.label == "directory")
    #expect(error.map { "\($0)".hasSuffix(".") } == true)
  }

  @Test func aClusterOfAnotherVersionIsRefused() async throws {
    try await withFolder { folder in
      try FileManager.default.createDirectory(
        atPath: "\(folder)/data", withIntermediateDirectories: true)
      try "9".write(toFile: "\(folder)/data/PG_VERSION", atomically: true, encoding: .utf8)
      let error = await #expect(throws: PrivateServerError.self) {
        _ = try await PrivateServer.start(directory: folder)
      }
      #expect(error?.label == "version")
    }
  }
}
