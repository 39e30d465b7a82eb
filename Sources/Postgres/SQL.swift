/// One statement with its parameters. Interpolation *is* binding: `"… where id = \(id)"` becomes
/// `… where id = $1` with `id` sent apart from the text, so no value can become SQL.
package struct SQL: Sendable, ExpressibleByStringInterpolation {
  /// The text the server sees, with `$1`, `$2` … for the parameters.
  package let text: String
  /// The parameters in PostgreSQL's text format; nil is NULL.
  package let parameters: [String?]

  /// A statement from a file of `sql/`, whose `$1`, `$2` … are the given values in order.
  package init(file: [UInt8], _ parameters: (any PostgresEncodable)?...) {
    self.init(file: file, parameters: parameters)
  }

  /// A statement from a file of `sql/`, with its parameters as an array.
  package init(file: [UInt8], parameters: [(any PostgresEncodable)?]) {
    text = String(decoding: file, as: UTF8.self)
    self.parameters = parameters.map { $0?.postgresText }
  }

  /// A statement without parameters, written in the source.
  package init(stringLiteral value: String) {
    text = value
    parameters = []
  }

  /// The statement put together from a literal with interpolations.
  package init(stringInterpolation: Interpolation) {
    text = stringInterpolation.text
    parameters = stringInterpolation.parameters
  }

  /// Collects the literal's pieces; each value leaves `$n` in the text.
  package struct Interpolation: StringInterpolationProtocol, Sendable {
    package var text = ""
    package var parameters: [String?] = []

    /// Reserves room for the pieces.
    package init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + interpolationCount * 3)
      parameters.reserveCapacity(interpolationCount)
    }

    /// Text that is in the source itself.
    package mutating func appendLiteral(_ literal: String) { text += literal }

    /// A value; nil is NULL.
    package mutating func appendInterpolation(_ value: (any PostgresEncodable)?) {
      parameters.append(value?.postgresText)
      text += "$\(parameters.count)"
    }

    /// The name of a table, role or database, quoted; it can only be a name.
    package mutating func appendInterpolation(identifier: String) {
      text += SQL.quoted(identifier: identifier)
    }
  }

  /// A name as PostgreSQL reads it back: in double quotes, those inside doubled.
  package static func quoted(identifier: String) -> String {
    var quoted = "\""
    for character in identifier.unicodeScalars {
      if character == "\"" { quoted += "\"" }
      quoted.unicodeScalars.append(character)
    }
    return quoted + "\""
  }
}
