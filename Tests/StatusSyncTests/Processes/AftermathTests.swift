import CSV
import Foundation
import Leads
import Postgres
import StandIns
import Testing

import Store

/// Fault test 2, the last three points: logged but not notified, sent but not marked, a report half written.
@Suite(.serialized) struct AftermathTests {
  /// Killed before or after the COMMIT that ends a repair: its notifications are in the outbox once, or not
  /// until the next run has settled it; each is sent once.
  @Test(
    arguments: ProcessHarness.isWhole
      ? [(false, 0.0), (true, 0), (false, 0.5), (true, 0.5), (false, 1), (true, 1)] : [(true, 0)])
  func loggedChangesAreNotified(isLogged: Bool, place: Double) async throws {
    try await Sinks.with { sinks in
      try await ProcessHarness.with { harness in
        var harness = harness
        harness.environment["STATUS_SYNC_POLICY_NOTIFY_ON_REPAIR"] = "true"
        try await Self.preferTwo(harness)
        let leads = harness.leads(.push)
        let lead = leads[Int((Double(leads.count - 1) * place).rounded())]
        harness.standIns.faults.set([
          isLogged
            // The first read is the fresh one, the second that of the verification.
            ? Fault(.hold, on: .resman, route: .lead, lead: lead, skip: 1, count: 1)
            : Fault(.hold, on: .resman, route: .status, lead: lead, count: 1)
        ])
        let program = try harness.start()
        try await harness.untilHeld(1)
        if isLogged {
          await program.killed()
          harness.standIns.holds.release()
        } else {
          try await harness.kill(
            program,
            blockedBy:
              "select 1 as one from status_sync_log where sync_status = 'pending' for update",
            isCut: true)
        }
        let queued: SQL =
          "select count(*) as value from notification where resman_lead_id = \(lead)"
        #expect(try await harness.number(queued) == (isLogged ? 2 : 0))
        try await harness.converge()
        #expect(try await harness.number(queued) == 2)
        // Two for each change that a run logged, and no more.
        let all = try await harness.number("select count(*) as value from notification")
        let changes = try await harness.number(
          """
          select count(distinct log_id) as value from notification
          """)
        #expect(all == 2 * changes)
        let mail = Self.mail(sinks)
        let ended = await (try harness.start(["deliver", "--json"], with: mail)).ended()
        #expect(ended.status == 0, "\(ended.err)")
        let taken = try await sinks.ledger()
        #expect(taken.count == all && Set(taken.map(\.message_id)).count == all)
      }
    }
  }

  /// The mail server has the message, and the process dies before marking it: the same message is sent once
  /// more with the same id, and counts as a possible duplicate.
  @Test(arguments: ProcessHarness.isWhole ? [0, 12, 23] : [12])
  func anUnmarkedMessageIsSentAgainWithTheSameID(_ place: Int) async throws {
    try await OutboxFixture.with { fixture in
      try await Sinks.with { sinks in
        let names = (0..<24).map { "ok-\($0)@example.com" }
        try await fixture.prefer(.leased, "email", try JSON.encode(names))
        _ = try await fixture.change(.application, .leased)
        // The mark waits for a lock that the test holds; the lease before it does not.
        try await fixture.db.script(
          """
          create function hold_mark() returns trigger language plpgsql as $$
          begin
            perform pg_advisory_xact_lock(4711);
            return new;
          end $$;
          create trigger hold_mark before update on notification for each row
            when (new.state = 'accepted' and new.address = '\(names[place])')
            execute function hold_mark();
          select pg_advisory_lock(4711);
          """)
        let environment = Self.mail(sinks).merging(["DATABASE_URL": fixture.database.url]) { $1 }
        let pass = try RunningProgram(["deliver"], environment: environment)
        try await eventually("no mark waits") {
          try await fixture.texts(
            """
            select 'waits' from pg_locks
            where locktype = 'advisory' and objid = 4711 and not granted and database = (
              select oid from pg_database where datname = current_database())
            """) == ["waits"]
        }
        await pass.killed()
        // The statement ends with the program.
        _ = try await fixture.db.query(
          """
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()
          """)
        try await eventually("the killed pass stays connected") {
          try await fixture.texts(
            """
            select 'there' from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()
              and backend_type = 'client backend'
            """
          ).isEmpty
        }
        let marks =
          "select state || ' ' || (lease_id is not null) from notification where address = "
        let mark = SQL(stringLiteral: marks + "'\(names[place])'")
        #expect(try await fixture.texts(mark) == ["pending true"])
        try await fixture.db.script(
          """
          select pg_advisory_unlock(4711);
          drop trigger hold_mark on notification;
          update notification set leased_until = now() where state = 'pending';
          """)
        let last = await (try RunningProgram(["deliver", "--json"], environment: environment))
          .ended()
        #expect(last.status == 0, "\(last.err)")
        let taken = Dictionary(grouping: try await sinks.ledger(), by: \.key)
        #expect(Set(taken.keys) == Set(names))
        let twice = taken[names[place]] ?? []
        #expect(twice.count == 2 && Set(twice.map(\.message_id)).count == 1)
        let marked = try await fixture.texts(
          "select address from notification where state = 'accepted' and possible_duplicate")
        for (name, times) in taken where times.count > 1 { #expect(marked.contains(name)) }
        #expect(
          try await fixture.texts(
            "select count(*)::text from notification where state = 'accepted'")
            == ["24"])
      }
    }
  }

