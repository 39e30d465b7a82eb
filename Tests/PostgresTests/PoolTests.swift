import Postgres
import Synchronization
import TestDatabase
import Testing

@Suite struct PoolTests {
  @Test func neverMoreThanItsSizeAndEverybodyIsServed() async throws {
    try await TestDatabase.with { database in
      let pool = database.pool(size: 3)
      let ids = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 1...100 {
          group.addTask {
            try await pool.withConnection { connection in
              try #require(try await connection.queryOne("select pg_backend_pid() as id"))["id"]
            }
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(ids.count == 100)
      #expect((1...3).contains(Set(ids).count))
      await pool.close()
    }
  }

  @Test func brokenConnectionsAreReplaced() async throws {
    try await TestDatabase.with { database in
      let pool = database.pool(size: 1)
      let killer = try await database.connect()
      let first = try await pool.withConnection { connection in await connection.backendID }
      // The session ends while idle.
      let gone = try await killer.queryOne("select pg_terminate_backend(\(first), 10000) as gone")
      #expect(try gone?["gone"] == true)
      let second = try await pool.withConnection { connection in
        try await connection.execute("select 1")
        return await connection.backendID
      }
      #expect(second != first)
      // The session ends while in use.
      await #expect(throws: PostgresError.self) {
        try await pool.withConnection { connection in
          try await killer.terminate(connection)
          try await connection.execute("select 1")
        }
      }
      #expect(try await pool.withConnection { try await $0.execute("select 1") } == 1)
      await pool.close()
    }
  }

  @Test func anOpenTransactionIsRolledBackOnReturn() async throws {
    try await TestDatabase.with { database in
      let pool = database.pool(size: 1)
      try await pool.withConnection { connection in
        try await connection.script("create table t (n int)")
        try await connection.script("begin")
        try await connection.execute("insert into t values (1)")
        try await connection.beginCopyIn("copy t from stdin")
      }
      #expect(try await pool.withConnection { try await $0.execute("select * from t") } == 0)
      await pool.close()
    }
  }

  @Test func aWaiterMayGiveUpAndTheNextIsServed() async throws {
    try await TestDatabase.with { database in
      let pool = database.pool(size: 1)
      let (entered, enter) = AsyncStream<Void>.makeStream()
      let (release, letGo) = AsyncStream<Void>.makeStream()
      let holder = Task {
        try await pool.withConnection { _ in
          enter.yield()
          for await _ in release { break }
        }
      }
      for await _ in entered { break }
      let impatient = Task { try await pool.withConnection { _ in true } }
      let patient = Task { try await pool.withConnection { _ in true } }
      impatient.cancel()
      await #expect(throws: CancellationError.self) { _ = try await impatient.value }
      letGo.yield()
      try await holder.value
      #expect(try await patient.value)
      await pool.close()
    }
  }

  @Test func cancellingManyWaitersLosesNoConnection() async throws {
    try await TestDatabase.with { database in
      let pool = database.pool(size: 2)
      await withTaskGroup(of: Void.self) { group in
        for number in 1...200 {
          group.addTask {
            let task = Task { try await pool.withConnection { try await $0.execute("select 1") } }
            if number.isMultiple(of: 2) { task.cancel() }
            _ = try? await task.value
          }
        }
      }
      // Both connections work again, at the same time.
      let both = try await pool.withConnection { first in
        try await pool.withConnection { second in
          await (first.backendID, second.backendID)
        }
      }
      #expect(both.0 != both.1)
      await pool.close()
    }
  }

  @Test func aFailureToConnectFreesThePlace() async throws {
    let pool = PostgresPool(PostgresConfiguration(url: "host=/nonexistent"), size: 1)
    for _ in 1...3 {
      let error = await #expect(throws: PostgresError.self) {
        try await pool.withConnection { _ in }
      }
      #expect(error?.label == "connect")
    }
  }

  @Test func aClosedPoolLendsNothing() async throws {
    try await TestDatabase.with { database in
      let pool = database.pool(size: 1)
      _ = try await pool.withConnection { _ in await pool.close() }
      let error = await #expect(throws: PostgresError.self) {
        try await pool.withConnection { _ in }
      }
      #expect(error?.label == "closed")
    }
  }
}
