package import Foundation
internal import Leads

/// Reads the rows of `copy … to stdout (format binary)` from the chunks that `copyOut` passes on. Each chunk
/// must contain whole rows, as the server sends them.
package struct BinaryCopyReader {
  private var isPastHeader = false
  /// The trailer has been read: nothing is missing.
  package private(set) var isComplete = false

  /// A reader before the header.
  package init() {}

  /// Passes the chunk's rows on. The bytes of the fields are valid during the call.
  package mutating func read(
    _ chunk: UnsafeRawBufferPointer, _ row: (inout BinaryCopyFields) throws -> Void
  ) throws {
    var fields = BinaryCopyFields(bytes: chunk)
    if !isPastHeader {
      try fields.skipHeader()
      isPastHeader = true
    }
    while !fields.isAtEnd {
      let count = try fields.beginRow()
      if count < 0 {
        isComplete = true
        return
      }
      try row(&fields)
      try fields.skipRest()
    }
  }
}

/// The fields of one row, read from the left. Each read must be of the column's type.
package struct BinaryCopyFields {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  /// Fields not read yet.
  package private(set) var remaining = 0

  package init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  /// The next field's bytes; nil is NULL.
  package mutating func next() throws(PostgresError) -> UnsafeRawBufferPointer? {
    guard remaining > 0 else { throw malformed("a row has fewer fields than are read") }
    remaining -= 1
    let length = Int(try integer(Int32.self))
    if length == -1 { return nil }
    guard length >= 0, length <= bytes.count - position else { throw malformed("a field is cut") }
    defer { position += length }
    return UnsafeRawBufferPointer(rebasing: bytes[position..<position + length])
  }

  /// `text`, `varchar`, `json`.
  package mutating func string() throws(PostgresError) -> String? {
    try next().map { String(decoding: $0, as: UTF8.self) }
  }

  /// `boolean`.
  package mutating func bool() throws(PostgresError) -> Bool? {
    try number(UInt8.self).map { $0 != 0 }
  }

  /// `smallint`.
  package mutating func int16() throws(PostgresError) -> Int16? { try number(Int16.self) }

  /// `integer`.
  package mutating func int32() throws(PostgresError) -> Int32? { try number(Int32.self) }

  /// `bigint`.
  package mutating func int64() throws(PostgresError) -> Int64? { try number(Int64.self) }

  /// `double precision`.
  package mutating func double() throws(PostgresError) -> Double? {
    try number(UInt64.self).map { Double(bitPattern: $0) }
  }

  /// `uuid`.
  package mutating func uuid() throws(PostgresError) -> UUID? {
    guard let field = try next() else { return nil }
    guard field.count == 16 else { throw malformed("a field is not a uuid") }
    return UUID(uuid: field.loadUnaligned(as: uuid_t.self))
  }

  /// `timestamptz` in microseconds since 1970-01-01 00:00 UTC.
  package mutating func timestampMicroseconds() throws(PostgresError) -> Int64? {
    guard let value = try number(Int64.self) else { return nil }
    let (shifted, overflow) = value.addingReportingOverflow(Instant.postgresEpoch)
    guard !overflow, value != .min, value != .max else { throw malformed("a time is infinite") }
    return shifted
  }

  /// The elements of a one-dimensional array, to be read like the fields of a row; none where it is
  /// NULL. The format is that of `BinaryCopyRows.append(arrayOf:count:_:)`.
  package mutating func elements() throws(PostgresError) -> BinaryCopyFields {
    guard let field = try next() else {
      return BinaryCopyFields(bytes: UnsafeRawBufferPointer(start: nil, count: 0))
    }
    var elements = BinaryCopyFields(bytes: field)
    let dimensions = try elements.integer(Int32.self)
    _ = try (elements.integer(Int32.self), elements.integer(Int32.self))
    guard (0...1).contains(dimensions) else { throw malformed("an array has many dimensions") }
    if dimensions == 1 {
      elements.remaining = Int(max(0, try elements.integer(Int32.self)))
      _ = try elements.integer(Int32.self)
    }
    return elements
  }

  private mutating func number<T: FixedWidthInteger>(_: T.Type) throws(PostgresError) -> T? {
    guard let field = try next() else { return nil }
    guard field.count == MemoryLayout<T>.size else {
      throw malformed("a field has \(field.count) bytes instead of \(MemoryLayout<T>.size)")
    }
    return T(bigEndian: field.loadUnaligned(as: T.self))
  }

  /// The number of fields of the next row, −1 at the trailer.
  package mutating func beginRow() throws(PostgresError) -> Int {
    let count = Int(try integer(Int16.self))
    guard count >= -1 else { throw malformed("a row has \(count) fields") }
    remaining = max(0, count)
    return count
  }

  mutating func skipRest() throws(PostgresError) {
    while remaining > 0 { _ = try next() }
  }

  mutating func skipHeader() throws(PostgresError) {
    guard bytes.count >= 19, bytes.starts(with: BinaryCopyRows.signature) else {
      throw malformed("the data does not begin like a binary COPY")
    }
    position = 15  // the signature, and flags that do not concern the rows
    let extra = Int(try integer(Int32.self))
    guard extra >= 0, extra <= bytes.count - position else { throw malformed("the header is cut") }
    position += extra
  }

  private mutating func integer<T: FixedWidthInteger>(_: T.Type) throws(PostgresError) -> T {
    guard bytes.count - position >= MemoryLayout<T>.size else { throw malformed("a row is cut") }
    defer { position += MemoryLayout<T>.size }
    return T(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: T.self))
  }

  private func malformed(_ what: String) -> PostgresError {
    PostgresError(.value, detail: "binary COPY: \(what)")
  }
}
