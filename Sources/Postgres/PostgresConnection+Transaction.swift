import Glibc

internal import CLibPQ

/// The rights and the snapshot of a transaction.
package enum TransactionMode: String, Sendable {
  /// Reads and writes; each statement sees what was committed before it.
  case readWrite = "begin"
  /// Reads only; each statement sees what was committed before it.
  case readOnly = "begin read only"
  /// Reads only, all statements on one snapshot.
  case snapshot = "begin isolation level repeatable read read only"
  /// Reads and writes on one snapshot; a conflicting write fails with 40001 (`isRetryable`).
  case repeatableRead = "begin isolation level repeatable read"
}

extension PostgresConnection {
  /// Runs `body` in a transaction: commits when it returns, rolls back when it throws.
  ///
  /// The body is synchronous on the connection, so no other statement can run in between. It must not end the
  /// transaction itself. Throws the error of the body; `isCommitUnknown` if the answer to COMMIT was lost;
  /// `aborted` if the body continued after a failed statement, so that nothing was committed. The end of the
  /// transaction ignores the task's cancellation.
  /// - Parameter isRehearsal: roll back at the end, too: the body finds out what it would do.
  @discardableResult
  package func transaction<T: Sendable>(
    _ mode: TransactionMode = .readWrite, isRehearsal: Bool = false,
    _ body: @Sendable (isolated PostgresConnection) throws -> T
  ) throws -> T {
    guard !isInTransaction, transactionStatus == PQTRANS_IDLE || handle == nil else {
      throw PostgresError(.misuse, detail: "a transaction is open on this connection already")
    }
    try control(mode.rawValue)
    isInTransaction = true
    defer { isInTransaction = false }
    let value: T
    do { value = try body(self) } catch {
      rollBack()
      throw error
    }
    if isRehearsal { rollBack() } else { try commit() }
    return value
  }

  private var transactionStatus: PGTransactionStatusType {
    handle.map(PQtransactionStatus) ?? PQTRANS_UNKNOWN
  }

  private func control(_ command: String) throws(PostgresError) {
    _ = try run(SQL(stringLiteral: command))
  }

  package func commit() throws(PostgresError) {
    shields += 1
    defer { shields -= 1 }
    if isCopyingIn { abortCopyIn("the transaction ends") }
    switch transactionStatus {
    case PQTRANS_INTRANS: break
    case PQTRANS_INERROR:
      rollBack()
      throw PostgresError(.aborted, detail: "a statement failed, so nothing was committed")
    case PQTRANS_IDLE:
      throw PostgresError(.misuse, detail: "the body ended its transaction itself")
    default: throw lost()
    }
    // A loss before COMMIT is sent is certain: the transaction had no effect.
    guard checkAlive() else { throw lost() }
    let result: ResultSet?
    do { result = try run("commit") } catch { throw error.atCommit() }
    guard result?.tag == "COMMIT" else {
      throw PostgresError(.aborted, detail: "the server rolled the transaction back")
    }
  }

  /// Rolls back; if that fails the session is closed, which has the same effect.
  func rollBack() {
    shields += 1
    defer { shields -= 1 }
    if isCopyingIn { abortCopyIn("the transaction is rolled back") }
    guard handle != nil, isAlive, transactionStatus != PQTRANS_IDLE else { return }
    do { try control("rollback") } catch { close() }
  }

  /// Puts the session into a state in which another user can have it: no COPY, no open transaction. False if
  /// the session is lost.
  package func settle() -> Bool {
    shields += 1
    defer { shields -= 1 }
    if isCopyingIn { abortCopyIn("given back") }
    if transactionStatus != PQTRANS_IDLE { rollBack() }
    return checkAlive()
  }

  /// Whether the server is still there, as far as can be known without a request: what has arrived since (a
  /// notice, or the end) is read.
  func checkAlive() -> Bool {
    guard let handle, isAlive else { return false }
    // A server that ends a session sends a last message and closes: two reads, not one.
    for _ in 1...8 {
      var socket = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
      guard poll(&socket, 1, 0) > 0 else { break }
      guard PQconsumeInput(handle) == 1, PQstatus(handle) != CONNECTION_BAD else {
        link.closed()
        return false
      }
    }
    return PQstatus(handle) == CONNECTION_OK
  }
}
