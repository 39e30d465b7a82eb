import Postgres
import TestDatabase
import Testing

@Suite struct TransactionTests {
  private struct Refused: Error {}

  private func withTable(
    _ body: @Sendable (TestDatabase, PostgresConnection) async throws -> Void
  ) async throws {
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      try await connection.script("create table t (n int unique deferrable initially deferred)")
      try await body(database, connection)
    }
  }

  @Test func commitsWhatItsBodyDid() async throws {
    try await withTable { _, connection in
      let affected = try await connection.transaction { db in
        try db.execute("insert into t values (1), (2)")
      }
      #expect(affected == 2)
      try await connection.expectCount(2)
    }
  }

  @Test func rollsBackWhenItsBodyThrows() async throws {
    try await withTable { _, connection in
      await #expect(throws: Refused.self) {
        try await connection.transaction { db in
          try db.execute("insert into t values (1)")
          throw Refused()
        }
      }
      try await connection.expectCount(0)
    }
  }

  @Test func doesNotPretendThatAFailedTransactionCommitted() async throws {
    try await withTable { _, connection in
      let error = await #expect(throws: PostgresError.self) {
        try await connection.transaction { db in
          try db.execute("insert into t values (1)")
          _ = try? db.execute("select 1 / 0")
        }
      }
      #expect(error?.label == "aborted")
      #expect(error?.isCommitUnknown == false)
      try await connection.expectCount(0)
    }
  }

  @Test func aConstraintCheckedAtCommitIsACertainFailure() async throws {
    try await withTable { _, connection in
      let error = await #expect(throws: PostgresError.self) {
        try await connection.transaction { _ = try $0.execute("insert into t values (1), (1)") }
      }
      #expect(error?.isUniqueViolation == true)
      #expect(error?.isCommitUnknown == false)
      try await connection.expectCount(0)
    }
  }

  @Test func aBackendKilledInsideTheBodyIsACertainFailure() async throws {
    try await withTable { database, connection in
      let id = await connection.backendID
      let error = await #expect(throws: PostgresError.self) {
        try await connection.transaction { db in
          try db.execute("insert into t values (1)")
          _ = try? db.execute("select pg_terminate_backend(\(id))")
        }
      }
      #expect(error?.isConnectionFailure == true)
      #expect(error?.isCommitUnknown == false)
      try await database.connect().expectCount(0)
    }
  }

  /// The trigger runs during COMMIT, so the backend ends after COMMIT was sent and before it was answered.
  @Test func aBackendKilledDuringCommitLeavesTheCommitUnknown() async throws {
    try await withTable { _, connection in
      try await connection.script(
        """
        create function die() returns trigger language plpgsql as $$
        begin perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(60); return null; end $$;
        create constraint trigger die after insert on t deferrable initially deferred
          for each row execute function die();
        """)
      let error = await #expect(throws: PostgresError.self) {
        try await connection.transaction { _ = try $0.execute("insert into t values (1)") }
      }
      #expect(error?.isCommitUnknown == true)
      #expect(error?.isConnectionFailure == true)
    }
  }

  @Test func cancellationRollsBack() async throws {
    try await withTable { database, connection in
      let task = Task {
        try await connection.transaction { db in
          try db.execute("insert into t values (1)")
          try db.execute("select pg_sleep(601)")
        }
      }
      try await database.waitUntil("select pg_sleep(601)", runs: true)
      task.cancel()
      let error = await #expect(throws: PostgresError.self) { _ = try await task.value }
      #expect(error?.isCancelled == true)
      try await connection.expectCount(0)
    }
  }

  @Test func aTaskCancelledBeforeCommitStillCommits() async throws {
    try await withTable { _, connection in
      let task = Task {
        try await connection.transaction { db in
          try db.execute("insert into t values (1)")
          withUnsafeCurrentTask { $0?.cancel() }
        }
      }
      try await task.value
      try await connection.expectCount(1)
    }
  }

  @Test func transactionsDoNotNest() async throws {
    try await withTable { _, connection in
      let error = await #expect(throws: PostgresError.self) {
        try await connection.transaction { db in try db.transaction { _ in } }
      }
      #expect(error?.label == "misuse")
    }
  }

  @Test func readOnlyTransactionsDoNotWrite() async throws {
    try await withTable { _, connection in
      let error = await #expect(throws: PostgresError.self) {
        try await connection.transaction(.readOnly) {
          _ = try $0.execute("insert into t values (1)")
        }
      }
      #expect(error?.sqlState == "25006")
    }
  }

  @Test func concurrentTransactionsOnOneConnectionDoNotMix() async throws {
    try await withTable { _, connection in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 1...20 {
          group.addTask {
            try? await connection.transaction { db in
              try db.execute("insert into t values (\(number))")
              if number.isMultiple(of: 2) { throw Refused() }
              try db.execute("insert into t values (\(number + 100))")
            }
          }
        }
        try await group.waitForAll()
      }
      try await connection.expectCount(20)
    }
  }

  // MARK: - Pipelines

  @Test func aPipelineIsOneTransaction() async throws {
    try await withTable { _, connection in
      let inserts = (1...2500).map { "insert into t values (\($0))" as SQL }
      #expect(try await connection.pipeline(inserts) == Array(repeating: 1, count: 2500))
      let doomed: [SQL] = ["insert into t values (9001)", "select 1 / 0", "select 1"]
      let error = await #expect(throws: PostgresError.self) {
        try await connection.pipeline(doomed)
      }
      #expect(error?.sqlState == "22012")
      try await connection.expectCount(2500)
    }
  }

  @Test func aPipelineInATransactionIsPartOfIt() async throws {
    try await withTable { _, connection in
      await #expect(throws: Refused.self) {
        try await connection.transaction { db in
          try db.pipeline(["insert into t values (1)", "insert into t values (2)"])
          throw Refused()
        }
      }
      try await connection.expectCount(0)
    }
  }

  @Test func aPipelineGivesRowsAndSurvivesLargeAnswers() async throws {
    try await withTable { _, connection in
      let questions = (1...300).map { "select \($0)::int as n, repeat('x', 10000) as x" as SQL }
      let answers = try await connection.pipelineRows(questions)
      #expect(try answers.map { try $0[0]["n"] } == Array(1...300))
      #expect(try await connection.pipeline([]) == [])
    }
  }
}

extension PostgresConnection {
  /// The number of rows of `t` that this session sees.
  fileprivate func expectCount(
    _ expected: Int, at location: SourceLocation = #_sourceLocation
  ) throws {
    let rows: Int? = try queryOne("select count(*) as n from t")?["n"]
    #expect(rows == expected, sourceLocation: location)
  }
}
