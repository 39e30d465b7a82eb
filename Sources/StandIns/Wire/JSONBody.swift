import Leads

/// JSON written straight into bytes: a page of a thousand leads is rendered for every request, and
/// an encoder would cost more than everything else the stand-ins do.
package struct JSONBody {
  /// What was written so far.
  package private(set) var bytes: [UInt8] = []
  private var needsComma = false

  /// Room for that many bytes is taken at once.
  package init(capacity: Int = 512) { bytes.reserveCapacity(capacity) }

  /// Writes `{`, the members written by `members`, `}`.
  package mutating func object(_ members: (inout JSONBody) -> Void) {
    open(UInt8(ascii: "{"))
    members(&self)
    close(UInt8(ascii: "}"))
  }

  /// Writes `[`, one value an element, `]`.
  package mutating func array<S: Sequence>(
    _ elements: S, _ value: (inout JSONBody, S.Element) -> Void
  ) {
    open(UInt8(ascii: "["))
    for element in elements { value(&self, element) }
    close(UInt8(ascii: "]"))
  }

  /// Writes the name of the member whose value follows.
  package mutating func name(_ name: StaticString) {
    comma()
    bytes.append(UInt8(ascii: "\""))
    name.withUTF8Buffer { bytes.append(contentsOf: $0) }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// A member with text, or null.
  package mutating func member(_ name: StaticString, _ text: String?) {
    self.name(name)
    if let text { value(text) } else { null() }
  }

  /// A member with a whole number, or null.
  package mutating func member(_ name: StaticString, _ number: Int?) {
    self.name(name)
    if let number { raw(String(number)) } else { null() }
  }

  /// A member with a number, or null; a whole one without a fraction.
  package mutating func member(_ name: StaticString, number: Double?) {
    self.name(name)
    if let number { raw(Int(exactly: number).map(String.init) ?? "\(number)") } else { null() }
  }

  /// A member with true or false.
  package mutating func member(_ name: StaticString, _ flag: Bool) {
    self.name(name)
    raw(flag ? "true" : "false")
  }

  /// A member with any JSON value, or null.
  package mutating func member(_ name: StaticString, json: JSONValue?) {
    self.name(name)
    value(json ?? .null)
  }

  /// A text value, escaped.
  package mutating func value(_ text: String) {
    comma()
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { JSON.appendEscaped($0, to: &bytes) }
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }

  /// Null.
  package mutating func null() { raw("null") }

  /// A number or literal, written as given.
  package mutating func raw(_ text: String) {
    comma()
    bytes.append(contentsOf: text.utf8)
    needsComma = true
  }

  /// Any JSON value; members of objects in the order of their names.
  package mutating func value(_ json: JSONValue) {
    switch json {
    case .null: null()
    case .bool(let flag): raw(flag ? "true" : "false")
    case .integer(let number): raw(String(number))
    case .number(let number): raw(String(number))
    case .string(let text): value(text)
    case .array(let values): array(values) { $0.value($1) }
    case .object(let members):
      open(UInt8(ascii: "{"))
      for (name, member) in members.sorted(by: { $0.key < $1.key }) {
        value(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
        value(member)
      }
      close(UInt8(ascii: "}"))
    }
  }

  private mutating func open(_ bracket: UInt8) {
    comma()
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  private mutating func comma() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
  }
}
