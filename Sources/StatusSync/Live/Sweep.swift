import Foundation
import Logging
import Postgres

/// The live API's periodic work: resolves changes with an unknown outcome, processes webhooks whose lead has become
/// known, and deletes expired rows.
public struct Sweep: Sendable {
  /// Seconds between two sweeps.
  public static let interval = Duration.seconds(5)

  let recover: Recover
  let webhooks: WebhookReceiver
  let database: any ConnectionLender
  let clock: RunClock
  let logger: Logger

  /// Sweeps once.
  @discardableResult
  public func once() async throws -> RecoverSummary {
    let run = RunContext(
      id: UUID(), startedAt: clock.now(), deadline: clock.elapsed() + .seconds(60),
      newID: { UUID() }, drain: Drain())
    let summary = try await recover.run(run)
    try await webhooks.takeWaiting()
    _ = try await database.withConnection { connection in
      try await connection.query(SQL(file: PackageResources.live_expired_sql))
    }
    return summary
  }

  /// Sweeps until its task is cancelled; a sweep that fails is logged and repeated.
  public func run() async {
    while !Task.isCancelled {
      do { try await once() } catch {
        guard !Task.isCancelled else { return }
        logger.warning("a sweep failed", metadata: ["reason": "\(error)"])
      }
      guard (try? await clock.sleep(Self.interval)) != nil else { return }
    }
  }
}
