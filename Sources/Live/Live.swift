import Changes
import Foundation
import Leads
import Logging
import Postgres
import Store
import Upstreams

/// The use cases that `serve` offers over HTTP.
package struct Live: Sendable {
  package let database: PostgresPool
  /// Connections that only look up keys and answer `/ready` and `/metrics`, so that keys are checked without delay however
  /// busy the others are.
  package let reserve: PostgresPool
  package let keys: APIKeys
  package let service: StatusChangeService
  package let history: StatusHistory
  package let workflows: Workflows
  package let webhooks: WebhookReceiver
  package let analytics: StatusAnalytics
  package let inFlight: InFlight
  /// How long a caller waits for a change at most.
  package let timeout: Duration
  package let sweep: Sweep
  /// Sends the messages of the outbox until its task is cancelled.
  package let deliver: @Sendable () async -> Void
  /// Verifies ResMan's webhooks.
  package let signature: WebhookSignature
  package let clock: RunClock
  /// Asks ResMan for changes, where it sends no webhooks; null: it sends them, or nobody wants it.
  package let poll: Poll?

  /// The live service, composed by `Live.connected`.
  package init(
    database: PostgresPool, reserve: PostgresPool, keys: APIKeys, service: StatusChangeService,
    history: StatusHistory, workflows: Workflows, webhooks: WebhookReceiver,
    analytics: StatusAnalytics, inFlight: InFlight, timeout: Duration, sweep: Sweep,
    deliver: @escaping @Sendable () async -> Void, signature: WebhookSignature, clock: RunClock,
    poll: Poll? = nil
  ) {
    self.poll = poll
    self.database = database
    self.reserve = reserve
    self.keys = keys
    self.service = service
    self.history = history
    self.workflows = workflows
    self.webhooks = webhooks
    self.analytics = analytics
    self.inFlight = inFlight
    self.timeout = timeout
    self.sweep = sweep
    self.deliver = deliver
    self.signature = signature
    self.clock = clock
  }

  /// Completes what was begun, then closes the pool. Work that takes too long is cancelled: its row stays pending, and
  /// the next sweep or run resolves it.
  package func close() async {
    await inFlight.drain(within: .seconds(8))
    await database.close()
    await reserve.close()
  }
}
