import Foundation
import HTTP
import Settings
import Store

/// Pings a monitoring service when a night begins and when it ends (https://healthchecks.io/docs/http_api/):
/// a POST to the address with `/start`, or with the exit status, and the body as plain text. A night that
/// does not run is noticed there.
struct Ping: Sendable {
  let url: Secret
  /// Seconds for one attempt.
  var timeoutSeconds = 5.0
  /// Time between two attempts.
  var pause = Duration.seconds(1)
  let clock: RunClock

  /// Sends one, at most twice.
  /// - Parameter signal: `start`, or the exit status.
  /// - Returns: why it did not arrive, without the address; nil where it did.
  func send(_ signal: String, body: String = "") async -> String? {
    var reason: String?
    for attempt in 1...2 {
      if attempt > 1 { try? await clock.sleep(pause) }
      let end = await WebPost(
        url: Self.address(url.reveal(), signal),
        headers: [("Content-Type", "text/plain; charset=utf-8")], body: body, rule: .any,
        allowsPlain: true, timeoutSeconds: timeoutSeconds
      ).send()
      switch end {
      case .answered(let status, _, _) where (200..<300).contains(status): return nil
      case .answered(let status, _, _):
        reason = "HTTP \(status)"
        if (400..<500).contains(status), status != 429 { return reason }
      case .addressRefused: return "the address is refused"
      case .notSent(let why), .uncertain(let why): reason = why
      }
    }
    return reason
  }

  /// The address with one more part of its path, before what is asked of it.
  static func address(_ url: String, _ signal: String) -> String {
    let parts = url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let path = parts[0].hasSuffix("/") ? parts[0].dropLast() : parts[0]
    return "\(path)/\(signal)" + (parts.count > 1 ? "?\(parts[1])" : "")
  }
}
