import Postgres

/// The windows of the aggregates: the report's window and the one of the same length before it, half-open, each as of
/// its own instant, so that both are equally mature. Microseconds since 1970.
package struct ComparisonWindows: Sendable {
  /// One of the two.
  package struct Window: Sendable {
    package var asOf: Int64
    package var start: Int64
    package var end: Int64

    package init(asOf: Int64, start: Int64, end: Int64) {
      self.asOf = asOf
      self.start = start
      self.end = end
    }

    package func contains(_ instant: Int64) -> Bool { instant >= start && instant < end }
  }

  package var current: Window
  package var previous: Window
  /// How long after its creation a lead's progress counts in the funnel.
  package var funnel: Int64
  /// Since when outliers are looked for.
  var outliersFrom: Int64

  /// Reads `compare_period`.
  package init(on database: isolated PostgresConnection) throws(PostgresError) {
    let row = try database.queryOne(SQL(file: PackageResources.comparison_windows_sql))
    current = Window(
      asOf: try row?["as_of"] ?? 0, start: try row?["window_start"] ?? 0,
      end: try row?["window_end"] ?? 0)
    previous = Window(
      asOf: try row?["before_as_of"] ?? 0, start: try row?["before_start"] ?? 0, end: current.start)
    funnel = try row?["funnel"] ?? 0
    outliersFrom = try row?["outliers_from"] ?? 0
  }
}
