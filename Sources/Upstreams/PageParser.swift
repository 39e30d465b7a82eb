import CSimdjson
import Leads

/// A page that cannot be read at all; the property it belongs to is incomplete.
package struct PageFault: Error, Sendable, Equatable, CustomStringConvertible {
  /// A few words without data.
  package var reason: String
  /// Bytes before the place where it stops being JSON; null where it is JSON, and no page of leads.
  package var offset: Int?

  package var description: String { offset.map { "not JSON at byte \($0): \(reason)" } ?? reason }
}

/// Why one record is unusable; the other records of the page are not affected.
package enum RecordFault: UInt8, Sendable {
  case notAnObject = 1
  case repeatedKey, wrongType, tooLong, nul, brokenText, outOfRange

  /// For the review queue and the log: without data.
  package var reason: String {
    switch self {
    case .notAnObject: "the record is not an object"
    case .repeatedKey: "a field stands there twice"
    case .wrongType: "a field has the wrong type"
    case .tooLong: "a field is too long"
    case .nul: "a field has a NUL character"
    case .brokenText: "a field has half a surrogate pair, which is no character"
    case .outOfRange: "lead_score is out of range"
    }
  }
}

/// One parsed page. Its pointers are valid until the parser's next page.
package struct ParsedPage {
  package var leads: UnsafeBufferPointer<csj_lead>
  /// Null on the last page.
  package var nextCursor: String?
  /// Null where the page does not say, or says no count.
  package var totalCount: Int?
  /// Times of the page that named no zone and were read as the property's; null where the page does not say.
  package var zonelessTimes: Int?
  /// Why the next page cannot be determined; the records of this page are usable.
  package var cursorFault: String?
  package var totalFault: String?
}

/// Parses pages of leads of either system; one parser serves one task and reuses its memory.
package final class PageParser {
  private let handle: OpaquePointer

  /// Nil where there is no memory.
  package init?() {
    guard let handle = csj_parser_new() else { return nil }
    self.handle = handle
  }

  deinit { csj_parser_free(handle) }

  /// Hands one page to `body`.
  /// - Throws: `PageFault` where it is not a page of leads.
  package func parse<T>(_ page: [UInt8], _ body: (ParsedPage) throws -> T) throws -> T {
    var parsed = csj_page()
    let fault = page.withUnsafeBufferPointer { bytes -> String? in
      guard let base = bytes.baseAddress else { return "empty" }
      return csj_parse(handle, base, bytes.count, &parsed).map { String(cString: $0) }
    }
    if let fault {
      let offset = parsed.fault_offset
      throw PageFault(reason: fault, offset: offset < 0 ? nil : Int(offset))
    }
    return try body(
      ParsedPage(
        leads: UnsafeBufferPointer(start: parsed.leads, count: parsed.count),
        nextCursor: parsed.next_cursor.string,
        totalCount: parsed.total_count < 0 ? nil : Int(parsed.total_count),
        zonelessTimes: parsed.zoneless_times < 0 ? nil : Int(parsed.zoneless_times),
        cursorFault: parsed.cursor_fault.map { String(cString: $0) },
        totalFault: parsed.total_fault.map { String(cString: $0) }))
  }
}

extension csj_text {
  /// The bytes; nil where the field was absent, null, or not usable.
  package var utf8: UnsafeBufferPointer<UInt8>? {
    guard let bytes else { return nil }
    return UnsafeBufferPointer(
      start: UnsafeRawPointer(bytes).assumingMemoryBound(to: UInt8.self), count: length)
  }

  /// The text as Swift's own.
  package var string: String? { utf8.map { String(decoding: $0, as: UTF8.self) } }
}
