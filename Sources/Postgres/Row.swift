internal import CLibPQ

/// One row of a result. Values are decoded when they are read.
package struct Row: Sendable {
  package let result: ResultSet
  package let index: Int32

  package init(result: ResultSet, index: Int32) {
    self.result = result
    self.index = index
  }

  /// The value of a column by its name; throws if there is no such column or it is of another type.
  package subscript<T: PostgresDecodable>(_ column: String) -> T {
    get throws(PostgresError) {
      guard let position = result.columns.positions[column] else {
        throw PostgresError(.value, detail: "no column \(column) in the result", object: column)
      }
      return try T(postgres: result.value(row: index, column: position, name: column))
    }
  }

  /// The value of a column by its index, from 0.
  package subscript<T: PostgresDecodable>(at position: Int) -> T {
    get throws(PostgresError) {
      guard result.columns.names.indices.contains(position) else {
        throw PostgresError(.value, detail: "no column at \(position) in the result")
      }
      let name = result.columns.names[position]
      return try T(postgres: result.value(row: index, column: Int32(position), name: name))
    }
  }

  /// The names of the columns in order.
  package var columns: [String] { result.columns.names }
}

/// The names of a result's columns, shared by its rows.
package final class Columns: Sendable {
  package let names: [String]
  /// The first index of each name.
  package let positions: [String: Int32]

  package init(_ result: OpaquePointer) {
    names = (0..<PQnfields(result)).map { String(cString: PQfname(result, $0)) }
    positions = Dictionary(
      names.enumerated().map { ($1, Int32($0)) }, uniquingKeysWith: { first, _ in first })
  }
}

/// Owns a libpq result.
///
/// Sendable: "A PGresult object is read-only after creation and so can be passed around freely
/// between threads" (PostgreSQL manual, "Behavior in Threaded Programs"), and it is cleared only
/// when nobody refers to it any more.
package final class ResultSet: @unchecked Sendable {
  private let result: OpaquePointer
  package let columns: Columns

  /// Takes ownership of the result. `columns` are given if many results have the same ones.
  package init(_ result: OpaquePointer, columns: Columns? = nil) {
    self.result = result
    self.columns = columns ?? Columns(result)
  }

  deinit { PQclear(result) }

  package var count: Int { Int(PQntuples(result)) }

  package var rows: [Row] { (0..<PQntuples(result)).map { Row(result: self, index: $0) } }

  /// Rows inserted, updated, deleted, selected or copied; 0 for other commands.
  var affected: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

  /// The command as the server names it, e.g. `COMMIT` or `ROLLBACK`.
  package var tag: String { String(cString: PQcmdStatus(result)) }

  package func value(row: Int32, column: Int32, name: String) -> PostgresValue {
    guard PQgetisnull(result, row, column) == 0, let text = PQgetvalue(result, row, column) else {
      return PostgresValue(column: name, bytes: nil)
    }
    let length = Int(PQgetlength(result, row, column))
    return text.withMemoryRebound(to: UInt8.self, capacity: length) {
      PostgresValue(column: name, bytes: UnsafeBufferPointer(start: $0, count: length))
    }
  }
}
