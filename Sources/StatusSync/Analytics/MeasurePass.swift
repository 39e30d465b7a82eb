import Foundation
import Postgres

/// One measurement, inside its transaction: first the visits, then each table from them.
struct MeasurePass: Sendable {
  var asOf: Date
  var window: MeasureWindow
  var funnelSeconds: Int
  var runID: UUID?

  func run(on database: isolated PostgresConnection) throws -> MeasureSummary {
    var summary = MeasureSummary(
      asOf: asOf, windowStart: window.start, windowEnd: window.end, visits: 0, rows: [:],
      seconds: [:])
    try timed("clear", &summary) { _ in try clear(on: database) }
    try timed("visit", &summary) { summary in
      summary.visits = try database.execute(SQL(file: PackageResources.visit_sql, asOf))
      try database.script("analyze visit")
    }
    try timed("rollup", &summary) { summary in
      summary.rows["rollup"] = try database.execute(SQL(file: PackageResources.rollup_sql))
      try database.script("analyze rollup")
    }
    try timed("scope", &summary) { _ in try prepareScopes(on: database) }
    for figure in figures {
      try timed(figure.name, &summary) { summary in
        summary.rows["metric_" + figure.table, default: 0] += try database.execute(figure.sql)
      }
    }
    try timed("survival", &summary) { summary in
      for written in try Survival.write(on: database) {
        summary.rows[written.table, default: 0] += written.rows
      }
    }
    // After the survival figures, whose p90 it compares with.
    try timed("stalled", &summary) { summary in
      summary.rows["metric_stalled"] = try database.execute(
        SQL(file: PackageResources.metric_stalled_sql))
    }
    for step in DerivedFigures.steps {
      try timed(step.name, &summary) { summary in
        summary.rows[step.table, default: 0] += try step.write(database)
      }
    }
    return summary
  }

  /// Makes room: sorting a million rows on disk takes several times as long as in memory, and
  /// compiling these statements longer than running them.
  private func clear(on database: isolated PostgresConnection) throws(PostgresError) {
    try database.script("set local work_mem = '256MB'; set local jit = off")
    try database.script("truncate visit, rollup")
    for table in Measure.tables {
      try database.execute("delete from \(identifier: "metric_" + table) where as_of = \(asOf)")
    }
    try database.script(String(decoding: PackageResources.measure_tables_sql, as: UTF8.self))
  }

  private func prepareScopes(on database: isolated PostgresConnection) throws(PostgresError) {
    try database.execute(
      SQL(
        file: PackageResources.measure_scope_sql, asOf, window.start, window.end, funnelSeconds))
    try database.execute(SQL(file: PackageResources.measure_sync_sql))
    try database.script("analyze measure_scope; analyze measure_sync")
  }

  private struct Figure {
    var name: String
    var table: String
    var sql: SQL

    init(_ name: String, table: String? = nil, _ sql: SQL) {
      self.name = name
      self.table = table ?? name
      self.sql = sql
    }
  }

  private var figures: [Figure] {
    typealias Files = PackageResources
    return [
      Figure("funnel", SQL(file: Files.metric_funnel_sql)),
      Figure("conversion", SQL(file: Files.metric_conversion_sql)),
      Figure("transitions", SQL(file: Files.metric_transitions_sql)),
      Figure("daily", SQL(file: Files.metric_daily_sql)),
      Figure("distribution", SQL(file: Files.metric_distribution_sql)),
      Figure("delivery", SQL(file: Files.metric_delivery_sql)),
      Figure("counts", table: "performance", SQL(file: Files.performance_counts_sql)),
      Figure("response", table: "performance", SQL(file: Files.performance_response_sql)),
      Figure("latency", table: "performance", SQL(file: Files.performance_latency_sql)),
      Figure("accuracy", table: "performance", SQL(file: Files.performance_accuracy_sql)),
      Figure(
        "agreement", table: "performance", SQL(file: Files.performance_agreement_sql, runID)),
      Figure("data_quality", SQL(file: Files.metric_data_quality_sql)),
    ]
  }

  private func timed(
    _ name: String, _ summary: inout MeasureSummary, _ body: (inout MeasureSummary) throws -> Void
  ) rethrows {
    let clock = ContinuousClock()
    let start = clock.now
    try body(&summary)
    summary.seconds[name] = (clock.now - start) / .seconds(1)
  }
}
