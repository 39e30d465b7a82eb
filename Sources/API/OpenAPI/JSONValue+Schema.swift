import Leads

extension JSONValue {
  /// A list of texts.
  static func texts(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }

  /// The object with one more member.
  func with(_ name: String, _ value: JSONValue) -> JSONValue {
    .object((object ?? [:]).merging([name: value]) { $1 })
  }
}
