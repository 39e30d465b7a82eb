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
    var attachment: EmailMessage.Attachment?
    if let path = message.attachment {
      guard let file = Self.file(path) else {
        return .failed("the file that goes with it cannot be read, or is over 15 MB")
      }
      attachment = file
    }
    let email = EmailMessage(message, from: from, to: to, attachment: attachment)
    switch await server.send(Array(email.text.utf8), from: from, to: to) {
    case .accepted(let reply): return .accepted(providerID: reply)
    case .recipientRefused(let status): return .bounced("SMTP \(status) to the recipient")
    case .messageRefused(let status): return .failed("SMTP \(status) to the message")
    case .notSent(let reason): return .notSent(reason)
    case .uncertain(let reason): return .uncertain(reason)
    }
  }

  /// Bytes of a file that most servers take, grown by a third on its way.
  private static let mostBytes = 15 << 20

  private static func file(_ path: String) -> EmailMessage.Attachment? {
    let url = URL(fileURLWithPath: path)
    guard let size = try? url.resourceValues(forKeys: [.fileSizeKey]).fileSize, size <= mostBytes,
      let content = try? Data(contentsOf: url)
    else { return nil }
    let name = url.lastPathComponent.filter {
      $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0))
    }
    return EmailMessage.Attachment(name: name, content: content)
  }
}
