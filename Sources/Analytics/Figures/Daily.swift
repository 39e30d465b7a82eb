import Foundation
import Leads
import Postgres

/// Changes, creations and failed rows of each local day, by direction and author, with zeros. The pairs of direction and
/// author are the two usual ones and those that occur in the window. The table has a row for each day, pair and scope,
/// so it is streamed, and so is that of the previous report, to find the differences.
struct Daily: Sendable {
  private struct Pair: Hashable, Comparable {
    var direction: String?
    var updatedBy: String?

    /// NULL last, as PostgreSQL has it.
    static func < (a: Self, b: Self) -> Bool {
      (a.direction ?? last, a.updatedBy ?? last) < (b.direction ?? last, b.updatedBy ?? last)
    }
    private static let last = "\u{10FFFF}"
  }

  private struct Counts: Equatable {
    var changes = 0
    var creations = 0
    var failed = 0
    var revisedAt: Int64?

    mutating func add(_ other: Counts) {
      changes += other.changes
      creations += other.creations
      failed += other.failed
    }
  }

  private let scopes: [MeasuredScope]
  private var propertyIndex: ScopeIndex
  private var numbers: [Pair: Int] = [:]
  /// By the index of the scope, of the pair and of the day.
  private var counts: [[[Counts]]]
  private var shown: Set<Pair> = [
    Pair(direction: Direction.toResMan.rawValue, updatedBy: Author.chatbot.rawValue),
    Pair(direction: Direction.fromResMan.rawValue, updatedBy: Author.resmanUser.rawValue),
  ]

  private init(_ scopes: [MeasuredScope]) {
    self.scopes = scopes
    propertyIndex = ScopeIndex(scopes)
    counts = scopes.map { _ in [] }
  }

  /// Publishes `metric_daily`, or fills it for an ad-hoc window; fills `measure_day`, and `measure_restated` with the
  /// differences from the previous report.
  /// - Returns: the rows of `metric_daily`.
  static func write(
    _ aggregates: WindowAggregates, _ sync: SyncCounts, of scopes: [MeasuredScope],
    isPublished: Bool, on database: isolated PostgresConnection
  ) throws -> Int {
    var daily = Daily(scopes)
    daily.add(aggregates)
    for (at, failed) in sync.failed {
      let pair = Pair(
        direction: sync.symbols[at.direction], updatedBy: sync.symbols[at.updatedBy])
      daily.shown.insert(pair)
      daily.update(at.property, at.day, pair) { $0.failed += failed }
    }
    for row in try database.query(SQL(file: PackageResources.daily_revised_sql)) {
      let revisedAt: Instant = try row["revised_at"]
      let pair = Pair(direction: try row["direction"], updatedBy: try row["updated_by"])
      daily.update(try row["property_id"], try row["day"], pair) {
        $0.revisedAt = max($0.revisedAt ?? .min, revisedAt.microseconds)
      }
    }
    let totals = daily.totals
    let pairs = daily.shown.sorted().map { (pair: $0, number: daily.numbers[$0] ?? .max) }
    var rows = RowsInForce(of: scopes, columns: pairs.count, isPublished: isPublished)
    try daily.compare(totals, pairs, &rows, on: database)
    try daily.fillDays(totals, on: database)
    try daily.copy(pairs, besides: rows, on: database)
    return try rows.publish("daily", asOf: scopes.first?.asOf, on: database)
  }

  private mutating func add(_ aggregates: WindowAggregates) {
    for property in aggregates.properties {
      for (entry, daily) in property.entries {
        let pair = Pair(
          direction: aggregates.symbols[entry.direction],
          updatedBy: aggregates.symbols[entry.updatedBy])
        shown.insert(pair)
        for (place, entries) in daily.days.enumerated() {
          update(property.property, daily.firstDay + Int32(place), pair) {
            $0.changes += entries.changes
            $0.creations += entries.creations
          }
        }
      }
    }
  }

  /// Of a property, and of the portfolio.
  private mutating func update(
    _ property: UUID?, _ day: Int32, _ pair: Pair, _ add: (inout Counts) -> Void
  ) {
    let number = numbers[pair] ?? numbers.count
    numbers[pair] = number
    for case let scope? in [propertyIndex.index(of: property), propertyIndex.portfolio] {
      guard let place = scopes[scope].place(ofShown: day) else { continue }
      while counts[scope].count <= number {
        counts[scope].append(Array(repeating: Counts(), count: scopes[scope].days))
      }
      add(&counts[scope][number][place])
    }
  }

  /// Of all pairs, by the index of the scope and of the day.
  private var totals: [[Counts]] {
    zip(scopes, counts).map { scope, pairs in
      var totals = Array(repeating: Counts(), count: scope.days)
      for days in pairs {
        for (place, counts) in days.enumerated() { totals[place].add(counts) }
      }
      return totals
    }
  }

