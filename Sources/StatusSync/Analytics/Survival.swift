import Foundation
import Postgres

/// The figures that need every duration: how long stays last, how long leads wait for an answer, and
/// how probable it is to advance within 7, 30 and 90 days.
enum Survival {
  private static let day: Int64 = 86_400_000_000

  /// Fills `metric_time_in_status`; gives the rows written.
  static func writeTimes(
    _ durations: Durations, on database: isolated PostgresConnection
  ) throws -> Int {
    try write(durations.stays, PackageResources.metric_time_in_status_sql, on: database)
  }

  /// Writes the Kaplan-Meier median of the response time to `metric_performance`; gives the rows.
  static func writeResponse(
    _ durations: Durations, on database: isolated PostgresConnection
  ) throws -> Int {
    try write(durations.answers, PackageResources.performance_response_km_sql, on: database)
  }

  private static func write(
    _ groups: [FigureKey: Durations.Pair], _ file: [UInt8],
    on database: isolated PostgresConnection
  ) throws -> Int {
    let rows = groups.map { Times($0, $1.current) }
    return try database.execute(SQL(file: file, try figureRows(rows)))
  }

  /// Fills `metric_conversion` from what was counted and the durations; gives the rows written.
  static func writeConversions(
    _ durations: Durations, on database: isolated PostgresConnection
  ) throws -> Int {
    let rows = durations.advances.map { key, risks -> Advances in
      var risks = risks
      let within = risks.incidence(by: [7 * day, 30 * day, 90 * day])
      return Advances(
        scope: key.scope, key: key.key, status: key.status, within_7d: within[0],
        within_30d: within[1], within_90d: within[2])
    }
    return try database.execute(
      SQL(file: PackageResources.metric_conversion_sql, try figureRows(rows)))
  }

  private struct Advances: Encodable {
    var scope: String
    var key: UUID
    var status: String?
    var within_7d: Double?
    var within_30d: Double?
    var within_90d: Double?
  }
}

/// One object of the JSON; durations in seconds, an absent one is NULL.
private struct Times: Encodable {
  var scope: String
  var key: UUID
  var status: String?
  var n: Int
  var closed: Int
  var open: Int
  var mean: Double?
  var median: Double?
  var lo: Double?
  var hi: Double?
  var p25: Double?
  var p75: Double?
  var p90: Double?
  var rmst: Double?

  init(_ group: FigureKey, _ observations: Observations) {
    let estimate = KaplanMeier(observations)
    let interval = estimate.interval(of: 0.5)
    scope = group.scope
    key = group.key
    status = group.status
    n = observations.count
    closed = observations.events
    open = n - closed
    mean = observations.meanOfEvents.map { $0 / 1e6 }
    median = seconds(estimate.quantile(0.5))
    lo = seconds(interval.low)
    hi = seconds(interval.high)
    p25 = seconds(estimate.quantile(0.25))
    p75 = seconds(estimate.quantile(0.75))
    p90 = seconds(estimate.quantile(0.9))
    rmst = estimate.restrictedMean(to: 90 * 86_400_000_000).map { $0 / 1e6 }
  }
}

/// Microseconds as seconds.
private func seconds(_ microseconds: Int64?) -> Double? {
  microseconds.map { Double($0) / 1e6 }
}
