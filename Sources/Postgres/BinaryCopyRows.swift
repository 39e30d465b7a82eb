package import Foundation

/// Encodes rows for `copy … from stdin (format binary)` into a buffer that is taken away in chunks.
///
/// The format (PostgreSQL manual, COPY, "Binary Format"): a header of 19 bytes, per row a 16-bit
/// count and per field a 32-bit length (−1 for NULL) and the bytes, a trailer; all big-endian. The
/// server checks nothing but sizes: the kind of each `append` must be the column's exact type.
///
///     var rows = BinaryCopyRows(columns: 2)
///     rows.beginRow(); rows.append(id); rows.append(utf8: name)
///     try await connection.copyIn(rows.take())   // whenever byteCount is large enough
///     try await connection.copyIn(rows.finish())
package struct BinaryCopyRows: Sendable {
  /// Zero-filled up to its count; what is beyond `used` is free room.
  @usableFromInline package var bytes: [UInt8]
  @usableFromInline package var used: Int
  @usableFromInline var rowStart: Int
  @usableFromInline package let capacity: Int
  /// Fields of every row.
  package let columns: Int
  /// Rows begun so far, those already taken included.
  @inlinable package var count: Int { rowCount }
  @usableFromInline var rowCount = 0

  /// - Parameters:
  ///   - columns: Fields of every row, at most 1600 (PostgreSQL's own limit).
  ///   - capacity: Bytes reserved at a time; a chunk somewhat smaller never grows the buffer.
  package init(columns: Int, capacity: Int = 1 << 18) {
    precondition((0...1600).contains(columns), "a table has at most 1600 columns")
    self.columns = columns
    self.capacity = max(capacity, 64)
    bytes = [UInt8](repeating: 0, count: self.capacity)
    let header: [UInt8] = Self.signature + [0, 0, 0, 0, 0, 0, 0, 0]
    bytes.replaceSubrange(0..<header.count, with: header)
    used = header.count
    rowStart = used
  }

  package static let signature: [UInt8] = [80, 71, 67, 79, 80, 89, 10, 255, 13, 10, 0]  // PGCOPY\n…

  /// Encoded bytes that were not taken yet.
  @inlinable package var byteCount: Int { used }

  /// Starts a row; exactly `columns` appends must follow.
  @inlinable
  package mutating func beginRow() {
    rowStart = used
    rowCount += 1
    put(Int16(truncatingIfNeeded: columns))
  }

  /// Discards the row that was begun last, if it has not been taken yet.
  package mutating func discardRow() {
    guard rowStart < used else { return }
    used = rowStart
    rowCount -= 1
  }

  /// The bytes encoded since the last call; the first call includes the header.
  package mutating func take() -> [UInt8] {
    var taken = [UInt8](repeating: 0, count: capacity)
    swap(&taken, &bytes)
    taken.removeLast(taken.count - used)
    used = 0
    rowStart = 0
    return taken
  }

  /// The last chunk, with the trailer. No row may follow.
  package mutating func finish() -> [UInt8] {
    put(Int16(-1))
    return take()
  }
}

// MARK: - Fields

extension BinaryCopyRows {
  /// NULL, of any type.
  @inlinable
  package mutating func appendNull() { put(Int32(-1)) }

  /// `text`, `varchar`, `json`: UTF-8 bytes. Anything longer than PostgreSQL's 1 GB is refused there.
  @inlinable
  package mutating func append(utf8 text: UnsafeBufferPointer<UInt8>) {
    let length = Int32(clamping: text.count)
    room(4 + Int(length))
    store(length)
    let start = used
    used += Int(length)
    guard let source = text.baseAddress else { return }
    bytes.withUnsafeMutableBytes { target in
      target.baseAddress?.advanced(by: start).copyMemory(from: source, byteCount: Int(length))
    }
  }

  /// `text`, `varchar`, `json`; nil is NULL.
  @inlinable
  package mutating func append(_ text: String?) {
    guard var text else { return appendNull() }
    text.withUTF8 { append(utf8: $0) }
  }

