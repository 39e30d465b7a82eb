/// The two systems whose leads are kept the same.
package enum System: String, Codable, CaseIterable, Sendable {
  case resman, domiq

  /// As people write it.
  package var name: String {
    switch self {
    case .resman: "ResMan"
    case .domiq: "DomIQ"
    }
  }
}

/// One value for each system.
package struct PerSystem<Value> {
  package var resman: Value
  package var domiq: Value

  package init(resman: Value, domiq: Value) {
    self.resman = resman
    self.domiq = domiq
  }

  /// Both values from one rule.
  package init(_ value: (System) throws -> Value) rethrows {
    try self.init(resman: value(.resman), domiq: value(.domiq))
  }

  package subscript(system: System) -> Value {
    get { system == .resman ? resman : domiq }
    set { if system == .resman { resman = newValue } else { domiq = newValue } }
  }
}

extension PerSystem: Sendable where Value: Sendable {}
