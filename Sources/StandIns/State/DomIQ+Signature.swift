import Crypto
import Foundation

/// How far a webhook's timestamp may be off, in either direction, in seconds.
private let tolerance: Int64 = 300

/// Why a webhook is refused, or nil if its signature is valid (Standard Webhooks: HMAC-SHA256 of
/// `id.timestamp.body`, base64, after `v1,`).
///
/// Independent of the code that signs, because two sides with the same mistake would agree.
func refusalOfSignature(_ call: Call, secret: String, now: Int64) -> Answer? {
  guard let id = call.headers["webhook-id"], !id.isEmpty,
    let stamp = call.headers["webhook-timestamp"], let seconds = Int64(stamp),
    let signatures = call.headers["webhook-signature"]
  else { return .problem(401, "Not signed") }
  let (apart, overflow) = now.subtractingReportingOverflow(seconds)
  guard !overflow, apart.magnitude <= UInt64(tolerance) else {
    return .problem(401, "Timestamp out of range")
  }
  guard let key = Data(base64Encoded: String(secret.trimmingPrefix("whsec_"))) else {
    return .problem(500, "The stand-in's webhook secret is not base64")
  }
  let signed = Data("\(id).\(stamp).".utf8) + Data(call.body)
  let isGenuine = signatures.split(separator: " ").contains { signature in
    guard signature.hasPrefix("v1,"), let code = Data(base64Encoded: String(signature.dropFirst(3)))
    else { return false }
    return HMAC<SHA256>.isValidAuthenticationCode(
      code, authenticating: signed, using: SymmetricKey(data: key))
  }
  return isGenuine ? nil : .problem(401, "Signature does not match")
}