  /// `jsonb`: JSON text, after the version byte 1 of `jsonb_recv`.
  @inlinable
  package mutating func append(jsonb text: UnsafeBufferPointer<UInt8>) {
    let length = Int32(clamping: text.count)
    room(5 + Int(length))
    store(length == .max ? length : length + 1)
    store(UInt8(1))
    let start = used
    used += Int(length)
    guard let source = text.baseAddress else { return }
    bytes.withUnsafeMutableBytes { target in
      target.baseAddress?.advanced(by: start).copyMemory(from: source, byteCount: Int(length))
    }
  }

  /// `boolean`.
  @inlinable
  package mutating func append(_ value: Bool?) {
    guard let value else { return appendNull() }
    room(5)
    store(Int32(1))
    store(UInt8(value ? 1 : 0))
  }

  /// `smallint`.
  @inlinable
  package mutating func append(_ value: Int16?) { appendInteger(value) }

  /// `integer`.
  @inlinable
  package mutating func append(_ value: Int32?) { appendInteger(value) }

  /// `bigint`.
  @inlinable
  package mutating func append(_ value: Int64?) { appendInteger(value) }

  /// `double precision`.
  @inlinable
  package mutating func append(_ value: Double?) { appendInteger(value?.bitPattern) }

  /// `uuid`.
  @inlinable
  package mutating func append(_ value: UUID?) {
    guard let value else { return appendNull() }
    room(20)
    store(Int32(16))
    let start = used
    used += 16
    bytes.withUnsafeMutableBytes {
      $0.storeBytes(of: value.uuid, toByteOffset: start, as: uuid_t.self)
    }
  }

  /// `timestamptz`: microseconds since 1970-01-01 00:00 UTC; nil is NULL.
  @inlinable
  package mutating func append(timestampMicroseconds value: Int64?) {
    guard let value else { return appendNull() }
    let (shifted, overflow) = value.subtractingReportingOverflow(946_684_800_000_000)
    appendInteger(overflow ? Int64.min : shifted)  // -infinity
  }

  /// The types that an array may have elements of: their `pg_type.oid`.
  package enum ArrayElement: Int32, Sendable {
    case integer = 23, text = 25, timestamptz = 1184
  }

  /// An array of `count` elements; `element` appends each, given its index. The format is that of
  /// `array_send`: dimensions, an unused flag for NULLs, the element's type, then length and first index of
  /// the dimension.
  package mutating func append(
    arrayOf type: ArrayElement, count: Int, _ element: (inout BinaryCopyRows, Int) -> Void
  ) {
    room(24)
    let start = used
    store(Int32(0))  // the length, known at the end
    store(Int32(count == 0 ? 0 : 1))
    store(Int32(0))
    store(type.rawValue)
    if count > 0 {
      store(Int32(clamping: count))
      store(Int32(1))
      for index in 0..<count { element(&self, index) }
    }
    let length = Int32(clamping: used - start - 4)
    bytes.withUnsafeMutableBytes {
      $0.storeBytes(of: length.bigEndian, toByteOffset: start, as: Int32.self)
    }
  }

  @inlinable
  mutating func appendInteger<T: FixedWidthInteger>(_ value: T?) {
    guard let value else { return appendNull() }
    room(4 + MemoryLayout<T>.size)
    store(Int32(MemoryLayout<T>.size))
    store(value)
  }
}

// MARK: - Bytes

extension BinaryCopyRows {
  @inlinable
  package mutating func put<T: FixedWidthInteger>(_ value: T) {
    room(MemoryLayout<T>.size)
    store(value)
  }

  /// Makes sure that `size` more bytes fit.
  @inlinable @inline(__always)
  package mutating func room(_ size: Int) {
    if bytes.count - used < size { grow(by: size) }
  }

  /// Writes into room that was made.
  @inlinable @inline(__always)
  package mutating func store<T: FixedWidthInteger>(_ value: T) {
    let start = used
    used += MemoryLayout<T>.size
    bytes.withUnsafeMutableBytes {
      $0.storeBytes(of: value.bigEndian, toByteOffset: start, as: T.self)
    }
  }

  @usableFromInline @inline(never)
  mutating func grow(by size: Int) {
    bytes.append(contentsOf: repeatElement(0, count: max(size, bytes.count)))
  }
}
