import Leads

/// What is written into one cell.
enum CellValue: Equatable {
  case text(String)
  case number(Double)
  case flag(Bool)

  /// The value of a text of the CSV files. What does not fit a spreadsheet (a year before 1900, `NaN`) stays a text.
  init(_ text: String, _ kind: CellKind) {
    self =
      switch kind {
      case .text, .sentence: .text(text)
      case .whole, .number, .share, .inUnit: Self.number(text)
      case .duration: Self.number(text) { $0 / 86_400 }
      case .flag: text == "true" || text == "false" ? .flag(text == "true") : .text(text)
      case .instant: Instant(iso8601: text).flatMap(Self.date) ?? .text(text)
      case .day: Instant(iso8601: text + "T00:00:00Z").flatMap(Self.date) ?? .text(text)
      }
  }

  private static func number(_ text: String, _ convert: (Double) -> Double = { $0 }) -> CellValue {
    guard let value = Double(text), value.isFinite else { return .text(text) }
    return .number(convert(value))
  }

  /// Days since 30 December 1899, as spreadsheets count; from March 1900 on, where all of them agree, to 9999.
  private static func date(_ instant: Instant) -> CellValue? {
    let days = Double(instant.microseconds) / 86_400e6 + 25_569
    return days >= 61 && days < 2_958_466 ? .number(days) : nil
  }

  /// The longest text that a cell may hold, in UTF-16 units.
  static let longestText = 32_767

  /// As the file has to hold it: cut to what a cell may hold, and what a reader would take for an escaped
  /// character (`_x0041_`), or XML does not allow, escaped.
  static func stored(_ text: String) -> String {
    var text = text
    if text.utf16.count > longestText {
      var units = 0
      let kept = text.prefix { character in
        units += character.utf16.count
        return units < longestText
      }
      text = kept + "…"
    }
    guard text.utf8.contains(where: { $0 == 0x5F || $0 == 0xEF }) else { return text }
    var stored = ""
    for index in text.unicodeScalars.indices {
      switch text.unicodeScalars[index] {
      case "_" where isEscape(text.unicodeScalars[index...]): stored += "_x005F_"
      case "\u{FFFE}": stored += "_xFFFE_"
      case "\u{FFFF}": stored += "_xFFFF_"
      case let scalar: stored.unicodeScalars.append(scalar)
      }
    }
    return stored
  }

  /// It begins as an escaped character does.
  private static func isEscape(_ text: Substring.UnicodeScalarView) -> Bool {
    let start = text.prefix(7)
    return start.count == 7 && start.dropFirst().first == "x" && start.last == "_"
      && start.dropFirst(2).prefix(4).allSatisfy(\.properties.isASCIIHexDigit)
  }
}
