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
