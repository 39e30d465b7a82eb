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
