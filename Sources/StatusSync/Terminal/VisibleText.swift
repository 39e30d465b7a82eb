extension String {
  /// The text with every character made visible that would move the cursor, change the direction of the
  /// surrounding text, or be invisible: control characters, line and paragraph separators, bidirectional
  /// controls, invisible characters. For every outside text on a terminal and in a log; the result is one
  /// line. Joiners of emoji and of some scripts stay.
  package var visible: String { spelledOut { scalar in !scalar.isPlain } }

  /// The same for a text of several lines of our own.
  var visibleLines: String { spelledOut { scalar in !scalar.isPlain && scalar != "\n" } }

  private func spelledOut(_ isHidden: (Unicode.Scalar) -> Bool) -> String {
    guard unicodeScalars.contains(where: isHidden) else { return self }
    var text = ""
    for scalar in unicodeScalars {
      guard isHidden(scalar) else {
        text.unicodeScalars.append(scalar)
        continue
      }
      switch scalar {
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      default: text += "\\u{\(String(scalar.value, radix: 16))}"
      }
    }
    return text
  }

  /// JSON with the same characters as `\uXXXX`, which every reader understands alike: in JSON they occur only
  /// within strings, and control characters below 0x20 are escaped already.
  package var visibleJSON: String {
    guard unicodeScalars.contains(where: { !$0.isPlain && $0.value > 0x20 }) else { return self }
    var text = ""
    for scalar in unicodeScalars {
      if scalar.isPlain || scalar.value <= 0x20 {
        text.unicodeScalars.append(scalar)
      } else {
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      }
    }
    return text
  }
}

extension Unicode.Scalar {
  /// True if it may be written to a terminal unchanged.
  fileprivate var isPlain: Bool {
    if value < 0x7F { return value >= 0x20 }
    let properties = properties
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: return false
    default: break
    }
    if properties.isBidiControl { return false }
    guard properties.isDefaultIgnorableCodePoint else { return true }
    // Joiners, and the selectors of a character's variant.
    return (0x200C...0x200D).contains(value) || properties.isVariationSelector
  }
}
