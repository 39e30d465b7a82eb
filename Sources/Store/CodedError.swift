import Postgres
import PrivatePostgres
import Settings

/// An error that operators know by a name, which decides how the command ends.
package protocol CodedError: Error {
  var errorCode: ErrorCode { get }
}

extension ErrorCode {
  /// The code of an error; `internal` for what nobody foresaw.
  package init(of error: any Error) {
    self = (error as? any CodedError)?.errorCode ?? .internal
  }
}

extension ExitStatus {
  /// The exit status for an error, for `sync_run` and for the process.
  package init(of error: any Error) { self = ErrorCode(of: error).exitStatus }
}

extension CancellationError: CodedError {
  package var errorCode: ErrorCode { .stopped }
}

extension ConfigurationError: CodedError {
  package var errorCode: ErrorCode { .configuration }
}

extension PrivateServerError: CodedError {
  package var errorCode: ErrorCode { .privateServer }
}

extension PostgresError: CodedError {
  package var errorCode: ErrorCode {
    switch advice?.kind {
    case .address: .databaseAddress
    case .unreachable: .databaseUnreachable
    case .lost: .databaseLost
    case .login: .databaseLogin
    case .rights: .databaseRights
    case .missing: .databaseMissing
    case .readOnly: .databaseReadOnly
    case .encoding: .databaseEncoding
    case .full: .databaseFull
    case .busy: .databaseBusy
    case .limit: .databaseLimit
    case .damaged: .databaseDamaged
    case .schema: .schemaMisfit
    case nil: .databaseStatement
    }
  }
}
