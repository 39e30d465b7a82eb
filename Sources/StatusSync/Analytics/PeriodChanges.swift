import Foundation
import Postgres

/// Period over period: counts and shares from the cells of both windows, times from one pass over
/// the stays of both.
enum PeriodChanges {
  /// Fills `metric_changes`; gives the rows written.
  static func write(on database: isolated PostgresConnection) throws -> Int {
    var covered: Set<FigureKey> = []
    var changes = try cells(&covered, on: database)
    changes += try times(covered, on: database)
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

  /// Stays of either window by status, and the first stays as times to an answer.
  private struct Times {
    var stays: [FigureKey: Pair] = [:]
    var answers: [FigureKey: Pair] = [:]
  }

  /// Durations of the window before and of this one.
  private struct Pair {
    var previous = Observations()
    var current = Observations()

    mutating func append(time: Int64, isEvent: Bool, isCurrent: Bool) {
      if isCurrent {
        current.append(time: time, isEvent: isEvent)
      } else {
        previous.append(time: time, isEvent: isEvent)
      }
    }

    mutating func append(_ other: Pair) {
      previous.append(contentsOf: other.previous)
      current.append(contentsOf: other.current)
    }
  }

  private static func times(
    _ covered: Set<FigureKey>, on database: isolated PostgresConnection
  ) throws -> [PeriodChange] {
    var times = Times()
    let query = String(decoding: PackageResources.compare_stays_sql, as: UTF8.self)
    try database.copyOutRows(query) { row in
      guard let key = try row.uuid(), let status = try row.string(),
        let from = try row.timestampMicroseconds(), let until = try row.timestampMicroseconds(),
        let ended = try row.bool()
      else { return }
      let answered = try row.bool()
      guard let isCurrent = try row.bool() else { return }
      var of = FigureKey(scope: "property", key: key, status: status)
      times.stays[of, default: Pair()]
        .append(time: until - from, isEvent: ended, isCurrent: isCurrent)
      guard let answered else { return }
      of.status = nil
      times.answers[of, default: Pair()]
        .append(time: until - from, isEvent: answered, isCurrent: isCurrent)
    }
    return compared(times.stays, "time_in_status", covered)
      + compared(times.answers, "km_median_response_time", covered)
  }

  private static func compared(
    _ pairs: [FigureKey: Pair], _ metric: String, _ covered: Set<FigureKey>
  ) -> [PeriodChange] {
    var all = pairs
    for (key, pair) in pairs { all[key.ofPortfolio, default: Pair()].append(pair) }
    return all.sorted { $0.key < $1.key }.map { key, pair in
      PeriodChange(
        of: key, metric,
        isCovered: covered.contains(FigureKey(scope: key.scope, key: key.key, status: nil)),
        .time(previous: pair.previous, current: pair.current))
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
