import Foundation
import Leads
import Postgres

/// Leads by status at the end of each local day: the count at the measured instant, less the changes since the day. The
/// table has a row for each day, status and scope, so it is streamed, and so is that of the previous report, to find
/// the differences.
struct Distribution {
  /// Leads of one scope and status.
  private struct Counts {
    var held: Int64 = 0
    /// The change on each day of the window but the first; last the change after the window.
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
  /// By the index of the scope, of the status and of the day.
  private let leads: [[[Int64]]]
  /// Leads that entered and left, by the same index.
  private var flows: [[[PropertyAggregates.Flow]]]

  /// Publishes `metric_distribution`, or fills it for an ad-hoc window; fills `measure_flow`, and `measure_restated`
  /// with the differences from the previous report.
  /// - Returns: the rows of `metric_distribution`.
  static func write(
    _ aggregates: WindowAggregates, of scopes: [MeasuredScope], isPublished: Bool,
    on database: isolated PostgresConnection
  ) throws -> Int {
    var distribution = try Distribution(scopes, on: database)
    distribution.add(aggregates)
    var rows = RowsInForce(
      of: scopes, columns: distribution.statuses.count, isPublished: isPublished)
    try distribution.compare(&rows, on: database)
    try distribution.copy(besides: rows, on: database)
    return try rows.publish("distribution", asOf: scopes.first?.asOf, on: database)
  }

  /// Counts the cells.
  private init(_ scopes: [MeasuredScope], on database: isolated PostgresConnection) throws {
    var counts: [[Counts]] = scopes.map { _ in [] }
    var symbols = SymbolTable()
    var propertyIndex = ScopeIndex(scopes)
    try database.copyOutRows(
      PackageResources.distribution_cells_sql, columns: ["key", "day", "status", "n"]
    ) { row in
      guard let key = try row.uuid() else { return }
      let day = try row.int32()
      guard let status = symbols.symbol(try row.next()), let n = try row.int64() else { return }
      for case let scope? in [propertyIndex.index(of: key), propertyIndex.portfolio] {
        let place = day.flatMap(scopes[scope].place(of:))
        if day != nil, place == nil { continue }
        while counts[scope].count <= Int(status) {
          counts[scope].append(Counts(came: Array(repeating: 0, count: scopes[scope].days + 1)))
        }
        if let place {
          counts[scope][Int(status)].came[place] += n
        } else {
          counts[scope][Int(status)].held += n
        }
      }
    }
    self.scopes = scopes
    flows = scopes.map { scope in
      symbols.texts.map { _ in Array(repeating: PropertyAggregates.Flow(), count: scope.days) }
    }
    let order = symbols.texts.indices.sorted { symbols.texts[$0] < symbols.texts[$1] }
    statuses = order.map { symbols.texts[$0] }
    leads = zip(scopes, counts).map { scope, counts in
      order.map {
        counts.indices.contains($0)
          ? counts[$0].leads : Array(repeating: 0, count: scope.days)
      }
    }
  }

  /// Reads the leads that entered and left on each day.
  private mutating func add(_ aggregates: WindowAggregates) {
    var propertyIndex = ScopeIndex(scopes)
    let columns = Dictionary(uniqueKeysWithValues: zip(statuses, statuses.indices))
    for property in aggregates.properties {
      for (symbol, days) in property.flows.enumerated() {
        guard let status = columns[aggregates.symbols.texts[symbol]] else { continue }
        for (index, flow) in days.enumerated() {
          for case let scope? in [
            propertyIndex.index(of: property.property), propertyIndex.portfolio,
          ] {
            let day = property.firstDay + Int32(index)
            guard let place = scopes[scope].place(ofFlow: day) else { continue }
            flows[scope][status][place].add(flow)
          }
        }
      }
    }
  }

