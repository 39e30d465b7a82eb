import Foundation
import Postgres

/// Leads by status at the end of each local day: what is held at the measured instant, less what came
/// since the day. The table has a row for each day, status and scope, so it is streamed, and so is the
/// one of the report before, to find what differs.
struct Distribution {
  /// Leads of one scope and status.
  private struct Counts {
    var held: Int64 = 0
    /// By how many they became more on each day of the window but its first; last those after it.
    var came: [Int64]

    /// At the end of each day of the window.
    var leads: [Int64] {
      var leads = held
      var byDay = [Int64](repeating: 0, count: came.count - 1)
      for place in byDay.indices.reversed() {
        leads -= came[place + 1]
        byDay[place] = leads
      }
      return byDay
    }
  }

  private let scopes: [MeasuredScope]
  private let statuses: [String]
  /// By the place of the scope, of the status and of the day.
  private let leads: [[[Int64]]]

  /// Fills `metric_distribution`, and `measure_restated` with what the report before has otherwise; gives
  /// the rows written to the former.
  static func write(on database: isolated PostgresConnection) throws -> Int {
    let distribution = try Distribution(on: database)
    try distribution.compare(on: database)
    return try distribution.copy(on: database)
  }

  /// Counts the cells.
  private init(on database: isolated PostgresConnection) throws {
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
    self.scopes = scopes
    self.statuses = statuses.sorted()
    leads = scopes.map { scope in
      statuses.sorted().map { status in
        var of = scope.of
        of.status = status
        return counts[of]?.leads ?? Array(repeating: 0, count: scope.days)
      }
    }
  }

  /// Holds the report before this one against what was counted.
  private func compare(on database: isolated PostgresConnection) throws {
    var differing = BinaryCopyRows(columns: 6)
    let places = Dictionary(uniqueKeysWithValues: zip(scopes.map(\.of), scopes.indices))
    var symbols = Symbols()
    let columns = statuses.map { symbols.symbol($0) }
    let column = Dictionary(uniqueKeysWithValues: zip(columns, statuses.indices))
    var last: (isPortfolio: Bool, property: UUID?, place: Int?)?
    let query = String(decoding: PackageResources.distribution_published_sql, as: UTF8.self)
    try database.copyOutRows(query) { row in
      let isPortfolio = try row.bool() ?? false
      let property = try row.uuid()
      if last?.isPortfolio != isPortfolio || last?.property != property {
        last = (
          isPortfolio, property,
          places[isPortfolio ? .portfolio : FigureKey(property, nil)]
        )
      }
      guard let place = last?.place, let day = try row.int32(),
        let status = symbols.symbol(try row.next()).flatMap({ column[$0] }),
        let before = try row.int64()
      else { return }
      let scope = scopes[place]
      guard day >= scope.firstDay, day <= scope.lastDay else { return }
      let now = leads[place][status][Int(day - scope.firstDay)]
      guard now != before else { return }
      differing.beginRow()
      differing.append(scope.of.scope)
      differing.append(scope.of.key)
      differing.append(day)
      differing.append(statuses[status])
      differing.append(before)
      differing.append(now)
    }
    try database.beginCopyIn("copy measure_restated from stdin (format binary)")
    try database.copyIn(differing.finish())
    try database.endCopyIn()
  }

  private func copy(on database: isolated PostgresConnection) throws -> Int {
    var place = 0
    return try MeasuredScope.copy(
      scopes, to: "metric_distribution", ["day", "timezone", "status", "leads"], on: database
    ) { scope, rows in
      for day in 0..<scope.days {
        for (index, status) in statuses.enumerated() {
          scope.beginRow(in: &rows)
          rows.append(scope.firstDay + Int32(day))
          rows.append(scope.timezone)
          rows.append(status)
          rows.append(leads[place][index][day])
        }
      }
      place += 1
    }
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
