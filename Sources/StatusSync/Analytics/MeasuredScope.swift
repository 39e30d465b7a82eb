import Foundation
import Postgres

/// A row of `measure_scope`: the portfolio or a property, its days counted from 2000-01-01.
struct MeasuredScope: Sendable {
  var of: FigureKey
  var property: UUID?
  var name: String?
  var timezone: String
  var asOf: Date
  var start: Date
  var end: Date
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
  var days: Int { Int(max(0, lastDay - firstDay + 1)) }

  /// All of them, in the order in which tables of figures have them.
  static func all(on database: isolated PostgresConnection) throws(PostgresError) -> [MeasuredScope]
  {
    var scopes: [MeasuredScope] = []
    for row in try database.query(SQL(file: PackageResources.scopes_sql)) {
      scopes.append(try MeasuredScope(row))
    }
    return scopes
  }

  /// The columns that every table of figures begins with.
  func appendKey(to rows: inout BinaryCopyRows) {
    rows.append(timestampMicroseconds: Self.microseconds(asOf))
    rows.append(timestampMicroseconds: Self.microseconds(start))
    rows.append(timestampMicroseconds: Self.microseconds(end))
    rows.append(of.scope)
    rows.append(property)
    rows.append(name)
  }

  /// Since 1970.
  static func microseconds(_ date: Date) -> Int64 {
    Int64((date.timeIntervalSince1970 * 1_000_000).rounded())
  }
}
