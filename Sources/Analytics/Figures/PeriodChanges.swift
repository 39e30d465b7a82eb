import Foundation
import Leads
import Postgres
import Statistics

/// Compares the two windows: counts and shares from their cells, times from their durations.
enum PeriodChanges {
  /// Fills `metric_changes`; returns the number of rows written.
  static func write(
    _ survival: Survival, of scopes: [MeasuredScope], on database: isolated PostgresConnection
  ) throws -> Int {
    var covered: Set<FigureKey> = []
    var changes = try cells(&covered, on: database)
    for (key, metric, figures) in survival.compared {
      changes.append(
        PeriodChange(of: key, metric, isCovered: covered.contains(key.ofScope), .time(figures)))
    }
    return try copy(PeriodChange.evaluated(changes), of: scopes, on: database)
  }

  private struct ScopedChange: ScopedRow {
    var scope: MeasuredScope
    var change: PeriodChange
  }

  private static let table = MeasuredScope.table(
    "metric_changes",
    [
      CopyColumn<ScopedChange>.text("metric") { $0.change.metric },
      .text("status") { $0.change.of.status },
      .double("previous") { $0.change.previous },
      .double("current") { $0.change.current },
      .double("difference") { $0.change.difference },
      .double("lo95") { $0.change.low },
      .double("hi95") { $0.change.high },
      .double("p_value") { $0.change.pValue },
      .double("q_value") { $0.change.qValue },
      .text("verdict") { $0.change.verdict?.rawValue },
    ])

  private static func copy(
    _ changes: [PeriodChange], of scopes: [MeasuredScope],
    on database: isolated PostgresConnection
  ) throws -> Int {
    let ofScope = Dictionary(grouping: changes) { $0.of.ofScope }
    let rows = scopes.flatMap { scope in
      (ofScope[scope.of] ?? []).map { ScopedChange(scope: scope, change: $0) }
    }
    return try database.copy(rows, into: table)
  }

  /// Compares counts and shares; records which scopes have a history for both windows.
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
}
