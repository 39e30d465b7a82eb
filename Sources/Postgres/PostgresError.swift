/// An error between this program and PostgreSQL.
///
/// `description` never contains data. The server's messages can quote values ("Key (email)=(…) already
/// exists"), so they are in `detail`, for a person who debugs.
package struct PostgresError: Error, Sendable, CustomStringConvertible {
  /// The kinds, which callers do not switch over directly; the properties below are the interface.
  package enum Code: String, Sendable {
    /// The connection string cannot be parsed.
    case connectionString = "connection_string"
    /// No session was opened: unreachable, refused, or a wrong password.
    case connect
    /// The session ended while it was needed.
    case lost
    /// `close()` was called before.
    case closed
    /// The task was cancelled before the statement was sent.
    case cancelled
    /// The server refused a statement; `sqlState` says why.
    case server
    /// A value is not of the requested type, a column does not exist, or a parameter cannot be sent.
    case value
    /// The calls came in an invalid order, such as a query in the middle of a COPY.
    case misuse
    /// The transaction could not be committed because a statement in it had failed.
    case aborted
    /// The answer to COMMIT never came: the transaction may be committed or not.
    case commitUnknown = "commit_unknown"
    /// Threads, memory or descriptors ran out.
    case resources
  }

  package let code: Code
  /// The five characters of SQLSTATE, if the server sent them.
  package let sqlState: String?
  /// The full text, with the data that the server quoted; for a person who debugs, not for logs.
  package let detail: String
  /// The table, column or constraint the server named, if it did.
  package let object: String?
  /// The server's first sentence; like `detail` it can quote data.
  package let message: String?

  package init(
    _ code: Code, sqlState: String? = nil, detail: String, object: String? = nil,
    message: String? = nil
  ) {
    self.code = code
    self.sqlState = sqlState
    self.detail = detail
    self.object = object
    self.message = message
  }

  /// A short name without data, for metrics and logs: `lost`, `server.23505`.
  package var label: String {
    sqlState.map { "\(code.rawValue).\($0)" } ?? code.rawValue
  }

  /// `postgres: server.23505 (status_sync_log_pending)`; no data, no host, no secret.
  package var description: String {
    "postgres: \(label)" + (object.map { " (\($0))" } ?? "")
  }
}

extension PostgresError {
  /// The session is lost or was never opened: another connection may succeed.
  package var isConnectionFailure: Bool {
    switch code {
    case .connect, .lost, .closed, .commitUnknown: true
    default: Self.sessionEnds(sqlState)
    }
  }

  /// The answer to COMMIT was lost: look for the rows before anything else.
  package var isCommitUnknown: Bool { code == .commitUnknown }

  /// The statement was cancelled (57014), by the task's cancellation, `cancel()` or a timeout.
  package var isCancelled: Bool { sqlState == "57014" }

  /// 23505.
  package var isUniqueViolation: Bool { sqlState == "23505" }

  /// Class 23: unique, foreign key, check, not null.
  package var isConstraintViolation: Bool { sqlState?.hasPrefix("23") ?? false }

  /// 40001 or 40P01: the same transaction may succeed if it is run again.
  package var isRetryable: Bool { sqlState == "40001" || sqlState == "40P01" }

  /// 42P01: typically a database that is not migrated.
  package var isUndefinedTable: Bool { sqlState == "42P01" }

  /// 42501.
  package var isInsufficientPrivilege: Bool { sqlState == "42501" }

  /// 55P03: `nowait` or `lock_timeout`.
  package var isLockNotAvailable: Bool { sqlState == "55P03" }

  /// States after which the server closes the connection: class 08, admin shutdown, crash, starting up.
  static func sessionEnds(_ state: String?) -> Bool {
    guard let state else { return false }
    return state.hasPrefix("08") || ["57P01", "57P02", "57P03", "57P05"].contains(state)
  }

  /// The same loss, noticed at COMMIT.
  func atCommit() -> PostgresError {
    guard isConnectionFailure else { return self }
    return PostgresError(
      .commitUnknown, sqlState: sqlState, detail: detail, object: object, message: message)
  }
}
