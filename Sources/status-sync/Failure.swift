import API
import Demo
import Foundation
import Leads
import Postgres
import StatusSync

/// An error as its user sees it: one sentence and a status.
struct Failure {
  var sentence: String
  var status: ExitStatus

  init(_ error: any Error) {
    sentence = String(describing: error)
    status = ExitStatus(of: error)
    switch error {
    case is Usage: status = .usage
    case let error as CallFailure: sentence = "an upstream call failed: \(error)"
    case let error as PostgresError where error.isConnectionFailure:
      sentence = "the database cannot be reached: \(error.detail)"
    case is CannotListen: status = .unreachable
    case is DemoError, is OwnersFileError: status = .configuration
    case is CancellationError:
      sentence = "stopped"
      status = .terminated
    default: break
    }
    if let received = Signals.received {
      sentence = "stopped by a signal; what had begun was finished"
      status = received
    }
    sentence = sentence.split(separator: "\n").joined(separator: " ")
  }
}

/// A combination of options that makes no sense.
struct Usage: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}

/// A time that an option was given: an instant, or a day.
/// - Parameter now: the last moment of a day that is not over is now; nil: it is to come.
func moment(
  _ text: String, _ option: String, _ day: BareDay, now: Instant? = nil
) throws -> Instant {
  guard let instant = Instant(text, bareDay: day, now: now) else {
    throw Usage(
      "\(option): \"\(text)\" is not a date (2026-11-28) or time (2026-11-28T10:00:00Z)")
  }
  return instant
}
