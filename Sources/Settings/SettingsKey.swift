import Leads
import Links

/// One key of the configuration file. Its environment variable is `STATUS_SYNC_` and the key in
/// capitals, with `_` for the dot.
struct SettingsKey: Sendable, Equatable {
  enum Kind: Sendable, Equatable {
    case text
    case number(ClosedRange<Double>)
    case whole(ClosedRange<Int>)
    case flag
    case choice([String])
    /// The path of a file with a secret; the key without `_file` is read from the environment only.
    case secretFile
  }

  var name: String
  var kind: Kind
  /// As text; null where there is none.
  var standard: String?

  init(_ name: String, _ kind: Kind, _ standard: String? = nil) {
    self.name = name
    self.kind = kind
    self.standard = standard
  }

  var variable: String {
    "STATUS_SYNC_" + name.uppercased().map { $0 == "." ? "_" : String($0) }.joined()
  }

  /// - Parameter own: how a vendor's own interface is written.
  private static func system(_ name: String, _ own: WriteMode) -> [SettingsKey] {
    [
      SettingsKey("\(name).url", .text, ""),
      SettingsKey("\(name).token_file", .secretFile),
      SettingsKey("\(name).requests_per_second", .number(0.1...1_000_000), "20"),
      SettingsKey("\(name).concurrency", .whole(1...256), "8"),
      SettingsKey("\(name).page_size", .whole(1...100_000), "1000"),
      SettingsKey("\(name).timeout_seconds", .number(0.1...600), "30"),
      SettingsKey("\(name).write", .choice(["all", "none", own.rawValue]), "all"),
    ]
  }

  private static let policies = ["review", "resman", "domiq", "forward"]

  private static let notify = [
    SettingsKey("notify.email.smtp_url", .text, ""),
    SettingsKey("notify.email.from", .text, ""),
    SettingsKey("notify.email.username", .text, ""),
    SettingsKey("notify.email.password_file", .secretFile),
    SettingsKey("notify.email.starttls", .choice(["auto", "required", "off"]), "auto"),
    SettingsKey("notify.email.ca_file", .text, ""),
    SettingsKey("notify.slack.webhook_url_file", .secretFile),
    SettingsKey("notify.slack.hosts", .text, "hooks.slack.com hooks.slack-gov.com"),
    SettingsKey("notify.sms.url", .text, "https://api.twilio.com"),
    SettingsKey("notify.sms.account", .text, ""),
    SettingsKey("notify.sms.from", .text, ""),
    SettingsKey("notify.sms.token_file", .secretFile),
    SettingsKey("notify.timeout_seconds", .number(0.1...60), "20"),
  ]

