import Foundation
import Postgres
import StandIns
import Testing

import Postgres
@testable import PrivatePostgres  // uses `ServerDirectory`, internal
import Store

/// Fault tests 4, 5 and 9: one writer, and what it does when its database goes away.
@Suite(.serialized) struct LockTests {
  /// Runs started at the same time: one works, the others end with 11 and without a call.
  @Test(arguments: ProcessHarness.isWhole ? (0..<50).map { [2, 5, 20][$0 % 3] } : [3])
  func ofRunsStartedAtOnceOneWorks(_ count: Int) async throws {
    try await ProcessHarness.with { harness in
      harness.standIns.faults.set([Fault(.hold, on: .resman, route: .properties)])
      let programs = try (0..<count).map { _ in try harness.start() }
      try await harness.untilHeld(1)
      // The run with the lock is held at a request; all others end.
      let statuses = try await withThrowingTaskGroup(of: Int32.self) { group in
        for program in programs { group.addTask { await program.ended().status } }
        var statuses: [Int32] = []
        while statuses.count < count - 1, let status = try await group.next() {
          statuses.append(status)
        }
        #expect(harness.standIns.ledger.reading.arrivals.count == 1)
        harness.standIns.holds.open()
        for try await status in group { statuses.append(status) }
        return statuses
      }
      #expect(statuses.count { $0 == 11 } == count - 1, "\(statuses)")
      #expect(statuses.last == 3, "\(statuses)")
      try await harness.checkInvariants()
    }
  }

  /// The backend that holds the lock is ended during a write: no further write follows.
  @Test(arguments: ProcessHarness.isWhole ? Array(0..<20) : [0, 1])
  func withoutItsLockARunWritesNoMore(_ number: Int) async throws {
    try await ProcessHarness.with { harness in
      let isPush = number % 2 == 0
      harness.standIns.faults.set([
        Fault(
          .hold, on: isPush ? .resman : .domiq, route: isPush ? .status : .webhook,
          skip: isPush ? number / 2 % harness.leads(.push).count : 0, count: 1)
      ])
      // One lead at a time: only the held request is in progress.
      let program = try harness.start(with: ["STATUS_SYNC_RESMAN_CONCURRENCY": "1"])
      try await harness.untilHeld(1)
      let ended = try await harness.number(
        """
        select count(pg_terminate_backend(pid)) as value from pg_locks
        where locktype = 'advisory' and database = (
          select oid from pg_database where datname = current_database())
        """)
      #expect(ended == 1)
      let before = harness.writes
      harness.standIns.holds.open()
      let status = await program.ended().status
      #expect(status != 0 && status != 3, "\(status)")
      #expect(harness.writes == before)
      try await harness.converge()
    }
  }

  /// PostgreSQL stops at once, as after a power failure, and restarts: nothing is lost or doubled.
  @Test(arguments: ProcessHarness.isWhole ? Array(0..<10) : [0])
  func postgresRestartedDuringARun(_ number: Int) async throws {
    let folder = "\(NSTemporaryDirectory())/status-sync-harness-\(UUID().uuidString.prefix(8))"
    let server = try await PrivateServer.start(directory: folder)
    let connection = try await PostgresConnection(PostgresConfiguration(url: server.url()))
    _ = try await Migrator.migrate(connection)
    await connection.close()
    let result = await Self.restarted(number, server: server, folder: folder)
    try? FileManager.default.removeItem(atPath: folder)
    try result.get()
  }

  private static func restarted(
    _ number: Int, server: PrivateServer, folder: String
  ) async -> Result<Void, any Error> {
    let servers = Servers(server)
    let result: Result<Void, any Error>
    do {
      try await ProcessHarness.with(
        leads: ProcessHarness.isWhole ? 2_000 : 120, database: server.url()
      ) { harness in
        harness.standIns.faults.set([
          Fault(
            [.hold, .holdAnswer][number % 2], on: number % 3 == 2 ? .domiq : .resman,
            route: number % 3 == 2 ? .webhook : .status, skip: number / 2, count: 1)
        ])
        let program = try harness.start()
        try await harness.untilHeld(1)
        try await servers.restart(folder, harness)
        harness.standIns.holds.open()
        let status = await program.ended().status
        #expect(status != 0 && status != 3, "\(status)")
        try await harness.converge()
      }
      result = .success(())
    } catch {
      result = .failure(error)
    }
    await servers.stop()
    return result
  }

  /// The server that is running now.
  private actor Servers {
    private var server: PrivateServer

    init(_ server: PrivateServer) { self.server = server }

    /// Stops as `pg_ctl stop -m immediate` does, then starts again and recovers from the write-ahead log.
    func restart(_ folder: String, _ harness: ProcessHarness) async throws {
      let directory = ServerDirectory(folder, forTests: false)
      guard let running = RunningServer.find(in: directory) else {
        throw ProcessHarnessError("no server to restart")
      }
      kill(running.process, SIGQUIT)
      try await eventually("the server does not stop") { RunningServer.find(in: directory) == nil }
      server = try await PrivateServer.start(directory: folder)
    }

    func stop() async { await server.stop() }
  }
}
