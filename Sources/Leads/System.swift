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

  @inlinable
  package init(resman: Value, domiq: Value) {
    self.resman = resman
    self.domiq = domiq
  }

  /// Both values from one rule.
  @inlinable
  package init(_ value: (System) throws -> Value) rethrows {
    try self.init(resman: value(.resman), domiq: value(.domiq))
  }

  package subscript(system: System) -> Value {
    @inlinable get { system == .resman ? resman : domiq }
    @inlinable _modify {
      if system == .resman { yield &resman } else { yield &domiq }
    }
  }
}

extension PerSystem: Sendable where Value: Sendable {}