  /// Every key there is.
  static let all: [SettingsKey] =
    system("resman", .careful) + system("domiq", .guarded) + [
      SettingsKey("resman.kind", .choice(ResManKind.allCases.map(\.rawValue)), "status_api"),
      SettingsKey("resman.events_url", .text, ""), SettingsKey("resman.account_id", .text, ""),
      SettingsKey("resman.partner_id", .text, ""),
      SettingsKey("resman.agent_id", .text, ""), SettingsKey("resman.source_id", .text, ""),
      SettingsKey("resman.appointment_event", .text, "Appointment"),
      SettingsKey("resman.poll_seconds", .whole(0...86_400), "300"),
      SettingsKey("domiq.kind", .choice(DomIQKind.allCases.map(\.rawValue)), "status_api"),
      SettingsKey("domiq.database_url_file", .secretFile),
      SettingsKey("domiq.company_id", .text, ""),
      SettingsKey("domiq.country", .choice(DialingCountry.allCases.map(\.rawValue)), "US"),
      SettingsKey("domiq.webhook_secret_file", .secretFile),
      SettingsKey("resman.webhook_secret_file", .secretFile),
      SettingsKey("http.proxy", .text, ""), SettingsKey("http.no_proxy", .text, ""),
      SettingsKey("http.ca_file", .text, ""),
      SettingsKey("policy.conflict", .choice(policies), "forward"),
      SettingsKey("policy.unbased", .choice(policies), "review"),
      SettingsKey(
        "policy.unknown_status", .choice(["quarantine", "source_default"]), "quarantine"),
      SettingsKey("policy.notify_on_repair", .flag, "false"),
      SettingsKey("limits.repairs_per_property", .whole(0...Int(Int32.max)), "200"),
      SettingsKey("limits.repair_percent", .number(0...100), "20"),
      SettingsKey("limits.min_population", .whole(0...Int(Int32.max)), "10"),
      SettingsKey("limits.terminal_moves", .whole(0...Int(Int32.max)), "25"),
      SettingsKey("limits.settle_seconds", .whole(0...86_400), "60"),
      SettingsKey("limits.deadline_seconds", .whole(1...86_400), "14400"),
      SettingsKey("limits.backfill_leads", .whole(0...Int(Int32.max)), "10000"),
      SettingsKey("limits.vanished_percent", .number(0...100), "50"),
      SettingsKey("api.host", .text, "127.0.0.1"),
      SettingsKey("api.port", .whole(0...65_535), "8080"),
      SettingsKey("api.pool_size", .whole(1...100), "8"),
      SettingsKey("api.in_flight", .whole(1...10_000), "256"),
      SettingsKey("api.in_flight_per_key", .whole(1...10_000), "64"),
      SettingsKey("reports.directory", .text, "reports"),
      SettingsKey("keep.nights", .whole(1...36_500), "35"),
      SettingsKey("keep.weeks", .whole(0...5_200), "12"),
      SettingsKey("keep.months", .whole(0...1_200), "36"),
      // Alarms compare a night with up to 90 before it.
      SettingsKey("keep.drift_days", .whole(100...36_500), "400"),
      // Figures of delivery compare the messages of 90 days with those of the 90 before; histories are read 200 days back.
      SettingsKey("keep.messages_days", .whole(200...36_500), "400"),
      SettingsKey("reports.keep_days", .whole(1...36_500), "400"),
      SettingsKey("reports.excel", .flag, "true"), SettingsKey("reports.leads", .flag, "true"),
      SettingsKey("reports.funnel_window_days", .whole(1...3_650), "90"),
      SettingsKey("reports.recipients.portfolio.nightly", .text, ""),
      SettingsKey("reports.recipients.portfolio.weekly", .text, ""),
      SettingsKey("reports.recipients.property.nightly", .text, ""),
      SettingsKey("reports.recipients.property.weekly", .text, ""),
      SettingsKey("reports.attach_workbook", .flag, "false"),
      SettingsKey("reports.link_base", .text, ""),
      SettingsKey("database.url", .text, ""),
      SettingsKey("database.schema", .text, ""),
      SettingsKey("metrics.textfile", .text, ""),
      SettingsKey("monitor.ping_url", .text, ""),
      SettingsKey("monitor.email", .text, ""),
      SettingsKey("monitor.slack_webhook_url_file", .secretFile),
      SettingsKey("monitor.stale_hours", .number(0.1...8_760), "26"),
      SettingsKey("monitor.otlp_endpoint", .text, ""),
      SettingsKey("demo.directory", .text, ""),
    ] + notify

  /// The known key nearest to a mistyped one.
  static func nearest(to name: String) -> String? {
    all.map { ($0.name, distance(name, $0.name)) }.min { $0.1 < $1.1 }
      .flatMap { $0.1 <= max(3, name.count / 2) ? $0.0 : nil }
  }

  /// Insertions, deletions and replacements between two texts (Levenshtein).
  static func distance(_ a: String, _ b: String) -> Int {
    let b = Array(b)
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let next = min(row[j] + 1, row[j + 1] + 1, diagonal + (x == y ? 0 : 1))
        diagonal = row[j + 1]
        row[j + 1] = next
      }
    }
    return row[b.count]
  }
}
