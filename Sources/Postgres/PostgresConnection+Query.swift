internal import CLibPQ

extension PostgresConnection {
  /// Runs one statement and returns all its rows.
  package func query(_ sql: SQL) throws(PostgresError) -> [Row] {
    try run(sql)?.rows ?? []
  }

  /// Runs one statement that returns at most one row; throws if it returns more.
  package func queryOne(_ sql: SQL) throws(PostgresError) -> Row? {
    let rows = try query(sql)
    guard rows.count <= 1 else {
      throw PostgresError(.value, detail: "\(rows.count) rows where at most one was expected")
    }
    return rows.first
  }

  /// Runs one statement; returns the number of rows it inserted, updated, deleted or selected.
  @discardableResult
  package func execute(_ sql: SQL) throws(PostgresError) -> Int {
    try run(sql)?.affected ?? 0
  }

  /// Runs one statement and passes on its rows one by one as they arrive, so that a large result does not
  /// fill memory. If `body` throws, the statement is cancelled and its error thrown. Returns the number of
  /// rows.
  @discardableResult
  package func forEachRow(_ sql: SQL, _ body: (Row) throws -> Void) throws -> Int {
    let handle = try ready()
    try send(sql, on: handle)
    guard PQsetSingleRowMode(handle) == 1 else { throw sendingFailed(handle) }
    try flush(handle)
    var count = 0
    var columns: Columns?
    var failure: (any Error)?
    while let result = try nextResult(handle) {
      switch PQresultStatus(result) {
      case PGRES_SINGLE_TUPLE:
        let row = ResultSet(result, columns: columns)
        columns = row.columns
        if failure != nil { continue }
        count += 1
        do { try body(Row(result: row, index: 0)) } catch {
          failure = error
          link.cancel()
        }
      case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: PQclear(result)
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
    return count
  }

  /// Runs a text of several statements without parameters, such as a migration file. Outside a
  /// transaction all of them together are one; the first error ends it.
  package func script(_ text: String) throws(PostgresError) {
    let handle = try ready()
    guard !text.utf8.contains(0) else {
      throw PostgresError(.value, detail: "the script holds a NUL character")
    }
    guard PQsendQuery(handle, text) == 1 else { throw sendingFailed(handle) }
    try flush(handle)
    _ = try finish(handle)
  }

  package func run(_ sql: SQL) throws(PostgresError) -> ResultSet? {
    let handle = try ready()
    try send(sql, on: handle)
    try flush(handle)
    return try finish(handle)
  }
}
