import AsyncHTTPClient
import Foundation
import Leads
import Logging
import Postgres

/// The use cases that `serve` offers over HTTP.
public struct Live: Sendable {
  /// Timeouts, chosen so that a caller is answered within ten seconds.
  public struct Timeouts: Sendable {
    /// A caller is answered within this time.
    public var timeout = Duration.seconds(9)
    /// After this time from a request's arrival, nothing more is begun for it.
    public var budget = Duration.seconds(8)
    /// Seconds of one call to ResMan.
    public var resmanSeconds = 7.0
    /// Seconds of one call to DomIQ.
    public var domiqSeconds = 3.0

    public init() {}
  }

  /// Connections to the database beside `api.pool_size`.
  static let reservedConnections = 2

  public let database: PostgresPool
  /// Connections that only look up keys and answer `/ready`, so that keys are checked without delay however busy the
  /// others are.
  public let reserve: PostgresPool
  public let keys: APIKeys
  public let desk: StatusChangeService
  public let history: StatusHistory
  public let workflows: Workflows
  public let webhooks: WebhookReceiver
  public let analytics: StatusAnalytics
  public let inFlight: InFlight
  /// How long a caller waits for a change at most.
  public let timeout: Duration
  public let sweep: Sweep
  /// Drains the outbox until its task is cancelled.
  public let deliver: @Sendable () async -> Void
  /// Verifies ResMan's webhooks.
  public let signature: WebhookSignature
  public let clock: RunClock

  /// Composes the use cases from the configuration.
  /// - Parameters:
  ///   - client: the caller shuts it down.
  /// - Throws: `ConfigurationError` where an address or a secret is missing.
  public init(
    _ settings: Settings, database url: String, client: HTTPClient, clock: RunClock = .system(),
    timeouts: Timeouts = Timeouts(), logger: Logger
  ) throws(ConfigurationError) {
    let night = try Nightly.connected(
      settings, database: url, client: client, clock: clock, logger: logger, timeouts: timeouts)
    let own = settings.resman.webhookSecrets
    let secrets = own.isEmpty ? settings.domiq.webhookSecrets : own
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
      settleSeconds: Double(settings.limits.settleSeconds))
    var settling = sender
    settling.log = ChangeEffects(mapping: settings.mapping).log(settling: pool)
    let reserve = PostgresPool(
      PostgresConfiguration(
        url: url, applicationName: "status-sync serve keys", connectTimeoutSeconds: 5),
      size: Self.reservedConnections)
    let inFlight = InFlight(
      limit: settings.api.inFlight, each: settings.api.inFlightPerKey, clock: clock)
    let idempotency = Idempotency(database: pool)
    database = pool
    self.reserve = reserve
    keys = APIKeys(reserve)
    desk = StatusChangeService(
      update: StatusUpdate(sender: sender, database: pool, budget: timeouts.budget),
      idempotency: idempotency, inFlight: inFlight,
      turns: FairQueue(limit: settings.resman.concurrency), timeout: timeouts.timeout,
      newID: { UUID() })
    history = StatusHistory(database: pool)
    workflows = Workflows(
      database: pool, idempotency: idempotency, slackHosts: settings.notify.slackHosts)
    webhooks = WebhookReceiver(database: pool, mapping: settings.mapping, clock: clock)
    analytics = StatusAnalytics(database: pool)
    sweep = Sweep(
      recover: Recover(sender: settling, liveOnly: true),
      webhooks: webhooks, database: pool, clock: clock, logger: logger)
    let notify = settings.notify
    deliver = {
      await OutboxDispatcher.keepDraining(
        connect: {
          try await PostgresConnection(
            PostgresConfiguration(
              url: url, applicationName: "status-sync deliver", connectTimeoutSeconds: 5))
        }, settings: notify, clock: clock, logger: logger)
    }
    self.inFlight = inFlight
    timeout = timeouts.timeout
    self.signature = signature
    self.clock = clock
  }

  /// Completes what was begun, then closes the pool. Work that takes too long is cancelled: its row stays pending, and
  /// the next sweep or run resolves it.
  public func close() async {
    await inFlight.drain(within: .seconds(8))
    await database.close()
    await reserve.close()
  }
}