  /// The counts of a pair on a day.
  private func counts(_ scope: Int, _ number: Int, _ place: Int) -> Counts {
    counts[scope].indices.contains(number) ? counts[scope][number][place] : Counts()
  }

  /// Compares the previous report, and the revisions in force, with the new counts.
  private func compare(
    _ totals: [[Counts]], _ pairs: [(pair: Pair, number: Int)], _ rows: inout RowsInForce,
    on database: isolated PostgresConnection
  ) throws {
    var before: [[Counts?]] = scopes.map { Array(repeating: nil, count: $0.days) }
    var propertyIndex = propertyIndex
    let columns = Dictionary(uniqueKeysWithValues: zip(pairs.map(\.pair), pairs.indices))
    try database.copyOutRows(
      PackageResources.daily_in_force_sql,
      columns: [
        "revision", "is_named", "is_published", "is_portfolio", "property_id", "day", "direction",
        "updated_by", "changes", "creations", "failed", "revised_at",
      ]
    ) { row in
      let (revision, isNamed) = (try row.next(), try row.bool() ?? false)
      let isPublished = try row.bool() ?? false
      guard let scope = try propertyIndex.index(&row), let day = try row.int32(),
        let place = scopes[scope].place(ofShown: day)
      else { return rows.add(revision, as: nil) }
      let pair = Pair(direction: try row.string(), updatedBy: try row.string())
      var counts = Counts()
      counts.changes = Int(try row.int64() ?? 0)
      counts.creations = Int(try row.int64() ?? 0)
      counts.failed = Int(try row.int64() ?? 0)
      counts.revisedAt = try row.timestampMicroseconds()
      if isPublished {
        var sum = before[scope][place] ?? Counts()
        sum.add(counts)
        before[scope][place] = sum
      }
      let column = columns[pair].flatMap {
        isNamed && self.counts(scope, pairs[$0].number, place) == counts ? $0 : nil
      }
      rows.add(revision, as: column.map { (scope, place, $0) })
    }
    var restated = RestatedRows()
    for (index, scope) in scopes.enumerated() {
      for (place, now) in totals[index].enumerated() {
        guard let before = before[index][place] else { continue }
        for (metric, figure) in [
          ("total_status_changes", \Counts.changes), ("creations", \Counts.creations),
          ("failed", \Counts.failed),
        ] {
          restated.hold(
            metric, of: scope, day: scope.firstDay + Int32(place),
            Int64(before[keyPath: figure]), against: Int64(now[keyPath: figure]))
        }
      }
    }
    try restated.write(on: database)
  }

  // MARK: - On the way out

  /// One scope and local day.
  private struct Day {
    var of: FigureKey
    var day: Int32
    var counts: Counts
  }

  private static let days = CopyTable<Day>(
    "measure_day",
    [
      .text("scope") { $0.of.scope },
      .uuid("key") { $0.of.key },
      .date("day") { $0.day },
      .count("changes") { $0.counts.changes },
      .count("creations") { $0.counts.creations },
    ])

  /// The counts of the last weeks, for outliers.
  private func fillDays(
    _ totals: [[Counts]], on database: isolated PostgresConnection
  ) throws {
    let days = zip(scopes, totals).flatMap { scope, totals in
      totals.enumerated().suffix(38).map { place, counts in
        Day(of: scope.of, day: scope.firstDay + Int32(place), counts: counts)
      }
    }
    try database.fill(Self.days, days)
  }

  /// One scope, local day and pair.
  private struct PairDay: ScopedRow {
    var scope: MeasuredScope
    var day: Int32
    var pair: Pair
    var counts: Counts
  }

  private static let table = MeasuredScope.table(
    "metric_daily",
    [
      CopyColumn<PairDay>.date("day") { $0.day },
      .text("timezone") { $0.scope.timezone },
      .text("direction") { $0.pair.direction },
      .text("updated_by") { $0.pair.updatedBy },
      .count("changes") { $0.counts.changes },
      .count("creations") { $0.counts.creations },
      .count("failed") { $0.counts.failed },
      .timestamptz("revised_at") { $0.counts.revisedAt },
    ])

  private func copy(
    _ pairs: [(pair: Pair, number: Int)], besides rows: RowsInForce,
    on database: isolated PostgresConnection
  ) throws {
    try database.copy(into: Self.table) { put in
      for (index, scope) in scopes.enumerated() {
        for place in 0..<scope.days {
          for (column, (pair, number)) in pairs.enumerated()
          where !rows.has((index, place, column)) {
            try put(
              PairDay(
                scope: scope, day: scope.firstDay + Int32(place), pair: pair,
                counts: counts(index, number, place)))
          }
        }
      }
    }
  }
}
