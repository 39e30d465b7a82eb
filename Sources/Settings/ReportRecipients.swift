import Foundation
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
  private static let prefix = "reports.recipients."
  /// The parts by what they are about, as the keys name them.
  private static var parts: [(name: String, path: WritableKeyPath<Self, [Period: [String]]>)] {
    [("portfolio", \.portfolio), ("property", \.property)]
  }

  /// Its keys, with the names separated by commas.
  package var keys: [String: String] {
    var keys: [String: String] = [:]
    for (name, path) in Self.parts {
      for period in Period.allCases {
        keys["\(Self.prefix)\(name).\(period.rawValue)"] =
          (self[keyPath: path][period] ?? []).joined(separator: ",")
      }
    }
    return keys
  }

  /// - Parameter names: the recipients that a key names.
  fileprivate init(
    _ names: (_ key: String) throws(ConfigurationError) -> [String]
  ) throws(ConfigurationError) {
    for (name, path) in Self.parts {
      for period in Period.allCases {
        let named = try names("\(Self.prefix)\(name).\(period.rawValue)")
        if !named.isEmpty { self[keyPath: path][period] = named }
      }
    }
  }
}

extension SettingsReader {
  func reportRecipients() throws(ConfigurationError) -> ReportRecipients {
    try ReportRecipients(names)
  }

  /// Roles and addresses, separated by commas.
  private func names(_ key: String) throws(ConfigurationError) -> [String] {
    var names: [String] = []
    for part in try text(key).split(separator: ",") {
      let name = part.trimmingCharacters(in: .whitespacesAndNewlines)
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
