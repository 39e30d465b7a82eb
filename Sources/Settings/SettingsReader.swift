import Configuration
import Foundation
import HTTP
import Leads

/// Turns texts into typed settings. A value of the wrong kind is an error, never a silent default.
struct SettingsReader {
  let reader: ConfigReader
  let environment: [String: String]

  package func settings() throws(ConfigurationError) -> Settings {
    let notify = try notify()
    return Settings(
      resman: try system("resman"), domiq: try system("domiq"), http: try route(),
      policy: try policy(),
      limits: try limits(),
      reports: ReportSettings(
        directory: try text("reports.directory"), excel: try flag("reports.excel"),
        leads: try flag("reports.leads"),
        funnelWindowDays: try whole("reports.funnel_window_days"),
        recipients: try reportRecipients(), attachWorkbook: try flag("reports.attach_workbook"),
        linkBase: try reportLinkBase()),
      keep: KeepSettings(
        reportsDays: try whole("reports.keep_days"), nights: try whole("keep.nights"),
        weeks: try whole("keep.weeks"), months: try whole("keep.months"),
        driftDays: try whole("keep.drift_days"), messagesDays: try whole("keep.messages_days")),
      notify: notify,
      api: APISettings(
        host: try text("api.host"), port: try whole("api.port"),
        poolSize: try whole("api.pool_size"), inFlight: try whole("api.in_flight"),
        inFlightPerKey: try whole("api.in_flight_per_key")),
      monitor: try monitor(notify),
      databaseURL: try databaseURL(), databaseSchema: try databaseSchema())
  }

  private func system(_ name: String) throws(ConfigurationError) -> SystemSettings {
    let url = try text("\(name).url")
    if !url.isEmpty { try require("\(name).url", url, ["http", "https"]) }
    return SystemSettings(
      url: url, token: try secret("\(name).token"),
      webhookSecret: try secret("\(name).webhook_secret"),
      requestsPerSecond: try number("\(name).requests_per_second"),
      concurrency: try whole("\(name).concurrency"), pageSize: try whole("\(name).page_size"),
      timeoutSeconds: try number("\(name).timeout_seconds"),
      write: WriteMode(rawValue: try text("\(name).write")) ?? .all)
  }

  /// The environment's proxy, as other programs understand it, counts where the file names none.
  private func route() throws(ConfigurationError) -> WebRoute {
    func inherited(_ name: String) -> String {
      environment[name] ?? environment[name.lowercased()] ?? ""
    }
    let proxy = try text("http.proxy")
    if !proxy.isEmpty { try require("http.proxy", proxy, ["http", "https"]) }
    let direct = try text("http.no_proxy")
    let certificates = try text("http.ca_file")
    guard certificates.isEmpty || FileManager.default.isReadableFile(atPath: certificates) else {
      throw ConfigurationError.unreadable("http.ca_file", certificates)
    }
    return WebRoute(
      proxy: proxy.isEmpty ? inherited("HTTPS_PROXY") : proxy, isProxyForPlain: !proxy.isEmpty,
      direct: direct.isEmpty ? inherited("NO_PROXY") : direct,
      certificates: certificates.isEmpty ? nil : certificates)
  }

  private func policy() throws(ConfigurationError) -> Policy {
    Policy(
      conflict: ConflictPolicy(rawValue: try text("policy.conflict")) ?? .forward,
      unbased: ConflictPolicy(rawValue: try text("policy.unbased")) ?? .review,
      unknownStatus: UnknownStatusPolicy(rawValue: try text("policy.unknown_status"))
        ?? .quarantine,
      notifyOnRepair: try flag("policy.notify_on_repair"))
  }

  private func limits() throws(ConfigurationError) -> LimitSettings {
    LimitSettings(
      guards: GuardLimits(
        repairsPerProperty: try whole("limits.repairs_per_property"),
        repairPercent: try number("limits.repair_percent"),
        minPopulation: try whole("limits.min_population"),
        terminalMoves: try whole("limits.terminal_moves")),
      settleSeconds: try whole("limits.settle_seconds"),
      deadlineSeconds: try whole("limits.deadline_seconds"),
      backfillLeads: try whole("limits.backfill_leads"),
      vanishedPercent: try number("limits.vanished_percent"))
  }

  /// The value as text, checked against its key's kind.
  package func text(_ name: String) throws(ConfigurationError) -> String {
    guard let key = SettingsKey.all.first(where: { $0.name == name }) else {
      throw ConfigurationError("\(name) is not a key")
    }
    guard let value = reader.string(forKey: ConfigKey(name)) else { return key.standard ?? "" }
    let isFitting =
      switch key.kind {
      case .text, .secretFile: true
      case .number(let range): Double(value).map(range.contains) ?? false
      case .whole(let range): Int(value).map(range.contains) ?? false
      case .flag: ["true", "false"].contains(value)
      case .choice(let choices): choices.contains(value)
      }
    guard isFitting else {
      throw ConfigurationError("\(name): \"\(value)\" is not \(key.kind.expectation)")
    }
    return value
  }

  package func number(_ name: String) throws(ConfigurationError) -> Double {
    Double(try text(name)) ?? 0
  }

  private func whole(_ name: String) throws(ConfigurationError) -> Int { Int(try text(name)) ?? 0 }

  private func flag(_ name: String) throws(ConfigurationError) -> Bool { try text(name) == "true" }

  /// By environment, else by file; empty where neither is there.
  package func secret(_ name: String) throws(ConfigurationError) -> Secret {
    let variable = SettingsKey(name, .text).variable
    if let value = environment[variable], !value.isEmpty { return Secret(value) }
    let path = try text(name + "_file")
    return path.isEmpty ? Secret("") : try Secret.read(file: path, key: name + "_file")
  }
}

extension SettingsKey.Kind {
  /// What a value has to be, for people.
  var expectation: String {
    switch self {
    case .text, .secretFile: "a text"
    case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
    case .whole(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .flag: "true or false"
    case .choice(let choices): "one of \(choices.joined(separator: ", "))"
    }
  }
}
