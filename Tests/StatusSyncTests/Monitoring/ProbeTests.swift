import Foundation
import Leads
import Postgres
import TestDatabase
import Testing

@testable import Nightly  // uses `StageFigures`, internal
@testable import StatusSync  // uses `LiveFigures`, `OperatingFigures`, `RunLine`, internal
import Store

/// `status --check`, and the row of the last nights.
@Suite struct ProbeTests {
  private static let now = Instant(microseconds: 1_763_640_000_000_000)

  private static func ago(_ hours: Double) -> String {
    Instant(microseconds: now.microseconds - Int64(hours * 3_600_000_000)).iso8601
  }

  private static func night(
    _ exit: Int?, _ state: String = "finished", hoursAgo: Double = 3, stages: [String: Double] = [:]
  ) -> SyncStatus.RunLine {
    SyncStatus.RunLine(
      id: UUID(), started_at: ago(hoursAgo + 1),
      finished_at: state == "running" ? nil : ago(hoursAgo), mode: "run", state: state,
      exit_code: exit, stages: stages.mapValues { StageFigures(seconds: $0) })
  }

  private static func figures(waiting: Double? = nil) -> OperatingFigures {
    OperatingFigures(
      reviews_open: 12, oldest_review_seconds: 100, pending_changes: 0,
      watermark_lag_seconds: ["resman": 10], database_bytes: 1000, messages_ended: 4,
      messages_delivered: 3,
      live: LiveFigures(
        pending: 1, oldest_pending_seconds: waiting, dead: 0, actions_failed: 0,
        actions_pending: 0, unread: 0, open_tasks: 0, follow_ups: 0))
  }

  @Test(
    arguments: [
      ([night(0)], nil, ProbeResult.Level.ok, "ended 3 h ago with 0"),
      ([night(3)], nil, .ok, "with 3"), ([night(4)], nil, .warning, "safety limit"),
      ([night(5)], nil, .warning, "partial"), ([night(70)], nil, .critical, "internal error"),
      ([night(69, "failed", hoursAgo: 1), night(0)], nil, .critical, "failed with 69"),
      ([night(nil, "running", hoursAgo: 0), night(0)], nil, .ok, "with 0"),
      ([night(nil, "interrupted")], nil, .critical, "no night has finished yet"),
      ([night(0, hoursAgo: 27)], nil, .critical, "finished ended 1.1 days ago"),
      ([], nil, .critical, "no night has finished yet"),
      ([night(0)], 3601, .warning, "a message waits"),
      ([night(5, hoursAgo: 30)], nil, .critical, "ago; the last night ended with 5"),
    ] as [([SyncStatus.RunLine], Double?, ProbeResult.Level, String)])
  func theWorstIsSaid(
    _ nights: [SyncStatus.RunLine], _ waiting: Double?, _ level: ProbeResult.Level, _ words: String
  ) throws {
    let ends = nights.filter { $0.state == "finished" }
      .compactMap { $0.finished_at.flatMap { Instant(iso8601: $0)?.microseconds } }
    let result = ProbeResult(
      nights: nights, age: ends.max().map { Double(Self.now.microseconds - $0) / 1e6 },
      figures: Self.figures(waiting: waiting), staleSeconds: 26 * 3600)
    #expect(result.level == level)
    #expect(result.line.hasPrefix("STATUS-SYNC \(level.rawValue) - "))
    #expect(result.line.contains(words), "\(result.line)")
    // One bar, then label=value with a unit, as the guidelines for plugins require.
    let parts = result.line.split(separator: "|")
    #expect(parts.count == 2 && !result.line.contains("\n"))
    for figure in parts[1].split(separator: " ") {
      #expect(figure.contains(/^[a-z_]+=[0-9]+(s|B)?(;[0-9]*){0,4}$/), "\(figure)")
    }
  }

