import Foundation
import Leads

/// A message as RFC 5322 writes it: the same row always gives the same bytes, its Message-ID among
/// them, so that a mailbox can tell a message that was sent twice.
struct EmailMessage: Sendable {
  /// A file that goes with it.
  struct Attachment: Sendable {
    /// ASCII without quotes.
    var name: String
    var content: Data
  }

  let text: String

  init(_ message: QueuedMessage, from: String, to: String, attachment: Attachment? = nil) {
    let domain = from.split(separator: "@").last ?? "localhost"
    let isUrgent = [.high, .urgent].contains(message.priority)
    let id = message.id.uuidString.lowercased()
    let headers = [
      ("From", from), ("To", to), ("Subject", Self.encoded(message.subject)),
      ("Date", Self.date(message.createdAt)), ("Message-ID", "<\(id)@\(domain)>"),
      ("Auto-Submitted", "auto-generated"),
      ("Importance", isUrgent ? "high" : message.priority == .low ? "low" : "normal"),
      ("X-Priority", isUrgent ? "1" : message.priority == .low ? "5" : "3"),
      ("MIME-Version", "1.0"),
    ]
    var part = Part(type: "text/plain; charset=utf-8", content: Data((message.body + "\n").utf8))
    if let html = message.html {
      part = Part(
        of: "alternative", boundary: "=_\(id)_a",
        [part, Part(type: "text/html; charset=utf-8", content: Data((html + "\n").utf8))])
    }
    if let attachment {
      part = Part(of: "mixed", boundary: "=_\(id)_m", [part, Part(attachment)])
    }
    text = Self.lines(headers) + part.text
  }

  /// A line each; a value that would make it longer than 78 bytes begins on the next one.
  private static func lines(_ headers: [(String, String)]) -> String {
    headers.map { name, value in
      let first = value.prefix { $0 != "\r\n" }
      let gap =
        name.utf8.count + 2 + first.utf8.count > 78 && name == "Content-Type" ? "\r\n " : " "
      return "\(name):\(gap)\(value)\r\n"
    }.joined()
  }

  /// One part of a message (RFC 2045), headers and content.
  private struct Part {
    var text: String

    init(type: String, more headers: [(String, String)] = [], content: Data) {
      let lines = content.base64EncodedString(options: [
        .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
      ])
      text =
        EmailMessage.lines(
          [("Content-Type", type), ("Content-Transfer-Encoding", "base64")] + headers)
        + "\r\n" + lines + "\r\n"
    }

    init(_ attachment: Attachment) {
      let type =
        attachment.name.hasSuffix(".xlsx")
        ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        : "application/octet-stream"
      self.init(
        type: type,
        more: [("Content-Disposition", "attachment;\r\n filename=\"\(attachment.name)\"")],
        content: attachment.content)
    }

    /// The parts one after the other; no line of base64 can be the boundary, which has `=_`.
    init(of kind: String, boundary: String, _ parts: [Part]) {
      text =
        EmailMessage.lines([("Content-Type", "multipart/\(kind);\r\n boundary=\"\(boundary)\"")])
        + "\r\n" + parts.map { "--\(boundary)\r\n\($0.text)" }.joined()
        + "--\(boundary)--\r\n"
    }
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
    let days = instant.microseconds / Instant.day
    let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Int((days % 7 + 7) % 7)]
    let months = "JanFebMarAprMayJunJulAugSepOctNovDec"
    let month = Int(String(text[5...6])) ?? 1
    let start = months.index(months.startIndex, offsetBy: (month - 1) * 3)
    let name = months[start..<months.index(start, offsetBy: 3)]
    return "\(weekday), \(String(text[8...9])) \(name) \(String(text[0...3])) "
      + "\(String(text[11...18])) +0000"
  }
}
