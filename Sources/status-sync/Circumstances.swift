import Postgres

/// What was going on when an error came: for its sentence, not for deciding anything.
struct Circumstances: Sendable {
  /// Stage of a night.
  var stage: String?
  /// Connection string of the database; only its place is told.
  var database: String?
  /// Addresses of the two systems.
  var resman: String?
  var domiq: String?

  /// An error, and what was going on.
  struct Placed: Error {
    var error: any Error
    var circumstances: Circumstances
  }

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
