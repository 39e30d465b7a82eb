import Foundation
import Postgres

/// Leads by status at the end of each local day: what is held at the measured instant, less what came
/// since the day. The table has a row for each day, status and scope, so it is streamed.
enum Distribution {
  /// Leads of one scope and status.
  private struct Counts {
    var held: Int64 = 0
    /// By how many they became more on each day of the window but its first; last those after it.
    var came: [Int64]
  }

  /// Fills `metric_distribution`; gives the rows written.
  static func write(on database: isolated PostgresConnection) throws -> Int {
    let scopes = try MeasuredScope.all(on: database)
    var counts: [FigureKey: Counts] = [:]
    var statuses = Set(Symbols().texts)
    let byKey = Dictionary(uniqueKeysWithValues: scopes.map { ($0.of, $0) })
    let query = String(decoding: PackageResources.distribution_cells_sql, as: UTF8.self)
    try database.copyOutRows(query) { row in
      guard let key = try row.uuid() else { return }
      let day = try row.int32()
      guard let status = try row.string(), let n = try row.int64() else { return }
      statuses.insert(status)
      for var of in [FigureKey(scope: "property", key: key, status: nil), .portfolio] {
        guard let scope = byKey[of] else { continue }
        of.status = status
        let place = day.flatMap(scope.place(of:))
        if day != nil, place == nil { continue }
        let none = Counts(came: Array(repeating: 0, count: scope.days + 1))
        if let place {
          counts[of, default: none].came[place] += n
        } else {
          counts[of, default: none].held += n
        }
      }
    }
    return try copy(scopes, counts, statuses.sorted(), on: database)
  }

  private static func copy(
    _ scopes: [MeasuredScope], _ counts: [FigureKey: Counts], _ statuses: [String],
    on database: isolated PostgresConnection
  ) throws -> Int {
    try MeasuredScope.copy(
      scopes, to: "metric_distribution", ["day", "timezone", "status", "leads"], on: database
    ) { scope, rows in
      let leads = statuses.map { status -> [Int64] in
        var of = scope.of
        of.status = status
        return counts[of].map(Self.leads) ?? Array(repeating: 0, count: scope.days)
      }
      for place in 0..<scope.days {
        for (index, status) in statuses.enumerated() {
          scope.beginRow(in: &rows)
          rows.append(scope.firstDay + Int32(place))
          rows.append(scope.timezone)
          rows.append(status)
          rows.append(leads[index][place])
        }
      }
    }
  }

  /// At the end of each day of the window.
  private static func leads(_ counts: Counts) -> [Int64] {
    var leads = counts.held
    var byDay = [Int64](repeating: 0, count: counts.came.count - 1)
    for place in byDay.indices.reversed() {
      leads -= counts.came[place + 1]
      byDay[place] = leads
    }
    return byDay
  }
}

extension MeasuredScope {
  /// Where a day's changes count; nil for days up to the first, which nothing shown comes after. Where
  /// the window reaches `asOf`, what happened at that very instant stands on its last day.
  fileprivate func place(of day: Int32) -> Int? {
    let last = end >= asOf ? lastDay : lastDay + 1
    let place = min(day, last) - firstDay
    return place > 0 ? Int(place) : nil
  }
}
