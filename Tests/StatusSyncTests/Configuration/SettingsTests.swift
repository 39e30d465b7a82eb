import Foundation
import HTTP
import Leads
import Testing

import Messaging
@testable import Settings  // uses `SettingsKey` and `mayBeThere`, internal

@Suite struct SettingsTests {
  @Test func theExampleOfTheDesignIsRead() throws {
    let text = """
      resman: { url: "https://resman.example.com", requests_per_second: 20, concurrency: 8 }
      domiq:  { url: "https://domiq.example.com/" }
      policy: { conflict: review, unbased: resman, unknown_status: quarantine, notify_on_repair: true }
      limits: { repairs_per_property: 7, repair_percent: 12.5, min_population: 10, settle_seconds: 1 }
      reports: { directory: out, keep_days: 3, excel: false, funnel_window_days: 30 }
      keep: { nights: 4, weeks: 5, months: 6, drift_days: 107, messages_days: 208 }
      notify:  { email: {smtp_url: "smtp://mail.example.com", from: a@example.com}, in_app: {} }
      """
    let settings = try Settings.parse(
      text, named: "test",
      environment: [
        "STATUS_SYNC_RESMAN_PAGE_SIZE": "50", "STATUS_SYNC_POLICY_CONFLICT": "domiq",
        "STATUS_SYNC_RESMAN_TOKEN": "t0ken", "DATABASE_URL": "postgresql:///x",
      ])
    #expect(settings.resman.url == "https://resman.example.com")
    #expect(settings.resman.pageSize == 50)
    #expect(settings.resman.token.reveal() == "t0ken")
    #expect(settings.policy == Policy(conflict: .domiq, unbased: .resman, notifyOnRepair: true))
    #expect(settings.limits.guards.repairPercent == 12.5)
    #expect(settings.limits.settleSeconds == 1)
    #expect(
      settings.reports
        == ReportSettings(
          directory: "out", excel: false, funnelWindowDays: 30))
    #expect(
      settings.keep
        == KeepSettings(
          reportsDays: 3, nights: 4, weeks: 5, months: 6, driftDays: 107, messagesDays: 208))
    #expect(settings.databaseURL?.reveal() == "postgresql:///x")
    #expect(
      settings.notify
        == NotifySettings(
          email: EmailSettings(smtpURL: "smtp://mail.example.com", from: "a@example.com")))
  }

  @Test func recipientsOfReportsAreRolesAndAddresses() throws {
    let text = """
      reports:
        attach_workbook: true
        link_base: "https://intranet.example.com/leads/"
        recipients:
          portfolio: { weekly: "management, boss@example.com,management", nightly: slack }
          property: { weekly: property_manager, nightly: "" }
      """
    let reports = try Settings.parse(text, named: "test", environment: [:]).reports
    #expect(
      reports.recipients
        == ReportRecipients(
          portfolio: [.weekly: ["management", "boss@example.com"], .nightly: ["slack"]],
          property: [.weekly: ["property_manager"]]))
    #expect(reports.attachWorkbook && reports.linkBase == "https://intranet.example.com/leads")
    for wrong in [
      "recipients: { portfolio: { weekly: \"a@b@c\" } }",
      "recipients: { property: { nightly: \"<x>\" } }", "link_base: \"file:///etc\"",
      "link_base: \"https://u:p@example.com\"", "recipients: { portfolio: { daily: x } }",
    ] {
      #expect(throws: ConfigurationError.self, "\(wrong)") {
        try Settings.parse("reports: { \(wrong) }", named: "test", environment: [:])
      }
    }
  }

  @Test func everyChannelIsReadAndItsSecretsAreMasked() throws {
    let text = """
      notify:
        email: { smtp_url: "smtps://mail.example.com:465", from: a@example.com, username: u }
        sms: { account: AC1, from: "+1 512 555 0100", url: "http://127.0.0.1:8025/" }
        in_app: {}
        timeout_seconds: 5
      """
    let settings = try Settings.parse(
      text, named: "test",
      environment: [
        "STATUS_SYNC_NOTIFY_EMAIL_PASSWORD": "s3cret", "STATUS_SYNC_NOTIFY_SMS_TOKEN": "t0ken",
        "STATUS_SYNC_NOTIFY_SLACK_WEBHOOK_URL": "https://hooks.example.com/s3cret",
      ]
    ).notify
    #expect(settings.email?.password.reveal() == "s3cret")
    #expect(settings.email?.encryption == .auto)
    #expect(settings.sms?.from == "+15125550100" && settings.sms?.url == "http://127.0.0.1:8025")
    #expect(settings.slackWebhook.reveal() == "https://hooks.example.com/s3cret")
    #expect(settings.timeoutSeconds == 5)
    #expect(!String(reflecting: settings).contains("s3cret"))
    #expect(!"\(settings)".contains("t0ken"))
  }

  /// What figures read is kept for at least as long: messages of two windows, drift of 90 nights.
  @Test(arguments: [("keep.messages_days", 2 * 90), ("keep.drift_days", 90)])
  func nothingThatFiguresReadIsDeleted(_ name: String, _ days: Int) throws {
    let key = try #require(SettingsKey.all.first { $0.name == name })
    guard case .whole(let range) = key.kind else {
      Issue.record("\(key)")
      return
    }
    #expect(range.lowerBound >= days)
  }

  @Test func nothingGivesTheDefaults() throws {
    #expect(try Settings.parse("", named: "", environment: [:]) == Settings())
    #expect(try Settings.parse("# empty\n", named: "", environment: [:]) == Settings())
  }

  @Test(arguments: [
    ("resmann: {url: x}", "resman.url"), ("limits: {repair_percnt: 3}", "limits.repair_percent"),
    ("keep: {messages_days: 199}", "keep.messages_days"),
    ("limits: {repair_percent: many}", "not a number"), ("limits: {terminal_moves: 1.5}", "whole"),
    ("policy: {conflict: maybe}", "one of review"), ("reports: {excel: 1}", "true or false"),
    ("- a\n- b", "not a mapping"), ("a: [", "not YAML"), ("resman: {token: abc}", "token_file"),
    ("resman: {url: ftp://x}", "http"), ("resman: {url: [a]}", "list"),
    ("notify: {email: {smtp_url: 'http://x', from: a@b.c}}", "smtp or smtps"),
    ("notify: {email: {smtp_url: 'smtp://x', from: nobody}}", "notify.email.from"),
    ("notify: {email: {smtp_url: 'smtp://x', from: a@b.c, username: u}}", "password_file"),
    ("notify: {email: {smtp_ulr: x}}", "notify.email.smtp_url"),
    ("notify: {slack: {webhook_url: 'https://x'}}", "webhook_url_file"),
    ("mapping: {domiq: {nurturing: warm}}", "not a status; use new, contacted"),
    ("mapping: {domiq: {engaged: new}}", "contacted would come back from DomIQ"),
    ("mapping: {resman: {Lost: new}}", "lost would be read from ResMan"),
    ("mapping: {domique: {x: new}}", "mapping.domique.x is not known"),
    ("notify: {sms: {account: a, from: '+15125550100'}}", "token_file"),
    ("http: {proxy: 'proxy.example.com:3128'}", "http.proxy"),
    ("http: {proxy: 'http://u:p@proxy.example.com'}", "without a password"),
    ("http: {ca_file: /nowhere/ca.pem}", "http.ca_file /nowhere/ca.pem cannot be read"),
  ])
  func aMistakeIsOneClearSentence(_ text: String, _ hint: String) {
    let error = #expect(throws: ConfigurationError.self) {
      try Settings.parse(text, named: "test", environment: [:])
    }
    #expect(error?.description.contains(hint) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains("\n") == false)
  }

  /// The file takes precedence over the environment, whose proxy is for https only.
  @Test func theRouteToTheSystemsIsConfigured() throws {
    let environment = ["HTTPS_PROXY": "http://u:s3cret@proxy.example.com", "no_proxy": "a.example"]
    let inherited = try Settings.parse("", named: "", environment: environment)
    #expect(
      inherited.http
        == WebRoute(proxy: "http://u:s3cret@proxy.example.com", direct: "a.example"))
    #expect(!String(reflecting: inherited).contains("s3cret"))
    let own = try Settings.parse(
      "http: {proxy: 'http://10.0.0.1:3128', no_proxy: '*'}", named: "", environment: environment)
    #expect(
      own.http == WebRoute(proxy: "http://10.0.0.1:3128", isProxyForPlain: true, direct: "*"))
  }

  @Test func wordsOfBothSystemsAreConfigured() throws {
    let settings = try Settings.parse(
      """
      mapping:
        domiq: { nurturing: contacted, "a.b c": lost }
        resman: { "Applicant - on hold": application }
      """, named: "test", environment: [:])
    #expect(settings.mapping.canonical(domiq: "Nurturing") == .contacted)
    #expect(settings.mapping.canonical(domiq: "A.B c") == .lost)
    #expect(settings.mapping.canonical(resman: "applicant - on hold") == .application)
    #expect(settings.mapping.canonical(domiq: "engaged") == .contacted)
  }

  @Test func anUnknownVariableIsAnError() {
    let error = #expect(throws: ConfigurationError.self) {
      try Settings.parse("", named: "", environment: ["STATUS_SYNC_RESMAN_ULR": "x"])
    }
    #expect(error?.description.contains("STATUS_SYNC_RESMAN_URL") == true)
  }

  /// A file that exists and cannot be read is an error with a reason; the defaults are not used.
  @Test func aFileThatCannotBeReadIsNotPassedOver() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "status-sync-config-\(UUID().uuidString)"
    ).path()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    symlink("loop", folder + "/loop")
    for (path, mayBeThere, why) in [
      (folder, true, "not a file"), (folder + "/none", false, "No such file"),
      (folder + "/loop", true, "symbolic links"),
    ] {
      #expect(Settings.mayBeThere(path) == mayBeThere)
      let error = #expect(throws: ConfigurationError.self) {
        try Settings.load(path: path, environment: [:])
      }
      #expect(error?.description.contains(why) == true, "\(error?.description ?? "")")
      let secret = #expect(throws: ConfigurationError.self) {
        try Secret.read(file: path, key: "k")
      }
      #expect(secret?.description.contains(path) == true)
    }
  }

  @Test func aSecretFileMustBeItsOwnersAlone() throws {
    let path = FileManager.default.temporaryDirectory.appending(
      path: "status-sync-secret-\(UUID().uuidString)"
    ).path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data("s3cret\n".utf8).write(to: URL(fileURLWithPath: path))
    chmod(path, 0o640)
    #expect(throws: ConfigurationError.self) { try Secret.read(file: path, key: "k") }
    chmod(path, 0o600)
    let secret = try Secret.read(file: path, key: "k")
    #expect(secret.reveal() == "s3cret")
    #expect("\(secret)" == "****" && !String(reflecting: secret).contains("s3cret"))
    try Data().write(to: URL(fileURLWithPath: path))
    #expect(throws: ConfigurationError.self) { try Secret.read(file: path, key: "k") }
    #expect(throws: ConfigurationError.self) { try Secret.read(file: path + ".no", key: "k") }
  }
}
