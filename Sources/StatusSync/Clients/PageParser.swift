import CSimdjson
import NIOCore

/// A page that cannot be read at all; the property it belongs to is incomplete.
struct PageFault: Error, Sendable, Equatable, CustomStringConvertible {
  /// A few words without data.
  var description: String
}

/// What makes one record unusable; its neighbours go on.
enum RecordFault: UInt8, Sendable {
  case notAnObject = 1
  case repeatedKey, wrongType, tooLong, nul

  /// For the review queue and the log: without data.
  var reason: String {
    switch self {
    case .notAnObject: "the record is not an object"
    case .repeatedKey: "a field stands there twice"
    case .wrongType: "a field has the wrong type"
    case .tooLong: "a field is too long"
    case .nul: "a field has a NUL character"
    }
  }
}

/// Parses pages of leads of either system; one parser serves one task and reuses its memory.
///
/// What it gives points into the parser and lives until the next page.
final class PageParser {
  private let handle: OpaquePointer

  /// Nil where there is no memory.
  init?() {
    guard let handle = csj_parser_new() else { return nil }
    self.handle = handle
  }

  deinit { csj_parser_free(handle) }

  /// Hands one page to `body`: its records, the next cursor, and `total_count` where it has one.
  func parse<T>(
    _ page: ByteBuffer, _ body: (UnsafeBufferPointer<csj_lead>, String?, Int?) throws -> T
  ) throws -> T {
    var parsed = csj_page()
    let fault = page.withUnsafeReadableBytes { bytes -> String? in
      guard let base = bytes.bindMemory(to: UInt8.self).baseAddress else { return "empty" }
      return csj_parse(handle, base, bytes.count, &parsed).map { String(cString: $0) }
    }
    if let fault { throw PageFault(description: fault) }
    return try body(
      UnsafeBufferPointer(start: parsed.leads, count: parsed.count),
      parsed.next_cursor.string, parsed.total_count < 0 ? nil : Int(parsed.total_count))
  }
}

extension csj_text {
  /// The bytes; nil where the field was absent, null, or not usable.
  var utf8: UnsafeBufferPointer<UInt8>? {
    guard let bytes else { return nil }
    return UnsafeBufferPointer(
      start: UnsafeRawPointer(bytes).assumingMemoryBound(to: UInt8.self), count: length)
  }

  /// The text as Swift's own.
  var string: String? { utf8.map { String(decoding: $0, as: UTF8.self) } }
}
