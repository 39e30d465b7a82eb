import Foundation
import HTTP
import Leads

/// ResMan's partner interface (`resman.kind: partner`).
package struct PartnerSettings: Sendable, Equatable {
  /// The address of v1; `resman.url` is that of v2.
  package var eventsURL: String
  package var accountID: String
  package var partnerID: String
  /// IANA names of the properties' time zones; a property that is not named counts as in UTC.
  package var zones: [UUID: String]

  package init(eventsURL: String, accountID: String, partnerID: String, zones: [UUID: String] = [:])
  {
    self.eventsURL = eventsURL
    self.accountID = accountID
    self.partnerID = partnerID
    self.zones = zones
  }
}

/// DomIQ's own database (`domiq.kind: database`).
package struct DomIQDatabaseSettings: Sendable, Equatable {
  /// A libpq URI of a role that may only read.
  package var url: Secret
  /// DomIQ's id of the company.
  package var companyID: String
  /// ResMan's id of a property, by DomIQ's, where they differ.
  package var properties: [String: UUID]

  package init(url: Secret, companyID: String, properties: [String: UUID] = [:]) {
    self.url = url
    self.companyID = companyID
    self.properties = properties
  }
}

/// Keys whose names are not fixed: `resman.properties.GUID.timezone`, `domiq.properties.ID` and `domiq.statuses.WORD`. They
/// are read from the file only.
enum VendorKeys {
  private static let zones = (prefix: "resman.properties.", suffix: ".timezone")
  private static let properties = "domiq.properties."
  private static let statuses = "domiq.statuses."

  static func contains(_ key: String) -> Bool {
    key.hasPrefix(properties) || key.hasPrefix(statuses)
      || key.hasPrefix(zones.prefix) && key.hasSuffix(zones.suffix)
  }

  /// The time zones of ResMan's properties.
  static func zones(
    _ values: [String: String], in file: String
  ) throws(ConfigurationError) -> [UUID: String] {
    var found: [UUID: String] = [:]
    for (key, zone) in values.sorted(by: { $0.key < $1.key })
    where key.hasPrefix(zones.prefix) && key.hasSuffix(zones.suffix) {
      let id = key.dropFirst(zones.prefix.count).dropLast(zones.suffix.count)
      guard let property = UUID(uuidString: String(id)) else {
        throw ConfigurationError("\(file): \(key): \"\(id)\" is not a property's id in ResMan")
      }
      guard TimeZone(identifier: zone) != nil else {
        throw ConfigurationError(
          "\(file): \(key): \"\(zone)\" is not a time zone; write one as America/Chicago")
      }
      found[property] = zone
    }
    return found
  }

  /// ResMan's id of a property, by DomIQ's.
  static func properties(
    _ values: [String: String], in file: String
  ) throws(ConfigurationError) -> [String: UUID] {
    var found: [String: UUID] = [:]
    for (key, text) in values.sorted(by: { $0.key < $1.key }) where key.hasPrefix(properties) {
      guard let property = UUID(uuidString: text) else {
        throw ConfigurationError("\(file): \(key): \"\(text)\" is not a property's id in ResMan")
      }
      guard !found.values.contains(property) else {
        throw ConfigurationError("\(file): \(key): \(text) is named for another property already")
      }
      found[String(key.dropFirst(properties.count))] = property
    }
    return found
  }

  /// The meanings of DomIQ's statuses; nil: `ask`.
  static func statuses(
    _ values: [String: String], in file: String
  ) throws(ConfigurationError) -> [String: Status?] {
    var found: [String: Status?] = [:]
    for (key, text) in values where key.hasPrefix(statuses) {
      let status = Status(rawValue: text)
      guard status != nil || text == "ask" else {
        throw ConfigurationError(
          "\(file): \(key): \"\(text)\" is not a status; use "
            + Status.allCases.map(\.rawValue).joined(separator: ", ") + ", or ask")
      }
      found.updateValue(status, forKey: String(key.dropFirst(statuses.count)))
    }
    return found
  }
}

