import Foundation
import Leads
import Postgres
import Store

/// One measurement, within its transaction: first the stays, then each table from them. Temporary tables hide the views
/// `metric_…`: what was published before is read by `metric_…_at`, or from the revisions.
struct Measurement: Sendable {
  var asOf: Instant
  var window: MeasureWindow
  var funnelSeconds: Int
  var runID: UUID?
  var cohort: CohortGrain?
  /// Whether later reports are compared with it; null: an ad-hoc window, which is not published.
  var isStandard: Bool?

  /// - Parameters:
  ///   - stays: brings `stays` and `rollup` up to date; returns the number of leads or stays computed.
  ///   - log: reads the figures of the log.
  func run(
    on database: isolated PostgresConnection, stable: StableWatermark, stays: () throws -> Int,
    log: () throws -> LogFigures
  ) throws -> MeasureSummary {
    var summary = MeasureSummary(
      asOf: asOf, windowStart: window.start, windowEnd: window.end, computed: 0, rows: [:],
      seconds: [:])
    try timed("stays", &summary) { summary in
      try database.script(Self.session)
      try database.script(String(decoding: PackageResources.measure_tables_sql, as: UTF8.self))
      try database.execute(.figuresAside(Measure.tables))
      try setParameters(stable, on: database)
      summary.computed = try stays()
    }
    let scopes = try timed("scope", &summary) { _ in
      try prepareScopes(on: database)
      return try MeasuredScope.all(on: database)
    }
    let log = try timed("log", &summary) { _ in
      let log = try log()
      try log.latencies.write(on: database)
      return log
    }
    let sync = try timed("sync", &summary) { _ in
      var sync = log.sync
      try sync.readCells(on: database)
      try sync.write(on: database)
      return sync
    }
    let aggregates = try timed("aggregates", &summary) { _ in
      let aggregates = try WindowAggregates.read(keepsDays: cohort != nil, on: database)
      try AggregateTables(aggregates).write(on: database)
      try database.execute(SQL(file: PackageResources.measure_described_sql))
      return aggregates
    }
    let derived = DerivedFigures(
      aggregates, sync, of: scopes, isPublished: isStandard != nil)
    for figure in figures {
      try timed(figure.name, &summary) { summary in
        summary.rows["metric_" + figure.table, default: 0] += try database.execute(figure.sql)
      }
    }
    for step in derived.steps {
      try timed(step.name, &summary) { summary in
        summary.rows[step.table, default: 0] += try step.write(database)
      }
    }
    guard let isStandard else { return summary }
    try timed("publish", &summary) { _ in
      let compared = Measure.tables.filter { !RowsInForce.tables.contains($0) }
      try database.execute(.publishFigures(compared, asOf: asOf))
      try database.execute(
        SQL(
          file: PackageResources.measurement_save_sql, asOf, window.start, window.end, runID,
          isStandard))
    }
    return summary
  }

  /// For these statements, sorting a million rows on disk takes several times as long as in memory,
  /// compilation takes longer than execution, and an index finds a row faster than a scan.
  static let session = """
    set local work_mem = '256MB'; set local jit = off; set local random_page_cost = 1.1
    """

  /// The settings of statements that cannot take parameters (those of COPY): up to which row the log is read,
  /// and the two windows.
  func setParameters(_ stable: StableWatermark, on database: isolated PostgresConnection)
    throws(PostgresError)
  {
    try database.execute(
      SQL(file: PackageResources.measure_settings_sql, asOf, stable.seq, window.start, window.end))
  }

  private func prepareScopes(on database: isolated PostgresConnection) throws(PostgresError) {
    try database.execute(
      SQL(
        file: PackageResources.measure_scope_sql, asOf, window.start, window.end, funnelSeconds))
    try database.script("analyze measure_scope")
    try database.execute(SQL(file: PackageResources.compare_period_sql))
    try database.execute(SQL(file: PackageResources.compare_notification_sql))
    try database.execute(SQL(file: PackageResources.published_scope_sql))
    try database.execute(SQL(file: PackageResources.measure_history_sql))
    try database.script("analyze measure_history")
    try database.execute(SQL(file: PackageResources.created_cells_sql))
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
      Figure("transitions", SQL(file: Files.metric_transitions_sql)),
      Figure("delivery", SQL(file: Files.metric_delivery_sql)),
      Figure("counts", table: "performance", SQL(file: Files.performance_counts_sql)),
      Figure("response", table: "performance", SQL(file: Files.performance_response_sql)),
      Figure("office_hours", table: "performance", SQL(file: Files.performance_office_hours_sql)),
      Figure("unanswered", SQL(file: Files.metric_unanswered_sql)),
      Figure("latency", table: "performance", SQL(file: Files.performance_latency_sql)),
      Figure("accuracy", table: "performance", SQL(file: Files.performance_accuracy_sql)),
      Figure("history", table: "performance", SQL(file: Files.performance_history_sql)),
      Figure(
        "agreement", table: "performance", SQL(file: Files.performance_agreement_sql, runID)),
      Figure("data_quality", SQL(file: Files.metric_data_quality_sql)),
      Figure("cohorts", SQL(file: Files.metric_cohorts_sql, cohort)),
      Figure("sources", SQL(file: Files.metric_sources_sql)),
      Figure("lost_reasons", SQL(file: Files.metric_lost_reasons_sql)),
      Figure("tours", SQL(file: Files.metric_tours_sql)),
      Figure("agents", SQL(file: Files.metric_agents_sql)),
    ]
  }

  private func timed<T>(
    _ name: String, _ summary: inout MeasureSummary, _ body: (inout MeasureSummary) throws -> T
  ) rethrows -> T {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try body(&summary)
    summary.seconds[name] = (clock.now - start) / .seconds(1)
    return result
  }
}
