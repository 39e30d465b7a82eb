import Postgres
import PrivatePostgres
import Settings

/// An error that says how the command ends that it ends.
package protocol ExitStatusError: Error {
  var exitStatus: ExitStatus { get }
}

extension ExitStatus {
  /// How a command ends that an error ended: for `sync_run` and for whoever started it alike.
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
