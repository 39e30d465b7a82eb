import Postgres

/// The windows of the aggregates: the report's window and the one of the same length before it, half-open, each as of
/// its own instant, so that both are equally mature. Microseconds since 1970.
struct ComparisonWindows: Sendable {
  /// One of the two.
  struct Window: Sendable {
    var asOf: Int64
    var start: Int64
    var end: Int64

    func contains(_ instant: Int64) -> Bool { instant >= start && instant < end }
  }

  var current: Window
  var previous: Window
  /// How long after its creation a lead's progress counts in the funnel.
  var funnel: Int64
  /// Since when outliers are looked for.
  var outliersFrom: Int64

  /// Reads `compare_period`.
  init(on database: isolated PostgresConnection) throws(PostgresError) {
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
