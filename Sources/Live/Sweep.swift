import Changes
import Foundation
import Logging
import Postgres
import Store
import Upstreams

/// The live API's periodic work: resolves changes with an unknown outcome; processes webhooks whose lead has become
/// known, and deletes expired rows. Neither waits for the other, or fails with it.
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
    let settled: Result<RecoverSummary, any Error>
    do { settled = .success(try await settle()) } catch { settled = .failure(error) }
    try await takeWaiting()
    return try settled.get()
  }

  private func settle() async throws -> RecoverSummary {
    let run = RunContext(
      id: UUID(), startedAt: clock.now(), deadline: clock.elapsed() + .seconds(60),
      newID: { UUID() }, drain: Drain())
    return try await recover.run(run)
  }

  private func takeWaiting() async throws {
    try await webhooks.takeWaiting()
    _ = try await database.withConnection { connection in
      try await connection.query(.deleteExpiredRequests)
    }
  }

  /// Sweeps until its task is cancelled; what fails is logged and repeated.
  package func run() async {
    async let settling: Void = repeated { _ = try await settle() }
    async let taking: Void = repeated { try await takeWaiting() }
    _ = await (settling, taking)
  }

  private func repeated(_ work: @Sendable () async throws -> Void) async {
    while !Task.isCancelled {
      do { try await work() } catch {
        guard !Task.isCancelled else { return }
        logger.warning("a sweep failed", metadata: ["reason": "\(error)"])
      }
      guard (try? await clock.sleep(Self.interval)) != nil else { return }
    }
  }
}
