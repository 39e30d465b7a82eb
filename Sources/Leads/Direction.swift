/// The direction of a change.
package enum Direction: String, Codable, CaseIterable, Sendable {
  case toResMan = "to_resman"
  case fromResMan = "from_resman"

  /// The direction of a change that is written to a system.
  package init(to system: System) { self = system == .resman ? .toResMan : .fromResMan }

  /// The system that the change is written to.
  package var target: System { self == .toResMan ? .resman : .domiq }
}
