import Foundation
import Leads
import StatusSync

/// Takes the members of a body one by one, noting everything that is wrong; what was not asked for
/// is wrong too. A member that is null is absent.
struct BodyReader {
  private var rest: [String: JSONValue]
  private let path: String
  private(set) var errors: [String] = []
  /// One of the errors is a text in the place of a status that is none.
  private var hasUnknownStatus = false

  /// - Throws: `Problem` where the body is no object.
  init(_ value: JSONValue) throws(Problem) {
    guard case .object(let members) = value else {
      throw Problem(.invalidRequest, errors: ["the body is not an object"])
    }
    self.init(members, path: "")
  }

  init(_ members: [String: JSONValue], path: String) {
    rest = members.filter { $0.value != .null }
    self.path = path
  }

  private static let isMissing = "is required"

  /// Notes one more error.
  mutating func note(_ name: String, _ what: String) { errors.append("\(path)\(name): \(what)") }

  /// Notes what was found to be wrong elsewhere, its place included.
  mutating func note(_ problem: String) { errors.append(problem) }

  /// Takes over what another reader found.
  mutating func note(_ other: BodyReader) { errors += other.errors }

  /// A member as it stands; null where it is absent.
  mutating func any(_ name: String) -> JSONValue? { rest.removeValue(forKey: name) }

  /// A text of at most `most` characters.
  mutating func text(_ name: String, required: Bool = false, least: Int = 0, most: Int) -> String? {
    guard let value = rest.removeValue(forKey: name) else {
      if required { note(name, Self.isMissing) }
      return nil
    }
    guard let text = value.string, (least...most).contains(text.unicodeScalars.count) else {
      note(name, "not a text of \(least) to \(most) characters")
      return nil
    }
    return text
  }

  /// A UUID, which is needed.
  mutating func id(_ name: String) -> UUID? {
    guard let value = rest.removeValue(forKey: name) else {
      note(name, Self.isMissing)
      return nil
    }
    let id = value.string.flatMap(UUID.init(uuidString:))
    if id == nil { note(name, "not a UUID") }
    return id
  }

  /// True or false.
  mutating func flag(_ name: String, required: Bool = false) -> Bool? {
    guard let value = rest.removeValue(forKey: name) else {
      if required { note(name, Self.isMissing) }
      return nil
    }
    guard case .bool(let flag) = value else {
      note(name, "not true or false")
      return nil
    }
    return flag
  }

  /// One of the raw values of a type.
  mutating func choice<T: RawRepresentable & CaseIterable>(
    _ name: String, required: Bool = false
  ) -> T? where T.RawValue == String {
    guard let value = rest.removeValue(forKey: name) else {
      if required { note(name, Self.isMissing) }
      return nil
    }
    guard let choice = value.string.flatMap(T.init(rawValue:)) else {
      note(name, "not one of \(T.allCases.map(\.rawValue).joined(separator: ", "))")
      return nil
    }
    return choice
  }

  /// A status of the vocabulary, which is needed.
  mutating func status(_ name: String) -> Status? {
    if let raw = rest[name]?.string, Status(rawValue: raw) == nil { hasUnknownStatus = true }
    return choice(name, required: true)
  }

  /// Notes what is left over.
  mutating func finish() {
    for name in rest.keys.sorted() { note(String(name.prefix(64)), "unknown field") }
    rest = [:]
  }

  /// - Throws: `Problem` with every error, where there is one.
  mutating func done() throws(Problem) {
    finish()
    guard errors.isEmpty else {
      throw Problem(hasUnknownStatus ? .unknownStatus : .invalidRequest, errors: errors)
    }
  }
}
