import Leads

extension JSONValue {
  /// A list of texts.
  static func texts(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }

  /// The object with one more member.
  func with(_ name: String, _ value: JSONValue) -> JSONValue {
    .object((object ?? [:]).merging([name: value]) { $1 })
  }

  /// The schema with its description: its unit, and what null or absence means.
  func described(_ text: String) -> JSONValue { with("description", .string(text)) }

  /// The schema, and null: a field that need not be there.
  var orNull: JSONValue {
    switch self["type"] {
    case .string(let type)? where self["enum"] == nil: with("type", .texts([type, "null"]))
    default: ["anyOf": [self, ["type": "null"]]]
    }
  }
}
