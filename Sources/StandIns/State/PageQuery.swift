import Foundation
import Leads

/// The question behind a page of leads, read from the query of a request.
struct PageQuery: Sendable {
  static let defaultLimit = 100
  static let largestLimit = 10_000

  var property: UUID?
  /// Microseconds since 1970 UTC.
  var since: Int64?
  var start = 0
  var limit = defaultLimit

  /// Throws the answer 400 that says which parameter is wrong.
  init(_ query: [String: String]) throws(Refusal) {
    for name in query.keys
    where !["property_id", "updated_since", "cursor", "limit"].contains(name) {
      throw Refusal(.problem(400, "Unknown parameter", detail: name))
    }
    if let text = query["property_id"] {
      guard let id = UUID(uuidString: text) else {
        throw Refusal(.problem(400, "Malformed parameter", detail: "property_id is not a UUID"))
      }
      property = id
    }
    if let text = query["updated_since"] {
      guard let instant = Instant(iso8601: text) else {
        throw Refusal(.problem(400, "Malformed parameter", detail: "updated_since is no instant"))
      }
      since = instant.microseconds
    }
    if let text = query["cursor"] {
      guard let position = Self.position(of: text) else {
        throw Refusal(.problem(400, "Malformed parameter", detail: "cursor is not one of ours"))
      }
      start = position
    }
    if let text = query["limit"] {
      guard let number = Int(text), number > 0, number <= Self.largestLimit else {
        throw Refusal(.problem(400, "Malformed parameter", detail: "limit is out of range"))
      }
      limit = number
    }
  }

  /// The cursor of the page that starts at a position. With `again`, another cursor for the same
  /// position, as a server that turns its pages differently might give.
  static func cursor(_ position: Int, again: Bool = false) -> String {
    again ? "p\(position).again" : "p\(position)"
  }

  private static func position(of cursor: String) -> Int? {
    guard cursor.hasPrefix("p") else { return nil }
    let digits = cursor.dropFirst().prefix { $0 != "." }
    guard let position = Int(digits), position >= 0 else { return nil }
    return position
  }
}

/// A request that ends with this answer instead of an effect.
struct Refusal: Error {
  var answer: Answer
  init(_ answer: Answer) { self.answer = answer }
}
