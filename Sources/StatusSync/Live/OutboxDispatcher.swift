import Foundation
import Leads
import Logging
import Postgres

/// What one pass over the outbox and the due actions did.
public struct DeliverySummary: Codable, Sendable, Equatable {
  /// Taken by the mail server, Slack or the SMS provider.
  public var accepted = 0
  /// To be sent again.
  public var retried = 0
  /// Given up: bounced, failed or expired; each was an alert.
  public var dead = 0
  /// Dead letters put back at the start.
  public var requeued = 0
  /// Waiting in the outbox afterwards.
  public var pending = 0
  /// Age of the oldest of them; null where there is none.
  public var oldestPendingSeconds: Double?
  public var actions = ActionSummary()

  /// True where everything that was due came to a good end.
  public var isClean: Bool { retried == 0 && dead == 0 && pending == 0 && actions.failed == 0 }

  enum CodingKeys: String, CodingKey {
    case accepted, retried, dead, requeued, pending, actions
    case oldestPendingSeconds = "oldest_pending_seconds"
  }
}

/// Drains the outbox and the due workflow actions. Any number may run side by side: a message is
/// lent to one of them at a time, and one that dies gives it back when the lease runs out.
public struct OutboxDispatcher: Sendable {
  /// Attempts of one message in all, for failures that are not the server asking to wait.
  static let maximumAttempts = 20
  /// Messages sent side by side.
  static let concurrency = 8

  let connection: PostgresConnection
  let senders: [NotificationChannel: any MessageSender]
  let clock: RunClock
  let newID: @Sendable () -> UUID
  let logger: Logger
  private let health: ChannelHealth
  /// A stop lets what is being sent end by itself for a while, then cuts it off.
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

  /// - Parameter connection: of its own, for as long as it works.
  public init(
    _ connection: PostgresConnection, settings: NotifySettings, clock: RunClock = .system(),
    logger: Logger
  ) {
    self.init(connection, senders: settings.senders(clock: clock), clock: clock, logger: logger)
  }

  /// One pass: due actions, then every message that is due. A message that fails is due again after
  /// a pause, so a pass ends.
  /// - Parameter retryDead: put dead letters back first.
  /// - Throws: when the database is lost, or the task was cancelled; what was being sent is recorded
  ///   first.
  public func drain(retryDead: Bool = false) async throws -> DeliverySummary {
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

  /// Passes one after the other until the task is cancelled; what was being sent is recorded first.
  /// A pass that fails is logged, and the next one begins with a connection of its own.
  /// - Parameters:
  ///   - connect: opens a connection that nobody else uses.
  ///   - pause: between two passes.
  public static func keepDraining(
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
        logger.error("the outbox could not be drained", metadata: ["why": "\(error)"])
        try? await clock.sleep(max(pause, .seconds(1)))
      }
    }
  }

  /// Passes until one fails or the task is cancelled; gives why.
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

  /// Sends side by side; what has begun is finished and recorded even when the task is cancelled, or
  /// cut off, and recorded as what is known of it then.
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
        message.id, holder: holder, after: wait, why: why, isUncertain: false)
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
