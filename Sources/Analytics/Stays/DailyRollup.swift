import Foundation
import Leads
import Postgres

/// Signed changes of the counts in `rollup`: of removed stays, of added stays, and of rows of the log.
struct DailyRollup: Sendable {
  /// The kinds of `rollup`, those of stays first.
  enum Kind: String, CaseIterable, Sendable {
    case held, stock, leads, created, truncated, noop
    case rows, bridged, delivered
    case withoutTime = "without_time"
    case withoutLead = "without_lead"
    case syncedBefore = "synced_before"
    case deliveredRetried = "delivered_retried"
  }

  /// The cells of one property, kind and key over half a century of days.
  private struct Line: Hashable {
    var kind: Kind
    /// −1 for none.
    var property: Int32
    /// −1 for none.
    var key: Symbol
    /// The days by 16,384; nil: the cell of no day.
    var age: Int32?

    /// The slot of the cache of recent lines.
    var slot: Int {
      Int(truncatingIfNeeded: property &* 29 &+ Int32(key) &+ (age ?? 17)) & (DailyRollup.slots - 1)
    }
  }

  private static let slots = 1 << 14

  /// The range of `counts` that has the days of a line.
  private struct Days {
    var first: Int32 = 0
    var count: Int32 = 0
    var begin = 0
  }

  /// One closed day's count that changed after it was published.
  struct ClosedDay: Hashable {
    var property: Int32?
    var day: Int32
    var direction: Symbol?
    var updatedBy: Symbol?
    var isCreation: Bool
  }

  /// The day of kinds that have none: PostgreSQL's -infinity.
  private static let noDay = Int32.min

  private var lines: [Line: Int] = [:]
  /// A cache of recent lines, which is faster than hashing.
  private var recent = [(line: Line, place: Int)?](repeating: nil, count: slots)
  /// By the index of the line.
  private var days: [Days] = []
  private var counts: [Int64] = []
  private var closed: [ClosedDay: Int64] = [:]

  /// Adds a lead's stays (+1) or removes them (−1).
  /// - Parameters:
  ///   - day: the property's local day of an instant.
  ///   - openDay: the first that is not closed yet; nil: no day was published.
  mutating func add(
    _ leadStays: LeadStays, sign: Int64, openDay: Int32?, day: (Int64) -> Int32
  ) {
    let property = leadStays.property ?? -1
    count(.leads, property, by: sign)
    if leadStays.isTruncated {
      count(.truncated, property, day: leadStays.truncatedAt.map(day), by: sign)
    } else if let createdAt = leadStays.createdAt {
      count(.created, property, day: day(createdAt), by: sign)
    }
    if !leadStays.noopAt.isEmpty {
      count(.noop, property, by: sign * Int64(leadStays.noopAt.count))
    }
    var before: Symbol?
    for (index, stay) in leadStays.stays.enumerated() {
      let entered = stay.enteredAt.map(day)
      count(.stock, property, day: entered, key: stay.status, by: sign)
      // The previous stay ended on that day.
      if let before, let entered { count(.stock, property, day: entered, key: before, by: -sign) }
      before = stay.status
      // A stay with a known start was begun by a change or a creation of that day.
      if let entered, let openDay, entered < openDay {
        closed[
          ClosedDay(
            property: leadStays.property, day: entered, direction: stay.kind.direction,
            updatedBy: stay.kind.updatedBy, isCreation: index == 0), default: 0] += sign
      }
    }
    if let before { count(.held, property, key: before, by: sign) }
  }

  /// Adds a settled row of the log.
  /// - Parameter day: of when it occurred; nil where that is not finite.
  mutating func add(_ row: SettledRow, hasLead: Bool, day: Int32?) {
    let property = row.property ?? -1
    count(.rows, property, by: 1)
    if row.odd.contains(.withoutTime) { count(.withoutTime, property, by: 1) }
    if row.odd.contains(.bridged) { count(.bridged, property, by: 1) }
    if !hasLead { count(.withoutLead, property, by: 1) }
    if row.odd.contains(.syncedBefore) { count(.syncedBefore, property, by: 1) }
    guard row.odd.isDisjoint(with: [.failed, .backfilled]) else { return }
    count(.delivered, property, day: day, key: row.direction, by: 1)
    if row.odd.contains(.retried) {
      count(.deliveredRetried, property, day: day, key: row.direction, by: 1)
    }
  }

