package import Foundation

/// A value that can be bound as a parameter. It is sent as text; the server infers the type from the position
/// of the parameter, as for a literal.
package protocol PostgresEncodable: Sendable {
  /// The value as PostgreSQL's input function for its type reads it; nil is NULL.
  var postgresText: String? { get }
}

/// A value that can be an element of an array parameter (arrays themselves cannot).
package protocol PostgresScalar: PostgresEncodable {}

/// Text for a `json` or `jsonb` column or parameter. The server checks it.
package struct JSONText: Sendable, Hashable, PostgresScalar, PostgresDecodable {
  /// The JSON itself.
  package var text: String

  /// Wraps JSON text.
  package init(_ text: String) { self.text = text }

  /// The JSON itself.
  package var postgresText: String? { text }

  /// JSON as the server prints it.
  package init(postgres value: PostgresValue) throws(PostgresError) {
    text = try String(postgres: value)
  }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
  /// The value's text; NULL for nil.
  package var postgresText: String? { self?.postgresText }
}

extension Optional: PostgresScalar where Wrapped: PostgresScalar {}

extension PostgresEncodable where Self: RawRepresentable, RawValue: PostgresEncodable {
  /// An enumeration is sent as its raw value.
  package var postgresText: String? { rawValue.postgresText }
}

extension String: PostgresScalar {
  /// The string itself.
  package var postgresText: String? { self }
}

extension Substring: PostgresScalar {
  /// The characters themselves.
  package var postgresText: String? { String(self) }
}

extension Bool: PostgresScalar {
  /// `t` or `f`.
  package var postgresText: String? { self ? "t" : "f" }
}

extension PostgresEncodable where Self: BinaryInteger {
  /// Decimal digits.
  package var postgresText: String? { String(self) }
}

extension Int: PostgresScalar {}
extension Int16: PostgresScalar {}
extension Int32: PostgresScalar {}
extension Int64: PostgresScalar {}

extension Double: PostgresScalar {
  /// The shortest digits that read back as the same number; `NaN`, `Infinity`, `-Infinity`.
  package var postgresText: String? {
    if isFinite { return description }
    return isNaN ? "NaN" : (self < 0 ? "-Infinity" : "Infinity")
  }
}

extension UUID: PostgresScalar {
  /// Lower-case hexadecimal with hyphens.
  package var postgresText: String? { uuidString.lowercased() }
}

extension Array: PostgresEncodable where Element: PostgresScalar {
  /// `{"a","b",NULL}`: every element quoted, so none can be mistaken for syntax.
  package var postgresText: String? {
    var text = "{"
    for (index, element) in enumerated() {
      if index > 0 { text += "," }
      guard let value = element.postgresText else {
        text += "NULL"
        continue
      }
      text += "\""
      for scalar in value.unicodeScalars {
        if scalar == "\"" || scalar == "\\" { text += "\\" }
        text.unicodeScalars.append(scalar)
      }
      text += "\""
    }
    return text + "}"
  }
}
