import Crypto
import Foundation

/// Signatures of webhooks, both ways (Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`).
package struct WebhookSignature: Sendable {
  /// Seconds that a timestamp may be off, in either direction.
  package static let tolerance: Int64 = 300

  private let keys: [SymmetricKey]

  /// Bytes that a secret has, as Standard Webhooks wants them.
  static let secretBytes = 24...64

  /// - Parameter secrets: `whsec_` + base64; the first signs, any verifies (keys rotate).
  /// - Returns: nil where there is none, or one is not usable.
  package init?(secrets: [String]) {
    guard Self.flaw(of: secrets) == nil else { return nil }
    keys = secrets.compactMap { Self.bytes(of: $0).map { SymmetricKey(data: $0) } }
  }

  /// Why these secrets cannot be used, without saying what they are; nil where they can.
  package static func flaw(of secrets: [String]) -> String? {
    if secrets.isEmpty { return "not set" }
    for (index, secret) in secrets.enumerated() {
      let name = secrets.count == 1 ? "the secret" : "secret \(index + 1)"
      guard let data = bytes(of: secret) else {
        return "\(name) is not whsec_ and base64 (make one with: openssl rand -base64 32)"
      }
      guard secretBytes.contains(data.count) else {
        return "\(name) has \(data.count) bytes, not 24 to 64 "
          + "(make one with: openssl rand -base64 32)"
      }
    }
    return nil
  }

  private static func bytes(of secret: String) -> Data? {
    Data(base64Encoded: secret.hasPrefix("whsec_") ? String(secret.dropFirst(6)) : secret)
  }

  /// The `webhook-signature` header of a message.
  package func sign(id: String, timestamp: Int64, body: [UInt8]) -> String {
    keys.prefix(1).map { Self.entry(id, timestamp, body, $0) }.joined(separator: " ")
  }

  /// True where one of the space-separated signatures is one of ours, compared in constant time,
  /// and the timestamp is near `now`.
  package func verify(
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
