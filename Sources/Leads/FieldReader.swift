import Foundation

/// Reads the members of a JSON object one by one and collects every error, each with its place:
/// `config.delta: not a whole number from -100 to 100`. A member that is null counts as absent.
package struct FieldReader {
  private let members: [String: JSONValue]
  private var rest: [String: JSONValue]
  private let path: String
  /// In the order in which they were found.
  package private(set) var errors: [String] = []
  /// One of the errors is an unknown status.
  package private(set) var hasUnknownStatus = false

  /// - Parameter path: of the object, for the errors; empty for the outermost object.
  package init(_ members: [String: JSONValue], at path: String = "") {
    self.members = members
    rest = members.filter { $0.value != .null }
    self.path = path
  }

  private static let isMissing = "is required"

  // MARK: - What is wrong

  /// Records one more error of a member.
  package mutating func note(_ name: String, _ what: String) {
    errors.append("\(path.isEmpty ? name : "\(path).\(name)"): \(what)")
  }

  /// Records an error that was found elsewhere, with its place.
  package mutating func note(_ problems: [String]) { errors += problems }

  /// Records every member that has another name than these.
  package mutating func refuse(allBut known: [String]) {
    for name in members.keys.sorted() where !known.contains(name) {
      note(String(name.prefix(64)), "unknown; there are \(known.joined(separator: ", "))")
    }
  }

  /// Records every member that was not read.
  package mutating func refuseRest() {
    for name in rest.keys.sorted() { note(String(name.prefix(64)), "unknown field") }
    rest = [:]
  }

  // MARK: - Members

  /// A member of any kind; null where it is absent.
  package mutating func any(_ name: String) -> JSONValue? { rest.removeValue(forKey: name) }

  /// A text with a number of characters within bounds.
  /// - Parameter isLine: refuses control characters but line breaks and tabs.
  package mutating func text(
    _ name: String, required: Bool = false, least: Int = 0, most: Int, isLine: Bool = false
  ) -> String? {
    guard let value = take(name, required) else { return nil }
    guard let text = value.string, (least...most).contains(text.unicodeScalars.count),
      !isLine || text.unicodeScalars.allSatisfy({ $0.value >= 0x20 || $0 == "\n" || $0 == "\t" })
    else {
      note(name, "not a text of \(least) to \(most) characters")
      return nil
    }
    return text
  }

  /// A UUID.
  package mutating func id(_ name: String, required: Bool = false) -> UUID? {
    guard let value = take(name, required) else { return nil }
    let id = value.string.flatMap(UUID.init(uuidString:))
    if id == nil { note(name, "not a UUID") }
    return id
  }

  /// True or false.
  package mutating func flag(_ name: String, required: Bool = false) -> Bool? {
    guard let value = take(name, required) else { return nil }
    guard case .bool(let flag) = value else {
      note(name, "not true or false")
      return nil
    }
    return flag
  }

  /// A number within a range.
  package mutating func number(_ name: String, in range: ClosedRange<Int>) -> Double? {
    guard let value = take(name, false) else { return nil }
    let number: Double? =
      switch value {
      case .integer(let value): Double(value)
      case .number(let value): value
      default: nil
      }
    guard let number, (Double(range.lowerBound)...Double(range.upperBound)).contains(number) else {
      note(name, "not a number from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return number
  }

  /// A whole number within a range.
  package mutating func whole(_ name: String, in range: ClosedRange<Int>) -> Int? {
    guard let value = take(name, false) else { return nil }
    let number: Int? =
      switch value {
      case .integer(let value): value
      case .number(let value): Int(exactly: value)
      default: nil
      }
    guard let number, range.contains(number) else {
      note(name, "not a whole number from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return number
  }

  /// One of the raw values of a type, or what stands for one.
  package mutating func choice<T: RawRepresentable & CaseIterable>(
    _ name: String, required: Bool = false, meaning: (String) -> T? = { T(rawValue: $0) }
  ) -> T? where T.RawValue == String {
    guard let value = take(name, required) else { return nil }
    guard let choice = value.string.flatMap(meaning) else {
      note(name, "not one of \(T.allCases.map(\.rawValue).joined(separator: ", "))")
      return nil
    }
    return choice
  }

  /// A status, which is required.
  /// - Parameter meaning: the status that a word stands for; null: it is outside the vocabulary.
  package mutating func status(
    _ name: String, meaning: (String) -> Status? = { Status(rawValue: $0) }
  ) -> Status? {
    if let word = rest[name]?.string, meaning(word) == nil { hasUnknownStatus = true }
    return choice(name, required: true, meaning: meaning)
  }

  private mutating func take(_ name: String, _ required: Bool) -> JSONValue? {
    let value = rest.removeValue(forKey: name)
    if value == nil, required { note(name, Self.isMissing) }
    return value
  }
}