  /// Compares the previous report, and the revisions in force, with the new counts.
  private func compare(
    _ rows: inout RowsInForce, on database: isolated PostgresConnection
  ) throws {
    var restated = RestatedRows()
    var propertyIndex = ScopeIndex(scopes)
    var symbols = SymbolTable()
    let columns = Dictionary(
      uniqueKeysWithValues: zip(statuses.map { symbols.symbol($0) }, statuses.indices))
    try database.copyOutRows(
      PackageResources.distribution_in_force_sql,
      columns: [
        "revision", "is_named", "is_published", "is_portfolio", "property_id", "day", "status",
        "leads", "created", "moved_in", "moved_out",
      ]
    ) { row in
      let (revision, isNamed) = (try row.next(), try row.bool() ?? false)
      let isPublished = try row.bool() ?? false
      guard let scope = try propertyIndex.index(&row), let day = try row.int32(),
        let status = symbols.symbol(try row.next()).flatMap({ columns[$0] }),
        let before = try row.int64(), let place = scopes[scope].place(ofShown: day)
      else { return rows.add(revision, as: nil) }
      let now = leads[scope][status][place]
      if isPublished {
        restated.hold(
          "status_distribution", of: scopes[scope], day: day, status: statuses[status], before,
          against: now)
      }
      let flow = PropertyAggregates.Flow(
        created: Int(try row.int64() ?? 0), movedIn: Int(try row.int64() ?? 0),
        movedOut: Int(try row.int64() ?? 0))
      let isEqual = isNamed && before == now && flow == flows[scope][status][place]
      rows.add(revision, as: isEqual ? (scope, place, status) : nil)
    }
    try restated.write(on: database)
  }

  /// One scope, status and local day.
  private struct StatusDay: ScopedRow {
    var scope: MeasuredScope
    var day: Int32
    var status: String
    var leads: Int64
    var flow: PropertyAggregates.Flow
  }

  private static let table = MeasuredScope.table(
    "metric_distribution",
    [
      CopyColumn<StatusDay>.date("day") { $0.day },
      .text("timezone") { $0.scope.timezone },
      .text("status") { $0.status },
      .bigint("leads") { $0.leads },
      .count("created") { $0.flow.created },
      .count("moved_in") { $0.flow.movedIn },
      .count("moved_out") { $0.flow.movedOut },
    ])

  /// The flows of the last six weeks, where there are any.
  private static let flows = CopyTable<StatusDay>(
    "measure_flow",
    [
      .text("scope") { $0.scope.of.scope },
      .uuid("key") { $0.scope.of.key },
      .date("day") { $0.day },
      .text("status") { $0.status },
      .count("created") { $0.flow.created },
      .count("moved_in") { $0.flow.movedIn },
    ])

  private func copy(besides rows: RowsInForce, on database: isolated PostgresConnection) throws {
    var recent: [StatusDay] = []
    try database.copy(into: Self.table) { put in
      for (place, scope) in scopes.enumerated() {
        for day in 0..<scope.days {
          for (index, status) in statuses.enumerated() {
            let row = StatusDay(
              scope: scope, day: scope.firstDay + Int32(day), status: status,
              leads: leads[place][index][day], flow: flows[place][index][day])
            let came = row.flow.created + row.flow.movedIn
            if day >= scope.days - 42, came > 0 { recent.append(row) }
            if !rows.has((place, day, index)) { try put(row) }
          }
        }
      }
    }
    try database.fill(Self.flows, recent)
  }
}

extension MeasuredScope {
  /// The index of a day's changes; nil for days up to the first. Where the window reaches `asOf`, changes at that
  /// instant count on its last day.
  fileprivate func place(of day: Int32) -> Int? {
    let last = end >= asOf ? lastDay : lastDay + 1
    let place = min(day, last) - firstDay
    return place > 0 ? Int(place) : nil
  }

  /// The day on which what happened on a local day is shown; nil for days not shown.
  fileprivate func place(ofFlow day: Int32) -> Int? {
    place(ofShown: end >= asOf ? min(day, lastDay) : day)
  }
}
