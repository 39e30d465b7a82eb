package import Foundation

/// One value of a row as the server sent it, in text format. Valid only while it is decoded.
package struct PostgresValue {
  /// The column's name, for errors.
  package let column: String
  /// The text; nil is NULL.
  package let bytes: UnsafeBufferPointer<UInt8>?

  /// The text, or an error if the value is NULL.
  package func required() throws(PostgresError) -> UnsafeBufferPointer<UInt8> {
    guard let bytes else {
      throw PostgresError(.value, detail: "column \(column) is null", object: column)
    }
    return bytes
  }

  /// The error for a value of another type than requested.
  package func mismatch(_ expected: String) -> PostgresError {
    let text = bytes.map { String(decoding: $0, as: UTF8.self) } ?? "null"
    return PostgresError(
      .value, detail: "column \(column) is not \(expected): \(text)", object: column)
  }
}

/// A type that can be read from a column.
package protocol PostgresDecodable {
  /// Reads the value; throws if it is NULL or of another kind.
  init(postgres value: PostgresValue) throws(PostgresError)
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
  /// NULL is nil.
  package init(postgres value: PostgresValue) throws(PostgresError) {
    self = value.bytes == nil ? nil : try Wrapped(postgres: value)
  }
}

extension PostgresDecodable where Self: RawRepresentable, RawValue: PostgresDecodable {
  /// An enumeration is read by its raw value; one that is not a case is an error.
  package init(postgres value: PostgresValue) throws(PostgresError) {
    guard let known = Self(rawValue: try RawValue(postgres: value)) else {
      throw value.mismatch("a \(Self.self)")
    }
    self = known
  }
}

extension String: PostgresDecodable {
  /// Any type, as the server prints it.
  package init(postgres value: PostgresValue) throws(PostgresError) {
    self = String(decoding: try value.required(), as: UTF8.self)
  }
}

extension Bool: PostgresDecodable {
  /// `t` or `f`.
  package init(postgres value: PostgresValue) throws(PostgresError) {
    let bytes = try value.required()
    switch (bytes.count, bytes.first) {
    case (1, UInt8(ascii: "t")): self = true
    case (1, UInt8(ascii: "f")): self = false
    default: throw value.mismatch("a boolean")
    }
  }
}

extension PostgresDecodable where Self: FixedWidthInteger {
  /// Digits with an optional sign; a value outside the type's range is an error.
  package init(postgres value: PostgresValue) throws(PostgresError) {
    guard let number = Self.parse(try value.required()) else {
      throw value.mismatch("an integer of \(Self.bitWidth) bits")
    }
    self = number
  }

  private static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Self? {
    let isNegative = bytes.first == UInt8(ascii: "-")
    let digits = bytes.dropFirst(isNegative ? 1 : 0)
    guard !digits.isEmpty else { return nil }
    var number: Self = 0
    for byte in digits {
      guard (48...57).contains(byte) else { return nil }
      let shifted = number.multipliedReportingOverflow(by: 10)
      let digit = Self(byte - 48)
      let next =
        isNegative
        ? shifted.partialValue.subtractingReportingOverflow(digit)
        : shifted.partialValue.addingReportingOverflow(digit)
      guard !shifted.overflow, !next.overflow else { return nil }
      number = next.partialValue
    }
    return number
  }
}

extension Int: PostgresDecodable {}
extension Int16: PostgresDecodable {}
extension Int32: PostgresDecodable {}
extension Int64: PostgresDecodable {}

extension Double: PostgresDecodable {
  /// `double precision`, `real`, `numeric` (rounded) and the integers.
  package init(postgres value: PostgresValue) throws(PostgresError) {
    guard let number = Double(try String(postgres: value)) else { throw value.mismatch("a number") }
    self = number
  }
}

extension UUID: PostgresDecodable {
  /// Hexadecimal with hyphens.
  package init(postgres value: PostgresValue) throws(PostgresError) {
    guard let uuid = UUID(hexadecimal: try value.required()) else {
      throw value.mismatch("a UUID")
    }
    self = uuid
  }
}

extension Array: PostgresDecodable where Element: PostgresDecodable {
  /// A one-dimensional array.
  package init(postgres value: PostgresValue) throws(PostgresError) {
    var reader = ArrayTextReader(bytes: try value.required())
    guard let elements = reader.elements() else {
      throw value.mismatch("a one-dimensional array")
    }
    self = []
    reserveCapacity(elements.count)
    for element in elements { append(try Self.decode(element, in: value.column)) }
  }

  private static func decode(
    _ text: [UInt8]?, in column: String
  ) throws(PostgresError) -> Element {
    guard let text else { return try Element(postgres: PostgresValue(column: column, bytes: nil)) }
    return try text.withUnsafeBufferPointer { (bytes) throws(PostgresError) -> Element in
      try Element(postgres: PostgresValue(column: column, bytes: bytes))
    }
  }
}
