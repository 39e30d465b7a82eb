import Foundation
import HTTP
import Logging
import Nightly
import Postgres
import Settings
import Store
import Upstreams

extension Nightly {
  /// Composes a night from its configuration.
  /// - Parameters:
  ///   - client: the caller shuts it down.
  ///   - timeouts: for calls on behalf of a waiting caller (the live API): shorter timeouts, and a 401 does not stop
  ///     the calls to the host; null at night.
  ///   - stopped: the exit status of a run that is told to stop: 130 or 143.
  /// - Throws: `ConfigurationError` where an address or a secret is missing.
  package static func connected(
    _ settings: Settings, database url: String, client: WebClient,
    clock: RunClock = .system(), logger: Logger, timeouts: AnswerTimeouts? = nil,
    progress: @escaping @Sendable (StageProgress) -> Void = { _ in },
    stopped: @escaping @Sendable () -> ExitStatus = { .terminated }
  ) throws(ConfigurationError) -> Nightly {
    // Callers are answered for the lifetime of the process, which has no end of a run.
    let deadline = timeouts == nil ? Double(settings.limits.deadlineSeconds) : 1e12
    let budget = RetryBudget()
    let calls = Calls(client: client, clock: clock, budget: budget, deadline: deadline)
    let resman = try settings.resman(calls, within: timeouts?.resmanSeconds)
    let connect: @Sendable () async throws -> PostgresConnection = {
      try await PostgresConnection(PostgresConfiguration(url: url))
    }
    let domiq = try settings.domiq(
      calls, links: LeadLinks(connect: connect), within: timeouts?.domiqSeconds)
    var contacts: ContactSources?
    if let cards = resman as? any CardContacts, let chats = domiq as? any ChatContacts {
      contacts = ContactSources(
        cards: cards, chats: chats, country: settings.database?.country ?? .unitedStates)
    }
    return Nightly(
      Dependencies(
        settings: settings,
        connect: connect,
        resman: settings.resman.write == .none ? ReadOnlyResMan(resman) : resman,
        domiq: settings.domiq.write == .none ? ReadOnlyDomIQ(domiq) : domiq,
        contacts: contacts, clock: clock, budget: budget, logger: logger, progress: progress,
        stopped: stopped))
  }

  /// What every client of a system needs.
  struct Calls {
    var client: WebClient
    var clock: RunClock
    var budget: RetryBudget
    /// Seconds until the end of the run; by day there is none.
    var deadline: Double
  }
}

extension Settings {
  /// The client of ResMan's kind.
  fileprivate func resman(
    _ calls: Nightly.Calls, within limit: Double?
  ) throws(ConfigurationError) -> any ResManAPI & PageSource {
    try resman.requireAddress("resman")
    let upstream = resman.upstream(deadline: calls.deadline, forCallersWithin: limit)
    guard let partner else {
      return ResManClient(
        upstream, client: calls.client, clock: calls.clock, budget: calls.budget)
    }
    return PartnerClient(
      upstream, eventsURL: partner.eventsURL,
      account: partner.account(key: resman.token, isWritten: resman.write == .careful),
      client: calls.client, clock: calls.clock, budget: calls.budget)
  }

  /// The client of DomIQ's kind.
  fileprivate func domiq(
    _ calls: Nightly.Calls, links: LeadLinks, within limit: Double?
  ) throws(ConfigurationError) -> any DomIQAPI & PageSource {
    if let database {
      return DomIQDatabase(
        url: database.url.reveal(), company: database.companyID, properties: database.properties,
        zones: partner?.zones ?? [:], mapping: mapping, links: links, clock: calls.clock,
        deadlineSeconds: calls.deadline, callSeconds: limit)
    }
    try domiq.requireAddress("domiq")
    guard let signature = WebhookSignature(secrets: domiq.webhookSecrets) else {
      let flaw = WebhookSignature.flaw(of: domiq.webhookSecrets) ?? ""
      throw ConfigurationError("domiq.webhook_secret_file: \(flaw)")
    }
    return DomIQClient(
      domiq.upstream(deadline: calls.deadline, forCallersWithin: limit), signature: signature,
      client: calls.client, clock: calls.clock, budget: calls.budget)
  }
}

extension PartnerSettings {
  /// - Parameters:
  ///   - key: the partner's (`resman.token_file`).
  ///   - isWritten: whether events may be written.
  func account(key: Secret, isWritten: Bool) -> PartnerAccount {
    PartnerAccount(
      accountID: accountID, partnerID: partnerID, key: key.reveal(), zones: zones,
      appointment: appointmentEvent,
      author: isWritten ? PartnerAccount.Author(agentID: agentID, sourceID: sourceID) : nil)
  }
}

extension SystemSettings {
  fileprivate func requireAddress(_ name: String) throws(ConfigurationError) {
    guard !url.isEmpty else { throw ConfigurationError("\(name).url is not set") }
    guard !token.isEmpty else {
      throw ConfigurationError("\(name).token_file is not set, nor is the token's variable")
    }
  }
}

extension SystemSettings {
  /// - Parameter limit: seconds of a call that a caller waits for; null at night.
  func upstream(deadline: Double, forCallersWithin limit: Double? = nil) -> UpstreamSettings {
    UpstreamSettings(
      url: url, token: token.reveal(), requestsPerSecond: requestsPerSecond,
      concurrency: concurrency, timeoutSeconds: min(timeoutSeconds, limit ?? timeoutSeconds),
      deadlineSeconds: deadline, waitTimeoutSeconds: limit.map { _ in 2 })
  }

  /// One secret, or several separated by spaces while keys are rotated; the first one signs.
  var webhookSecrets: [String] {
    webhookSecret.reveal().split(whereSeparator: \.isWhitespace).map(String.init)
  }
}
