import Foundation
import Leads
import Postgres
import Statistics

/// Targets in run.json: how many were judged, and those missed.
package struct TargetFigures: Codable, Sendable, Equatable {
  /// One target missed at one place.
  package struct Missed: Codable, Sendable, Equatable {
    package var target: String
    package var figure: String
    package var status: String?
    /// Null: the portfolio, or a property without a name.
    package var property: String?
    package var value: Double?
    package var n: Double?
    package var unit: String?

    package init(
      target: String, figure: String, status: String?, property: String?, value: Double?,
      n: Double?, unit: String?
    ) {
      self.target = target
      self.figure = figure
      self.status = status
      self.property = property
      self.value = value
      self.n = n
      self.unit = unit
    }
  }

  /// Met or missed.
  package var judged = 0
  /// Of which nothing can be said: too few, too early, or not known.
  package var open = 0
  package var missed: [Missed] = []

  package init(judged: Int = 0, open: Int = 0, missed: [Missed] = []) {
    self.judged = judged
    self.open = open
    self.missed = missed
  }
}

/// `metric_alerts`: each target of the configuration beside the figure as measured.
package struct TargetAlarms: Sendable {
  private let connection: PostgresConnection

  package init(connection: PostgresConnection) {
    self.connection = connection
  }

  /// Judges the targets on the measurement of an instant and on those before it, and publishes that with its figures.
  /// - Returns: nil where there is no target.
  package func evaluate(_ targets: [Target], asOf: Instant) async throws -> TargetFigures? {
    guard !targets.isEmpty else { return nil }
    let asked = targets.map(Asked.init)
    let rows = try await JobLock.measurement.held(on: connection, timeout: .seconds(600)) {
      try await connection.transaction { db in
        let measured = try db.query(
          SQL(
            file: PackageResources.target_history_sql, asOf.iso8601,
            JSONText(try JSON.encode(asked))))
        let rows = Self.judge(targets, try measured.map { try Measured($0) })
        try db.execute(.figuresAside(["alerts"]))
        try db.execute(
          SQL(
            file: PackageResources.alerts_insert_sql, asOf.iso8601,
            JSONText(try JSON.encode(rows))))
        try db.execute(.publishFigures(["alerts"], asOf: asOf))
        return rows
      }
    }
    return TargetFigures(
      judged: rows.count { $0.verdict == .met || $0.verdict == .missed },
      open: rows.count { $0.verdict != .met && $0.verdict != .missed },
      missed: rows.filter { $0.verdict == .missed }.map { row in
        TargetFigures.Missed(
          target: row.target, figure: row.figure, status: row.status,
          property: row.property_name, value: row.value, n: row.n, unit: row.unit)
      })
  }

  private static func judge(_ targets: [Target], _ measured: [Measured]) -> [Stored] {
    let byTarget = Dictionary(grouping: measured, by: \.target)
    return targets.flatMap { target in
      // Rows come sorted, so each place's follow each other; the first is of the newest week, or nothing was measured.
      Dictionary(grouping: byTarget[target.name] ?? [], by: \.place)
        .sorted {
          ($0.key.scope, $0.key.id?.uuidString ?? "") < ($1.key.scope, $1.key.id?.uuidString ?? "")
        }
        .map { Stored(target, $0.value) }
    }
  }

  /// A target as the statement takes it.
  private struct Asked: Encodable {
    var name: String
    var figure: String
    var status: String?
    /// `portfolio` or `property`.
    var scope: String
    /// The only property; nil: each.
    var property_id: UUID?
    var weeks: Int

    init(_ target: Target) {
      name = target.name
      figure = target.figure
      status = target.status?.rawValue
      weeks = target.weeks
      (scope, property_id) =
        switch target.place {
        case .portfolio: ("portfolio", nil)
        case .each: ("property", nil)
        case .property(let id): ("property", id)
        }
    }
  }

  private struct Place: Hashable {
    var scope: String
    var id: UUID?
  }

  /// One figure of one week; the week before the first is the baseline.
  private struct Measured {
    static let baseline = -1

    var target: String
    var place: Place
    var name: String?
    var week: Int
    var sample: TargetVerdict.Sample
    var unit: String?

    init(_ row: Row) throws {
      target = try row["target"]
      place = Place(scope: try row["scope"], id: try row["property_id"])
      name = try row["property_name"]
      week = try row["week"]
      sample = TargetVerdict.Sample(value: try row["value"], n: try row["n"])
      unit = try row["unit"]
    }
  }

  /// A row of the table.
  private struct Stored: Encodable {
    var scope: String
    var property_id: UUID?
    var property_name: String?
    var target: String
    var figure: String
    var status: String?
    var value: Double?
    var n: Double?
    var unit: String?
    var limit_kind: String
    var limit_value: Double
    var baseline: Double?
    var change_percent: Double?
    var min_n: Int
    var weeks: Int
    var weeks_missed: Int
    var verdict: TargetVerdict.Verdict

    init(_ of: Target, _ measured: [Measured]) {
      let byWeek = Dictionary(measured.map { ($0.week, $0) }) { first, _ in first }
      let now = byWeek[0]
      let before = byWeek[Measured.baseline]?.sample
      let judged = TargetVerdict(
        of, weeks: (0..<of.weeks).map { byWeek[$0]?.sample }, baseline: before)
      scope = measured[0].place.scope
      property_id = measured[0].place.id
      property_name = now?.name ?? measured[0].name
      target = of.name
      figure = of.figure
      status = of.status?.rawValue
      value = now?.sample.value
      n = now?.sample.n
      unit = now?.unit
      min_n = of.minN
      weeks = of.weeks
      weeks_missed = judged.missedWeeks
      verdict = judged.verdict
      limit_kind = of.limit.kind.rawValue
      limit_value = of.limit.value
      guard of.limit.kind.isPercent else { return }
      baseline = before?.value
      change_percent = TargetVerdict.change(of: value, from: before?.value)
    }
  }
}
