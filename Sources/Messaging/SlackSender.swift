import Foundation
import HTTP
import Leads
import Settings
import Store

/// Slack's incoming webhooks. Their addresses come from data, so they are restricted: https on its default port, no
/// internal address, no redirect.
package struct SlackSender: MessageSender {
  /// The rule for a webhook's address. Only tests use another one than `strict`.
  package struct Rule: Sendable {
    package var addresses: AddressRule
    var isTransportFree: Bool

    package init(addresses: AddressRule, isTransportFree: Bool) {
      self.addresses = addresses
      self.isTransportFree = isTransportFree
    }

    package static let strict = Rule(addresses: .publicOnly, isTransportFree: false)
  }

  package let webhook: Secret
  /// Allowed hosts of an address from data; null: any public one. The host of the configured webhook is not
  /// restricted.
  package var hosts: Set<String>?
  package var rule = Rule.strict
  package let timeoutSeconds: Double
  package let clock: RunClock

  package init(
    webhook: Secret, hosts: Set<String>? = nil, rule: Rule = Rule.strict, timeoutSeconds: Double,
    clock: RunClock
  ) {
    self.webhook = webhook
    self.hosts = hosts
    self.rule = rule
    self.timeoutSeconds = timeoutSeconds
    self.clock = clock
  }

  package func send(_ message: QueuedMessage) async -> SendEnd {
    let url = message.address ?? webhook.reveal()
    guard !url.isEmpty else { return .failed("the role has no webhook, and none is configured") }
    guard isAllowed(url) else { return .bounced("the webhook is not a plain https address") }
    if message.address != nil, let hosts, !hosts.contains(Recipient.webhookHost(url) ?? "") {
      return .bounced("the webhook's host is not among those that notify.slack.hosts allows")
    }
    guard let body = try? JSON.encode(["text": Self.text(message)]) else {
      return .failed("the message cannot be written as JSON")
    }
    let post = WebPost(
      url: url, headers: [("Content-Type", "application/json")], body: body, rule: rule.addresses,
      allowsPlain: rule.isTransportFree, timeoutSeconds: timeoutSeconds)
    return await post.send().sendEnd(clock: clock) { status, _ in
      switch status {
      case 200..<300: .accepted(providerID: nil)
      case 403, 404, 410: .bounced("HTTP \(status): the webhook is gone")
      default: nil
      }
    }
  }

  private func isAllowed(_ url: String) -> Bool {
    guard let parsed = URL(string: url), parsed.host?.isEmpty == false, parsed.user == nil,
      parsed.password == nil, parsed.fragment == nil
    else { return false }
    return rule.isTransportFree || Recipient.webhookHost(url) != nil
  }

  /// The text in Slack's markup; no value can become a mention or a link.
  package static func text(_ message: QueuedMessage) -> String {
    let escaped = [message.subject, message.body].map {
      $0.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
    return "*\(escaped[0].replacing("*", with: "∗"))*\n\(escaped[1])"
  }
}
