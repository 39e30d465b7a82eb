import Changes
import Foundation
import HTTP
import Leads
import Live
import Logging
import Messaging
import Nightly
import Postgres
import Settings
import Store
import Upstreams

extension Live {
  /// Connections to the database beside `api.pool_size`.
  private static let reservedConnections = 2

  /// Composes the use cases from the configuration.
  /// - Parameters:
  ///   - client: the caller shuts it down.
  /// - Throws: `ConfigurationError` where an address or a secret is missing.
  package init(
    _ settings: Settings, database url: String, client: WebClient, clock: RunClock = .system(),
    timeouts: AnswerTimeouts = AnswerTimeouts(), logger: Logger
  ) throws(ConfigurationError) {
    let night = try Nightly.connected(
      settings, database: url, client: client, clock: clock, logger: logger, timeouts: timeouts)
    let own = settings.resman.webhookSecrets
    var secrets = own.isEmpty ? settings.domiq.webhookSecrets : own
    // The partner interface sends no webhooks: without a secret none can be signed.
    if settings.partner != nil, secrets.isEmpty { secrets = [Self.unknownSecret] }
    guard let signature = WebhookSignature(secrets: secrets) else {
      let flaw = WebhookSignature.flaw(of: secrets) ?? ""
      throw ConfigurationError("resman.webhook_secret_file: \(flaw)")
    }
    let pool = PostgresPool(
      PostgresConfiguration(
        url: url, applicationName: "status-sync serve", connectTimeoutSeconds: 5),
      size: settings.api.poolSize)
    let sender = ChangeSender(
      log: SyncLog(pool), resman: night.parts.resman, domiq: night.parts.domiq,
      mapping: settings.mapping,
      policy: settings.policy, budget: night.parts.budget, clock: clock, logger: logger,
      freshness: .seconds(settings.limits.freshSeconds),
      settleSeconds: Double(settings.limits.settleSeconds), writing: settings.writing)
    var settling = sender
    settling.log = ChangeEffects(mapping: settings.mapping, clock: clock).log(settling: pool)
    let reserve = PostgresPool(
      PostgresConfiguration(
        url: url, applicationName: "status-sync serve keys", connectTimeoutSeconds: 5),
      size: Self.reservedConnections)
    let inFlight = InFlight(
      limit: settings.api.inFlight, each: settings.api.inFlightPerKey, clock: clock)
    let idempotency = Idempotency(database: pool)
    let webhooks = WebhookReceiver(database: pool, mapping: settings.mapping, clock: clock)
    let notify = settings.notify
    self.init(
      database: pool, reserve: reserve, keys: APIKeys(reserve),
      service: StatusChangeService(
        update: StatusUpdate(sender: sender, database: pool, budget: timeouts.budget),
        idempotency: idempotency, inFlight: inFlight,
        turns: FairQueue(limit: settings.callsOfResMan), timeout: timeouts.timeout,
        newID: { UUID() }),
      history: StatusHistory(database: pool),
      workflows: Workflows(
        database: pool, idempotency: idempotency, slackHosts: notify.slackHosts),
      webhooks: webhooks,
      analytics: StatusAnalytics(
        database: pool, funnelWindowDays: settings.reports.funnelWindowDays),
      inFlight: inFlight,
      timeout: timeouts.timeout,
      sweep: Sweep(
        recover: Recover(sender: settling, liveOnly: true), webhooks: webhooks, database: pool,
        clock: clock, logger: logger),
      deliver: {
        await OutboxDispatcher.keepDraining(
          connect: {
            try await PostgresConnection(
              PostgresConfiguration(
                url: url, applicationName: "status-sync deliver", connectTimeoutSeconds: 5))
          }, settings: notify, clock: clock, logger: logger)
      },
      signature: signature, clock: clock,
      poll: settings.poll(night, webhooks, pool, client: client, clock: clock, logger: logger))
  }

  /// A secret that nobody knows.
  private static var unknownSecret: String {
    let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
    return "whsec_" + Data(bytes).base64EncodedString()
  }
}

extension Settings {
  /// How many calls ResMan takes at once.
  fileprivate var callsOfResMan: Int {
    partner == nil ? resman.concurrency : min(resman.concurrency, PartnerClient.mostAtOnce)
  }

  /// Asks ResMan's partner interface by day; nil for other kinds, and with `resman.poll_seconds: 0`.
  fileprivate func poll(
    _ night: Nightly, _ webhooks: WebhookReceiver, _ pool: PostgresPool, client: WebClient,
    clock: RunClock, logger: Logger
  ) -> Poll? {
    guard let partner, partner.pollSeconds > 0 else { return nil }
    let resman = night.parts.resman
    let others =
      (resman as? PartnerClient) ?? ((resman as? ReadOnlyResMan)?.source as? PartnerClient)
    var upstream = self.resman.upstream(deadline: 0)
    // For the lifetime of the process: refused credentials do not end it. No caller waits for it, so it waits longer.
    upstream.waitTimeoutSeconds = 60
    return Poll(
      source: PartnerClient(
        upstream, eventsURL: partner.eventsURL,
        account: partner.account(key: self.resman.token, isWritten: false),
        client: client, clock: clock, countingWith: others),
      receiver: webhooks, database: pool, interval: .seconds(partner.pollSeconds), clock: clock,
      logger: logger)
  }
}
