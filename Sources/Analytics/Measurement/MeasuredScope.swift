import Foundation
import Leads
import Postgres

/// A row of `measure_scope`: the portfolio or a property, its days counted from 2000-01-01.
struct MeasuredScope: Sendable {
  var of: FigureKey
  var property: UUID?
  var name: String?
  var timezone: String
  var asOf: Instant
  var start: Instant
  var end: Instant
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
  static func all(on database: isolated PostgresConnection) throws -> [MeasuredScope] {
    try database.query(SQL(file: PackageResources.scopes_sql)).map { try MeasuredScope($0) }
  }
}

/// A row of a table of figures.
protocol ScopedRow: Sendable {
  var scope: MeasuredScope { get }
}

extension MeasuredScope {
  /// A table of figures.
  /// - Parameter columns: those after the key, which every such table begins with.
  static func table<Row: ScopedRow>(
    _ name: String, _ columns: [CopyColumn<Row>]
  ) -> CopyTable<Row> {
    CopyTable(
      name,
      [
        .timestamptz("as_of") { $0.scope.asOf.microseconds },
        .timestamptz("window_start") { $0.scope.start.microseconds },
        .timestamptz("window_end") { $0.scope.end.microseconds },
        .text("scope") { $0.scope.of.scope },
        .uuid("property_id") { $0.scope.property },
        .text("property_name") { $0.scope.name },
      ] + columns)
  }
}
