/// A way to reach people.
package enum NotificationChannel: String, Sendable, Codable, CaseIterable {
  case email, sms, slack
  case inApp = "in_app"
}

/// What an element of `recipients` names: an address on its channel, or a role that has addresses.
package enum Recipient: Sendable, Equatable {
  case address(String)
  case role(String)
  /// Neither; with the reason, which does not repeat the element.
  case unusable(String)

  /// Reads one element. The form of an address shows its channel: `@` for email, a number for sms, `://` for slack,
  /// where it must be the https address of a public host. An inbox is any name.
  package init(_ text: String, on channel: NotificationChannel) {
    switch channel {
    case .inApp:
      self = Self.isName(text) || Self.email(text) != nil ? .address(text) : .unusable(Self.noName)
    case .email where text.contains("@"):
      self = Self.email(text).map(Recipient.address) ?? .unusable("not an email address")
    case .sms where text.first == "+" || text.first?.isNumber == true:
      self = Self.phone(text).map(Recipient.address) ?? .unusable("not a number in E.164 form")
    case .slack where text.contains("://"):
      self = Self.webhookHost(text) == nil ? .unusable(Self.noWebhook) : .address(text)
    case .email, .sms, .slack:
      self = Self.isName(text) ? .role(text) : .unusable(Self.noName)
    }
  }

  /// The channel whose address a text is by its form; null for a role.
  package static func channel(of text: String) -> NotificationChannel? {
    if email(text) != nil { return .email }
    if text.first == "+", phone(text) != nil { return .sms }
    return text.hasPrefix("https://") ? .slack : nil
  }

  /// The host of a webhook's address, in lower case; null unless the address is plain https on its
  /// own port, without a login, to a host that has a public name. A host that is a number is never
  /// one, however it is spelled (127.0.0.1, 2130706433, 0x7f.1, [::1]): names only.
  package static func webhookHost(_ text: String) -> String? {
    guard text.utf8.count <= 2_000, text.lowercased().hasPrefix("https://"),
      text.unicodeScalars.allSatisfy({ $0.isASCII && $0.value > 0x20 && $0.value != 0x7F }),
      !text.contains("#"), !text.contains("\\")
    else { return nil }
    var host = text.dropFirst("https://".count).prefix { $0 != "/" && $0 != "?" }
    if host.hasSuffix(":443") { host = host.dropLast(4) }
    if host.hasSuffix(".") { host = host.dropLast() }
    let labels = host.lowercased().split(separator: ".", omittingEmptySubsequences: false)
    guard labels.count >= 2, host.utf8.count <= 253, let last = labels.last,
      labels.allSatisfy({ isLabel(Array($0.utf8)) }),
      last.utf8.allSatisfy({ (0x61...0x7A).contains($0) }) || last.hasPrefix("xn--"),
      !["local", "localhost", "internal", "intranet", "lan", "home", "corp", "arpa", "test"]
        .contains(String(last))
    else { return nil }
    return labels.joined(separator: ".")
  }

  private static let noWebhook = "not the https address of a public host"

  private static let noName = "neither a role nor an address of this channel"

  /// Up to 64 letters, digits and ` _.-`, beginning with a letter, `#` or `@`.
  package static func isName(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, text.unicodeScalars.count <= 64 else {
      return false
    }
    guard first.properties.isAlphabetic || first == "#" || first == "@" else { return false }
    return text.unicodeScalars.dropFirst().allSatisfy {
      $0.properties.isAlphabetic || ("0"..."9").contains($0) || " _.-".unicodeScalars.contains($0)
    }
  }

  /// A plain address, `local@domain` (RFC 5321 without quotes and comments); null for anything
  /// else, above all for what could end a line or add a second recipient.
  package static func email(_ text: String) -> String? {
    let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    guard parts.count == 2, text.utf8.count <= 254, !parts[0].isEmpty, parts[0].count <= 64,
      !parts[1].isEmpty
    else { return nil }
    let local = Set("!#$%&'*+-/=?^_`{|}~.".utf8)
    guard parts[0].allSatisfy({ isAlphanumeric($0) || local.contains($0) }),
      parts[0].first != UInt8(ascii: "-")
    else { return nil }
    let labels = parts[1].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return labels.allSatisfy({ isLabel(Array($0)) }) ? text : nil
  }

  /// One label of a host name (RFC 1123): letters, digits and inner hyphens.
  private static func isLabel(_ label: [UInt8]) -> Bool {
    (1...63).contains(label.count) && label.allSatisfy { isAlphanumeric($0) || $0 == 0x2D }
      && label.first != 0x2D && label.last != 0x2D
  }

  /// The number as `+` and 8 to 15 digits (E.164), its spaces and punctuation taken out.
  package static func phone(_ text: String) -> String? {
    let kept = text.unicodeScalars.filter { !" -.()".unicodeScalars.contains($0) }
    let digits = kept.dropFirst()
    guard kept.first == "+", (8...15).contains(digits.count), digits.first != "0",
      digits.allSatisfy({ ("0"..."9").contains($0) })
    else { return nil }
    return String(String.UnicodeScalarView(kept))
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }
}
