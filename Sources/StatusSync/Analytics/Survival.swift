import Foundation
import Postgres

/// The figures that need every duration: how long stays last and how long leads wait for an answer.
/// One pass over the window's visits for each, streamed out and sorted here; 8 bytes a duration.
enum Survival {
  /// Fills `metric_time_in_status` and the Kaplan-Meier median of the response time; gives the rows
  /// written to each table.
  static func write(
    on database: isolated PostgresConnection
  ) throws -> [(table: String, rows: Int)] {
    let stays = try figures(PackageResources.survival_stays_sql, on: database)
    let response = try figures(PackageResources.survival_response_sql, on: database)
    return [
      (
        "metric_time_in_status",
        try database.execute(SQL(file: PackageResources.metric_time_in_status_sql, stays))
      ),
      (
        "metric_performance",
        try database.execute(SQL(file: PackageResources.performance_response_km_sql, response))
      ),
    ]
  }

  /// Streams the rows of a query of `sql/metrics` and gives the figures of each property and of the
  /// portfolio as the JSON that its counterpart takes.
  private static func figures(
    _ file: [UInt8], on database: isolated PostgresConnection
  ) throws -> JSONText {
    var groups: [Group: Observations] = [:]
    try database.copyOutRows(String(decoding: file, as: UTF8.self)) { row in
      guard let key = try row.uuid(), let status = try row.string(),
        let from = try row.timestampMicroseconds(), let until = try row.timestampMicroseconds(),
        let ended = try row.bool()
      else { return }
      let (time, overflow) = until.subtractingReportingOverflow(from)
      groups[Group(scope: "property", key: key, status: status), default: Observations()]
        .append(time: overflow ? .max : time, isEvent: ended)
    }
    for (group, observations) in groups {
      groups[Group(scope: "portfolio", key: noKey, status: group.status), default: Observations()]
        .append(contentsOf: observations)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let rows = groups.map { Figures($0, $1) }
    return JSONText(String(decoding: try encoder.encode(rows), as: UTF8.self))
  }
}

/// What `measure_scope.key` is for the portfolio.
private let noKey = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))

/// Durations that belong together: one status of one property, or of all of them.
private struct Group: Hashable {
  var scope: String
  var key: UUID
  var status: String
}

/// One object of the JSON; durations in seconds, an absent one is NULL.
private struct Figures: Encodable {
  var scope: String
  var key: UUID
  var status: String
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

  init(_ group: Group, _ observations: Observations) {
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
