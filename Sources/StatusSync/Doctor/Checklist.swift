import Foundation
import HTTP
import Postgres
import Settings
import Store
import Upstreams

/// `status-sync doctor`: the deployment checklist of the feature, each item checked by a real call.
package struct Checklist: Sendable {
  /// One item.
  package struct Check: Codable, Sendable {
    package var name: String
    package var ok: Bool
    package var reasons: [String]
    /// It works, with a warning.
    package var warning: Bool?
  }

  /// All items, and the configuration they were checked against, secrets masked.
  package struct Outcome: Codable, Sendable {
    package var checks: [Check]
    package var configuration: [String: String]
    /// What to do next.
    package var next: String

    /// - Parameter hasFile: whether there is a configuration at all.
    package init(checks: [Check], configuration: [String: String], hasFile: Bool) {
      self.checks = checks
      self.configuration = configuration
      next = Self.next(checks, hasFile: hasFile)
    }
  }

  package let settings: Settings
  /// Why there is no database to check; nil where there may be one.
  let withoutDatabase: String?
  /// Whether there is a configuration at all.
  let hasFile: Bool

  /// Checks against these settings.
  package init(_ settings: Settings, withoutDatabase: String? = nil, hasFile: Bool = true) {
    self.settings = settings
    self.withoutDatabase = withoutDatabase
    self.hasFile = hasFile
  }

  /// If the settings cannot be read, that is the only item.
  package static func unreadable(_ error: ConfigurationError) -> Outcome {
    Outcome(
      checks: [Check(name: "configuration can be read", ok: false, reasons: [error.description])],
      configuration: [:], hasFile: true)
  }

  /// Checks everything; nothing is changed.
  package func run() async -> Outcome {
    var checks = [Check(name: "every status maps to DomIQ and back", ok: true, reasons: [])]
    checks += await database()
    checks += await upstreams()
    if settings.domiqKind == .statusAPI { checks.append(webhook()) }
    if let email = settings.notify.email { checks.append(await mailServer(email)) }
    checks.append(reports())
    return Outcome(checks: checks, configuration: effective, hasFile: hasFile)
  }

  private func database() async -> [Check] {
    guard withoutDatabase == nil, let url = settings.databaseURL else {
      return [
        Check(
          name: "database configured", ok: false,
          reasons: [withoutDatabase ?? "DATABASE_URL is not set"])
      ]
    }
    do {
      let connection = try await PostgresConnection(
        PostgresConfiguration(url: url.reveal(), connectTimeoutSeconds: 5))
      var checks = [Check(name: "database reachable", ok: true, reasons: [])]
      checks.append(try await durability(connection))
      checks.append(await sessions(connection))
      do {
        try await Migrator.requireCurrent(connection)
        checks.append(Check(name: "database migrated", ok: true, reasons: []))
        checks.append(try await login(connection))
        checks.append(await rules(connection))
        checks += await notifications(connection)
      } catch {
        checks.append(
          Check(name: "database migrated", ok: false, reasons: [reason(error)]))
      }
      await connection.close()
      return checks
    } catch {
      return [Check(name: "database reachable", ok: false, reasons: [reason(error)])]
    }
  }

  /// The failure, for people.
  package func reason(_ error: any Error) -> String {
    if let error = error as? CallFailure { return error.sentence }
    guard let error = error as? PostgresError, let advice = error.advice else {
      return String(describing: error)
    }
    return "the database \(advice.text)"
  }

  /// Whether the server keeps what it has committed: with these settings off, a crash of the machine can undo
  /// an intent whose repair was sent.
  private func durability(_ connection: PostgresConnection) async throws -> Check {
    let row = try await connection.queryOne(SQL(file: PackageResources.checklist_durability_sql))
    let off = try ["fsync", "full_page_writes", "synchronous_commit"].filter {
      try row?[$0] as String? == "off"
    }
    return Check(
      name: "database keeps what it commits", ok: true,
      reasons: off.map {
        "\($0) is off: a crash of its machine can lose what was confirmed; turn it on"
      },
      warning: off.isEmpty ? nil : true)
  }

  /// Whether the program has its session to itself.
  private func sessions(_ connection: PostgresConnection) async -> Check {
    let name = "database sessions are our own"
    do {
      try await SessionRule.require(connection)
      return Check(name: name, ok: true, reasons: [])
    } catch {
      return Check(name: name, ok: false, reasons: [reason(error)])
    }
  }

  /// Whether the login has one of the roles, and what it may do.
  private func login(_ connection: PostgresConnection) async throws -> Check {
    let row = try await connection.query(SQL(file: PackageResources.checklist_login_sql)).first
    let uses = [
      try row?["night"] ?? false ? "may run the night" : nil,
      try row?["live"] ?? false ? "may serve the API" : nil,
    ].compactMap { $0 }
    let login: String = try row?["login"] ?? ""
    return Check(
      name: "database login has a role", ok: !uses.isEmpty,
      reasons: uses.isEmpty
        ? ["\(login) may neither run the night nor serve: grant status_sync_job to \(login)"] : uses
    )
  }

  private func rules(_ connection: PostgresConnection) async -> Check {
    let rows = try? await connection.query(SQL(file: PackageResources.checklist_counts_sql))
    let rules: Int = (try? rows?.first?["rules"]) ?? 0
    let preferences: Int = (try? rows?.first?["preferences"]) ?? 0
    return Check(
      name: "workflow rules and notification preferences read", ok: rows != nil,
      reasons: ["\(rules) active rules, \(preferences) active preferences"])
  }

  private func upstreams() async -> [Check] {
    let client = UpstreamHTTP.makeClient(
      concurrency: 2, route: settings.http, forCallers: true)
    let clock = RunClock.system()
    var checks: [Check] = []
    if let partner = settings.partner {
      checks += await vendor(partner, client: client, clock: clock)
    } else {
      checks.append(
        await check("ResMan reachable, token accepted", settings.resman) {
          _ = try await ResManClient(
            settings.resman.upstream(deadline: 10), client: client, clock: clock
          ).properties()
        })
    }
    if let database = settings.database {
      checks += await vendor(database, client: client, clock: clock)
    } else {
      checks.append(await reachable(client, clock))
    }
    await client.shutdown()
    return checks
  }

  private func reachable(_ client: WebClient, _ clock: RunClock) async -> Check {
    await check("DomIQ reachable, token accepted", settings.domiq) {
      // Nothing is sent, so nothing is signed.
      let signature = WebhookSignature(secrets: [Data(count: 32).base64EncodedString()])
      guard let signature else { return }
      _ = try await DomIQClient(
        settings.domiq.upstream(deadline: 10), signature: signature, client: client, clock: clock
      ).page(
        property: UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)), updatedSince: nil,
        cursor: nil, limit: 1)
    }
  }

  func check(
    _ name: String, _ system: SystemSettings, _ call: () async throws -> Void
  ) async -> Check {
    guard !system.url.isEmpty else {
      return Check(name: name, ok: false, reasons: ["its url is not set"])
    }
    guard !system.token.isEmpty else {
      return Check(name: name, ok: false, reasons: ["its token is not set"])
    }
    do {
      try await call()
      return Check(name: name, ok: true, reasons: [])
    } catch {
      return Check(name: name, ok: false, reasons: ["\(system.url) \(reason(error))"])
    }
  }

  /// The secret that signs to DomIQ, and the one of ResMan's own where it has one.
  private func webhook() -> Check {
    var reasons = [WebhookSignature.flaw(of: settings.domiq.webhookSecrets)].compactMap {
      $0.map { "domiq.webhook_secret_file: \($0)" }
    }
    let own = settings.resman.webhookSecrets
    if !own.isEmpty, let flaw = WebhookSignature.flaw(of: own) {
      reasons.append("resman.webhook_secret_file: \(flaw)")
    }
    return Check(name: "webhook secret usable", ok: reasons.isEmpty, reasons: reasons)
  }

  /// The effective values, secrets masked.
  private var effective: [String: String] {
    var values: [String: String] = [:]
    for (name, system) in [("resman", settings.resman), ("domiq", settings.domiq)] {
      values["\(name).url"] = system.url
      values["\(name).token"] = system.token.description
      values["\(name).requests_per_second"] = "\(system.requestsPerSecond)"
      values["\(name).concurrency"] = "\(system.concurrency)"
      values["\(name).page_size"] = "\(system.pageSize)"
      values["\(name).timeout_seconds"] = "\(system.timeoutSeconds)"
      values["\(name).write"] = system.write.rawValue
    }
    values["resman.kind"] = settings.resmanKind.rawValue
    values["domiq.kind"] = settings.domiqKind.rawValue
    values["resman.events_url"] = settings.partner?.eventsURL ?? ""
    values["resman.account_id"] = settings.partner?.accountID ?? ""
    values["resman.partner_id"] = settings.partner?.partnerID ?? ""
    values["resman.agent_id"] = settings.partner?.agentID ?? ""
    values["resman.source_id"] = settings.partner?.sourceID ?? ""
    values["resman.appointment_event"] = settings.partner?.appointmentEvent ?? ""
    values["resman.poll_seconds"] = settings.partner.map { "\($0.pollSeconds)" } ?? ""
    for (word, reason) in settings.partner?.lostReasons ?? [:] {
      values["resman.lost_reasons.\(word)"] = reason
    }
    values["domiq.country"] = settings.database?.country.rawValue ?? ""
    values["domiq.database_url"] = settings.database?.url.description ?? "(not set)"
    values["domiq.company_id"] = settings.database?.companyID ?? ""
    values["resman.webhook_secret"] = settings.resman.webhookSecret.description
    values["api.host"] = settings.api.host
    values["api.port"] = "\(settings.api.port)"
    values["api.pool_size"] = "\(settings.api.poolSize)"
    values["api.in_flight"] = "\(settings.api.inFlight)"
    values["api.in_flight_per_key"] = "\(settings.api.inFlightPerKey)"
    values["domiq.webhook_secret"] = settings.domiq.webhookSecret.description
    for (raw, status) in settings.mapping.domiqVocabulary {
      values["mapping.domiq.\(raw)"] = status.rawValue
    }
    for (raw, status) in settings.mapping.resmanVocabulary {
      values["mapping.resman.\(raw)"] = status.rawValue
    }
    for target in settings.targets { values.merge(target.keys) { _, own in own } }
    values["policy.conflict"] = settings.policy.conflict.rawValue
    values["policy.unbased"] = settings.policy.unbased.rawValue
    values["policy.unknown_status"] = settings.policy.unknownStatus.rawValue
    values["policy.notify_on_repair"] = "\(settings.policy.notifyOnRepair)"
    values["limits.repairs_per_property"] = "\(settings.limits.guards.repairsPerProperty)"
    values["limits.repair_percent"] = "\(settings.limits.guards.repairPercent)"
    values["limits.min_population"] = "\(settings.limits.guards.minPopulation)"
    values["limits.terminal_moves"] = "\(settings.limits.guards.terminalMoves)"
    values["limits.settle_seconds"] = "\(settings.limits.settleSeconds)"
    values["limits.deadline_seconds"] = "\(settings.limits.deadlineSeconds)"
    values["limits.backfill_leads"] = "\(settings.limits.backfillLeads)"
    values["limits.vanished_percent"] = "\(settings.limits.vanishedPercent)"
    values["reports.directory"] = settings.reports.directory
    values["reports.keep_days"] = "\(settings.keep.reportsDays)"
    values["keep.nights"] = "\(settings.keep.nights)"
    values["keep.weeks"] = "\(settings.keep.weeks)"
    values["keep.months"] = "\(settings.keep.months)"
    values["keep.drift_days"] = "\(settings.keep.driftDays)"
    values["keep.messages_days"] = "\(settings.keep.messagesDays)"
    values["reports.excel"] = "\(settings.reports.excel)"
    values["reports.leads"] = "\(settings.reports.leads)"
    values["reports.funnel_window_days"] = "\(settings.reports.funnelWindowDays)"
    values["reports.attach_workbook"] = "\(settings.reports.attachWorkbook)"
    values["reports.link_base"] = settings.reports.linkBase
    values.merge(settings.reports.recipients.keys) { _, own in own }
    values.merge(settings.notify.masked) { _, own in own }
    values.merge(settings.monitor.masked) { _, own in own }
    values["demo.directory"] = settings.demoDirectory
    values["database.url"] = settings.databaseURL?.description ?? "(not set)"
    values["database.schema"] = settings.databaseSchema
    // HTTPS_PROXY may have a password.
    values["http.proxy"] = settings.http.proxy.contains("@") ? "****" : settings.http.proxy
    values["http.no_proxy"] = settings.http.direct
    values["http.ca_file"] = settings.http.certificates ?? ""
    values["database_url"] = settings.databaseURL?.description ?? "(not set)"
    return values
  }
}
