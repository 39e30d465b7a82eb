import Glibc

internal import CLibPQ

// The steps of every call: begin, send, flush, wait, take a result, find the error.
extension PostgresConnection {
  /// The open handle, ready for a new statement.
  package func ready() throws(PostgresError) -> OpaquePointer {
    guard let handle else {
      throw PostgresError(.closed, detail: "the connection is closed")
    }
    guard !isCopyingIn else {
      throw PostgresError(.misuse, detail: "a COPY is under way on this connection")
    }
    guard isAlive else { throw lost() }
    if isTaskCancelled {
      throw PostgresError(.cancelled, sqlState: "57014", detail: "the task was cancelled")
    }
    roundsSinceCancel = nil
    return handle
  }

  var isTaskCancelled: Bool { shields == 0 && Task.isCancelled }

  /// Sends a statement with its parameters as text; the server infers their types.
  package func send(_ sql: SQL, on handle: OpaquePointer) throws(PostgresError) {
    let parameters = try ParameterText(sql)
    let sent = parameters.withPointers { values in
      PQsendQueryParams(
        handle, sql.text, Int32(values.count), nil, values.baseAddress, nil, nil, 0)
    }
    guard sent == 1 else { throw sendingFailed(handle) }
  }

  /// Sends everything that is queued to the server.
  package func flush(_ handle: OpaquePointer) throws(PostgresError) {
    while true {
      switch PQflush(handle) {
      case 0: return
      case 1: try wait(handle, forWriting: true)
      default: throw lost()
      }
    }
  }

  /// Waits until something arrived (or, if asked, until something can be sent) and reads it. If the task is
  /// cancelled, cancels the statement once and waits for the server's answer; if the server is silent for 10
  /// s after that, the session is closed.
  package func wait(_ handle: OpaquePointer, forWriting: Bool = false) throws(PostgresError) {
    while true {
      let events = forWriting ? POLLIN | POLLOUT : POLLIN
      var socket = pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)
      let ready = poll(&socket, 1, waitMilliseconds)
      if ready > 0 {
        if socket.revents & Int16(POLLIN | POLLERR | POLLHUP) != 0, PQconsumeInput(handle) == 0 {
          throw lost()
        }
        return
      }
      guard ready == 0 || errno == EINTR else { throw lost() }
      if let rounds = roundsSinceCancel {
        guard rounds < 10_000 / Int(waitMilliseconds) else { throw abandoned() }
        roundsSinceCancel = rounds + 1
      } else if isTaskCancelled {
        roundsSinceCancel = 0
        link.cancel()
      }
    }
  }

  /// The next result, nil after the last of a statement.
  func nextResult(_ handle: OpaquePointer) throws(PostgresError) -> OpaquePointer? {
    while PQisBusy(handle) == 1 { try wait(handle) }
    return PQgetResult(handle)
  }

  /// Takes all results of a statement; returns the last, or throws the first error among them.
  package func finish(_ handle: OpaquePointer) throws(PostgresError) -> ResultSet? {
    var last: ResultSet?
    var failure: PostgresError?
    while let result = try nextResult(handle) {
      switch PQresultStatus(result) {
      case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
        last = ResultSet(result)
      case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
        PQclear(result)
        close()
        throw PostgresError(.misuse, detail: "a COPY statement needs copyIn or copyOut")
      default:
        failure = failure ?? error(from: result, on: handle)
        PQclear(result)
      }
    }
    noteLoss(handle)
    if let failure { throw failure }
    return last
  }

  /// The error of a result that is one. A result without SQLSTATE is libpq's own message about a lost
  /// session.
  package func error(from result: OpaquePointer, on handle: OpaquePointer) -> PostgresError {
    func field(_ code: Int32) -> String? {
      PQresultErrorField(result, code).map { String(cString: $0) }
    }
    let state = field(diag_sqlstate)
    let primary = field(diag_message_primary)
    let parts = [
      primary ?? message(of: handle), field(diag_message_detail),
      field(diag_message_hint).map { "hint: \($0)" }, field(diag_context),
      field(diag_statement_position).map { "at character \($0)" },
    ]
    let object = field(diag_constraint_name) ?? field(diag_column_name) ?? field(diag_table_name)
    return PostgresError(
      state == nil ? .lost : .server, sqlState: state,
      detail: parts.compactMap { $0 }.joined(separator: "; "), object: object, message: primary)
  }

  /// Records that libpq found the session lost.
  func noteLoss(_ handle: OpaquePointer) {
    if PQstatus(handle) == CONNECTION_BAD { link.closed() }
  }

  /// Why nothing could be sent: usually a lost session, rarely a mistake of ours.
  func sendingFailed(_ handle: OpaquePointer) -> PostgresError {
    if PQstatus(handle) == CONNECTION_BAD { return lost() }
    return PostgresError(.misuse, detail: message(of: handle))
  }

  /// The session is lost: records it and returns the error to throw.
  package func lost() -> PostgresError {
    link.closed()
    return PostgresError(.lost, detail: handle.map(message(of:)) ?? "the connection is closed")
  }

  private func abandoned() -> PostgresError {
    close()
    return PostgresError(.lost, detail: "the server did not answer a cancellation")
  }
}

/// Parameters as the NUL-terminated strings that libpq needs, in one block of memory.
struct ParameterText {
  private var bytes: [CChar] = []
  private var starts: [Int?] = []

  /// Throws if a text holds a NUL, which would cut it short, or if there are too many parameters.
  init(_ sql: SQL) throws(PostgresError) {
    guard !sql.text.utf8.contains(0) else {
      throw PostgresError(.value, detail: "the statement holds a NUL character")
    }
    guard sql.parameters.count <= 65_535 else {
      throw PostgresError(.misuse, detail: "more than 65,535 parameters")
    }
    for (index, parameter) in sql.parameters.enumerated() {
      guard let parameter else {
        starts.append(nil)
        continue
      }
      guard !parameter.utf8.contains(0) else {
        throw PostgresError(.value, detail: "parameter \(index + 1) holds a NUL character")
      }
      starts.append(bytes.count)
      bytes.append(contentsOf: parameter.utf8.lazy.map { CChar(bitPattern: $0) })
      bytes.append(0)
    }
  }

  func withPointers<T>(
    _ body: (UnsafeBufferPointer<UnsafePointer<CChar>?>) -> T
  ) -> T {
    bytes.withUnsafeBufferPointer { text in
      let pointers = starts.map { start in
        start.flatMap { offset in text.baseAddress.map { $0 + offset } }
      }
      return pointers.withUnsafeBufferPointer(body)
    }
  }
}
