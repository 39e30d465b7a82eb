import Foundation
import Leads
import Postgres

/// The outcomes of the log rows of this window and of the one before: successes of complete local days are in the day
/// cells, the others are read from the log.
struct SyncCounts: Sendable {
  /// Where rows of this window that failed are counted.
  struct Failed: Hashable {
    var property: UUID?
    var day: Int32
    var direction: Symbol?
    var updatedBy: Symbol?
  }

  private struct Place: Hashable {
    var property: Int
    var direction: Symbol
    var isCurrent: Bool
  }

  private struct Counts {
    var delivered: Int64 = 0
    var retried: Int64 = 0
    var failed: Int64 = 0
    var pending: Int64 = 0
    var unsyncedAged: Int64 = 0
  }

  private struct Day: Hashable {
    var property: Int
    var day: Int32
  }

  private(set) var symbols = SymbolTable()
  private(set) var failed: [Failed: Int] = [:]
  private var propertyIndex = PropertyIndex()
  private var counts: [Place: Counts] = [:]
  private var days: [Day: (delivered: Int64, settled: Int64)] = [:]
  private let unknown: Symbol

  init() { unknown = symbols.symbol("unknown") }

  /// Counts what the cells do not have; needs only the parameters of the measurement.
  mutating func readLog(on database: isolated PostgresConnection) throws {
    let (success, failure) = (symbols.symbol("success"), symbols.symbol("failed"))
    try database.copyOutRows(
      PackageResources.sync_log_sql,
      columns: [
        "property_id", "direction", "is_current", "day", "is_recent", "sync_status", "updated_by",
        "retried", "aged",
      ]
    ) { row in
      let property = try row.uuid()
      let direction = symbols.symbol(try row.next())
      let place = Place(
        property: propertyIndex.index(of: property), direction: direction ?? unknown,
        isCurrent: try row.bool() ?? false)
      let day = try row.int32() ?? 0
      let isRecent = try row.bool() ?? false
      let state = symbols.symbol(try row.next())
      let updatedBy = symbols.symbol(try row.next())
      let isRetried = try row.bool() ?? false
      let isAged = try row.bool() ?? false
      let counted = Day(property: place.property, day: day)
      if state == success {
        add(place, isRecent ? counted : nil, delivered: 1, retried: isRetried ? 1 : 0)
        return
      }
      if isAged { counts[place, default: Counts()].unsyncedAged += 1 }
      guard state == failure else {
        counts[place, default: Counts()].pending += 1
        return
      }
      counts[place, default: Counts()].failed += 1
      if isRecent { days[counted, default: (0, 0)].settled += 1 }
      guard place.isCurrent else { return }
      let at = Failed(property: property, day: day, direction: direction, updatedBy: updatedBy)
      failed[at, default: 0] += 1
    }
  }

  /// Counts the cells of whole days.
  mutating func readCells(on database: isolated PostgresConnection) throws {
    try database.copyOutRows(
      PackageResources.sync_cells_sql,
      columns: [
        "property_id", "direction", "is_current", "day", "is_recent", "delivered", "retried",
      ]
    ) { row in
      let property = propertyIndex.index(of: try row.uuid())
      let direction = symbols.symbol(try row.next()) ?? unknown
      let place = Place(
        property: property, direction: direction, isCurrent: try row.bool() ?? false)
      let day = try row.int32() ?? 0
      let isRecent = try row.bool() ?? false
      add(
        place, isRecent ? Day(property: property, day: day) : nil,
        delivered: try row.int64() ?? 0, retried: try row.int64() ?? 0)
    }
  }

  private mutating func add(_ place: Place, _ day: Day?, delivered: Int64, retried: Int64) {
    counts[place, default: Counts()].delivered += delivered
    counts[place, default: Counts()].retried += retried
    guard let day else { return }
    days[day, default: (0, 0)].delivered += delivered
    days[day, default: (0, 0)].settled += delivered
  }

  /// Fills `measure_sync` and `measure_sync_day`.
  func write(on database: isolated PostgresConnection) throws {
    try database.fill(table, counts)
    try database.fill(dayTable, days)
  }

  private var table: CopyTable<(key: Place, value: Counts)> {
    CopyTable(
      "measure_sync",
      [
        .uuid("property_id") { [propertyIndex] in propertyIndex.properties[$0.key.property] },
        .text("direction") { [symbols] in symbols[$0.key.direction] },
        .boolean("is_current") { $0.key.isCurrent },
        .bigint("delivered") { $0.value.delivered },
        .bigint("retried") { $0.value.retried },
        .bigint("failed") { $0.value.failed },
        .bigint("pending") { $0.value.pending },
        .bigint("unsynced_aged") { $0.value.unsyncedAged },
      ])
  }

  private var dayTable: CopyTable<(key: Day, value: (delivered: Int64, settled: Int64))> {
    CopyTable(
      "measure_sync_day",
      [
        .uuid("property_id") { [propertyIndex] in propertyIndex.properties[$0.key.property] },
        .date("day") { $0.key.day },
        .bigint("delivered") { $0.value.delivered },
        .bigint("settled") { $0.value.settled },
      ])
  }
}
