import Foundation

/// JSON, written and read in one way: keys sorted, so that the same value is the same bytes, and `/` as it is.
package enum JSON {
  /// How a value is laid out.
  package enum Layout: Sendable {
    /// On one line.
    case line
    /// Indented, for people.
    case indented
  }

  /// The value as bytes, without a line break at the end.
  /// - Parameter isSnakeCase: writes `leadID` as `lead_id`.
  package static func data(
    _ value: some Encodable, _ layout: Layout = .line, isSnakeCase: Bool = false
  ) throws -> Data {
    let encoder = JSONEncoder()
    if isSnakeCase { encoder.keyEncodingStrategy = .convertToSnakeCase }
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if layout == .indented { encoder.outputFormatting.insert(.prettyPrinted) }
    return try encoder.encode(value)
  }

  /// Appends a string's UTF-8, escaped where JSON requires it.
  package static func appendEscaped(_ text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
    // Most texts have nothing to escape.
    guard text.contains(where: isEscaped) else {
      bytes.append(contentsOf: text)
      return
    }
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0..<0x20:
        let digits = Array("0123456789abcdef".utf8)
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(digits[Int(byte >> 4)])
        bytes.append(digits[Int(byte & 15)])
      default: bytes.append(byte)
      }
    }
  }

  private static func isEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  /// The value as text, without a line break at the end.
  package static func encode(_ value: some Encodable, _ layout: Layout = .line) throws -> String {
    String(decoding: try data(value, layout), as: UTF8.self)
  }

  package static func decode<T: Decodable>(_ data: Data, as type: T.Type = T.self) throws -> T {
    try JSONDecoder().decode(type, from: data)
  }

  package static func decode<T: Decodable>(_ text: String, as type: T.Type = T.self) throws -> T {
    try decode(Data(text.utf8), as: type)
  }

  package static func decode<T: Decodable>(
    _ bytes: some Sequence<UInt8>, as type: T.Type = T.self
  ) throws -> T {
    try decode(Data(bytes), as: type)
  }
}
