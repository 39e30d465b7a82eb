import Foundation
import HTTP
import Leads
import Settings
import Store
import Upstreams

/// One message of the outbox to be sent.
package struct QueuedMessage: Sendable, Equatable {
  /// The message keeps it however often it is sent.
  package var id: UUID
  package var channel: NotificationChannel
  /// Null: the channel's configured default.
  package var address: String?
  package var priority: NotificationPriority
  package var subject: String
  package var body: String
  /// The same as a page, for an email; null: there is none.
  package var html: String?
  /// Path of a file that goes with an email; null: none.
  package var attachment: String?
  package var createdAt: Instant
  /// Sends begun, this one included, without those that the server asked to repeat later.
  package var attempts: Int

  package init(
    id: UUID, channel: NotificationChannel, address: String?, priority: NotificationPriority,
    subject: String, body: String, html: String? = nil, attachment: String? = nil,
    createdAt: Instant, attempts: Int = 1
  ) {
    self.id = id
    self.channel = channel
    self.address = address
    self.priority = priority
    self.subject = subject
    self.body = body
    self.html = html
    self.attachment = attachment
    self.createdAt = createdAt
    self.attempts = attempts
  }
}

/// The outcome of sending a message. The texts have no address, no content and no secret.
package enum SendEnd: Sendable, Equatable {
  /// Accepted; with the receiver's id of it, where there is one.
  case accepted(providerID: String?)
  /// Refused because of its recipient; another attempt would be refused, too.
  case bounced(String)
  /// Refused permanently for another reason.
  case failed(String)
  /// Not accepted: the receiver asks to wait, with the seconds where it names them.
  case tryLater(seconds: Double?, String)
  /// Not accepted; another attempt may succeed.
  case notSent(String)
  /// Perhaps accepted: sent again with the same id, as a possible duplicate.
  case uncertain(String)
}

/// Sends messages on one channel.
package protocol MessageSender: Sendable {
  func send(_ message: QueuedMessage) async -> SendEnd
}

extension NotifySettings {
  /// The configured channels. Slack is always available, because a recipient may be a webhook.
  package func senders(clock: RunClock) -> [NotificationChannel: any MessageSender] {
    var senders: [NotificationChannel: any MessageSender] = [
      .slack: SlackSender(
        webhook: slackWebhook, hosts: slackHosts, timeoutSeconds: timeoutSeconds, clock: clock)
    ]
    if let email { senders[.email] = EmailSender(email, timeoutSeconds: timeoutSeconds) }
    if let sms { senders[.sms] = SMSSender(sms, timeoutSeconds: timeoutSeconds, clock: clock) }
    return senders
  }
}

extension WebPost.End {
  /// The result of a send; `classify` reads complete answers that differ between services.
  /// - Parameter classify: the end for a status and a body; null: by the status alone.
  func sendEnd(clock: RunClock, _ classify: (Int, [UInt8]) -> SendEnd?) -> SendEnd {
    switch self {
    case .addressRefused: return .bounced("the address is not one of the public internet")
    case .notSent(let reason): return .notSent(reason)
    case .uncertain(let reason): return .uncertain(reason)
    case .answered(let status, let body, let retryAfter):
      if let end = classify(status, body) { return end }
      let wait = RetryAfter.seconds(retryAfter, now: clock.now())
      switch status {
      case 429: return .tryLater(seconds: wait, "HTTP 429")
      case 503 where wait != nil: return .tryLater(seconds: wait, "HTTP 503")
      case 401, 407, 408: return .notSent("HTTP \(status)")
      case 300..<400: return .failed("HTTP \(status), a redirect, which is not followed")
      case 400..<500: return .failed("HTTP \(status)")
      default: return .uncertain("HTTP \(status)")
      }
    }
  }
}