  /// The program prints one line on standard output, whatever happens.
  @Test func theProgramAnswersAProbe() async throws {
    let silent = try Program.run(["status", "--check"])
    #expect(silent.status == 3)
    #expect(silent.out.hasPrefix("STATUS-SYNC UNKNOWN - DATABASE_URL is not set"))
    #expect(silent.out.split(separator: "\n").count == 1)
    let down = try Program.run(
      ["status", "--check"], environment: ["DATABASE_URL": "postgresql://u:s3cret@127.0.0.1:1/x"])
    #expect(down.status == 3 && !down.out.contains("s3cret"))
    let file = FileManager.default.temporaryDirectory.appending(path: "probe-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data("export DATABASE_URL=x\n".utf8).write(to: file)
    for path in ["/nowhere", file.path()] {
      let unread = try Program.run(
        ["status", "--check"], environment: ["STATUS_SYNC_ENVIRONMENT": path])
      #expect(unread.status == 3, "\(unread.err)")
      #expect(unread.out.hasPrefix("STATUS-SYNC UNKNOWN - the environment file \(path)"))
      #expect(unread.out.split(separator: "\n").count == 1)
    }
    try await TestDatabase.with(
      template: "migrated", prepare: { _ = try await Migrator.migrate($0) }
    ) { database in
      let connection = try await database.connect()
      let environment = ["DATABASE_URL": database.url]
      #expect(try Program.run(["status", "--check"], environment: environment).status == 2)
      try await connection.script(
        """
        insert into sync_run (id, mode, started_at, as_of, full_pull, state, finished_at, exit_code, summary)
        select gen_random_uuid(), mode, at, at, true, 'finished', at + interval '10 min', code,
          '{"stages": {"pull": {"seconds": 60}}}'
        from (values ('run', now() - interval '2 days', 0), ('run', now() - interval '1 hour', 5),
          ('apply', now() - interval '1 min', 0)) r (mode, at, code)
        """)
      let warned = try Program.run(["status", "--check"], environment: environment)
      #expect(warned.status == 1 && warned.out.contains("exit=5"), "\(warned.out)")
      let status = try Program.run(["status"], environment: environment)
      // The row shows nightly runs only, the latest at the right.
      #expect(status.out.contains(/\nexit +0 +5\n/), "\(status.out)")
      #expect(status.out.contains(/pull +60 s +60 s/), "\(status.out)")
      // However many nights were begun since, one has finished.
      try await connection.script(
        """
        insert into sync_run (id, mode, started_at, as_of, full_pull, state)
        select gen_random_uuid(), 'run', now() - make_interval(mins => i), now(), true, 'interrupted'
        from generate_series(1, 12) as i
        """)
      let killed = try Program.run(["status", "--check"], environment: environment)
      #expect(killed.status == 2 && killed.out.contains(" age="), "\(killed.out)")
      #expect(!killed.out.contains("no night has finished yet"), "\(killed.out)")
      // A night under a clock set ahead is not the last one.
      try await connection.script(
        """
        insert into sync_run (mode, started_at, as_of, state, finished_at, exit_code)
        select 'run', at, at, state, at, code
        from (values (now() + interval '1 year', 'finished', 0), (now(), 'failed', 69)) r (at, state, code)
        """)
      await connection.close()
      let failed = try Program.run(["status", "--check"], environment: environment)
      #expect(failed.status == 2 && failed.out.contains("failed with 69"), "\(failed.out)")
      #expect(!failed.out.contains(" age=-"), "\(failed.out)")
    }
  }

  @Test func aStageIsComparedWithItsUsualTime() {
    let nights = [
      Self.night(nil, "running"), Self.night(0, stages: ["pull": 100, "report": 5]),
      Self.night(0, stages: ["pull": 20, "report": 1]), Self.night(0, stages: ["pull": 40]),
      Self.night(0, stages: ["pull": 10]),
    ].map { night in
      var night = night
      if night.state == "running" { night.stages = nil }
      return night
    }
    let stages = StageTime.all(nights)
    #expect(stages.map(\.stage) == ["pull", "report"])
    #expect(stages[0].usual_seconds == 20 && stages[0].isLong)
    // Five times as long, and still only seconds.
    #expect(stages[1].usual_seconds == 1 && !stages[1].isLong)
    #expect(StageTime.all([]).isEmpty)
  }
}
