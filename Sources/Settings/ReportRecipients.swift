import Leads

/// Who gets reports as messages: roles, email addresses, and `slack` for the configured webhook; by what the report is
/// about and how often it comes.
package struct ReportRecipients: Sendable, Equatable {
  /// How often a report comes: after each night, or after the first one of a week (from Monday).
  package enum Period: String, CaseIterable, Sendable {
    case nightly, weekly
  }

  /// Of all properties together.
  package var portfolio: [Period: [String]] = [:]
  /// Of each property: a role is whoever has it at that property.
  package var property: [Period: [String]] = [:]

  package init(portfolio: [Period: [String]] = [:], property: [Period: [String]] = [:]) {
    self.portfolio = portfolio
    self.property = property
  }

  /// The configured webhook of Slack, where a recipient is named.
  package static let slack = "slack"

  /// False where somebody is to get a report.
  package var isEmpty: Bool {
    (portfolio.values.flatMap(\.self) + property.values.flatMap(\.self)).isEmpty
  }
}

extension ReportRecipients {
  /// Its keys, with the names separated by commas.
  package var keys: [String: String] {
    var keys: [String: String] = [:]
    for period in Period.allCases {
      keys["reports.recipients.portfolio.\(period.rawValue)"] =
        (portfolio[period] ?? []).joined(separator: ",")
      keys["reports.recipients.property.\(period.rawValue)"] =
        (property[period] ?? []).joined(separator: ",")
    }
    return keys
  }
}

extension SettingsReader {
  func reportRecipients() throws(ConfigurationError) -> ReportRecipients {
    var recipients = ReportRecipients()
    for period in ReportRecipients.Period.allCases {
      let portfolio = try names("reports.recipients.portfolio.\(period.rawValue)")
      if !portfolio.isEmpty { recipients.portfolio[period] = portfolio }
      let property = try names("reports.recipients.property.\(period.rawValue)")
      if !property.isEmpty { recipients.property[period] = property }
    }
    return recipients
  }

  /// Roles and addresses, separated by commas.
  private func names(_ key: String) throws(ConfigurationError) -> [String] {
    var names: [String] = []
    for part in try text(key).split(separator: ",") {
      let name = part.trimming(while: \.isWhitespace)
      guard !name.isEmpty else { continue }
      if case .unusable = Recipient(name, on: .email) {
        throw ConfigurationError("\(key): \"\(name)\" is neither a role nor an email address")
      }
      if !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// Where the reports' folder is to be seen, without a slash at its end; empty: nowhere.
  func reportLinkBase() throws(ConfigurationError) -> String {
    let base = try text("reports.link_base")
    guard !base.isEmpty else { return "" }
    try require("reports.link_base", base, ["http", "https"])
    return base.hasSuffix("/") ? String(base.dropLast()) : base
  }
}

extension StringProtocol {
  fileprivate func trimming(while isLeftOut: (Character) -> Bool) -> String {
    String(drop(while: isLeftOut).reversed().drop(while: isLeftOut).reversed())
  }
}
