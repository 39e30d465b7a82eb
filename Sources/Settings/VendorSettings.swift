import Foundation
import HTTP
import Leads
import Links

/// ResMan's partner interface (`resman.kind: partner`).
package struct PartnerSettings: Sendable, Equatable {
  /// The address of v1; `resman.url` is that of v2.
  package var eventsURL: String
  package var accountID: String
  package var partnerID: String
  /// IANA names of the properties' time zones; a property that is not named counts as in UTC.
  package var zones: [UUID: String]
  /// In whose name events are written: ResMan's id of the employee; empty where nothing is written.
  package var agentID: String
  /// The lead source of events of a card that has none: ResMan's id; empty where nothing is written.
  package var sourceID: String
  /// ResMan's ids of reasons for a loss, by DomIQ's `lost_reason` in lower case, and `default`.
  package var lostReasons: [String: String]
  /// What the event of an appointment is called.
  package var appointmentEvent: String
  /// `serve` asks for changes at least as often, in seconds; 0: not at all.
  package var pollSeconds: Int

  package init(
    eventsURL: String, accountID: String, partnerID: String, zones: [UUID: String] = [:],
    agentID: String = "", sourceID: String = "", lostReasons: [String: String] = [:],
    appointmentEvent: String = "Appointment", pollSeconds: Int = 300
  ) {
    self.pollSeconds = pollSeconds
    self.eventsURL = eventsURL
    self.accountID = accountID
    self.partnerID = partnerID
    self.zones = zones
    self.agentID = agentID
    self.sourceID = sourceID
    self.lostReasons = lostReasons
    self.appointmentEvent = appointmentEvent
  }
}

/// DomIQ's own database (`domiq.kind: database`).
package struct DomIQDatabaseSettings: Sendable, Equatable {
  /// A libpq URI of a role that may read, and set `conversation.status` where the database is written.
  package var url: Secret
  /// DomIQ's id of the company.
  package var companyID: String
  /// ResMan's id of a property, by DomIQ's, where they differ.
  package var properties: [String: UUID]
  /// Of telephone numbers without a country code.
  package var country: DialingCountry

  package init(
    url: Secret, companyID: String, properties: [String: UUID] = [:],
    country: DialingCountry = .unitedStates
  ) {
    self.country = country
    self.url = url
    self.companyID = companyID
    self.properties = properties
  }
}

/// Keys whose names are not fixed: `resman.properties.GUID.timezone`, `resman.lost_reasons.WORD`, `domiq.properties.ID` and
/// `domiq.statuses.WORD`. They are read from the file only.
enum VendorKeys {
  private static let zones = (prefix: "resman.properties.", suffix: ".timezone")
  private static let reasons = "resman.lost_reasons."
  private static let properties = "domiq.properties."
  private static let statuses = "domiq.statuses."

  static func contains(_ key: String) -> Bool {
    key.hasPrefix(properties) || key.hasPrefix(statuses) || key.hasPrefix(reasons)
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

  /// ResMan's ids of reasons for a loss, by DomIQ's reason in lower case.
  static func lostReasons(
    _ values: [String: String], in file: String
  ) throws(ConfigurationError) -> [String: String] {
    var found: [String: String] = [:]
    for (key, id) in values.sorted(by: { $0.key < $1.key }) where key.hasPrefix(reasons) {
      let word = key.dropFirst(reasons.count).lowercased()
      guard !word.isEmpty, !id.isEmpty else {
        throw ConfigurationError("\(file): \(key): name the id of a reason in ResMan")
      }
      guard found[word] == nil else {
        throw ConfigurationError("\(file): \(key): \(word) stands there twice")
      }
      found[word] = id
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
    ("resman.partner_id", "resman.kind: partner"), ("resman.agent_id", "resman.kind: partner"),
    ("resman.source_id", "resman.kind: partner"),
    ("resman.appointment_event", "resman.kind: partner"),
    ("resman.poll_seconds", "resman.kind: partner"),
    ("domiq.country", "domiq.kind: database"),
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
      ("resman.lost_reasons.", "resman.kind: partner"),
      ("domiq.properties.", "domiq.kind: database"), ("domiq.statuses.", "domiq.kind: database"),
    ] where !kinds.contains(kind) {
      guard let wrong = values.keys.sorted().first(where: { $0.hasPrefix(key) }) else { continue }
      throw ConfigurationError("\(file): \(wrong) belongs to \(kind)")
    }
    if settings.resmanKind == .partner {
      settings.resman.write = try written("resman", settings.resman.write, .careful)
      settings.partner = try partner(
        try VendorKeys.zones(values, in: file), try VendorKeys.lostReasons(values, in: file),
        isWritten: settings.resman.write == .careful)
      guard settings.policy.unknownStatus == .quarantine else {
        throw ConfigurationError(
          "policy.unknown_status: with resman.kind: partner an unknown status is never new; "
            + "use quarantine")
      }
    }
    if settings.domiqKind == .database {
      settings.database = try database(try VendorKeys.properties(values, in: file))
      settings.domiq.write = try written("domiq", settings.domiq.write, .guarded)
    }
    for (name, mode, kind) in [
      ("resman", settings.resman.write, "partner"), ("domiq", settings.domiq.write, "database"),
    ] where [.careful, .guarded].contains(mode) && !kinds.contains("\(name).kind: \(kind)") {
      throw ConfigurationError(
        "\(name).write: \(mode.rawValue) belongs to \(name).kind: \(kind); use all or none")
    }
  }

  /// A vendor's own interface is only read, unless the file says how it is written.
  private func written(
    _ name: String, _ mode: WriteMode, _ own: WriteMode
  ) throws(ConfigurationError) -> WriteMode {
    guard reader.string(forKey: .init("\(name).write")) != nil else { return .none }
    guard mode == .none || mode == own else {
      throw ConfigurationError(
        "\(name).write: \(mode.rawValue): this kind of \(name) takes \(own.rawValue) or none")
    }
    return mode
  }

  private func partner(
    _ zones: [UUID: String], _ lostReasons: [String: String], isWritten: Bool
  ) throws(ConfigurationError) -> PartnerSettings {
    let eventsURL = try needed("resman.events_url", "the address of ResMan's v1")
    try require("resman.events_url", eventsURL, ["http", "https"])
    var settings = PartnerSettings(
      eventsURL: eventsURL,
      accountID: try needed("resman.account_id", "the account at ResMan"),
      partnerID: try needed("resman.partner_id", "the id of the integration partner"), zones: zones,
      agentID: try text("resman.agent_id"), sourceID: try text("resman.source_id"),
      lostReasons: lostReasons,
      appointmentEvent: try needed(
        "resman.appointment_event", "the name of an appointment's event"),
      pollSeconds: Int(try text("resman.poll_seconds")) ?? 300)
    guard isWritten else { return settings }
    settings.agentID = try needed(
      "resman.agent_id", "resman.write: careful enters events in the name of this employee")
    settings.sourceID = try needed(
      "resman.source_id",
      "resman.write: careful enters events of prospects without a lead source with it")
    return settings
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
      properties: properties,
      country: DialingCountry(rawValue: try text("domiq.country")) ?? .unitedStates)
  }

  private func needed(_ key: String, _ what: String) throws(ConfigurationError) -> String {
    let value = try text(key)
    guard !value.isEmpty else { throw ConfigurationError("\(key) is not set: \(what)") }
    return value
  }
}
