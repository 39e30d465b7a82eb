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
    for (name, system) in [("resman", settings.resman), ("domiq", settings.domiq)] {
      guard !system.url.isEmpty else { throw ConfigurationError("\(name).url is not set") }
      guard !system.token.isEmpty else {
        throw ConfigurationError("\(name).token_file is not set, nor is the token's variable")
      }
    }
    guard let signature = WebhookSignature(secrets: settings.domiq.webhookSecrets) else {
      let flaw = WebhookSignature.flaw(of: settings.domiq.webhookSecrets) ?? ""
      throw ConfigurationError("domiq.webhook_secret_file: \(flaw)")
    }
    let deadline = timeouts == nil ? Double(settings.limits.deadlineSeconds) : 60
    let resman = settings.resman.upstream(
      deadline: deadline, forCallersWithin: timeouts?.resmanSeconds)
    let domiq = settings.domiq.upstream(
      deadline: deadline, forCallersWithin: timeouts?.domiqSeconds)
    let budget = RetryBudget()
    let resmanClient = ResManClient(resman, client: client, clock: clock, budget: budget)
    let domiqClient = DomIQClient(
      domiq, signature: signature, client: client, clock: clock, budget: budget)
    return Nightly(
      Dependencies(
        settings: settings,
        connect: { try await PostgresConnection(PostgresConfiguration(url: url)) },
        resman: settings.resman.write == .none ? ReadOnlyResMan(resmanClient) : resmanClient,
        domiq: settings.domiq.write == .none ? ReadOnlyDomIQ(domiqClient) : domiqClient,
        clock: clock, budget: budget, logger: logger, progress: progress, stopped: stopped))
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
