import Foundation
import Leads
import Postgres
import Statistics

/// The figures that need every duration: time in status, response time, the probability to advance within 7, 30 and 90
/// days, and the comparison with the window before.
struct Survival: Sendable {
  private let times: [Times]
  private let answers: [Times]
  private let advances: [Advances]
  private let curves: [Curve]
  private let p90s: [FigureKey: Double]
  /// Durations compared with the window before: key, metric, figures.
  let compared: [(of: FigureKey, metric: String, figures: ComparedFigures)]

  fileprivate static let day: Int64 = 86_400_000_000

  init(_ durations: Durations) {
    times = durations.stays.map { Times($0, $1.current) }
    p90s = times.reduce(into: [:]) { p90s, times in
      p90s[FigureKey(scope: times.scope, key: times.key, status: times.status)] = times.p90
    }
    answers = durations.answers.map { Times($0, $1.current) }
    advances = durations.advances.map { key, risks in
      var risks = risks
      let within = risks.incidence(by: [7 * Self.day, 30 * Self.day, 90 * Self.day])
      return Advances(
        scope: key.scope, key: key.key, status: key.status, within_7d: within[0],
        within_30d: within[1], within_90d: within[2])
    }
    curves = durations.curves.map { Curve($0, $1) }
    compared =
      Self.compared(durations.stays, "time_in_status")
      + Self.compared(durations.answers, "km_median_response_time")
  }

  private static func compared(
    _ pairs: [FigureKey: Durations.Pair], _ metric: String
  ) -> [(of: FigureKey, metric: String, figures: ComparedFigures)] {
    pairs.sorted { $0.key < $1.key }.map { key, pair in
      (key, metric, ComparedFigures(previous: pair.previous, current: pair.current))
    }
  }

  /// The p90 of time in status, in seconds; that of the portfolio where the property's is not reached.
  func p90(of key: FigureKey) -> Double? { p90s[key] ?? p90s[key.ofPortfolio] }

  /// Fills `metric_time_in_status`; returns the number of rows written.
  func writeTimes(on database: isolated PostgresConnection) throws -> Int {
    try write(times, PackageResources.metric_time_in_status_sql, on: database)
  }

  /// Writes the Kaplan-Meier median of the response time to `metric_performance`; returns the number of rows.
  func writeResponse(on database: isolated PostgresConnection) throws -> Int {
    try write(answers, PackageResources.performance_response_km_sql, on: database)
  }

  /// Fills `metric_conversion` from the counts and the durations; returns the number of rows written.
  func writeConversions(on database: isolated PostgresConnection) throws -> Int {
    try write(advances, PackageResources.metric_conversion_sql, on: database)
  }

  /// Fills `metric_curves`; gives the rows written. A scope without a lead has no curve.
  func writeCurves(
    of scopes: [MeasuredScope], on database: isolated PostgresConnection
  ) throws -> Int {
    let scopes = Dictionary(uniqueKeysWithValues: scopes.map { ($0.of, $0) })
    return try database.copy(into: CurveDay.table) { put in
      for curve in curves {
        guard let scope = scopes[curve.of.ofScope] else { continue }
        for (day, point) in zip(CurveName.days, curve.points) {
          try put(CurveDay(scope: scope, curve: curve, day: day, point: point))
        }
      }
    }
  }

  private func write(
    _ rows: [some Encodable], _ file: [UInt8], on database: isolated PostgresConnection
  ) throws -> Int {
    try database.execute(SQL(file: file, try figureRows(rows)))
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

private struct Curve {
  /// Its name in place of a status.
  var of: FigureKey
  var leads: Int
  var points: [CompetingRisks.Point]

  init(_ group: FigureKey, _ risks: CompetingRisks) {
    var risks = risks
    (of, leads) = (group, risks.count)
    points = risks.curve(at: CurveName.days.map { Int64($0) * Survival.day })
  }
}

private struct CurveDay: ScopedRow {
  var scope: MeasuredScope
  var curve: Curve
  var day: Int
  var point: CompetingRisks.Point

  static let table = MeasuredScope.table(
    "metric_curves",
    [
      CopyColumn<CurveDay>.text("curve") { $0.curve.of.status },
      .integer("day") { Int32($0.day) },
      .count("leads") { $0.curve.leads },
      .count("reached") { $0.point.reached },
      .count("waiting") { $0.point.waiting },
      .double("probability") { $0.point.probability },
      .double("lo95") { $0.point.low },
      .double("hi95") { $0.point.high },
    ])
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

  init(_ group: FigureKey, _ observations: CensoredDurations) {
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
