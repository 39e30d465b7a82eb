import Foundation
import Postgres

/// Signed counts on their way into `rollup`: those of stays taken away and of stays put in.
struct DayCells: Sendable {
  /// The kinds that come from stays (migration 009).
  enum Kind: Int32, CaseIterable, Sendable { case held, stock, leads, truncated, noop }

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
  private var properties: [UUID?] = []
  private var indexOfProperty: [UUID?: Int32] = [:]
  /// The property counted last: stays come lead by lead.
  private var lastProperty: Int32?
  private var closed: [ClosedDay: Int64] = [:]

  /// What counts of one stay.
  struct Counted {
    var property: UUID?
    var status: Symbol
    var enteredDay: Int32?
    var leftDay: Int32?
    var isTruncated: Bool
    var isFirst: Bool
    var isOpen: Bool
    var isCreation: Bool
    var noops: Int
    var direction: Symbol?
    var updatedBy: Symbol?
  }

  /// Puts a stay in (+1) or takes it away (−1).
  /// - Parameter openDay: the property's first local day that is not closed yet; nil: no day was published.
  mutating func add(_ stay: Counted, sign: Int64, openDay: Int32?) {
    count(.stock, stay, day: stay.enteredDay ?? Self.noDay, key: stay.status, by: sign)
    if stay.isOpen {
      count(.held, stay, key: stay.status, by: sign)
    } else if let day = stay.leftDay {
      count(.stock, stay, day: day, key: stay.status, by: -sign)
    }
    if stay.isTruncated { count(.truncated, stay, by: sign) }
    if stay.isFirst {
      count(.leads, stay, by: sign)
      if stay.noops > 0 { count(.noop, stay, by: sign * Int64(stay.noops)) }
    }
    // A stay whose start is known was begun by a change or a creation of that day.
    if let day = stay.enteredDay, let openDay, day < openDay {
      closed[
        ClosedDay(
          property: stay.property, day: day, direction: stay.direction, updatedBy: stay.updatedBy,
          isCreation: stay.isCreation), default: 0] += sign
    }
  }

  private mutating func count(
    _ kind: Kind, _ stay: Counted, day: Int32 = noDay, key: Symbol? = nil, by n: Int64
  ) {
    let cell = Cell(property: index(of: stay.property), day: day, kind: kind, key: key ?? -1)
    cells[cell, default: 0] += n
  }

  private mutating func index(of property: UUID?) -> Int32 {
    if let last = lastProperty, properties[Int(last)] == property { return last }
    let index = indexOfProperty[property] ?? Int32(properties.count)
    if index == properties.count {
      properties.append(property)
      indexOfProperty[property] = index
    }
    lastProperty = index
    return index
  }

  /// How many cells there are.
  var count: Int { cells.count }

  /// Streams the cells that are not 0 into a table with the columns of `rollup`.
  func copy(to table: String, symbols: Symbols, on database: isolated PostgresConnection) throws {
    try database.beginCopyIn(
      "copy \(table) (property_id, kind, day, key, n) from stdin (format binary)")
    var rows = BinaryCopyRows(columns: 5)
    for (cell, n) in cells where n != 0 {
      rows.beginRow()
      rows.append(properties[Int(cell.property)])
      rows.append("\(cell.kind)")
      rows.append(cell.day)
      rows.append(cell.key < 0 ? nil : symbols[cell.key])
      rows.append(n)
      if rows.byteCount > 200_000 { try database.copyIn(rows.take()) }
    }
    try database.copyIn(rows.finish())
    try database.endCopyIn()
  }

  /// The closed days whose count changed.
  var revised: [ClosedDay] { closed.filter { $0.value != 0 }.map(\.key) }
}