  /// Killed while it writes the report: the old report is complete, and the one written again is the same,
  /// byte for byte.
  @Test func aReportHalfWrittenIsWrittenAgain() async throws {
    try await ProcessHarness.with { harness in
      try await harness.run()
      let before = try harness.latestFiles()
      let lead = harness.leads(.none).first { harness.standIns.resman.lead($0) != nil } ?? ""
      #expect(harness.standIns.edit(Edit(.resman, lead: lead, status: "lost")))
      // The measurement waits for one lock; the report, which begins after it, for another.
      let measuring = try await harness.connect()
      try await measuring.script("begin; lock table stays in access exclusive mode")
      let program = try harness.start()
      try await harness.untilBlocked()
      let reporting = try await harness.connect()
      try await reporting.script("begin; lock table drift_alarm in access exclusive mode")
      try await measuring.script("rollback")
      try await eventually("the report is never begun") {
        Self.halfWritten(harness).map {
          FileManager.default.fileExists(atPath: $0.appending(path: "drift.csv").path())
        } ?? false
      }
      let half = try #require(Self.halfWritten(harness))
      try await harness.untilBlocked()
      await program.killed()
      try await reporting.script("rollback")
      #expect(try harness.latestFiles() == before)
      let names = ["funnel.csv", "time_in_status.csv", "transitions.csv", "cohorts.csv"]
      let written = try names.map { try Data(contentsOf: half.appending(path: $0)) }

      let asOf =
        try await harness.rows(
          "select max(as_of)::timestamptz::text as value from sync_run"
        ).first?["value"] as String?
      let again = "\(harness.directory)/again/report"
      let report = await (try harness.start(["report", "--as-of", asOf ?? "", "--output", again]))
        .ended()
      #expect(report.status == 0, "\(report.err)")
      for (name, bytes) in zip(names, written) {
        #expect(try Data(contentsOf: URL(fileURLWithPath: "\(again)/\(name)")) == bytes, "\(name)")
      }
      try await harness.converge()
      #expect(!FileManager.default.fileExists(atPath: half.path()))
      let verified = await (try harness.start(["verify", "latest"])).ended()
      #expect(verified.status == 0, "\(verified.out)")
      await measuring.close()
      await reporting.close()
    }
  }

  /// The folder that the current run is writing.
  private static func halfWritten(_ harness: ProcessHarness) -> URL? {
    let names = try? FileManager.default.contentsOfDirectory(atPath: harness.directory)
    return names?.first { $0.hasPrefix(".") && $0.hasSuffix(".writing") }
      .map { URL(fileURLWithPath: harness.directory).appending(path: $0) }
  }

  private static func mail(_ sinks: Sinks) -> [String: String] {
    [
      "STATUS_SYNC_NOTIFY_EMAIL_SMTP_URL": "smtp://127.0.0.1:\(sinks.ports.mail)",
      "STATUS_SYNC_NOTIFY_EMAIL_FROM": "sync@example.com",
    ]
  }

  /// Two recipients for every status at every property.
  private static func preferTwo(_ harness: ProcessHarness) async throws {
    let connection = try await harness.connect()
    for property in harness.world.properties {
      for status in Status.allCases {
        _ = try await connection.execute(
          """
          insert into status_notification_preferences
            (property_id, status_type, notification_method, recipients, is_active)
          values (\(property.id), \(status.rawValue), 'email',
            \(JSONText(#"["ok-1@example.com", "ok-2@example.com"]"#)), true)
          """)
      }
    }
    await connection.close()
  }
}
