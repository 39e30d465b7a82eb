import Foundation
import Leads

/// Reads JSON (RFC 8259) that every reader understands alike: no duplicate key, no `\u0000`, no lone surrogate, no
/// byte order mark, nothing after the value, and a bounded depth.
struct StrictJSON {
  /// How deep arrays and objects may be nested.
  static let deepest = 32

  /// What is wrong with the text, and where.
  struct Fault: Error, Sendable, Equatable, CustomStringConvertible {
    var description: String
  }

  private let bytes: [UInt8]
  private var position = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Reads one whole text.
  static func parse(_ bytes: [UInt8]) throws(Fault) -> JSONValue {
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw Fault(description: "the body is not UTF-8")
    }
    var reader = StrictJSON(bytes)
    reader.skipSpace()
    let value = try reader.value(depth: 0)
    reader.skipSpace()
    guard reader.position == bytes.count else { throw reader.fault("something follows the value") }
    return value
  }

  private func fault(_ what: String) -> Fault {
    Fault(description: "\(what), at byte \(position)")
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = current, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard current == UInt8(truncatingIfNeeded: character.value) else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) throws(Fault) -> JSONValue {
    switch current {
    case UInt8(ascii: "{"): return try object(depth: depth + 1)
    case UInt8(ascii: "["): return try array(depth: depth + 1)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    default: return try number()
    }
  }

  private mutating func literal(_ text: String, _ value: JSONValue) throws(Fault) -> JSONValue {
    guard bytes[position...].starts(with: text.utf8) else { throw fault("not a value") }
    position += text.utf8.count
    return value
  }

  private mutating func object(depth: Int) throws(Fault) -> JSONValue {
    guard depth <= Self.deepest else { throw fault("deeper than \(Self.deepest)") }
    position += 1
    var members: [String: JSONValue] = [:]
    skipSpace()
    if take("}") { return .object(members) }
    while true {
      skipSpace()
      guard current == UInt8(ascii: "\"") else { throw fault("no member name") }
      let name = try string()
      skipSpace()
      guard take(":") else { throw fault("no colon") }
      skipSpace()
      let value = try value(depth: depth)
      guard members.updateValue(value, forKey: name) == nil else {
        throw fault("a member stands there twice")
      }
      skipSpace()
      if take("}") { return .object(members) }
      guard take(",") else { throw fault("no comma") }
    }
  }

  private mutating func array(depth: Int) throws(Fault) -> JSONValue {
    guard depth <= Self.deepest else { throw fault("deeper than \(Self.deepest)") }
    position += 1
    var elements: [JSONValue] = []
    skipSpace()
    if take("]") { return .array(elements) }
    while true {
      skipSpace()
      elements.append(try value(depth: depth))
      skipSpace()
      if take("]") { return .array(elements) }
      guard take(",") else { throw fault("no comma") }
    }
  }

  private mutating func string() throws(Fault) -> String {
    position += 1
    var text: [UInt8] = []
    while let byte = current {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): text.append(contentsOf: try escape().utf8)
      case 0..<0x20: throw fault("a control character in a text")
      default: text.append(byte)
      }
    }
    throw fault("a text without an end")
  }

  private mutating func escape() throws(Fault) -> String {
    guard let byte = current else { throw fault("a text without an end") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return String(try escapedScalar())
    default: throw fault("an unknown escape")
    }
  }

  private mutating func escapedScalar() throws(Fault) -> Unicode.Scalar {
    let first = try hexadecimal()
    guard first != 0 else { throw fault("a NUL character") }
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard (0xD800..<0xDC00).contains(first), take("\\"), take("u") else {
      throw fault("a lone surrogate")
    }
    let second = try hexadecimal()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    else { throw fault("a lone surrogate") }
    return scalar
  }

  private mutating func hexadecimal() throws(Fault) -> UInt32 {
    guard position + 4 <= bytes.count else { throw fault("a short escape") }
    var value: UInt32 = 0
    for byte in bytes[position..<position + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw fault("not four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
    }
    position += 4
    return value
  }

  /// An integer that fits stays one; others become the nearest `Double`, which must be finite.
  private mutating func number() throws(Fault) -> JSONValue {
    let start = position
    _ = take("-")
    let leadingZero = current == UInt8(ascii: "0")
    guard let whole = digits(), !leadingZero || whole == 1 else { throw fault("not a value") }
    var isWhole = true
    if take(".") {
      isWhole = false
      guard digits() != nil else { throw fault("a number without decimals") }
    }
    if take("e") || take("E") {
      isWhole = false
      if !take("+") { _ = take("-") }
      guard digits() != nil else { throw fault("a number without an exponent") }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isWhole, let integer = Int(text) { return .integer(integer) }
    guard let number = Double(text), number.isFinite else { throw fault("a number too large") }
    return .number(number)
  }

  /// Skips digits.
  /// - Returns: how many; null where there is none.
  private mutating func digits() -> Int? {
    let start = position
    while let byte = current, (0x30...0x39).contains(byte) { position += 1 }
    return position > start ? position - start : nil
  }
}
