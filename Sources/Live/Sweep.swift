import Changes
import Foundation
import Logging
import Postgres
import Store
import Upstreams

/// The live API's periodic work: resolves changes with an unknown outcome, processes webhooks whose lead has become
/// known, and deletes expired rows.
package struct Sweep: Sendable {
  /// Seconds between two sweeps.
  package static let interval = Duration.seconds(5)

  package let recover: Recover
  package let webhooks: WebhookReceiver
  package let database: any ConnectionLender
  package let clock: RunClock
  package let logger: Logger

  package init(
    recover: Recover, webhooks: WebhookReceiver, database: any ConnectionLender, clock: RunClock,
    logger: Logger
  ) {
    self.recover = recover
    self.webhooks = webhooks
    self.database = database
    self.clock = clock
    self.logger = logger
  }

  /// Sweeps once.
  @discardableResult
  package func once() async throws -> RecoverSummary {
    let run = RunContext(
      id: UUID(), startedAt: clock.now(), deadline: clock.elapsed() + .seconds(60),
      newID: { UUID() }, drain: Drain())
    let summary = try await recover.run(run)
    try await webhooks.takeWaiting()
    _ = try await database.withConnection { connection in
      try await connection.query(.deleteExpiredRequests)
    }
    return summary
  }

  /// Sweeps until its task is cancelled; a sweep that fails is logged and repeated.
  package func run() async {
    while !Task.isCancelled {
      do { try await once() } catch {
        guard !Task.isCancelled else { return }
        logger.warning("a sweep failed", metadata: ["reason": "\(error)"])
      }
      guard (try? await clock.sleep(Self.interval)) != nil else { return }
    }
  }
}
