import Foundation
import Postgres

/// Changes, creations and failed rows of each local day, by direction and author, zero where nothing
/// happened. The pairs of direction and author are the two usual ones and those that occur anywhere in
/// the window. The table has a row for each day, pair and scope, so it is streamed.
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

  private struct Place: Hashable {
    var key: FigureKey
    var day: Int32
    var pair: Pair
  }

  private struct Counts {
    var changes = 0
    var creations = 0
    var failed = 0
    var revisedAt: Int64?
  }

  private var counts: [Place: Counts] = [:]
  private var pairs: Set<Pair> = [
    Pair(direction: "to_resman", updatedBy: "chatbot"),
    Pair(direction: "from_resman", updatedBy: "resman_user"),
  ]

  /// Fills `metric_daily`; gives the rows written.
  static func write(
    _ tally: Tally, _ sync: SyncCounts, on database: isolated PostgresConnection
  ) throws -> Int {
    var daily = Daily()
    daily.add(tally)
    for (at, failed) in sync.failed {
      let pair = Pair(
        direction: sync.symbols[at.direction], updatedBy: sync.symbols[at.updatedBy])
      daily.pairs.insert(pair)
      daily.update(at.property, at.day, pair) { $0.failed += failed }
    }
    for row in try database.query(SQL(file: PackageResources.daily_revised_sql)) {
      let revisedAt: PostgresTimestamp = try row["revised_at"]
      let pair = Pair(direction: try row["direction"], updatedBy: try row["updated_by"])
      daily.update(try row["property_id"], try row["day"], pair) {
        $0.revisedAt = max($0.revisedAt ?? .min, revisedAt.microseconds)
      }
    }
    return try daily.copy(on: database)
  }

  private mutating func add(_ tally: Tally) {
    for property in tally.properties {
      for (entry, entries) in property.entries {
        let pair = Pair(
          direction: tally.symbols[entry.direction], updatedBy: tally.symbols[entry.updatedBy])
        pairs.insert(pair)
        update(property.property, entry.day, pair) {
          $0.changes += entries.changes
          $0.creations += entries.creations
        }
      }
    }
  }

  /// Of a property, and of the portfolio.
  private mutating func update(
    _ property: UUID?, _ day: Int32, _ pair: Pair, _ add: (inout Counts) -> Void
  ) {
    for key in [FigureKey(property, nil), .portfolio] {
      add(&counts[Place(key: key, day: day, pair: pair), default: Counts()])
    }
  }

  private func copy(on database: isolated PostgresConnection) throws -> Int {
    let pairs = pairs.sorted()
    return try MeasuredScope.copy(
      try MeasuredScope.all(on: database), to: "metric_daily",
      [
        "day", "timezone", "direction", "updated_by", "changes", "creations", "failed",
        "revised_at",
      ],
      on: database
    ) { scope, rows in
      for day in scope.firstDay..<scope.firstDay + Int32(scope.days) {
        for pair in pairs {
          let count = counts[Place(key: scope.of, day: day, pair: pair)] ?? Counts()
          scope.beginRow(in: &rows)
          rows.append(day)
          rows.append(scope.timezone)
          rows.append(pair.direction)
          rows.append(pair.updatedBy)
          rows.append(Int64(count.changes))
          rows.append(Int64(count.creations))
          rows.append(Int64(count.failed))
          rows.append(timestampMicroseconds: count.revisedAt)
        }
      }
    }
  }
}
