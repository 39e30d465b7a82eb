import Foundation
import Postgres

/// The days of the last week that are out of line, for every scope and figure that has days.
enum Anomalies {
  /// Fills `metric_anomalies`; gives the rows written.
  static func write(on database: isolated PostgresConnection) throws -> Int {
    var series: [Series: [OutlierDay.Day]] = [:]
    try database.forEachRow(SQL(file: PackageResources.anomaly_days_sql)) { row in
      let of = Series(scope: try row["scope"], key: try row["key"], metric: try row["metric"])
      series[of, default: []].append(
        OutlierDay.Day(
          day: try row["day"], weekday: try row["weekday"], isRecent: try row["recent"],
          count: try row["k"], trials: try row["n"]))
    }
    let rows = series.flatMap { of, days in
      OutlierDay.find(in: days).map { Row(of, $0) }
    }
    guard !rows.isEmpty else { return 0 }
    return try database.execute(
      SQL(file: PackageResources.metric_anomalies_sql, try figureRows(rows)))
  }

  private struct Series: Hashable {
    var scope: String
    var key: UUID
    var metric: String
  }

  private struct Row: Encodable {
    var scope: String
    var key: UUID
    var metric: String
    var day: String
    var observed: Double
    var expected: Double
    var score: Double?
    var p: Double?
    var note: String

    init(_ of: Series, _ day: OutlierDay) {
      scope = of.scope
      key = of.key
      metric = of.metric
      self.day = day.day
      observed = day.observed
      expected = day.expected
      score = day.score
      p = day.pValue
      note = day.note
    }
  }
}
