import Foundation
import Leads
import Logging
import Postgres
import Settings
import Store
import Upstreams

/// The result of one pass over the outbox and the due actions.
package struct DeliverySummary: Codable, Sendable, Equatable {
  /// Accepted by the mail server, Slack or the SMS provider.
  package var accepted = 0
  /// To be sent again.
  package var retried = 0
  /// Given up: bounced, failed or expired; each with an alert.
  package var dead = 0
  /// Dead letters put back at the start.
  package var requeued = 0
  /// Waiting in the outbox afterwards.
  package var pending = 0
  /// Age of the oldest of them; null where there is none.
  package var oldestPendingSeconds: Double?
  package var actions = ActionSummary()

  /// True where everything that was due succeeded.
  package var isClean: Bool { retried == 0 && dead == 0 && pending == 0 && actions.failed == 0 }

  package enum CodingKeys: String, CodingKey {
    case accepted, retried, dead, requeued, pending, actions
    case oldestPendingSeconds = "oldest_pending_seconds"
  }
}

/// Sends the messages of the outbox and executes due workflow actions. Any number may run at once: a message is leased
/// to one of them, and free again when the lease expires.
package struct OutboxDispatcher: Sendable {
  /// The most attempts of one message; a server that asks to wait does not count.
  package static let maximumAttempts = 20
  /// Messages sent at a time.
  package static let concurrency = 8

  package let connection: PostgresConnection
  package let senders: [NotificationChannel: any MessageSender]
  package let clock: RunClock
  package let newID: @Sendable () -> UUID
  package let logger: Logger
  private let health: ChannelHealth
  /// How long a stop waits for messages that are being sent, before it cancels them.
  private let stopping: Drain

  init(
    _ connection: PostgresConnection, senders: [NotificationChannel: any MessageSender],
    clock: RunClock, newID: @escaping @Sendable () -> UUID = { UUID() }, logger: Logger,
    health: ChannelHealth = ChannelHealth()
  ) {
    self.connection = connection
    self.senders = senders
    self.clock = clock
    self.newID = newID
    self.logger = logger
    self.health = health
    stopping = Drain(clock: clock)
  }

  /// - Parameter connection: used by nothing else meanwhile.
  package init(
    _ connection: PostgresConnection, settings: NotifySettings, clock: RunClock = .system(),
    logger: Logger
  ) {
    self.init(connection, senders: settings.senders(clock: clock), clock: clock, logger: logger)
  }

  /// One pass: due actions, then due messages. A message that fails is due again after a pause, so a pass ends.
  /// - Parameter retryDead: put dead letters back first.
  /// - Throws: when the database is lost, or the task was cancelled; the outcome of messages being sent is recorded first.
  package func drain(retryDead: Bool = false) async throws -> DeliverySummary {
    var summary = DeliverySummary()
    let outbox = Outbox(connection: connection)
    if retryDead { summary.requeued = try await outbox.requeueDead() }
    summary.actions = try await ActionRunner(connection, logger: logger).run()
    for letter in try await outbox.expire() {
      summary.dead += 1
      alert(letter.id, letter.channel, cause: "expired", why: letter.why)
    }
    while true {
      try Task.checkCancellation()
      let holder = newID()
      let batch = try await outbox.lease(
        holder, channels: health.usable(at: clock.elapsed()), limit: Self.concurrency)
      guard !batch.isEmpty else { break }
      for end in try await send(batch, holder: holder, outbox) {
        switch end {
        case .accepted: summary.accepted += 1
        case .dead: summary.dead += 1
        case .retried: summary.retried += 1
        }
      }
    }
    let left = try await outbox.pending()
    summary.pending = left.count
    summary.oldestPendingSeconds = left.oldestSeconds
    return summary
  }

  /// Repeats passes until the task is cancelled; the outcome of messages being sent is recorded first. A pass that fails
  /// is logged, and the next one opens a new connection.
  /// - Parameters:
  ///   - connect: opens a new connection.
  ///   - pause: between two passes.
  package static func keepDraining(
    connect: @Sendable () async throws -> PostgresConnection, settings: NotifySettings,
    clock: RunClock = .system(), every pause: Duration = .seconds(1), logger: Logger
  ) async {
    let senders = settings.senders(clock: clock)
    let health = ChannelHealth()
    while !Task.isCancelled {
      do {
        let connection = try await connect()
        let deliver = OutboxDispatcher(
          connection, senders: senders, clock: clock, logger: logger, health: health)
        let failure = await deliver.passes(every: pause)
        await connection.close()
        throw failure
      } catch {
        if Task.isCancelled { return }
        logger.error("a pass over the outbox failed", metadata: ["why": "\(error)"])
        try? await clock.sleep(max(pause, .seconds(1)))
      }
    }
  }

  /// Repeats passes until one fails or the task is cancelled.
  /// - Returns: why.
  private func passes(every pause: Duration) async -> any Error {
    do {
      while true {
        _ = try await drain()
        try await clock.sleep(pause)
      }
    } catch {
      return error
    }
  }

  private enum Recorded: Sendable { case accepted, dead, retried }

  /// Sends several messages at a time. Those that were begun are completed and recorded even when the task is cancelled;
  /// those that take too long are cancelled, and recorded as uncertain.
  private func send(
    _ batch: [QueuedMessage], holder: UUID, _ outbox: Outbox
  ) async throws -> [Recorded] {
    try await stopping.onCancel {
      try await withThrowingTaskGroup(of: Recorded.self) { group in
        for message in batch {
          group.addTask {
            let end = try await stopping.finishing {
              await senders[message.channel]?.send(message) ?? .failed(Self.notSetUp)
            }
            return try await Task {
              health.note(end, on: message.channel, at: clock.elapsed())
              return try await record(end, of: message, holder: holder, outbox)
            }.value
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
    }
  }

  private static let notSetUp = "the channel is not set up"

  private func record(
    _ end: SendEnd, of message: QueuedMessage, holder: UUID, _ outbox: Outbox
  ) async throws -> Recorded {
    switch end {
    case .accepted(let providerID):
      try await outbox.accept(message.id, holder: holder, providerID: providerID)
      return .accepted
    case .bounced(let why): return try await bury(message, holder, "bounced", why, outbox)
    case .failed(let why): return try await bury(message, holder, "failed", why, outbox)
    case .tryLater(let seconds, let why):
      let wait = min(max(seconds ?? backoff(message.attempts), 1), ChannelHealth.longestWait)
      try await outbox.retry(
        message.id, holder: holder, after: wait, why: why, isAskedTo: true)
      return .retried
    case .notSent(let why), .uncertain(let why):
      guard message.attempts < Self.maximumAttempts else {
        return try await bury(message, holder, "failed", why, outbox)
      }
      var isUncertain = false
      if case .uncertain = end { isUncertain = true }
      try await outbox.retry(
        message.id, holder: holder, after: backoff(message.attempts), why: why,
        isUncertain: isUncertain)
      return .retried
    }
  }

  private func bury(
    _ message: QueuedMessage, _ holder: UUID, _ cause: String, _ why: String, _ outbox: Outbox
  ) async throws -> Recorded {
    try await outbox.bury(message.id, holder: holder, cause: cause, why: why)
    alert(message.id, message.channel, cause: cause, why: why)
    return .dead
  }

  private func alert(_ id: UUID, _ channel: NotificationChannel, cause: String, why: String) {
    logger.error(
      "alert: a notification was given up",
      metadata: [
        "notification": "\(id.uuidString.lowercased())", "channel": "\(channel.rawValue)",
        "cause": "\(cause)", "why": "\(why)",
      ])
  }

  /// Seconds before the next attempt: 15 s doubled each time, at most half an hour, with jitter.
  private func backoff(_ attempts: Int) -> Double {
    min(15 * Double(1 << min(max(attempts - 1, 0), 7)), 1800) * (0.5 + clock.random() / 2)
  }
}
