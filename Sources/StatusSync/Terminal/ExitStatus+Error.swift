import Postgres

extension ExitStatus {
  /// The exit status for an error, for `sync_run` and for the process.
  public init(of error: any Error) {
    switch error {
    case is LockHeld: self = .locked
    case is ConfigurationError, is MigrationError: self = .configuration
    case is PlanFileError, is ReviewError, is CertificateError, is MeasureError: self = .usage
    case let error as ReportError where error.code == .inTheWay: self = .usage
    case let error as PullError: self.init(of: error.failure)
    case let error as CallFailure: self = error.isTryLater ? .tryLater : .unreachable
    case let error as PostgresError:
      switch error.advice {
      case .some(let advice): self = advice.needsChange ? .configuration : .unreachable
      case nil: self = .internalError
      }
    case is PrivateServerError: self = .unreachable
    default: self = .internalError
    }
  }
}
