/// One field of a row: NULL is an empty field without quotes, an empty text is `""`.
package enum CSVField: Sendable, Equatable {
  case null
  /// A text; quoted where RFC 4180 asks for it.
  case text(String)
  /// A number or another value that a spreadsheet never takes for a formula; written as it is.
  case number(String)

  /// The cell without quotes; nil where it is NULL.
  package var content: String? {
    switch self {
    case .null: nil
    case .text(let text), .number(let text): text
    }
  }

  /// A text, or NULL.
  package static func optional(_ text: String?) -> CSVField { text.map { .text($0) } ?? .null }

  /// A whole number, or NULL.
  package static func integer(_ value: Int?) -> CSVField {
    value.map { .number(String($0)) } ?? .null
  }
}

/// Why a CSV text cannot be read. Lines count from 1; rows before the fault were delivered.
package enum CSVError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A quote in the wrong place, or one that is never closed.
  case malformed(line: Int)
  /// A row with another number of fields than the header.
  case fields(line: Int, expected: Int, found: Int)
  /// Bytes that are not UTF-8.
  case encoding(line: Int)
  case nul(line: Int)
  /// The text starts with a byte-order mark and none is expected.
  case byteOrderMark
  case outOfMemory

  package var description: String {
    switch self {
    case .malformed(let line): "line \(line): a quote is in the wrong place or never closed"
    case .fields(let line, let expected, let found):
      "line \(line): \(found) fields, \(expected) expected"
    case .encoding(let line): "line \(line): not UTF-8"
    case .nul(let line): "line \(line): a NUL character"
    case .byteOrderMark: "the file starts with a byte-order mark"
    case .outOfMemory: "no memory"
    }
  }
}