extension SettingsReader {
  /// Keys of one kind, each with the kind that it belongs to.
  private static let own = [
    ("resman.events_url", "resman.kind: partner"), ("resman.account_id", "resman.kind: partner"),
    ("resman.partner_id", "resman.kind: partner"),
    ("domiq.database_url_file", "domiq.kind: database"),
    ("domiq.company_id", "domiq.kind: database"),
  ]

  /// The kinds of both systems with their own keys.
  /// - Parameter values: the keys of the file.
  func vendors(
    _ settings: inout Settings, _ values: [String: String], in file: String
  ) throws(ConfigurationError) {
    settings.resmanKind = ResManKind(rawValue: try text("resman.kind")) ?? .statusAPI
    settings.domiqKind = DomIQKind(rawValue: try text("domiq.kind")) ?? .statusAPI
    let kinds = [
      "resman.kind: \(settings.resmanKind.rawValue)", "domiq.kind: \(settings.domiqKind.rawValue)",
    ]
    for (key, kind) in Self.own where !kinds.contains(kind) {
      guard reader.string(forKey: .init(key)) != nil else { continue }
      throw ConfigurationError("\(key) belongs to \(kind)")
    }
    for (key, kind) in [
      ("resman.properties.", "resman.kind: partner"),
      ("domiq.properties.", "domiq.kind: database"), ("domiq.statuses.", "domiq.kind: database"),
    ] where !kinds.contains(kind) {
      guard let wrong = values.keys.sorted().first(where: { $0.hasPrefix(key) }) else { continue }
      throw ConfigurationError("\(file): \(wrong) belongs to \(kind)")
    }
    if settings.resmanKind == .partner {
      settings.partner = try partner(try VendorKeys.zones(values, in: file))
      try read("resman", &settings.resman.write)
      guard settings.policy.unknownStatus == .quarantine else {
        throw ConfigurationError(
          "policy.unknown_status: with resman.kind: partner an unknown status is never new; "
            + "use quarantine")
      }
    }
    if settings.domiqKind == .database {
      settings.database = try database(try VendorKeys.properties(values, in: file))
      try read("domiq", &settings.domiq.write)
    }
  }

  /// A system that is only read, unless it is said to be written.
  private func read(_ name: String, _ write: inout WriteMode) throws(ConfigurationError) {
    guard reader.string(forKey: .init("\(name).write")) == nil || write == .none else {
      throw ConfigurationError(
        "\(name).write: \(write.rawValue): this kind of \(name) is only read; set none, or leave it out"
      )
    }
    write = .none
  }

  private func partner(_ zones: [UUID: String]) throws(ConfigurationError) -> PartnerSettings {
    let eventsURL = try needed("resman.events_url", "the address of ResMan's v1")
    try require("resman.events_url", eventsURL, ["http", "https"])
    return PartnerSettings(
      eventsURL: eventsURL,
      accountID: try needed("resman.account_id", "the account at ResMan"),
      partnerID: try needed("resman.partner_id", "the id of the integration partner"), zones: zones)
  }

  private func database(
    _ properties: [String: UUID]
  ) throws(ConfigurationError) -> DomIQDatabaseSettings {
    let url = try secret("domiq.database_url")
    guard !url.isEmpty else {
      throw ConfigurationError(
        "domiq.database_url_file is not set: a file with the address of DomIQ's database")
    }
    return DomIQDatabaseSettings(
      url: url, companyID: try needed("domiq.company_id", "DomIQ's id of the company"),
      properties: properties)
  }

  private func needed(_ key: String, _ what: String) throws(ConfigurationError) -> String {
    let value = try text(key)
    guard !value.isEmpty else { throw ConfigurationError("\(key) is not set: \(what)") }
    return value
  }
}
