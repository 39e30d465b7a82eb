import Foundation
import Leads
import Postgres
import Testing

import Messaging
import Store

@Suite struct DeliverCommandTests {
  private static func json(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  /// The built program with the job's role, against a real mail server.
  @Test func aPassSendsWhatWaitsAndSaysHowItEnded() async throws {
    try await OutboxFixture.with { fixture in
      try await Sinks.with { sinks in
        let environment = [
          "DATABASE_URL": fixture.database.url + "&options=-c%20role%3Dstatus_sync_job",
          "STATUS_SYNC_NOTIFY_EMAIL_SMTP_URL": "smtp://127.0.0.1:\(sinks.ports.mail)",
          "STATUS_SYNC_NOTIFY_EMAIL_FROM": "sync@example.com",
        ]
        try await fixture.prefer(.leased, "email", #"["ok-1@example.com", "ok-2@example.com"]"#)
        try await fixture.rule(.leased, actions: #"[{"type": "create_task"}]"#)
        _ = try await fixture.change(.application, .leased)
        let first = try Program.run(["deliver", "--json"], environment: environment)
        #expect(first.status == 0, "\(first.err)")
        let summary = try Self.json(first.out)
        #expect(summary["accepted"] as? Int == 2 && summary["pending"] as? Int == 0)
        #expect((summary["actions"] as? [String: Any])?["executed"] as? Int == 1)

        // Refused permanently: a dead letter, an alert, and exit status 3; no personal data in the log.
        try await fixture.prefer(.lost, "email", #"["gone-1@example.com"]"#)
        _ = try await fixture.change(.new, .lost)
        let second = try Program.run(["deliver"], environment: environment)
        #expect(second.status == Store.ExitStatus.driftRemains.rawValue)
        #expect(second.err.contains("alert: a notification was given up"))
        #expect(!(second.err + second.out).contains("@") && !second.err.contains("Ada"))
        #expect(try Program.run(["deliver"], environment: environment).status == 0)

        let status = try Self.json(
          try Program.run(["status", "--json"], environment: environment).out)
        let live = try #require(status["live"] as? [String: Any])
        #expect(live["dead"] as? Int == 1 && live["open_tasks"] as? Int == 1)
        let again = try Program.run(
          ["deliver", "--retry-dead", "--json"], environment: environment)
        #expect(try Self.json(again.out)["requeued"] as? Int == 1)
        let taken = try await sinks.ledger()
        #expect(taken.map(\.key).sorted() == ["ok-1@example.com", "ok-2@example.com"])
      }
    }
  }

  @Test func theDoctorNamesWhatKeepsMessagesBack() async throws {
    try await OutboxFixture.with { fixture in
      try await Sinks.with { sinks in
        try await fixture.prefer(.leased, "email", #"["leasing_agent", "a@example.com"]"#)
        try await fixture.prefer(.leased, "sms", #"["+15125550100"]"#, template: "birthday")
        try await fixture.rule(.leased, actions: #"[{"type": "dance"}]"#)
        let ended = try Program.run(
          ["doctor", "--json"],
          environment: [
            "DATABASE_URL": fixture.database.url,
            "STATUS_SYNC_NOTIFY_EMAIL_SMTP_URL": "smtp://127.0.0.1:\(sinks.ports.mail)",
            "STATUS_SYNC_NOTIFY_EMAIL_FROM": "sync@example.com",
            "STATUS_SYNC_REPORTS_RECIPIENTS_PORTFOLIO_WEEKLY": "boss@example.com, owner, slack",
            "STATUS_SYNC_REPORTS_RECIPIENTS_PROPERTY_WEEKLY": "property_manager",
          ])
        let checks = try #require(try Self.json(ended.out)["checks"] as? [[String: Any]])
        func reasons(_ name: String) -> [String]? {
          checks.first { $0["name"] as? String == name }?["reasons"] as? [String]
        }
        #expect(
          reasons("recipients of notifications can be reached") == [
            "email: the role leasing_agent has no address", "sms: the channel is not set up",
          ])
        #expect(
          reasons("recipients of reports can be reached") == [
            "slack: notify.slack.webhook_url_file is not set",
            "the role owner has no address for all properties",
            "the role property_manager has no address at any property",
          ])
        #expect(
          reasons("workflow rules can be carried out")?.first?.contains("actions[0].type") == true)
        #expect(reasons("notification templates are known")?.first?.hasPrefix("birthday") == true)
        #expect(reasons("mail server reachable") == [])
        // Whatever can be reached is; the rest is a matter of the configuration.
        #expect(ended.status == ExitStatus.configuration.rawValue)
      }
    }
  }

  private static func mailOnly(_ fixture: OutboxFixture, _ sinks: Sinks) -> [String: String] {
    [
      "DATABASE_URL": fixture.database.url,
      "STATUS_SYNC_NOTIFY_EMAIL_SMTP_URL": "smtp://127.0.0.1:\(sinks.ports.mail)",
      "STATUS_SYNC_NOTIFY_EMAIL_FROM": "sync@example.com",
    ]
  }

  /// Kills passes, each after so many more messages, and lets the last one end. A message that came twice is
  /// marked, and has one Message-ID.
  /// - Parameter prepare: called before each pass with its number, from 1.
  /// - Returns: the mailboxes that were told.
  private static func killedPasses(
    _ kills: Int, after messages: Int, _ fixture: OutboxFixture, _ sinks: Sinks,
    prepare: (Int) async throws -> Void
  ) async throws -> Set<String> {
    let environment = mailOnly(fixture, sinks)
    for kill in 1...kills {
      try await prepare(kill)
      let pass = try RunningProgram(["deliver"], environment: environment)
      try await eventually("it never came about") {
        try await sinks.ledger().count >= kill * messages
      }
      await pass.killed()
      _ = try await fixture.db.execute(
        "update notification set leased_until = now() where state = 'pending'")
    }
    let last = try Program.run(["deliver", "--json"], environment: environment)
    #expect(last.status == 0, "\(last.err)")
    let taken = Dictionary(grouping: try await sinks.ledger(), by: \.key)
    let marked = try await fixture.texts(
      "select address from notification where possible_duplicate")
    for (name, times) in taken where times.count > 1 {
      #expect(marked.contains(name) && Set(times.map(\.message_id)).count == 1)
    }
    return Set(taken.keys)
  }

  /// Killed again and again during a pass: no message is lost, and a duplicate is always marked.
  @Test func aKilledPassLosesNothing() async throws {
    try await OutboxFixture.with { fixture in
      try await Sinks.with { sinks in
        let names = (0..<120).map { "ok-\($0)@example.com" }
        try await fixture.prefer(.leased, "email", try JSON.encode(names))
        _ = try await fixture.change(.application, .leased)
        let told = try await Self.killedPasses(5, after: 15, fixture, sinks) { _ in }
        #expect(
          try await fixture.texts(
            "select state || ' ' || count(*) from notification group by state")
            == ["accepted 120"])
        #expect(told == Set(names))
      }
    }
  }

  /// The same with reports: every mailbox has its own, and one that came twice is marked and has one Message-ID.
  @Test func aKilledPassSendsNoReportTwiceUnmarked() async throws {
    try await OutboxFixture.with { fixture in
      try await Sinks.with { sinks in
        let outbox = ReportOutbox(fixture.db)
        let names = (0..<60).map { "ok-\($0)@example.com" }
        let report = ReportMessage(
          key: "nightly/2026-11-29/portfolio", template: "report_nightly", propertyID: nil,
          subject: "Lead status", text: "Text", html: "<p>Page</p>", slack: "Text", attachment: nil)
        let told = try await Self.killedPasses(3, after: 12, fixture, sinks) { kill in
          // Whoever writes it again after a crash writes nothing new.
          let new = try await outbox.enqueue(
            report, to: try await outbox.mailboxes(of: names, property: nil))
          #expect(new == (kill == 1 ? 60 : 0))
        }
        #expect(told == Set(names))
      }
    }
  }

  /// SIGTERM while a server does not answer: the sends end at their time limit and are recorded.
  @Test func aStoppedPassRecordsWhatItBegan() async throws {
    try await OutboxFixture.with { fixture in
      try await Sinks.with { sinks in
        let names = (0..<8).map { "silent-\($0)@example.com" }
        try await fixture.prefer(.leased, "email", try JSON.encode(names))
        _ = try await fixture.change(.application, .leased)
        var environment = Self.mailOnly(fixture, sinks)
        environment["STATUS_SYNC_NOTIFY_TIMEOUT_SECONDS"] = "4"
        let pass = try RunningProgram(["deliver"], environment: environment)
        try await eventually("it never came about") {
          try await !fixture.texts("select id from notification where lease_id is not null").isEmpty
        }
        pass.signal(SIGTERM)
        #expect(await pass.ended().status == Store.ExitStatus.terminated.rawValue)
        #expect(
          try await fixture.texts(
            """
            select distinct concat_ws(' ', state, attempts, leased_until is null, last_error is not null)
            from notification
            """) == ["pending 1 t t"])
      }
    }
  }
}
