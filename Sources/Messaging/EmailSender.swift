import Foundation
import HTTP
import Leads
import Settings

/// Email over SMTP.
struct EmailSender: MessageSender {
  let server: MailServer
  let from: String

  init(_ settings: EmailSettings, timeoutSeconds: Double) {
    server = MailServer(
      url: settings.smtpURL, encryption: settings.encryption, username: settings.username,
      password: settings.password.reveal(), certificates: settings.certificates,
      timeoutSeconds: timeoutSeconds)
    from = settings.from
  }

  func send(_ message: QueuedMessage) async -> SendEnd {
    guard let address = message.address, case .address(let to) = Recipient(address, on: .email)
    else { return .bounced("not an email address") }
    let email = EmailMessage(message, from: from, to: to)
    switch await server.send(Array(email.text.utf8), from: from, to: to) {
    case .accepted(let reply): return .accepted(providerID: reply)
    case .recipientRefused(let status): return .bounced("SMTP \(status) to the recipient")
    case .messageRefused(let status): return .failed("SMTP \(status) to the message")
    case .notSent(let reason): return .notSent(reason)
    case .uncertain(let reason): return .uncertain(reason)
    }
  }
}

/// A message in the format of RFC 5322. The same row always gives the same bytes, including its Message-ID,
/// so that a mailbox can recognise a message that was sent twice.
struct EmailMessage: Sendable {
  let text: String

  init(_ message: QueuedMessage, from: String, to: String) {
    let domain = from.split(separator: "@").last ?? "localhost"
    let isUrgent = [.high, .urgent].contains(message.priority)
    let headers = [
      ("From", from), ("To", to), ("Subject", Self.encoded(message.subject)),
      ("Date", Self.date(message.createdAt)),
      ("Message-ID", "<\(message.id.uuidString.lowercased())@\(domain)>"),
      ("Auto-Submitted", "auto-generated"),
      ("Importance", isUrgent ? "high" : message.priority == .low ? "low" : "normal"),
      ("X-Priority", isUrgent ? "1" : message.priority == .low ? "5" : "3"),
      ("MIME-Version", "1.0"), ("Content-Type", "text/plain; charset=utf-8"),
      ("Content-Transfer-Encoding", "base64"),
    ]
    let body = Data((message.body + "\n").utf8)
      .base64EncodedString(options: [
        .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
      ])
    text = headers.map { "\($0.0): \($0.1)\r\n" }.joined() + "\r\n" + body + "\r\n"
  }

  /// A header's text on one line of ASCII: encoded words where it is not plain (RFC 2047), each of
  /// whole characters and at most 75 bytes, folded.
  static func encoded(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && text.utf8.count <= 900
    if isPlain, !text.contains("=?") { return text }
    var words: [[UInt8]] = [[]]
    for scalar in text.unicodeScalars {
      let line = scalar.properties.generalCategory == .control ? " " : scalar
      let bytes = Array(String(line).utf8)
      if words[words.count - 1].count + bytes.count > 42 { words.append([]) }
      words[words.count - 1] += bytes
    }
    return words.map { "=?utf-8?B?\(Data($0).base64EncodedString())?=" }.joined(separator: "\r\n ")
  }

  /// `Tue, 24 Nov 2026 10:30:00 +0000`.
  static func date(_ instant: Instant) -> String {
    let text = Array(instant.iso8601)
    let days = instant.microseconds / 86_400_000_000
    let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Int((days % 7 + 7) % 7)]
    let months = "JanFebMarAprMayJunJulAugSepOctNovDec"
    let month = Int(String(text[5...6])) ?? 1
    let start = months.index(months.startIndex, offsetBy: (month - 1) * 3)
    let name = months[start..<months.index(start, offsetBy: 3)]
    return "\(weekday), \(String(text[8...9])) \(name) \(String(text[0...3])) "
      + "\(String(text[11...18])) +0000"
  }
}
