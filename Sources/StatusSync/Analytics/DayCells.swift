import Foundation
import Postgres

/// Signed counts on their way into `rollup`: those of stays taken away and of stays put in.
struct DayCells: Sendable {
  /// The kinds of `rollup`, those of stays first.
  enum Kind: String, CaseIterable, Sendable {
    case held, stock, leads, truncated, noop
    case rows, bridged, delivered
    case withoutTime = "without_time"
    case withoutLead = "without_lead"
    case syncedBefore = "synced_before"
    case deliveredFirst = "delivered_first"
  }

  /// Numbers only: a rebuild counts tens of millions of times.
  private struct Cell: Hashable {
    var property: Int32
    var day: Int32
    var kind: Kind
    /// −1 for none.
    var key: Symbol
  }

  /// One closed day's count that changed after it was published.
  struct ClosedDay: Hashable {
    var property: UUID?
    var day: Int32
    var direction: Symbol?
    var updatedBy: Symbol?
    var isCreation: Bool
  }

  /// The day of kinds that have none: PostgreSQL's -infinity.
  static let noDay = Int32.min

  private var cells: [Cell: Int64] = [:]
  private var places = PropertyPlaces()
  private var closed: [ClosedDay: Int64] = [:]

  /// Puts a lead's stays in (+1) or takes them away (−1).
  /// - Parameter openDay: the property's first local day that is not closed yet; nil: no day was published.
  mutating func add(_ journey: Journey, sign: Int64, openDay: Int32?) {
    let property = Int32(places.place(of: journey.property))
    count(.leads, property, by: sign)
    if journey.isTruncated { count(.truncated, property, by: sign) }
    if !journey.noopAt.isEmpty {
      count(.noop, property, by: sign * Int64(journey.noopAt.count))
    }
    for (index, stay) in journey.stays.enumerated() {
      count(.stock, property, day: stay.enteredDay ?? Self.noDay, key: stay.status, by: sign)
      if index + 1 == journey.stays.count {
        count(.held, property, key: stay.status, by: sign)
      } else if let left = journey.stays[index + 1].enteredDay {
        count(.stock, property, day: left, key: stay.status, by: -sign)
      }
      // A stay whose start is known was begun by a change or a creation of that day.
      if let day = stay.enteredDay, let openDay, day < openDay {
        closed[
          ClosedDay(
            property: journey.property, day: day, direction: stay.direction,
            updatedBy: stay.updatedBy, isCreation: index == 0), default: 0] += sign
      }
    }
  }

  /// Puts a settled row of the log in.
  mutating func add(_ row: SettledRow, day: Int32?) {
    let property = Int32(places.place(of: row.property))
    count(.rows, property, by: 1)
    if row.isWithoutTime { count(.withoutTime, property, by: 1) }
    if row.isBridged { count(.bridged, property, by: 1) }
    if row.isWithoutLead { count(.withoutLead, property, by: 1) }
    if row.isSyncedBefore { count(.syncedBefore, property, by: 1) }
    guard let direction = row.delivered else { return }
    count(.delivered, property, day: day ?? Self.noDay, key: direction, by: 1)
    if row.isFirstAttempt {
      count(.deliveredFirst, property, day: day ?? Self.noDay, key: direction, by: 1)
    }
  }

  private mutating func count(
    _ kind: Kind, _ property: Int32, day: Int32 = noDay, key: Symbol? = nil, by n: Int64
  ) {
    cells[Cell(property: property, day: day, kind: kind, key: key ?? -1), default: 0] += n
  }

  /// Streams the cells that are not 0 into a table with the columns of `rollup`, in the order of its
  /// index, which then grows at its end only.
  func copy(to table: String, symbols: Symbols, on database: isolated PostgresConnection) throws {
    try database.beginCopyIn(
      "copy \(table) (property_id, kind, day, key, n) from stdin (format binary)")
    var rows = BinaryCopyRows(columns: 5)
    for (_, _, cell, n) in inOrder(symbols) {
      rows.beginRow()
      rows.append(places.properties[Int(cell.property)])
      rows.append(cell.kind.rawValue)
      rows.append(cell.day)
      rows.append(cell.key < 0 ? nil : symbols[cell.key])
      rows.append(n)
      if rows.byteCount > 200_000 { try database.copyIn(rows.take()) }
    }
    try database.copyIn(rows.finish())
    try database.endCopyIn()
  }

  /// By kind, day, property and key; NULL last.
  private func inOrder(
    _ symbols: Symbols
  ) -> [(major: UInt64, minor: UInt64, cell: Cell, n: Int64)] {
    let kinds = Dictionary(
      uniqueKeysWithValues: zip(Kind.allCases, ranks(of: Kind.allCases.map(\.rawValue))))
    let owners = ranks(of: places.properties.map { $0?.uuidString ?? "~" })
    let keys = ranks(of: symbols.texts)
    var placed = Array(
      cells.lazy.filter { $0.value != 0 }.map { cell, n in
        (
          major: (kinds[cell.kind] ?? 0) << 32 | UInt64(UInt32(bitPattern: cell.day) ^ 1 << 31),
          minor: owners[Int(cell.property)] << 32 | (cell.key < 0 ? 1 << 31 : keys[Int(cell.key)]),
          cell: cell, n: n
        )
      })
    placed.sort { ($0.major, $0.minor) < ($1.major, $1.minor) }
    return placed
  }

  /// The place of each text among all of them.
  private func ranks(of texts: [String]) -> [UInt64] {
    var ranks = [UInt64](repeating: 0, count: texts.count)
    for (rank, index) in texts.indices.sorted(by: { texts[$0] < texts[$1] }).enumerated() {
      ranks[index] = UInt64(rank)
    }
    return ranks
  }

  /// The closed days whose count changed.
  var revised: [ClosedDay] { closed.filter { $0.value != 0 }.map(\.key) }
}
