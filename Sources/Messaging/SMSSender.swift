import Foundation
import HTTP
import Leads
import Settings
import Store
import Upstreams

/// Text messages through an HTTP API like Twilio's.
struct SMSSender: MessageSender {
  /// The maximum number of characters of a text; longer ones are cut.
  static let longest = 320
  /// Twilio's codes for numbers that never accept a text: invalid, unsubscribed, not a mobile.
  static let hopeless: Set<Int> = [21_211, 21_214, 21_217, 21_421, 21_610, 21_612, 21_614]

  let settings: SMSSettings
  let timeoutSeconds: Double
  let clock: RunClock

  init(_ settings: SMSSettings, timeoutSeconds: Double, clock: RunClock) {
    self.settings = settings
    self.timeoutSeconds = timeoutSeconds
    self.clock = clock
  }

  func send(_ message: QueuedMessage) async -> SendEnd {
    guard let address = message.address, case .address(let to) = Recipient(address, on: .sms)
    else { return .bounced("not a number in E.164 form") }
    let credentials = Data("\(settings.account):\(settings.token.reveal())".utf8)
    let form = [("To", to), ("From", settings.from), ("Body", Self.text(message))]
      .map { "\($0.0)=\(percentEncoded($0.1))" }.joined(separator: "&")
    guard let account = pathSegment(settings.account) else {
      return .failed("notify.sms.account is not an account")
    }
    let post = WebPost(
      url: "\(settings.url)/2010-04-01/Accounts/\(account)/Messages.json",
      headers: [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Authorization", "Basic \(credentials.base64EncodedString())"),
      ], body: form, rule: .any, allowsPlain: settings.url.lowercased().hasPrefix("http:"),
      timeoutSeconds: timeoutSeconds)
    return await post.send().sendEnd(clock: clock) { Self.classify(status: $0, body: $1) }
  }

  private struct Answer: Decodable {
    var sid: String?
    var code: Int?
  }

  /// A 2xx counts only with the message's id; the body of a 400 shows whether the number is at fault.
  private static func classify(status: Int, body: [UInt8]) -> SendEnd? {
    let answer = try? JSON.decode(body, as: Answer.self)
    if (200..<300).contains(status) {
      guard let sid = answer?.sid, !sid.isEmpty else { return .uncertain("a 2xx without an id") }
      return .accepted(providerID: String(sid.prefix(64)))
    }
    guard status == 400, let code = answer?.code else { return nil }
    return hopeless.contains(code)
      ? .bounced("HTTP 400, code \(code)") : .failed("HTTP 400, code \(code)")
  }

  static func text(_ message: QueuedMessage) -> String {
    let text = "\(message.subject): \(message.body)"
    return text.count > longest ? text.prefix(longest - 1) + "…" : text
  }
}
