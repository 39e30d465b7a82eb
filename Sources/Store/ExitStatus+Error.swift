import Postgres
import PrivatePostgres
import Settings

/// An error that says how the command ends that it ends.
package protocol ExitStatusError: Error {
  var exitStatus: ExitStatus { get }
}

extension ExitStatus {
  /// The exit status for an error, for `sync_run` and for the process.
  package init(of error: any Error) {
    self = (error as? any ExitStatusError)?.exitStatus ?? .internalError
  }
}

extension PostgresError: ExitStatusError {
  package var exitStatus: ExitStatus {
    switch advice {
    case .some(let advice): advice.needsChange ? .configuration : .unreachable
    case nil: .internalError
    }
  }
}

extension PrivateServerError: ExitStatusError {
  package var exitStatus: ExitStatus { .unreachable }
}

extension ConfigurationError: ExitStatusError {
  package var exitStatus: ExitStatus { .configuration }
}
