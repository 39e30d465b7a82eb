import Postgres

/// An error that says how the command ends that it ends.
public protocol ExitStatusError: Error {
  var exitStatus: ExitStatus { get }
}

extension ExitStatus {
  /// How a command ends that an error ended: for `sync_run` and for whoever started it alike.
  public init(of error: any Error) {
    self = (error as? any ExitStatusError)?.exitStatus ?? .internalError
  }
}

extension PostgresError: ExitStatusError {
  public var exitStatus: ExitStatus {
    switch advice {
    case .some(let advice): advice.needsChange ? .configuration : .unreachable
    case nil: .internalError
    }
  }
}

extension PrivateServerError: ExitStatusError {
  public var exitStatus: ExitStatus { .unreachable }
}

extension ConfigurationError: ExitStatusError {
  public var exitStatus: ExitStatus { .configuration }
}
