import Foundation
import Leads
import Postgres

/// The figures that depend on other figures or are computed in Swift: measured after the others, in the same
/// transaction.
struct DerivedFigures: Sendable {
  /// One of them: its name, the table it fills, and the computation, which returns the number of rows
  /// written.
  struct Step: Sendable {
    var name: String
    var table: String
    var write: @Sendable (isolated PostgresConnection) throws -> Int
  }

  private let aggregates: WindowAggregates
  private let sync: SyncCounts
  private let scopes: [MeasuredScope]
  /// False: an ad-hoc window.
  private let isPublished: Bool
  private let survival: BackgroundValue<Survival>

  init(
    _ aggregates: WindowAggregates, _ sync: SyncCounts, of scopes: [MeasuredScope],
    isPublished: Bool
  ) {
    (self.scopes, self.isPublished) = (scopes, isPublished)
    self.aggregates = aggregates
    self.sync = sync
    survival = BackgroundValue { Survival(Durations(aggregates)) }
  }

  /// In the order of their dependencies; those of durations last.
  var steps: [Step] {
    [
      Step(name: "daily", table: "metric_daily") { [aggregates, sync, scopes, isPublished] in
        try Daily.write(aggregates, sync, of: scopes, isPublished: isPublished, on: $0)
      },
      Step(name: "distribution", table: "metric_distribution") {
        [aggregates, scopes, isPublished] in
        try Distribution.write(aggregates, of: scopes, isPublished: isPublished, on: $0)
      },
      Step("weeks", "metric_weeks", Files.metric_weeks_sql),
      Step("delivery", "metric_delivery", Files.delivery_notification_sql),
      Step("delivery_rates", "metric_performance", Files.performance_delivery_sql),
      Step("workflow", "metric_performance", Files.performance_workflow_sql),
      Step("rank", "metric_performance", Files.performance_rank_sql),
      Step(name: "bounds", table: "metric_funnel") {
        try $0.execute(SQL(file: Files.funnel_bounds_sql))
        return 0
      },
      Step(name: "anomalies", table: "metric_anomalies") { try Anomalies.write(on: $0) },
      Step(name: "restatements", table: "metric_restatements") { try Self.restatements(on: $0) },
      Step(name: "time_in_status", table: "metric_time_in_status") { [survival] in
        try survival.value().writeTimes(on: $0)
      },
      Step(name: "response_median", table: "metric_performance") { [survival] in
        try survival.value().writeResponse(on: $0)
      },
      Step(name: "conversion", table: "metric_conversion") { [survival] in
        try survival.value().writeConversions(on: $0)
      },
      Step(name: "curves", table: "metric_curves") { [scopes, survival] in
        try survival.value().writeCurves(of: scopes, on: $0)
      },
      Step(name: "stalled", table: "metric_stalled") { [aggregates, scopes, survival] in
        try Stalled.write(aggregates, survival.value(), of: scopes, on: $0)
      },
      Step("lead_total", "metric_performance", Files.performance_lead_total_sql),
      Step(name: "changes", table: "metric_changes") { [scopes, survival] in
        try PeriodChanges.write(survival.value(), of: scopes, on: $0)
      },
    ]
  }

  private typealias Files = PackageResources

  /// Compares with the previous report; looks for reasons only where something differs.
  private static func restatements(on database: isolated PostgresConnection) throws -> Int {
    let differing = try database.execute(SQL(file: Files.restated_days_sql))
    guard differing > 0 else { return 0 }
    return try database.execute(SQL(file: Files.metric_restatements_sql))
  }
}

extension DerivedFigures.Step {
  /// A figure that is one SQL statement.
  fileprivate init(_ name: String, _ table: String, _ file: [UInt8]) {
    self.init(name: name, table: table) { try $0.execute(SQL(file: file)) }
  }
}

/// Rows for `jsonb_to_recordset`; absent members are NULL.
func figureRows(_ rows: [some Encodable]) throws -> JSONText {
  JSONText(try JSON.encode(rows))
}
