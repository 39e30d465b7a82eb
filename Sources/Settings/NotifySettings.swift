import Foundation
import HTTP
import Leads

/// The channels of notifications; null where one is not set up. The app's inbox needs no settings.
package struct NotifySettings: Sendable, Equatable {
  package var email: EmailSettings?
  /// Where roles without a Slack webhook of their own go; empty: nowhere.
  package var slackWebhook: Secret
  /// Hosts that a Slack webhook named by a rule or a preference may have.
  package var slackHosts: Set<String>
  package var sms: SMSSettings?
  /// Seconds for sending one message.
  package var timeoutSeconds: Double

  package init(
    email: EmailSettings? = nil, slackWebhook: Secret = Secret(""),
    slackHosts: Set<String> = ["hooks.slack.com", "hooks.slack-gov.com"], sms: SMSSettings? = nil,
    timeoutSeconds: Double = 20
  ) {
    self.email = email
    self.slackWebhook = slackWebhook
    self.slackHosts = slackHosts
    self.sms = sms
    self.timeoutSeconds = timeoutSeconds
  }
}

/// The mail server and the sender.
package struct EmailSettings: Sendable, Equatable {
  /// `smtp://host[:port]`, or `smtps://` for TLS from the start.
  package var smtpURL: String
  package var from: String
  /// Empty: no authentication.
  package var username: String
  package var password: Secret
  package var encryption: MailServer.Encryption
  /// A file of trusted certificates; null: the system's.
  package var certificates: String?

  package init(
    smtpURL: String, from: String, username: String = "", password: Secret = Secret(""),
    encryption: MailServer.Encryption = .auto, certificates: String? = nil
  ) {
    self.smtpURL = smtpURL
    self.from = from
    self.username = username
    self.password = password
    self.encryption = encryption
    self.certificates = certificates
  }
}

/// The SMS provider's API, in Twilio's form.
package struct SMSSettings: Sendable, Equatable {
  package var url: String
  package var account: String
  package var token: Secret
  /// The sending number, E.164.
  package var from: String

  package init(url: String, account: String, token: Secret, from: String) {
    self.url = url
    self.account = account
    self.token = token
    self.from = from
  }
}

extension SettingsReader {
  package func notify() throws(ConfigurationError) -> NotifySettings {
    let webhook = try secret("notify.slack.webhook_url")
    if !webhook.isEmpty, !webhook.reveal().hasPrefix("https://") {
      throw ConfigurationError("notify.slack.webhook_url_file: not an https address")
    }
    return NotifySettings(
      email: try email(), slackWebhook: webhook, slackHosts: try slackHosts(), sms: try sms(),
      timeoutSeconds: try number("notify.timeout_seconds"))
  }

  /// Host names, separated by blanks or commas.
  private func slackHosts() throws(ConfigurationError) -> Set<String> {
    let names = try text("notify.slack.hosts").split { $0.isWhitespace || $0 == "," }
    var hosts: Set<String> = []
    for name in names {
      guard let host = Recipient.webhookHost("https://\(name)/") else {
        throw ConfigurationError("notify.slack.hosts: \"\(name)\" is not the name of a public host")
      }
      hosts.insert(host)
    }
    return hosts
  }

  private func email() throws(ConfigurationError) -> EmailSettings? {
    let url = try text("notify.email.smtp_url")
    guard !url.isEmpty else { return nil }
    try require("notify.email.smtp_url", url, ["smtp", "smtps"])
    let from = try text("notify.email.from")
    guard case .address = Recipient(from, on: .email) else {
      throw ConfigurationError("notify.email.from: not an email address")
    }
    let certificates = try text("notify.email.ca_file")
    let settings = EmailSettings(
      smtpURL: url, from: from, username: try text("notify.email.username"),
      password: try secret("notify.email.password"),
      encryption: MailServer.Encryption(rawValue: try text("notify.email.starttls")) ?? .auto,
      certificates: certificates.isEmpty ? nil : certificates)
    guard settings.username.isEmpty == settings.password.isEmpty else {
      throw ConfigurationError("notify.email: username and password_file go together")
    }
    guard settings.username.isEmpty || settings.encryption != .off || url.hasPrefix("smtps:") else {
      throw ConfigurationError("notify.email: a password is not sent without TLS")
    }
    return settings
  }

  private func sms() throws(ConfigurationError) -> SMSSettings? {
    let account = try text("notify.sms.account")
    guard !account.isEmpty else { return nil }
    let url = try text("notify.sms.url")
    try require("notify.sms.url", url, ["http", "https"])
    let token = try secret("notify.sms.token")
    guard !token.isEmpty else { throw ConfigurationError("notify.sms.token_file is not set") }
    guard case .address(let from) = Recipient(try text("notify.sms.from"), on: .sms) else {
      throw ConfigurationError("notify.sms.from: not a number in E.164 form")
    }
    return SMSSettings(
      url: url.hasSuffix("/") ? String(url.dropLast()) : url, account: account, token: token,
      from: from)
  }

  /// An address of one of these schemes, with a host and without a password.
  package func require(
    _ key: String, _ url: String, _ schemes: [String]
  ) throws(ConfigurationError) {
    let parsed = URL(string: url)
    guard let scheme = parsed?.scheme?.lowercased(), schemes.contains(scheme),
      parsed?.host?.isEmpty == false, parsed?.user == nil, parsed?.password == nil
    else {
      let names = schemes.joined(separator: " or ")
      throw ConfigurationError("\(key): not an \(names) address without a password")
    }
  }
}
