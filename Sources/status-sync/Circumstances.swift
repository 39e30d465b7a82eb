import Postgres

/// The circumstances of an error, for its message only.
struct Circumstances: Sendable {
  /// Stage of a night.
  var stage: String?
  /// Connection string of the database; only host and name are shown.
  var database: String?
  /// Addresses of the two systems.
  var resman: String?
  var domiq: String?

  /// An error and its circumstances.
  struct Placed: Error {
    var error: any Error
    var circumstances: Circumstances
  }

  /// The error without what was going on.
  static func inner(_ error: any Error) -> any Error { (error as? Placed)?.error ?? error }

  /// The error with these circumstances, added to those it carries.
  func around(_ error: any Error) -> Placed {
    guard var placed = error as? Placed else { return Placed(error: error, circumstances: self) }
    placed.circumstances.stage = placed.circumstances.stage ?? stage
    placed.circumstances.database = placed.circumstances.database ?? database
    placed.circumstances.resman = placed.circumstances.resman ?? resman
    placed.circumstances.domiq = placed.circumstances.domiq ?? domiq
    return placed
  }
}
