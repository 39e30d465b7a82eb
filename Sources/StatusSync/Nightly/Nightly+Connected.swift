import AsyncHTTPClient
import Foundation
import Logging
import Postgres

extension Nightly {
  /// The one place where a night is put together from its configuration.
  /// - Parameter client: shut down by its owner.
  /// - Throws: `ConfigurationError` where an address or a secret is missing.
  public static func connected(
    _ settings: Settings, database url: String, client: HTTPClient,
    clock: RunClock = .system(), logger: Logger,
    progress: @escaping @Sendable (Progress) -> Void = { _ in }
  ) throws(ConfigurationError) -> Nightly {
    for (name, system) in [("resman", settings.resman), ("domiq", settings.domiq)] {
      guard !system.url.isEmpty else { throw ConfigurationError("\(name).url is not set") }
      guard !system.token.isEmpty else {
        throw ConfigurationError("\(name).token_file is not set, nor is the token's variable")
      }
    }
    guard let signature = WebhookSignature(secrets: settings.domiq.webhookSecrets) else {
      throw ConfigurationError(
        "domiq.webhook_secret_file: not a webhook secret (whsec_ and base64)")
    }
    let deadline = Double(settings.limits.deadlineSeconds)
    let budget = ResendBudget()
    return Nightly(
      Dependencies(
        settings: settings,
        connect: { try await PostgresConnection(PostgresConfiguration(url: url)) },
        resman: ResManClient(
          settings.resman.upstream(deadline: deadline), client: client, clock: clock,
          budget: budget),
        domiq: DomIQClient(
          settings.domiq.upstream(deadline: deadline), signature: signature, client: client,
          clock: clock, budget: budget),
        clock: clock, budget: budget, logger: logger, progress: progress))
  }
}

extension SystemSettings {
  func upstream(deadline: Double) -> UpstreamSettings {
    UpstreamSettings(
      url: url, token: token.reveal(), requestsPerSecond: requestsPerSecond,
      concurrency: concurrency, timeoutSeconds: timeoutSeconds, deadlineSeconds: deadline)
  }

  /// One secret, or several separated by spaces while keys rotate; the first signs.
  var webhookSecrets: [String] {
    webhookSecret.reveal().split(whereSeparator: \.isWhitespace).map(String.init)
  }
}
