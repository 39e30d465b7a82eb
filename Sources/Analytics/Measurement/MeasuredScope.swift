import Foundation
import Leads
import Postgres

/// A row of `measure_scope`: the portfolio or a property, its days counted from 2000-01-01.
package struct MeasuredScope: Sendable {
  package var of: FigureKey
  package var property: UUID?
  package var name: String?
  package var timezone: String
  package var asOf: Instant
  package var start: Instant
  package var end: Instant
  var firstDay: Int32
  var lastDay: Int32

  private init(_ row: Row) throws(PostgresError) {
    of = FigureKey(scope: try row["scope"], key: try row["key"], status: nil)
    property = try row["property_id"]
    name = try row["property_name"]
    timezone = try row["timezone"]
    asOf = try row["as_of"]
    start = try row["window_start"]
    end = try row["window_end"]
    firstDay = try row["first_day"]
    lastDay = try row["last_day"]
  }

  /// How many local days the window touches.
  package var days: Int { Int(max(0, lastDay - firstDay + 1)) }

  /// All of them, in the order in which tables of figures have them.
  package static func all(on database: isolated PostgresConnection) throws(PostgresError)
    -> [MeasuredScope]
  {
    var scopes: [MeasuredScope] = []
    for row in try database.query(SQL(file: PackageResources.scopes_sql)) {
      scopes.append(try MeasuredScope(row))
    }
    return scopes
  }

  /// Streams the rows of a table of figures, scope by scope.
  /// - Parameters:
  ///   - columns: those after the key, which every such table begins with.
  ///   - append: appends a scope's rows, each begun by `beginRow`.
  /// - Returns: the rows written.
  package static func copy(
    _ scopes: [MeasuredScope], to table: String, _ columns: [String],
    on database: isolated PostgresConnection,
    _ append: (MeasuredScope, inout BinaryCopyRows) -> Void
  ) throws(PostgresError) -> Int {
    let all = key + columns
    try database.beginCopyIn(
      "copy \(table) (\(all.joined(separator: ", "))) from stdin (format binary)")
    var rows = BinaryCopyRows(columns: all.count)
    for scope in scopes {
      append(scope, &rows)
      if rows.byteCount > 200_000 { try database.copyIn(rows.take()) }
    }
    try database.copyIn(rows.finish())
    return try database.endCopyIn()
  }

  private static let key = [
    "as_of", "window_start", "window_end", "scope", "property_id", "property_name",
  ]

  /// Begins a row with the key.
  package func beginRow(in rows: inout BinaryCopyRows) {
    rows.beginRow()
    rows.append(timestampMicroseconds: asOf.microseconds)
    rows.append(timestampMicroseconds: start.microseconds)
    rows.append(timestampMicroseconds: end.microseconds)
    rows.append(of.scope)
    rows.append(property)
    rows.append(name)
  }
}
