import Foundation
import Leads
import Logging
import Messaging
import Postgres
import Pages
import Reports
import Settings
import Store
import Synchronization

/// Messages to operators: what `AlertPolicy` decides, sent by mail and to Slack.
package struct Alerts: Sendable {
  package let settings: Settings
  let senders: [NotificationChannel: any MessageSender]
  package let clock: RunClock
  package let logger: Logger
  /// This machine's name.
  package let host: String
  private let unsaved = Unsaved()

  /// Over the channels that are set up.
  package init(_ settings: Settings, clock: RunClock = .system(), logger: Logger) {
    var senders = settings.notify.senders(clock: clock)
    senders[.slack] = SlackSender(
      webhook: settings.monitor.slackWebhook, timeoutSeconds: settings.notify.timeoutSeconds,
      clock: clock)
    self.init(settings, senders: senders, clock: clock, logger: logger)
  }

  package init(
    _ settings: Settings, senders: [NotificationChannel: any MessageSender], clock: RunClock,
    logger: Logger
  ) {
    self.settings = settings
    self.senders = senders
    self.clock = clock
    self.logger = logger
    host = ProcessInfo.processInfo.hostName
  }

  /// False where no operator is configured.
  var isSetUp: Bool {
    !settings.monitor.emails.isEmpty || !settings.monitor.slackWebhook.isEmpty
  }

  /// A night has ended. One that somebody interrupted says nothing of how the nights are.
  package func ended(_ ending: RunEnding) async {
    guard ending.status != .interrupted else { return }
    let causes = ending.causes
    await tell(body: ending.lines) { $0.ended(causes, at: clock.now()) }
  }

  /// Sends a message where no night has finished for too long; for a process that looks once by day.
  package func watchStaleness(_ database: any ConnectionLender) async {
    await watchStaleness(database, again: false)
  }

  /// Of each day of staleness the seconds in which a process tells of it that can find out neither from a file nor from
  /// its memory what was told before: two passes of a timer of five minutes.
  private static let toldWithoutState = 600.0

  /// - Parameter again: this process looks again.
  private func watchStaleness(_ database: any ConnectionLender, again: Bool) async {
    guard isSetUp else { return }
    let now = clock.now()
    let age: Double?
    do {
      age = try await database.withConnection { try await SyncStatus.age($0, at: now) }
    } catch {
      // It is not known whether nights run; the unreachable database is reported elsewhere.
      return
    }
    guard let age, age > settings.monitor.staleSeconds else { return }
    let ofDay = (age - settings.monitor.staleSeconds).truncatingRemainder(dividingBy: 86_400)
    await tell(
      body: [
        "the last night that finished ended \(Formatting.duration(age)) ago, which is over "
          + "monitor.stale_hours",
        "look at status-sync status, and at the timer: systemctl list-timers, or cron's log",
      ], withoutState: again || ofDay < Self.toldWithoutState
    ) { $0.isStale(at: clock.now()) }
  }

  /// The same every so often, until the task is cancelled.
  package func keepWatching(_ database: any ConnectionLender) async {
    guard isSetUp else { return }
    while (try? await clock.sleep(.seconds(600))) != nil {
      await watchStaleness(database, again: true)
    }
  }

  /// Decides and sends. A message that could not be sent is decided again the next time.
  /// - Parameter withoutState: whether to send what cannot be saved, and is not in this process' memory.
  private func tell(
    body: [String], withoutState: Bool = true,
    _ decide: (inout AlertPolicy) -> [AlertPolicy.Message]
  ) async {
    guard isSetUp else { return }
    let unsaved = self.unsaved.policy.withLock { $0 }
    var known = unsaved
    var decided: AlertPolicy?
    do {
      let state = AlertState(path: settings.reports.directory)
      try await state.with { policy in
        let before = unsaved ?? policy
        known = before
        // Tried before a message is sent, because what is not on record would be sent again.
        policy = try await told(before, body, decide) { try state.save(before) }
        decided = policy
      }
      decided = nil
    } catch {
      // Sent without saved state: a full disk is a cause, too.
      logger.warning("the state of the alerts cannot be saved", metadata: ["reason": "\(error)"])
      if decided == nil, withoutState || unsaved != nil {
        decided = await told(known ?? AlertPolicy(), body, decide) {}
      }
    }
    self.unsaved.policy.withLock { [decided] in $0 = decided }
  }

  /// Sends what follows from a state.
  /// - Parameter prepare: called before the first message is sent.
  /// - Returns: the state afterwards; the same where a message could not be sent.
  private func told(
    _ policy: AlertPolicy, _ body: [String],
    _ decide: (inout AlertPolicy) -> [AlertPolicy.Message], _ prepare: () throws -> Void
  ) async rethrows -> AlertPolicy {
    var next = policy
    let messages = decide(&next)
    if !messages.isEmpty { try prepare() }
    var areTold = true
    for message in messages where !(await send(message, body)) { areTold = false }
    return areTold ? next : policy
  }

  /// The state of this process while it cannot be saved, so that it does not send the same again.
  private final class Unsaved: Sendable {
    let policy = Mutex<AlertPolicy?>(nil)
  }

  /// True where a message was sent.
  private func send(_ message: AlertPolicy.Message, _ body: [String]) async -> Bool {
    let text = (body + ["", "host \(host)"]).joined(separator: "\n")
    let to =
      settings.monitor.emails.map { (NotificationChannel.email, Optional($0)) }
      + (settings.monitor.slackWebhook.isEmpty ? [] : [(.slack, nil)])
    var isTold = false
    for (channel, address) in to {
      let end = await senders[channel]?.send(
        QueuedMessage(
          id: UUID(), channel: channel, address: address, priority: message.priority,
          subject: message.subject, body: text, createdAt: clock.now()))
      if case .accepted = end {
        isTold = true
      } else {
        logger.warning(
          "an alert could not be sent",
          metadata: ["channel": "\(channel.rawValue)", "reason": "\(end.map { "\($0)" } ?? "")"])
      }
    }
    return isTold
  }
}

extension AlertPolicy.Message {
  var priority: NotificationPriority {
    if case .trouble = self { .high } else { .low }
  }

  var subject: String {
    switch self {
    case .trouble("guard"): "StatusSync: a safety limit stopped some repairs"
    case .trouble("partial"): "StatusSync: some of the night could not be read"
    case .trouble("targets"): "StatusSync: a target for a figure is missed"
    case .trouble("staleness"): "StatusSync: no night has finished for too long"
    case .trouble(let cause): "StatusSync: the night failed (\(cause))"
    case .recovered(let causes):
      "StatusSync: all is well again (was: \(causes.joined(separator: ", ")))"
    case .allWell: "StatusSync: all was well this week"
    }
  }
}
