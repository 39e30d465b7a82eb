import Foundation
import Leads
import Postgres

/// Rows for `measure_restated`: a daily figure in the previous report and in this one.
struct RestatedRows {
  private struct Restated {
    var of: FigureKey
    var metric: String
    var day: Int32
    var status: String?
    var old: Int64
    var new: Int64
  }

  private static let table = CopyTable<Restated>(
    "measure_restated",
    [
      .text("scope") { $0.of.scope },
      .uuid("key") { $0.of.key },
      .text("metric") { $0.metric },
      .date("day") { $0.day },
      .text("status") { $0.status },
      .bigint("old_value") { $0.old },
      .bigint("new_value") { $0.new },
    ])

  private var rows: [Restated] = []

  /// Notes the figure if it differs.
  mutating func hold(
    _ metric: String, of scope: MeasuredScope, day: Int32, status: String? = nil, _ old: Int64,
    against new: Int64
  ) {
    guard old != new else { return }
    rows.append(
      Restated(of: scope.of, metric: metric, day: day, status: status, old: old, new: new))
  }

  /// Writes what was noted.
  func write(on database: isolated PostgresConnection) throws {
    try database.copy(rows, into: Self.table)
  }
}

/// The rows of a table with one for each scope, day and column of some kind; those that are in force are not written.
struct RowsInForce {
  /// Of one row: the indices.
  typealias Place = (scope: Int, day: Int, column: Int)

  /// The tables of that kind.
  static let tables = ["daily", "distribution"]

  private let columns: Int
  /// False: an ad-hoc window, whose table has every row.
  private let isPublished: Bool
  /// The number of the first row of each scope.
  private var first: [Int] = []
  private var inForce: [Bool]
  private var ended: [String] = []

  init(of scopes: [MeasuredScope], columns: Int, isPublished: Bool) {
    (self.columns, self.isPublished) = (columns, isPublished)
    var count = 0
    for scope in scopes {
      first.append(count)
      count += scope.days * columns
    }
    inForce = Array(repeating: false, count: count)
  }

  private func number(_ row: Place) -> Int { first[row.scope] + row.day * columns + row.column }

  func has(_ row: Place) -> Bool { inForce[number(row)] }

  /// - Parameters:
  ///   - revision: its `ctid`; NULL: it is not in force.
  ///   - row: the equal one; nil: it ends.
  mutating func add(_ revision: UnsafeRawBufferPointer?, as row: Place?) {
    guard isPublished, let revision else { return }
    if let row {
      inForce[number(row)] = true
    } else {
      let place = revision.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      ended.append("(\(place >> 16),\(place & 0xFFFF))")
    }
  }

  /// Ends the revisions that are no longer shown, and begins the rows of the temporary table.
  /// - Returns: the rows that the measurement shows.
  func publish(
    _ name: String, asOf: Instant?, on database: isolated PostgresConnection
  ) throws(PostgresError) -> Int {
    guard isPublished, let asOf else { return inForce.count }
    try database.execute(SQL(file: PackageResources.figures_change_sql, name, asOf, ended))
    return inForce.count
  }
}

/// Finds the index of scopes; without a look-up where rows are ordered by scope.
struct ScopeIndex {
  let portfolio: Int?
  private let propertyIndex: [UUID: Int]
  private var last: (property: UUID?, place: Int?)?

  init(_ scopes: [MeasuredScope]) {
    portfolio = scopes.firstIndex { $0.of == .portfolio }
    propertyIndex = Dictionary(
      uniqueKeysWithValues: scopes.indices.filter { scopes[$0].of != .portfolio }.map {
        (scopes[$0].of.key, $0)
      })
  }

  /// Nil: none of the measured.
  mutating func index(of property: UUID?) -> Int? {
    if let last, last.property == property { return last.place }
    let place = propertyIndex[FigureKey(property, nil).key]
    last = (property, place)
    return place
  }

  /// Reads the two columns that name a scope.
  mutating func index(_ row: inout BinaryCopyFields) throws(PostgresError) -> Int? {
    let isPortfolio = try row.bool() ?? false
    let property = try row.uuid()
    return isPortfolio ? portfolio : index(of: property)
  }
}

extension MeasuredScope {
  /// The index of a local day in the window.
  func place(ofShown day: Int32) -> Int? {
    day >= firstDay && day <= lastDay ? Int(day - firstDay) : nil
  }
}