  private mutating func count(
    _ kind: Kind, _ property: Int32, day: Int32? = nil, key: Symbol? = nil, by n: Int64
  ) {
    let line = place(
      of: Line(kind: kind, property: property, key: key ?? -1, age: day.map { $0 >> 14 }))
    let day = day ?? 0
    if day < days[line].first || day - days[line].first >= days[line].count { widen(line, to: day) }
    counts[days[line].begin + Int(day - days[line].first)] += n
  }

  private mutating func place(of line: Line) -> Int {
    let slot = line.slot
    if let met = recent[slot], met.line == line { return met.place }
    let place = lines[line] ?? days.count
    if place == days.count {
      lines[line] = place
      days.append(Days())
    }
    recent[slot] = (line, place)
    return place
  }

  /// Moves a line to a larger range that includes the day and its neighbours.
  private mutating func widen(_ line: Int, to day: Int32) {
    let old = days[line]
    var new = Days(first: day & ~255, count: 256, begin: counts.count)
    if old.count > 0 {
      let end = max(old.first + old.count, new.first + new.count)
      new.first = min(old.first, new.first)
      new.count = end - new.first
    }
    counts.append(contentsOf: repeatElement(0, count: Int(new.count)))
    for place in 0..<Int(old.count) {
      counts[new.begin + Int(old.first - new.first) + place] = counts[old.begin + place]
    }
    days[line] = new
  }

  /// The closed days whose count changed.
  var revised: [ClosedDay] { closed.filter { $0.value != 0 }.map(\.key) }
}

// MARK: - Output

extension DailyRollup {
  /// Streams the cells that are not 0 into a table with the columns of `rollup`, in the order of its
  /// index, which then grows at its end only.
  func copy(
    to table: String, _ symbols: SymbolTable, _ propertyIndex: PropertyIndex,
    on database: isolated PostgresConnection
  ) throws {
    let cells = CopyTable<(line: Line, day: Int32, n: Int64)>(
      table,
      [
        .uuid("property_id") {
          propertyIndex.property(at: $0.line.property < 0 ? nil : $0.line.property)
        },
        .text("kind") { $0.line.kind.rawValue },
        .date("day") { $0.line.age == nil ? Self.noDay : $0.day },
        .text("key") { $0.line.key < 0 ? nil : symbols[$0.line.key] },
        .bigint("n") { $0.n },
      ])
    try database.copy(into: cells) { put in
      for together in inOrder(symbols, propertyIndex) {
        let laid = together.map { ($0, days[lines[$0] ?? 0]) }
        for day in Self.span(of: laid.map(\.1)) {
          for (line, days) in laid where day >= days.first && day - days.first < days.count {
            let n = counts[days.begin + Int(day - days.first)]
            if n != 0 { try put((line, day, n)) }
          }
        }
      }
    }
  }

  private static func span(of days: [Days]) -> Range<Int32> {
    let first = days.map(\.first).min() ?? 0
    return first..<(days.map { $0.first + $0.count }.max() ?? first)
  }

  /// By kind, property and age, NULL last; then by key.
  private func inOrder(_ symbols: SymbolTable, _ propertyIndex: PropertyIndex) -> [[Line]] {
    let kinds = Dictionary(
      uniqueKeysWithValues: zip(Kind.allCases, Self.ranks(of: Kind.allCases.map(\.rawValue))))
    let owners = Self.ranks(of: propertyIndex.properties.map { $0?.uuidString ?? "~" })
    let keys = Self.ranks(of: symbols.texts)
    let placed = lines.keys.map { line in
      (
        kind: kinds[line.kind] ?? 0, owner: line.property < 0 ? .max : owners[Int(line.property)],
        age: line.age ?? .min, key: line.key < 0 ? .max : keys[Int(line.key)], line: line
      )
    }
    .sorted { ($0.kind, $0.owner, $0.age, $0.key) < ($1.kind, $1.owner, $1.age, $1.key) }
    var together: [[Line]] = []
    for (_, _, _, _, line) in placed {
      if let last = together.last?.last, last.kind == line.kind, last.property == line.property,
        last.age == line.age
      {
        together[together.count - 1].append(line)
      } else {
        together.append([line])
      }
    }
    return together
  }

  /// The rank of each text.
  private static func ranks(of texts: [String]) -> [Int] {
    var ranks = [Int](repeating: 0, count: texts.count)
    for (rank, index) in texts.indices.sorted(by: { texts[$0] < texts[$1] }).enumerated() {
      ranks[index] = rank
    }
    return ranks
  }
}
