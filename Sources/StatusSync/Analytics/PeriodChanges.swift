import Foundation
import Postgres

/// Period over period: counts and shares from the cells of both windows, times from their durations.
enum PeriodChanges {
  /// Fills `metric_changes`; gives the rows written.
  static func write(
    _ survival: Survival, on database: isolated PostgresConnection
  ) throws -> Int {
    var covered: Set<FigureKey> = []
    var changes = try cells(&covered, on: database)
    for (key, metric, figures) in survival.compared {
      let scope = FigureKey(scope: key.scope, key: key.key, status: nil)
      changes.append(
        PeriodChange(of: key, metric, isCovered: covered.contains(scope), .time(figures)))
    }
    let rows = PeriodChange.judged(changes).map(Row.init)
    return try database.execute(
      SQL(file: PackageResources.metric_changes_sql, try figureRows(rows)))
  }

  /// Counts and shares; notes which scopes have a history of both windows.
  private static func cells(
    _ covered: inout Set<FigureKey>, on database: isolated PostgresConnection
  ) throws -> [PeriodChange] {
    try database.query(SQL(file: PackageResources.compare_cells_sql)).map { row in
      let scope = FigureKey(scope: try row["scope"], key: try row["key"], status: nil)
      let isCovered: Bool = try row["covered"]
      if isCovered { covered.insert(scope) }
      var key = scope
      key.status = try row["status"]
      let (before, now): (Int, Int) = (try row["previous_k"], try row["current_k"])
      let evidence: PeriodChange.Evidence
      if let trialsBefore: Int = try row["previous_n"], let trialsNow: Int = try row["current_n"] {
        evidence = .rate(
          ProportionDifference(
            previous: Proportion(before, of: trialsBefore), current: Proportion(now, of: trialsNow))
        )
      } else {
        evidence = .count(CountDifference(previous: before, current: now))
      }
      return PeriodChange(of: key, try row["metric"], isCovered: isCovered, evidence)
    }
  }

  private struct Row: Encodable {
    var scope: String
    var key: UUID
    var metric: String
    var status: String?
    var previous: Double?
    var current: Double?
    var difference: Double?
    var low: Double?
    var high: Double?
    var p: Double?
    var q: Double?
    var verdict: String?

    init(_ change: PeriodChange) {
      scope = change.of.scope
      key = change.of.key
      metric = change.metric
      status = change.of.status
      previous = change.previous
      current = change.current
      difference = change.difference
      low = change.low
      high = change.high
      p = change.pValue
      q = change.qValue
      verdict = change.verdict?.rawValue
    }
  }
}
