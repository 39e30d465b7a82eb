import Foundation
import HTTP
import Leads
import Messaging
import Postgres
import Settings

extension Checklist {
  /// Every active rule can be read, and what preferences name is there.
  package func notifications(_ connection: PostgresConnection) async -> [Check] {
    [
      await check("workflow rules can be carried out") {
        try await connection.query(SQL(file: PackageResources.checklist_rules_sql)).compactMap {
          let texts: [JSONText?] = [try $0["conditions"], try $0["actions"]]
          let values = texts.map { $0.flatMap { JSONValue(utf8: Array($0.text.utf8)) } }
          let id: UUID = try $0["id"]
          do throws(WorkflowProblems) {
            _ = try WorkflowRule(conditions: values[0], actions: values[1])
            return nil
          } catch {
            return "rule \(id.uuidString.lowercased()): \(error)"
          }
        }
      },
      await check("notification templates are known") {
        try await connection.query(SQL(file: PackageResources.checklist_templates_sql)).compactMap {
          let id: String = try $0["template_id"]
          return NotificationTemplate.named(id) == nil
            ? "\(id): not known, the transition's own is used" : nil
        }
      },
      await check("recipients of notifications can be reached") {
        try await connection.query(SQL(file: PackageResources.checklist_recipients_sql))
          .compactMap { try flaw(of: $0) }
      },
      await check("recipients of reports can be reached") { try await reportFlaws(connection) },
    ]
  }

  /// Why reports cannot reach a recipient that `reports.recipients` names; only roles are named.
  private func reportFlaws(_ connection: PostgresConnection) async throws -> [String] {
    let recipients = settings.reports.recipients
    let all = Set(recipients.portfolio.values.flatMap(\.self)).sorted()
    let own = Set(recipients.property.values.flatMap(\.self)).sorted()
    var flaws: [String] = []
    let names = Set(all + own)
    if names.contains(ReportRecipients.slack), settings.notify.slackWebhook.isEmpty {
      flaws.append("slack: notify.slack.webhook_url_file is not set")
    }
    let mailboxes = try await ReportOutbox(connection).mailboxes(of: all, property: nil)
    let needsMail =
      mailboxes.contains { $0.channel == .email } || own.contains { $0 != ReportRecipients.slack }
    if needsMail, settings.notify.email == nil { flaws.append("email: the channel is not set up") }
    for mailbox in mailboxes where mailbox.flaw != nil {
      flaws.append("the role \(mailbox.recipient) has no address for all properties")
    }
    for role in own where role != ReportRecipients.slack && Recipient.email(role) == nil {
      let row = try await connection.queryOne(
        SQL(file: PackageResources.checklist_report_role_sql, role))
      if try row?["has_contact"] != true {
        flaws.append("the role \(role) has no address at any property")
      }
    }
    return flaws
  }

  private func check(_ name: String, _ flaws: () async throws -> [String]) async -> Check {
    do {
      let reasons = try await flaws()
      return Check(name: name, ok: reasons.isEmpty, reasons: reasons)
    } catch {
      return Check(name: name, ok: false, reasons: [reason(error)])
    }
  }

  /// Why messages cannot reach a recipient; only roles are named, because addresses are personal.
  private func flaw(of row: Row) throws -> String? {
    let raw: String? = try row["channel"]
    guard let channel = raw.flatMap(NotificationChannel.init(rawValue:)) else { return nil }
    let isSetUp =
      switch channel {
      case .email: settings.notify.email != nil
      case .sms: settings.notify.sms != nil
      case .slack, .inApp: true
      }
    guard isSetUp else { return "\(channel.rawValue): the channel is not set up" }
    switch Recipient(try row["name"], on: channel) {
    case .address: return nil
    case .unusable(let why): return "\(channel.rawValue): a recipient is \(why)"
    case .role(let role):
      let hasDefault = channel == .slack && !settings.notify.slackWebhook.isEmpty
      return try row["has_contact"] || hasDefault
        ? nil : "\(channel.rawValue): the role \(role) has no address"
    }
  }

  /// Connects, encrypts and introduces itself as for a message, and sends none.
  func mailServer(_ email: EmailSettings) async -> Check {
    let failure = await MailServer(
      url: email.smtpURL, encryption: email.encryption, username: email.username,
      password: email.password.reveal(), certificates: email.certificates,
      timeoutSeconds: min(settings.notify.timeoutSeconds, 10)
    ).greet()
    return Check(
      name: "mail server reachable", ok: failure == nil, reasons: failure.map { [$0] } ?? [])
  }
}

extension NotifySettings {
  /// The effective values, secrets masked.
  package var masked: [String: String] {
    var values = [
      "notify.slack.webhook_url": slackWebhook.description,
      "notify.slack.hosts": slackHosts.sorted().joined(separator: " "),
      "notify.timeout_seconds": "\(timeoutSeconds)",
    ]
    if let email {
      values["notify.email.smtp_url"] = email.smtpURL
      values["notify.email.from"] = email.from
      values["notify.email.username"] = email.username
      values["notify.email.password"] = email.password.description
      values["notify.email.starttls"] = email.encryption.rawValue
      values["notify.email.ca_file"] = email.certificates ?? ""
    }
    if let sms {
      values["notify.sms.url"] = sms.url
      values["notify.sms.account"] = sms.account
      values["notify.sms.from"] = sms.from
      values["notify.sms.token"] = sms.token.description
    }
    return values
  }
}
