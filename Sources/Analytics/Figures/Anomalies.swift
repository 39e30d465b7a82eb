import Foundation
import Postgres
import Statistics

/// The unusual days of the last week, for every scope and daily figure.
enum Anomalies {
  /// Fills `metric_anomalies`; returns the number of rows written.
  static func write(on database: isolated PostgresConnection) throws -> Int {
    var series: [Series: [OutlierDay.Day]] = [:]
    try database.copyOutRows(
      PackageResources.anomaly_days_sql,
      columns: ["scope", "key", "metric", "day", "weekday", "recent", "k", "n"]
    ) { row in
      guard let scope = try row.string(), let key = try row.uuid(), let metric = try row.string(),
        let day = try row.string()
      else { return }
      series[Series(scope: scope, key: key, metric: metric), default: []].append(
        OutlierDay.Day(
          day: day, weekday: Int(try row.int32() ?? 0), isRecent: try row.bool() ?? false,
          count: Int(try row.int64() ?? 0), trials: try row.int64().map { Int($0) }))
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
