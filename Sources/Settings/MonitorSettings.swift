import Foundation
import Leads

/// How operators learn of nights that fail or do not run.
package struct MonitorSettings: Sendable, Equatable {
  /// The file that a collector of Prometheus reads; empty: none.
  package var textfile: String
  /// The address of pings (as healthchecks defines them); empty: none. Whoever knows it can ping, so it is a
  /// secret.
  package var pingURL: Secret
  /// Addresses for messages about trouble.
  package var emails: [String]
  /// The Slack webhook for messages about trouble; empty: none.
  package var slackWebhook: Secret
  /// Hours after which a finished night is too old.
  package var staleHours: Double
  /// Where traces are sent; null: nowhere.
  package var traces: TraceCollector?

  package init(
    textfile: String = "", pingURL: Secret = Secret(""), emails: [String] = [],
    slackWebhook: Secret = Secret(""), staleHours: Double = 26,
    traces: TraceCollector? = nil
  ) {
    self.textfile = textfile
    self.pingURL = pingURL
    self.emails = emails
    self.slackWebhook = slackWebhook
    self.staleHours = staleHours
    self.traces = traces
  }

  /// The same in seconds.
  package var staleSeconds: Double { staleHours * 3600 }
}

extension SettingsReader {
  package func monitor(_ notify: NotifySettings) throws(ConfigurationError) -> MonitorSettings {
    let ping = try text("monitor.ping_url")
    if !ping.isEmpty { try require("monitor.ping_url", ping, ["http", "https"]) }
    let slack = try secret("monitor.slack_webhook_url")
    if !slack.isEmpty, !slack.reveal().hasPrefix("https://") {
      throw ConfigurationError("monitor.slack_webhook_url_file: not an https address")
    }
    return MonitorSettings(
      textfile: try text("metrics.textfile"), pingURL: Secret(ping),
      emails: try operators(notify), slackWebhook: slack,
      staleHours: try number("monitor.stale_hours"), traces: try traceCollector())
  }

  /// Addresses, separated by blanks or commas.
  private func operators(_ notify: NotifySettings) throws(ConfigurationError) -> [String] {
    let names = try text("monitor.email").split { $0.isWhitespace || $0 == "," }.map(String.init)
    guard !names.isEmpty else { return [] }
    guard notify.email != nil else {
      throw ConfigurationError(
        "monitor.email: notify.email.smtp_url is not set; it names the mail server")
    }
    var addresses: [String] = []
    for name in names {
      guard case .address(let address) = Recipient(name, on: .email) else {
        throw ConfigurationError("monitor.email: \"\(name)\" is not an email address")
      }
      addresses.append(address)
    }
    return addresses
  }
}

extension MonitorSettings {
  /// The effective values, secrets masked.
  package var masked: [String: String] {
    [
      "metrics.textfile": textfile, "monitor.ping_url": pingURL.description,
      "monitor.email": emails.joined(separator: " "),
      "monitor.slack_webhook_url": slackWebhook.description, "monitor.stale_hours": "\(staleHours)",
      "monitor.otlp_endpoint": traces?.url ?? "",
    ]
  }
}
