internal import CLibPQ

extension PostgresConnection {
  /// Starts `copy … from stdin`; until `endCopyIn` or `abortCopyIn` the connection accepts only `copyIn`.
  /// `statement` is SQL and never contains outside data.
  package func beginCopyIn(_ statement: String) throws(PostgresError) {
    let handle = try ready()
    try send(SQL(stringLiteral: statement), on: handle)
    try flush(handle)
    guard let result = try nextResult(handle) else { throw lost() }
    if PQresultStatus(result) == PGRES_COPY_IN {
      PQclear(result)
      isCopyingIn = true
      return
    }
    let refused = try refusal(result, on: handle)
    throw refused
  }

  /// Sends the next piece, of any length; pieces need not end where rows end. Returns when the server's
  /// socket accepted it, so a slow server slows its producer down. If the task is cancelled, the COPY ends
  /// and the call throws.
  package func copyIn(_ bytes: [UInt8]) throws(PostgresError) {
    guard let handle, isCopyingIn else {
      throw PostgresError(.misuse, detail: "no COPY is under way on this connection")
    }
    var start = 0
    while start < bytes.count {
      if isTaskCancelled {
        abortCopyIn("cancelled")
        throw PostgresError(.cancelled, sqlState: "57014", detail: "the task was cancelled")
      }
      let length = min(1 << 16, bytes.count - start)
      let taken = bytes.withUnsafeBytes { whole in
        PQputCopyData(
          handle, whole.baseAddress?.advanced(by: start).assumingMemoryBound(to: CChar.self),
          Int32(length))
      }
      switch taken {
      case 1: start += length
      case 0: break
      default: throw copyLost()
      }
      do { try flush(handle) } catch {
        isCopyingIn = false
        throw error
      }
    }
  }

  /// Ends the COPY; returns the number of rows that the server received, or throws its error.
  @discardableResult
  package func endCopyIn() throws(PostgresError) -> Int {
    guard let handle, isCopyingIn else {
      throw PostgresError(.misuse, detail: "no COPY is under way on this connection")
    }
    return try endCopy(handle, reason: nil)?.affected ?? 0
  }

  /// Aborts the COPY; the server discards its rows. Does nothing if no COPY is in progress.
  package func abortCopyIn(_ reason: String) {
    guard let handle, isCopyingIn else { return }
    let text = reason.utf8.contains(0) ? "aborted" : reason
    // The server answers with the error that the abort requested.
    _ = try? endCopy(handle, reason: text)
  }

  /// Runs `copy (…) to stdout` and passes on each chunk that the server sends: a whole number of rows, in
  /// practice one; in binary format with the header before the first and a trailer at the end. The bytes are
  /// valid during the call. If `chunk` throws, the COPY is cancelled and its error thrown. `sql` never
  /// contains outside data, because COPY takes no parameters.
  package func copyOut(
    _ sql: String, _ chunk: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let handle = try ready()
    try send(SQL(stringLiteral: sql), on: handle)
    try flush(handle)
    guard let result = try nextResult(handle) else { throw lost() }
    guard PQresultStatus(result) == PGRES_COPY_OUT else {
      let refused = try refusal(result, on: handle)
      throw refused
    }
    PQclear(result)
    var failure: (any Error)?
    while let (pointer, length) = try nextChunk(handle) {
      defer { PQfreemem(pointer) }
      if failure != nil { continue }
      do { try chunk(UnsafeRawBufferPointer(start: pointer, count: length)) } catch {
        failure = error
        link.cancel()
      }
    }
    do { _ = try finish(handle) } catch { failure = failure ?? error }
    if let failure { throw failure }
  }

  /// Runs `copy (query) to stdout (format binary)` and passes on each row, split into the bytes of its
  /// fields.
  /// - Parameters:
  ///   - query: never contains outside data.
  ///   - columns: the names of its columns in the order in which `row` reads them.
  /// - Throws: `PostgresError`, of kind `misuse` where the query has other columns; and what `row` throws.
  package func copyOutRows(
    _ query: [UInt8], columns: [String], _ row: (inout BinaryCopyFields) throws -> Void
  ) throws {
    var reader = BinaryCopyReader()
    try copyOut(rowsOf: query, columns: columns) { chunk in try reader.read(chunk, row) }
  }

  /// As `copyOutRows`, with each chunk as it comes.
  func copyOut(
    rowsOf query: [UInt8], columns: [String], _ chunk: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let query = String(decoding: query, as: UTF8.self)
    // Fields of a binary row have no names: here they are compared before the first row is read.
    let described = try self.columns(of: query)
    guard described == columns else {
      throw PostgresError(
        .misuse,
        detail: "a query has the columns \(described.joined(separator: ", ")), but "
          + "\(columns.joined(separator: ", ")) are read")
    }
    try copyOut("copy (\(query)) to stdout (format binary)", chunk)
  }

  /// The names of the columns of a query, in order; it is not executed.
  private func columns(of query: String) throws(PostgresError) -> [String] {
    let handle = try ready()
    guard PQsendPrepare(handle, "", query, 0, nil) == 1 else { throw sendingFailed(handle) }
    try flush(handle)
    _ = try finish(handle)
    guard PQsendDescribePrepared(handle, "") == 1 else { throw sendingFailed(handle) }
    try flush(handle)
    return try finish(handle)?.columns.names ?? []
  }

  /// The next piece of a COPY TO STDOUT, to be freed by the caller; nil at its end.
  private func nextChunk(
    _ handle: OpaquePointer
  ) throws(PostgresError) -> (UnsafeMutablePointer<CChar>, Int)? {
    while true {
      var buffer: UnsafeMutablePointer<CChar>?
      let length = PQgetCopyData(handle, &buffer, 1)
      if let buffer, length > 0 { return (buffer, Int(length)) }
      switch length {
      case 0: try wait(handle)
      case -1: return nil
      default: throw lost()
      }
    }
  }

  private func endCopy(
    _ handle: OpaquePointer, reason: String?
  ) throws(PostgresError) -> ResultSet? {
    isCopyingIn = false
    while true {
      switch PQputCopyEnd(handle, reason) {
      case 1:
        try flush(handle)
        return try finish(handle)
      case 0: try flush(handle)
      default: throw lost()
      }
    }
  }

  private func copyLost() -> PostgresError {
    isCopyingIn = false
    return lost()
  }

  /// The error for a statement that did not start the COPY it was meant to start.
  private func refusal(
    _ result: OpaquePointer, on handle: OpaquePointer
  ) throws(PostgresError) -> PostgresError {
    let status = PQresultStatus(result)
    let failure =
      status == PGRES_FATAL_ERROR
      ? error(from: result, on: handle)
      : PostgresError(.misuse, detail: "the statement is not the COPY it should be")
    PQclear(result)
    _ = try finish(handle)
    return failure
  }
}
