import Foundation
import Postgres
import StatusSync

/// An error as its user sees it: one sentence and a status.
struct Failure {
  var sentence: String
  var status: ExitStatus

  init(_ error: any Error) {
    sentence = String(describing: error)
    switch error {
    case is LockHeld: status = .locked
    case is ConfigurationError, is MigrationError: status = .configuration
    case is PlanFileError, is CertificateError, is MeasureError, is Usage: status = .usage
    case let error as PullError:
      (sentence, status) = Self.upstream(error.description, error.failure)
    case let error as CallFailure:
      (sentence, status) = Self.upstream("an upstream call failed: \(error)", error)
    case let error as PostgresError where error.isConnectionFailure:
      sentence = "the database cannot be reached: \(error.detail)"
      status = .unreachable
    case is PrivateServerError: status = .unreachable
    case is CancellationError:
      sentence = "stopped"
      status = Signals.received ?? .terminated
    default: status = .internalError
    }
    if let received = Signals.received {
      sentence = "stopped by a signal; what had begun was finished"
      status = received
    }
    sentence = sentence.split(separator: "\n").joined(separator: " ")
  }

  private static func upstream(_ text: String, _ failure: CallFailure) -> (String, ExitStatus) {
    (text, failure.isTryLater ? .tryLater : .unreachable)
  }
}

/// A combination of options that makes no sense.
struct Usage: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}
