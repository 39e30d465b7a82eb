import Crypto
import Foundation

/// Signatures of webhooks, both ways (Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`).
public struct WebhookSignature: Sendable {
  /// Seconds that a timestamp may be off, in either direction.
  public static let tolerance: Int64 = 300

  private let keys: [SymmetricKey]

  /// - Parameter secrets: `whsec_` + base64; the first signs, any verifies (keys rotate).
  /// - Returns: nil where a secret is not of that form.
  public init?(secrets: [String]) {
    var keys: [SymmetricKey] = []
    for secret in secrets {
      let text = secret.hasPrefix("whsec_") ? String(secret.dropFirst(6)) : secret
      guard let data = Data(base64Encoded: text), !data.isEmpty else { return nil }
      keys.append(SymmetricKey(data: data))
    }
    guard !keys.isEmpty else { return nil }
    self.keys = keys
  }

  /// The `webhook-signature` header of a message.
  public func sign(id: String, timestamp: Int64, body: [UInt8]) -> String {
    keys.prefix(1).map { Self.entry(id, timestamp, body, $0) }.joined(separator: " ")
  }

  /// True where one of the space-separated signatures is one of ours, compared in constant time,
  /// and the timestamp is near `now`.
  public func verify(
    id: String, timestamp: String, signatures: String, body: [UInt8], now: Int64
  ) -> Bool {
    guard let sent = Int64(timestamp), !id.isEmpty,
      sent.subtractingReportingOverflow(now).overflow == false,
      (sent - now).magnitude <= Self.tolerance.magnitude
    else { return false }
    let message = Self.message(id, sent, body)
    var isValid = false
    for entry in signatures.split(separator: " ") where entry.hasPrefix("v1,") {
      guard let mac = Data(base64Encoded: String(entry.dropFirst(3))) else { continue }
      for key in keys
      where HMAC<SHA256>.isValidAuthenticationCode(mac, authenticating: message, using: key) {
        isValid = true
      }
    }
    return isValid
  }

  private static func message(_ id: String, _ timestamp: Int64, _ body: [UInt8]) -> [UInt8] {
    Array("\(id).\(timestamp).".utf8) + body
  }

  private static func entry(
    _ id: String, _ timestamp: Int64, _ body: [UInt8], _ key: SymmetricKey
  ) -> String {
    let mac = HMAC<SHA256>.authenticationCode(for: message(id, timestamp, body), using: key)
    return "v1," + Data(mac).base64EncodedString()
  }
}
