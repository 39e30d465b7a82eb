import Settings

extension SystemSettings {
  /// - Parameter limit: seconds of a call that a caller waits for; null at night.
  package func upstream(deadline: Double, forCallersWithin limit: Double? = nil) -> UpstreamSettings
  {
    UpstreamSettings(
      url: url, token: token.reveal(), requestsPerSecond: requestsPerSecond,
      concurrency: concurrency, timeoutSeconds: min(timeoutSeconds, limit ?? timeoutSeconds),
      deadlineSeconds: deadline, waitTimeoutSeconds: limit.map { _ in 2 })
  }

  /// One secret, or several separated by spaces while keys are rotated; the first one signs.
  package var webhookSecrets: [String] {
    webhookSecret.reveal().split(whereSeparator: \.isWhitespace).map(String.init)
  }
}
