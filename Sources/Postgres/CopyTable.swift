package import Foundation

/// One column of a table that rows are copied into: its name and the row's value. The kind must be the
/// column's exact type, because the server checks only sizes.
package struct CopyColumn<Row>: Sendable {
  /// The name in the table.
  package let name: String
  let append: @Sendable (Row, inout BinaryCopyRows) -> Void

  /// A column of another type.
  /// - Parameter append: appends one field.
  package init(_ name: String, append: @escaping @Sendable (Row, inout BinaryCopyRows) -> Void) {
    self.name = name
    self.append = append
  }

  package static func uuid(_ name: String, _ value: @escaping @Sendable (Row) -> UUID?) -> Self {
    Self(name) { $1.append(value($0)) }
  }

  /// `text`, `varchar`, `json`.
  package static func text(_ name: String, _ value: @escaping @Sendable (Row) -> String?) -> Self {
    Self(name) { $1.append(value($0)) }
  }

  /// `text`, `varchar`, `json`: UTF-8 bytes, valid while the row is appended.
  package static func utf8(
    _ name: String, _ value: @escaping @Sendable (Row) -> UnsafeBufferPointer<UInt8>?
  ) -> Self {
    Self(name) { row, rows in
      if let text = value(row) { rows.append(utf8: text) } else { rows.appendNull() }
    }
  }

  package static func boolean(_ name: String, _ value: @escaping @Sendable (Row) -> Bool?) -> Self {
    Self(name) { $1.append(value($0)) }
  }

  package static func smallint(
    _ name: String, _ value: @escaping @Sendable (Row) -> Int16?
  ) -> Self {
    Self(name) { $1.append(value($0)) }
  }

  package static func integer(_ name: String, _ value: @escaping @Sendable (Row) -> Int32?) -> Self
  {
    Self(name) { $1.append(value($0)) }
  }

  package static func bigint(_ name: String, _ value: @escaping @Sendable (Row) -> Int64?) -> Self {
    Self(name) { $1.append(value($0)) }
  }

  /// `bigint`: a count.
  package static func count(_ name: String, _ value: @escaping @Sendable (Row) -> Int) -> Self {
    Self(name) { $1.append(Int64(value($0))) }
  }

  /// `double precision`.
  package static func double(_ name: String, _ value: @escaping @Sendable (Row) -> Double?) -> Self
  {
    Self(name) { $1.append(value($0)) }
  }

  /// Days since 2000-01-01; the least number is `-infinity`.
  package static func date(_ name: String, _ value: @escaping @Sendable (Row) -> Int32?) -> Self {
    Self(name) { $1.append(value($0)) }
  }

  /// Microseconds since 1970-01-01 00:00 UTC.
  package static func timestamptz(
    _ name: String, _ value: @escaping @Sendable (Row) -> Int64?
  ) -> Self {
    Self(name) { $1.append(timestampMicroseconds: value($0)) }
  }
}

/// A table, with the columns that rows are copied into.
package struct CopyTable<Row>: Sendable {
  package let name: String
  package let columns: [CopyColumn<Row>]

  package init(_ name: String, _ columns: [CopyColumn<Row>]) {
    self.name = name
    self.columns = columns
  }

  /// The statement that begins the COPY. The names are literals of the source.
  package var statement: String {
    "copy \(name) (\(columns.map(\.name).joined(separator: ", "))) from stdin (format binary)"
  }

  /// A buffer for its rows.
  package func rows() -> BinaryCopyRows { BinaryCopyRows(columns: columns.count) }

  /// Encodes one row into a buffer that `rows` made.
  package func append(_ row: Row, to rows: inout BinaryCopyRows) {
    rows.beginRow()
    for column in columns { column.append(row, &rows) }
  }
}

extension PostgresConnection {
  /// Copies the rows that `body` passes to its argument, as they come.
  /// - Returns: the number of rows that the server received.
  @discardableResult
  package func copy<Row>(
    into table: CopyTable<Row>, _ body: ((Row) throws -> Void) throws -> Void
  ) throws -> Int {
    try beginCopyIn(table.statement)
    do {
      var rows = table.rows()
      try body { row in
        table.append(row, to: &rows)
        if rows.byteCount > 200_000 { try copyIn(rows.take()) }
      }
      try copyIn(rows.finish())
    } catch {
      abortCopyIn("the rows could not be made")
      throw error
    }
    return try endCopyIn()
  }

  /// Copies rows that exist already, or that are made one by one.
  @discardableResult
  package func copy<Row>(_ rows: some Sequence<Row>, into table: CopyTable<Row>) throws -> Int {
    try copy(into: table) { put in for row in rows { try put(row) } }
  }
}
