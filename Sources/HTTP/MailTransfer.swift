internal import CLibCurl

/// A mail server, and how to connect to it.
package struct MailServer: Sendable, Equatable {
  /// The required encryption of the connection.
  package enum Encryption: String, Sendable, CaseIterable {
    /// STARTTLS if the server offers it, and always if there is a password to send.
    case auto
    case required
    /// None, for a server on this machine.
    case off
  }

  /// `smtp://host[:port]`, or `smtps://` for TLS from the start.
  package var url: String
  package var encryption: Encryption
  /// Empty: no authentication.
  package var username: String
  package var password: String
  /// A file of trusted certificates; null: the system's.
  package var certificates: String?
  package var timeoutSeconds: Double

  package init(
    url: String, encryption: Encryption = .auto, username: String = "", password: String = "",
    certificates: String? = nil, timeoutSeconds: Double = 20
  ) {
    self.url = url
    self.encryption = encryption
    self.username = username
    self.password = password
    self.certificates = certificates
    self.timeoutSeconds = timeoutSeconds
  }
}

/// The result of sending one message to a mail server.
package enum MailEnd: Sendable, Equatable {
  /// The server accepted it; with the printable part of its last line.
  case accepted(reply: String)
  /// 5xx to RCPT: the server does not accept mail for this recipient.
  case recipientRefused(status: Int)
  /// 5xx to the message itself.
  case messageRefused(status: Int)
  /// Not accepted; another attempt may succeed.
  case notSent(reason: String)
  /// Everything was sent, and no answer came: it may have been accepted.
  case uncertain(reason: String)
}

extension MailServer {
  /// Sends one message to one recipient (RFC 5321), over a connection of its own.
  /// - Parameters:
  ///   - message: complete, with CRLF line ends.
  package func send(_ message: [UInt8], from sender: String, to recipient: String) async -> MailEnd
  {
    let transfer = transfer()
    transfer.set(CURLOPT_MAIL_FROM, "<\(sender)>")
    transfer.set(CURLOPT_MAIL_RCPT, ["<\(recipient)>"])
    transfer.upload(message)
    transfer.followDialogue()
    return Self.classify(await transfer.run())
  }

  /// Connects, encrypts and logs in as for a message, and sends none.
  /// - Returns: what went wrong; null where nothing did.
  package func greet() async -> String? {
    let transfer = transfer()
    transfer.set(CURLOPT_CONNECT_ONLY, 1)
    let end = await transfer.run()
    return end.isSuccess ? nil : end.reason
  }

  private func transfer() -> Transfer {
    let transfer = Transfer(
      url: url, protocols: "smtp,smtps", rule: .any, timeoutSeconds: timeoutSeconds)
    transfer.set(CURLOPT_USE_SSL, useSSL)
    if let certificates { transfer.trust(only: certificates) }
    if !username.isEmpty {
      transfer.set(CURLOPT_USERNAME, username)
      transfer.set(CURLOPT_PASSWORD, password)
    }
    return transfer
  }

  private var useSSL: Int {
    switch encryption {
    case .off: 0
    case .auto: username.isEmpty ? 1 : 3
    case .required: 3
    }
  }

  /// Only the server's answers show what it accepted; after the whole message has been sent, a missing answer
  /// proves nothing.
  package static func classify(_ end: TransferEnd) -> MailEnd {
    if end.isSuccess { return .accepted(reply: printable(end.answer)) }
    let isRefused = (400...599).contains(end.status)
    if isRefused, end.lastCommand == "RCPT", end.status >= 500 {
      return .recipientRefused(status: end.status)
    }
    if isRefused, end.lastCommand == "DATA", end.status >= 500 {
      return .messageRefused(status: end.status)
    }
    if isRefused { return .notSent(reason: "SMTP \(end.status) to \(end.lastCommand)") }
    return end.isSent ? .uncertain(reason: end.reason) : .notSent(reason: end.reason)
  }

  private static func printable(_ line: [UInt8]) -> String {
    String(decoding: line.prefix(200).filter { (0x20...0x7E).contains($0) }, as: UTF8.self)
  }
}
