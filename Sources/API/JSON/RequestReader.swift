import Foundation
import HTTPTypes
import Hummingbird
import Leads
import Live

/// Reads the query, headers and body of a request and collects every error, so that one refusal names all of
/// them.
struct RequestReader {
  private let request: Request
  private var parameters: [String: String] = [:]
  private var errors: [String] = []
  private var hasUnknownStatus = false

  /// - Parameter known: the query's parameters, each at most once.
  init(_ request: Request, query known: [String] = []) {
    self.request = request
    for (name, value) in request.uri.queryParameters {
      let name = String(name)
      guard known.contains(name), parameters[name] == nil else {
        note(String(name.prefix(64)), "unknown or repeated parameter")
        continue
      }
      guard value.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }),
        value.unicodeScalars.count <= Longest.recipient
      else {
        note(name, "has a control character, or is longer than \(Longest.recipient) characters")
        continue
      }
      parameters[name] = String(value)
    }
  }

  /// Records one more error.
  mutating func note(_ name: String, _ what: String) { errors.append("\(name): \(what)") }

  /// Uses the result of another reader, or its errors.
  /// - Throws: a problem of another kind than that the request is not valid.
  mutating func take<T>(_ read: () throws(Problem) -> T) throws(Problem) -> T? {
    do throws(Problem) { return try read() } catch {
      guard [.invalidRequest, .unknownStatus].contains(error.kind) else { throw error }
      errors += error.errors
      if error.kind == .unknownStatus { hasUnknownStatus = true }
      return nil
    }
  }

  /// - Throws: `Problem` with everything that is wrong, where something is.
  func done() throws(Problem) {
    guard errors.isEmpty else {
      throw Problem(hasUnknownStatus ? .unknownStatus : .invalidRequest, errors: errors)
    }
  }

  /// The value, where nothing is wrong.
  func done<T>(_ value: T?) throws(Problem) -> T {
    try done()
    guard let value else { throw Problem(.invalidRequest) }
    return value
  }

  // MARK: - Parameters

  /// A text that is not empty; null where it is absent.
  mutating func text(_ name: String) -> String? {
    guard let text = parameters[name] else { return nil }
    if text.isEmpty { note(name, "is empty") }
    return text
  }

  /// True or false.
  mutating func flag(_ name: String) -> Bool? {
    guard let text = parameters[name] else { return nil }
    if Bool(text) == nil { note(name, "not true or false") }
    return Bool(text)
  }

  /// A whole number within a range.
  mutating func whole(_ name: String, in range: ClosedRange<Int>) -> Int? {
    guard let text = parameters[name] else { return nil }
    guard let number = Int(text), range.contains(number), String(number) == text else {
      note(name, "not a whole number from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return number
  }

  /// `date_from` and `date_to`: instants with an offset, or whole days in UTC.
  mutating func period() -> (from: Instant?, to: Instant?) {
    let (from, to) = (moment("date_from", .first), moment("date_to", .last))
    if let from, let to, from > to { note("date_from", "is after date_to") }
    return (from, to)
  }

  private mutating func moment(_ name: String, _ day: BareDay) -> Instant? {
    guard let text = parameters[name] else { return nil }
    if text.utf8.count <= Longest.time, let instant = Instant(text, bareDay: day) {
      return instant
    }
    note(name, "not a date (2026-11-28) or a time with an offset (2026-11-28T10:00:00Z)")
    return nil
  }

  /// The `Idempotency-Key`; null where there is none.
  mutating func idempotencyKey() -> String? {
    guard let key = request.headers[named: "Idempotency-Key"] else { return nil }
    if !(1...Longest.key).contains(key.utf8.count)
      || !key.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    {
      note("Idempotency-Key", "not 1 to \(Longest.key) visible ASCII characters")
    }
    return key
  }
}
