/// Text that may be placed in a page as it is.
///
/// Interpolating a `String` escapes it, so that no name, raw status or reason from another system
/// can become markup; only literals in our own source and other `HTML` values go in unescaped.
package struct HTML: ExpressibleByStringInterpolation, Sendable {
  /// The markup.
  package let text: String

  /// Nothing.
  package static let empty: HTML = ""

  package init(stringLiteral value: String) { text = value }
  package init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }
  private init(markup: String) { text = markup }

  /// One after the other.
  package static func + (a: HTML, b: HTML) -> HTML { HTML(markup: a.text + b.text) }

  /// Pieces one after the other.
  package static func join(_ pieces: some Sequence<HTML>, separator: HTML = "") -> HTML {
    HTML(markup: pieces.map(\.text).joined(separator: separator.text))
  }

  /// A text with `& < > " '` escaped, so that it is safe in content and in quoted attributes.
  ///
  /// Control characters and the marks that switch the direction of what follows are shown as the
  /// replacement character: a name must not reorder the text around it (Trojan Source, 2021).
  package static func escape(_ text: String) -> String {
    var escaped = ""
    escaped.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      case "\t", "\n": escaped.unicodeScalars.append(scalar)
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{202A}"..."\u{202E}",
        "\u{2066}"..."\u{2069}":
        escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// Builds the markup of a literal with values in it.
  package struct StringInterpolation: StringInterpolationProtocol {
    package var text = ""

    package init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + interpolationCount * 16)
    }
    package mutating func appendLiteral(_ literal: String) { text += literal }
    /// A value from anywhere: escaped.
    package mutating func appendInterpolation(_ value: String) { text += HTML.escape(value) }
    /// A number.
    package mutating func appendInterpolation(_ value: Int) { text += String(value) }
    /// Markup.
    package mutating func appendInterpolation(_ markup: HTML) { text += markup.text }
    /// Markup, or nothing.
    package mutating func appendInterpolation(_ markup: HTML?) { text += markup?.text ?? "" }
    /// Pieces of markup one after the other.
    package mutating func appendInterpolation(_ markup: [HTML]) {
      for piece in markup { text += piece.text }
    }
  }
}

extension HTML {
  /// A name from outside: kept apart from the direction of the text around it, and not longer than
  /// `Formatting.longestName`.
  package static func name(_ name: String) -> HTML { "<bdi>\(Formatting.cut(name))</bdi>" }
}
