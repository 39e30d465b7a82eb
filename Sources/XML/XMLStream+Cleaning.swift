extension XMLStream {
  /// A copy of a document of UTF-8 in which each character that XML 1.0 forbids is a space, whether it
  /// stands there itself or as a reference (`&#x1F;`), and bytes that are no UTF-8 are U+FFFD.
  /// - Returns: nil where there is nothing to clean, or the document names another encoding.
  static func cleaned(_ document: [UInt8]) -> [UInt8]? {
    guard isUTF8(document) else { return nil }
    let text = Array(String(decoding: document, as: UTF8.self).utf8)
    var copy: [UInt8] = []
    copy.reserveCapacity(text.count)
    var place = 0
    while place < text.count {
      let length = forbidden(text, at: place)
      if length > 0 {
        copy.append(UInt8(ascii: " "))
        place += length
      } else {
        copy.append(text[place])
        place += 1
      }
    }
    return copy == document ? nil : copy
  }

  /// The declaration names UTF-8, or no encoding.
  private static func isUTF8(_ document: [UInt8]) -> Bool {
    let head = document.prefix(200)
    guard !head.starts(with: [0xFE, 0xFF]), !head.starts(with: [0xFF, 0xFE]) else { return false }
    let declaration = String(decoding: head.prefix { $0 != UInt8(ascii: ">") }, as: UTF8.self)
      .lowercased()
    return !declaration.contains("encoding") || declaration.contains("utf-8")
  }

  /// Bytes of the forbidden character at this place, or of the reference to one; 0: it is none.
  private static func forbidden(_ text: [UInt8], at place: Int) -> Int {
    switch text[place] {
    case UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): return 0
    case 0..<0x20: return 1
    case 0xEF:
      // U+FFFE and U+FFFF.
      let isLast =
        place + 2 < text.count && text[place + 1] == 0xBF && text[place + 2] >= 0xBE
      return isLast ? 3 : 0
    case UInt8(ascii: "&"): return forbiddenReference(text, at: place)
    default: return 0
    }
  }

  /// The same of a reference: `&#` and decimal digits, or `&#x` and hexadecimal ones, and `;`.
  private static func forbiddenReference(_ text: [UInt8], at place: Int) -> Int {
    var next = place + 1
    guard next < text.count, text[next] == UInt8(ascii: "#") else { return 0 }
    next += 1
    let isHexadecimal = next < text.count && text[next] == UInt8(ascii: "x")
    if isHexadecimal { next += 1 }
    let first = next
    var code = 0
    while next < text.count,
      let digit = Character(UnicodeScalar(text[next])).hexDigitValue, isHexadecimal || digit < 10
    {
      code = min(code * (isHexadecimal ? 16 : 10) + digit, 0x11_0000)
      next += 1
    }
    guard next > first, next < text.count, text[next] == UInt8(ascii: ";") else { return 0 }
    let isAllowed =
      switch code {
      case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x1_0000...0x10_FFFF: true
      default: false
      }
    return isAllowed ? 0 : next + 1 - place
  }
}
