internal import CLibCurl

/// One HTTP POST whose address may come from data: no redirect, no proxy, certificates verified, and a rule
/// checks every address before it is connected to.
package struct WebPost: Sendable {
  package var url: String
  package var headers: [(name: String, value: String)]
  package var body: String
  package var rule: AddressRule
  /// False: https only.
  package var allowsPlain: Bool
  /// A file of trusted certificates; null: the system's.
  package var certificates: String?
  package var timeoutSeconds: Double

  package init(
    url: String, headers: [(name: String, value: String)], body: String, rule: AddressRule,
    allowsPlain: Bool = false, certificates: String? = nil, timeoutSeconds: Double = 20
  ) {
    self.url = url
    self.headers = headers
    self.body = body
    self.rule = rule
    self.allowsPlain = allowsPlain
    self.certificates = certificates
    self.timeoutSeconds = timeoutSeconds
  }

  /// The result.
  package enum End: Sendable, Equatable {
    /// A complete answer, whatever its status; the body is cut at 64 KiB.
    case answered(status: Int, body: [UInt8], retryAfter: String?)
    /// The rule refused the address, or the scheme is not allowed.
    case addressRefused
    /// No byte of the request was sent.
    case notSent(reason: String)
    /// Something was sent, and no complete answer came back.
    case uncertain(reason: String)
  }

  /// Sends it over a connection of its own.
  package func send() async -> End {
    let transfer = Transfer(
      url: url, protocols: allowsPlain ? "http,https" : "https", rule: rule,
      timeoutSeconds: timeoutSeconds)
    transfer.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    transfer.set(CURLOPT_POST, 1)
    transfer.set(CURLOPT_POSTFIELDSIZE, body.utf8.count)
    transfer.set(CURLOPT_COPYPOSTFIELDS, body)
    transfer.set(
      CURLOPT_HTTPHEADER,
      headers.map { "\($0.name): \($0.value)" } + ["User-Agent: status-sync", "Expect:"])
    if let certificates { transfer.trust(only: certificates) }
    transfer.collectAnswer()
    return Self.classify(await transfer.run())
  }

  package static func classify(_ end: TransferEnd) -> End {
    if end.isSuccess {
      return .answered(status: end.status, body: end.answer, retryAfter: end.retryAfter)
    }
    if end.isAddressRefused || end.code == CURLE_UNSUPPORTED_PROTOCOL { return .addressRefused }
    return end.isSent ? .uncertain(reason: end.reason) : .notSent(reason: end.reason)
  }
}
