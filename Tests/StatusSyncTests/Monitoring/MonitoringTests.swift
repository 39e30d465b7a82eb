import Foundation
import Leads
import Testing

import Messaging
@testable import Nightly  // uses `RunSummary`, `StageFigures`, internal
@testable import Settings  // uses `SettingsKey`, internal
@testable import StatusSync  // uses `mostLines`, internal

/// Monitoring of nights: pings, the metrics file, messages.
@Suite struct MonitoringTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The gauges of a textfile, each series with its value.
  private static func gauges(_ text: String) -> [String: Double] {
    Dictionary(
      text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
        let parts = line.split(separator: " ")
        return parts.count == 2 ? Double(parts[1]).map { (String(parts[0]), $0) } : nil
      }, uniquingKeysWith: { first, _ in first })
  }

  /// One night with everything configured: two pings, figures in the file, and no message.
  @Test func aGoodNightPingsAndIsMeasured() async throws {
    try await ProcessHarness.with { harness in
      try await Sinks.with { sinks in
        let file = "\(harness.directory)/metrics.prom"
        let watched = [
          "STATUS_SYNC_MONITOR_PING_URL": "\(sinks.web)/ok/uuid?create=1",
          "STATUS_SYNC_METRICS_TEXTFILE": file, "STATUS_SYNC_MONITOR_EMAIL": "ops@example.com",
          "STATUS_SYNC_NOTIFY_EMAIL_SMTP_URL": "smtp://127.0.0.1:\(sinks.ports.mail)",
          "STATUS_SYNC_NOTIFY_EMAIL_FROM": "sync@example.com",
        ]
        try FileManager.default.createDirectory(
          atPath: harness.directory, withIntermediateDirectories: true)
        try Data("old".utf8).write(to: URL(fileURLWithPath: file))
        let ended = try await harness.run(with: watched)
        #expect(ended.status == 3, "\(ended.err)")
        let pings = try await sinks.ledger()
        #expect(pings.map(\.key) == ["/ok/uuid/start?create=1", "/ok/uuid/3?create=1"])
        #expect(pings.first?.content == "")
        let lines = try #require(pings.last).content.split(separator: "\n")
        #expect(lines.count <= RunEnding.mostLines && lines.count > 5)
        #expect(lines.first?.hasPrefix("exit 3: finished, with new questions") == true)
        // Figures, but no lead of the demo data.
        for lead in harness.world.resman { #expect(!pings[1].content.contains(lead.id)) }

        let status = try FileManager.default.attributesOfItem(atPath: file)
        #expect(status[.posixPermissions] as? Int == 0o644)
        let names = try FileManager.default.contentsOfDirectory(atPath: harness.directory)
        #expect(!names.contains { $0.hasSuffix(".tmp") }, "\(names)")
        let gauges = Self.gauges(
          String(decoding: try Data(contentsOf: URL(fileURLWithPath: file)), as: UTF8.self))
        #expect(gauges["status_sync_run_exit_code"] == 3)
        #expect(gauges["status_sync_run_leads"] ?? 0 > 50)
        #expect(gauges["status_sync_run_stage_seconds{stage=\"pull\"}"] != nil)
        #expect(gauges["status_sync_reviews_open"] ?? 0 > 0)
        #expect(gauges["status_sync_database_bytes"] ?? 0 > 1e6)
        #expect(gauges["status_sync_watermark_lag_seconds{system=\"domiq\"}"] != nil)
        let lag = gauges["status_sync_watermark_lag_seconds{system=\"resman\"}"]
        #expect(lag ?? -1 >= 0 && lag ?? 1e9 < 3600)
      }
    }
  }

  /// A monitoring service that is down, a file that cannot be written, a mail server that is down: the night
  /// is the same, and the log reports each.
  @Test func monitoringNeverFailsTheNight() async throws {
    try await ProcessHarness.with { harness in
      let ended = try await harness.run(with: [
        "STATUS_SYNC_MONITOR_PING_URL": "http://127.0.0.1:1/uuid-s3cret",
        "STATUS_SYNC_METRICS_TEXTFILE": "/nowhere/metrics.prom",
        "STATUS_SYNC_MONITOR_EMAIL": "ops@example.com",
        "STATUS_SYNC_NOTIFY_EMAIL_SMTP_URL": "smtp://127.0.0.1:1",
        "STATUS_SYNC_NOTIFY_EMAIL_FROM": "sync@example.com",
      ])
      #expect(ended.status == 3)
      #expect(ended.err.contains("a ping did not arrive"))
      #expect(ended.err.contains("the metrics file could not be replaced"))
      #expect(!ended.err.contains("s3cret"))
    }
  }

  /// A night without a database: one ping reports it, one message is sent that day, and the file shows it.
  @Test func aFailedNightIsToldOnce() async throws {
    try await Sinks.with { sinks in
      let folder = FileManager.default.temporaryDirectory.appending(
        path: "status-sync-monitor-\(UUID().uuidString)"
      ).path()
      defer { try? FileManager.default.removeItem(atPath: folder) }
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let environment = [
        "DATABASE_URL": "postgresql://u:s3cret@127.0.0.1:1/night",
        "STATUS_SYNC_RESMAN_URL": "http://127.0.0.1:1", "STATUS_SYNC_RESMAN_TOKEN": "t",
        "STATUS_SYNC_DOMIQ_URL": "http://127.0.0.1:1", "STATUS_SYNC_DOMIQ_TOKEN": "t",
        "STATUS_SYNC_DOMIQ_WEBHOOK_SECRET": "whsec_YmVuY2htYXJrLWJlbmNobWFyay1iZW5jaG1hcms=",
        "STATUS_SYNC_REPORTS_DIRECTORY": folder,
        "STATUS_SYNC_METRICS_TEXTFILE": "\(folder)/metrics.prom",
        "STATUS_SYNC_MONITOR_PING_URL": "\(sinks.web)/ok/uuid",
        "STATUS_SYNC_MONITOR_EMAIL": "ops@example.com, boss@example.com",
        "STATUS_SYNC_NOTIFY_EMAIL_SMTP_URL": "smtp://127.0.0.1:\(sinks.ports.mail)",
        "STATUS_SYNC_NOTIFY_EMAIL_FROM": "sync@example.com",
      ]
      for _ in 1...2 {
        #expect(try Program.run(["run"], environment: environment).status == 69)
      }
      let taken = try await sinks.ledger()
      #expect(taken.filter { $0.channel == "slack" }.map(\.key) == ["/ok/uuid/69", "/ok/uuid/69"])
      let ping = try #require(taken.first { $0.channel == "slack" })
      #expect(ping.content.contains("cannot be reached") && !ping.content.contains("s3cret"))
      let mails = taken.filter { $0.channel == "email" }
      #expect(mails.map(\.key).sorted() == ["boss@example.com", "ops@example.com"])
      #expect(
        mails.first?.content.contains(
          "Subject: StatusSync: the night failed (database-unreachable)") == true)
      let gauges = Self.gauges(
        String(
          decoding: try Data(contentsOf: URL(fileURLWithPath: "\(folder)/metrics.prom")),
          as: UTF8.self))
      #expect(gauges["status_sync_run_exit_code"] == 69)
      #expect(gauges["status_sync_run_leads"] == nil)
    }
  }

  @Test(arguments: [
    ("https://hc-ping.com/u", "https://hc-ping.com/u/start"),
    ("https://hc-ping.com/u/", "https://hc-ping.com/u/start"),
    ("https://h/ping/u?create=1&tz=UTC", "https://h/ping/u/start?create=1&tz=UTC"),
  ])
  func thePathOfAPingIsTheAddressAndItsSignal(_ url: String, _ expected: String) {
    #expect(Ping.address(url, "start") == expected)
  }

  /// Written by `/metrics` of `serve` (`theMetricsSayHowFarPollsAreBehind`), and not by a night.
  private static let served: Set<String> = ["status_sync_poll_lag_seconds"]

  /// Every series that a rule or a panel uses is written by a night, or served.
  @Test func rulesAndDashboardAskForWhatIsWritten() throws {
    var summary = RunSummary(runID: UUID(), mode: .run, asOf: "2026-11-28T02:00:00Z")
    summary.stages = ["pull": StageFigures(seconds: 1)]
    summary.verdicts = ["in_sync": 1]
    summary.outcomes = ["verified": 1]
    let now = ProcessClock.start
    var ending = RunEnding(
      .converged, code: .internal, sentence: "", stage: nil, startedAt: now, finishedAt: now)
    ending.summary = summary
    let figures = OperatingFigures(
      reviews_open: 0, oldest_review_seconds: nil, pending_changes: 0,
      watermark_lag_seconds: ["resman": 1], database_bytes: 1, messages_ended: 1,
      messages_delivered: 1,
      live: LiveFigures(
        pending: 0, oldest_pending_seconds: nil, dead: 0, actions_failed: 0, actions_pending: 0,
        unread: 0, open_tasks: 0, follow_ups: 0))
    let text = PrometheusText(ending, figures).text
    let written = Set(text.matches(of: /# TYPE (\w+) gauge/).map { String($0.1) })
    #expect(written.count > 20)
    let folder = Self.root.appending(path: "cron/monitoring")
    var asked: Set<String> = []
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path()) {
      let text = String(decoding: try Data(contentsOf: folder.appending(path: file)), as: UTF8.self)
      asked.formUnion(text.matches(of: /status_sync_\w+/).map { String($0.0) })
    }
    #expect(asked.count > 15)
    #expect(asked.subtracting(written) == Self.served)
    // The dashboard is JSON with panels that have data, each in a place of its own.
    let board = try #require(
      try JSONSerialization.jsonObject(
        with: Data(contentsOf: folder.appending(path: "dashboard.json"))) as? [String: Any])
    let panels = try #require(board["panels"] as? [[String: Any]])
    #expect(Set(panels.compactMap { $0["id"] as? Int }).count == panels.count && panels.count > 10)
  }

  /// The doctor shows every configuration key.
  @Test func everyKeyIsAmongTheEffectiveOnes() async {
    let settings = Settings(
      notify: NotifySettings(
        email: EmailSettings(smtpURL: "smtp://127.0.0.1:1", from: "a@example.com"),
        sms: SMSSettings(
          url: "http://127.0.0.1:1", account: "AC0", token: Secret("t"), from: "+15125550100")))
    let shown = await Checklist(settings, withoutDatabase: "none").run().configuration
    for key in SettingsKey.all {
      let name =
        key.name.hasSuffix("_file") && key.kind == .secretFile
        ? String(key.name.dropLast(5)) : key.name
      #expect(shown[name] != nil, "\(name)")
    }
  }
}
