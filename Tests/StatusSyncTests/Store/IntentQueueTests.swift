import Foundation
import Leads
import Postgres
import Synchronization
import TestDatabase
import Testing

@testable import Store  // uses `IntentQueue`, internal

@Suite struct IntentQueueTests {
  private static func insert(_ lead: String, id: UUID = UUID()) -> SQL {
    """
    insert into status_sync_log (id, resman_lead_id, new_status, sync_status)
    values (\(id), \(lead), 'new', 'pending')
    """
  }

  private func with(
    _ body: @Sendable (PostgresConnection, IntentQueue) async throws -> Void
  ) async throws {
    try await TestDatabase.with(
      template: "migrated", prepare: { _ = try await Migrator.migrate($0) }
    ) { database in
      let connection = try await database.connect()
      try await body(connection, IntentQueue(connection))
    }
  }

  /// Commits these while the connection is busy, so that all but the first share one transaction.
  private func together(
    _ statements: [SQL], _ connection: PostgresConnection, _ queue: IntentQueue
  ) async throws -> [Bool] {
    let gate = DispatchSemaphore(value: 0)
    let isHeld = Mutex(false)
    let busy = Task {
      await connection.perform { _ in
        isHeld.withLock { $0 = true }
        gate.wait()
      }
    }
    while !isHeld.withLock({ $0 }) { await Task.yield() }
    let tasks = statements.map { statement in
      Task { (try? await queue.commit([statement])) != nil }
    }
    while await queue.count < statements.count - 1 { await Task.yield() }
    gate.signal()
    await busy.value
    var done: [Bool] = []
    for task in tasks { done.append(await task.value) }
    return done
  }

  @Test func waitingIntentsShareATransaction() async throws {
    try await with { connection, queue in
      let done = try await together(
        (1...20).map { Self.insert("L-\($0)") }, connection, queue)
      #expect(done.allSatisfy { $0 })
      let rows = try await connection.query(
        "select count(*) as rows, count(distinct xmin::text) as commits from status_sync_log")
      #expect(try rows.first?["rows"] == 20)
      #expect(try rows.first?["commits"] as Int? ?? 99 <= 2)
    }
  }

  /// A refused one does not affect the others, and leaves nothing behind.
  @Test func aRefusedIntentIsRefusedAlone() async throws {
    try await with { connection, queue in
      _ = try await connection.execute(Self.insert("L-7"))
      let done = try await together(
        (1...10).map { Self.insert("L-\($0)") }, connection, queue)
      #expect(done == (1...10).map { $0 != 7 })
      let rows = try await connection.query("select count(*) as rows from status_sync_log")
      #expect(try rows.first?["rows"] == 10)
    }
  }

  @Test func aLostConnectionIsALossForAll() async throws {
    try await with { connection, queue in
      await connection.close()
      let one = (try? await queue.commit([Self.insert("L-1")])) != nil
      #expect(!one)
    }
  }
}
