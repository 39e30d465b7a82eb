import Foundation
import Leads
import Postgres
import TestDatabase
import Testing

import Store

/// What earlier runs decide: whether a full pull is due, and which leads flap.
@Suite struct RunsTests {
  private static let now = Instant(microseconds: 1_764_122_400_000_000)

  /// Adds a run that began so many days before `now`; state nil: it was killed.
  @discardableResult
  private static func run(
    _ state: String?, daysAgo: Int, full: Bool = false, on connection: PostgresConnection
  ) async throws -> UUID {
    let id = UUID()
    let runs = Runs(connection)
    let at = now - .seconds(86_400 * daysAgo)
    try await runs.begin(id, mode: .run, at: at, full: full)
    if let state {
      try await runs.end(id, state: state, at: at, exitCode: 0, summary: nil)
    }
    return id
  }

  /// Gives a run a repair of L-1 that ResMan refused.
  private static func attempt(_ run: UUID, on connection: PostgresConnection) async throws {
    _ = try await connection.execute(
      """
      insert into status_sync_log (
        resman_lead_id, new_status, updated_by, sync_direction, sync_status, failure, run_id)
      values ('L-1', 'contacted', 'chatbot', 'to_resman', 'failed', 'refused', \(run))
      """)
    _ = try await connection.execute(
      """
      insert into drift (run_id, resman_lead_id, verdict, rule, action, outcome)
      values (\(run), 'L-1', 'domiq_ahead', 11, 'push', 'failed')
      """)
  }

  @Test func aFullPullIsDueAfterSixRunsHoweverTheyEnded() async throws {
    try await TestDatabase.migrated { connection in
      let runs = Runs(connection)
      #expect(try await runs.needsFullPull(at: Self.now))
      try await Self.run("failed", daysAgo: 10, full: true, on: connection)
      #expect(try await runs.needsFullPull(at: Self.now))
      try await Self.run("finished", daysAgo: 9, full: true, on: connection)
      let ends: [String?] = ["finished", "failed", "interrupted", nil, "failed", nil]
      for (number, state) in ends.enumerated() {
        #expect(try await !runs.needsFullPull(at: Self.now))
        try await Self.run(state, daysAgo: 8 - number, on: connection)
      }
      #expect(try await runs.needsFullPull(at: Self.now))
    }
  }

  @Test func aRunUnderAClockSetAheadPutsOffNoFullPull() async throws {
    try await TestDatabase.migrated { connection in
      let runs = Runs(connection)
      try await Self.run("finished", daysAgo: -3_650, full: true, on: connection)
      #expect(try await runs.needsFullPull(at: Self.now))
      try await Self.run("finished", daysAgo: 9, full: true, on: connection)
      #expect(try await !runs.needsFullPull(at: Self.now))
      for days in 2...7 { try await Self.run("finished", daysAgo: days, on: connection) }
      #expect(try await runs.needsFullPull(at: Self.now))
    }
  }

  /// A run that failed after its plan was taken counts, one that failed before does not, and a run
  /// that found nothing apart does.
  @Test func attemptsOfTheLastFiveRunsCountHoweverTheyEnded() async throws {
    try await TestDatabase.migrated { connection in
      let plan = PlanTable(connection: connection)
      for days in [12, 10, 8] {
        let run = try await Self.run("failed", daysAgo: days, on: connection)
        try await Self.attempt(run, on: connection)
        for state in ["failed", "interrupted"] {
          try await Self.run(state, daysAgo: days - 1, on: connection)
        }
      }
      _ = try await connection.execute(
        """
        insert into stage_plan (resman_lead_id, verdict, rule, action)
        values ('L-1', 'domiq_ahead', 11, 'push')
        """)
      #expect(try await plan.fights().map(\.attempts) == [3])

      let ahead = try await Self.run("failed", daysAgo: -3_650, on: connection)
      try await Self.attempt(ahead, on: connection)
      #expect(try await plan.toJudge(after: "", now: Self.now).isEmpty)
      #expect(try await plan.fights().map(\.attempts) == [3])

      for days in [3, 2, 1] { try await Self.run("finished", daysAgo: days, on: connection) }
      #expect(try await plan.fights().map(\.attempts) == [2])
    }
  }
}
