import Foundation
import Postgres

/// Reads the change stream lead by lead and makes the rows of `visit` and the cells of `rollup` of it.
struct JourneyReader {
  private let days: LocalDays
  /// The instant whose local day, at each property, is the first that is not closed.
  private let openFrom: Int64?
  private(set) var symbols = Symbols()
  private(set) var cells = DayCells()
  private(set) var visits = VisitRows()
  /// Log rows read.
  private(set) var rows = 0

  private var lead: [UInt8] = []
  private var changes: [LoggedChange] = []

  /// - Parameter openFrom: nil where no day counts as published.
  init(days: LocalDays, openFrom: Int64?) {
    self.days = days
    self.openFrom = openFrom
  }

  /// Reads one query of the change stream to its end.
  /// - Parameter each: called after each row with what waits in `visits`.
  mutating func read(
    _ query: [UInt8], on database: isolated PostgresConnection,
    each: (inout JourneyReader) throws -> Void = { _ in }
  ) throws {
    try database.copyOutRows(String(decoding: query, as: UTF8.self)) { row in
      try take(&row)
      try each(&self)
    }
    endLead()
  }

  /// The bytes of the COPY into `visit` so far.
  mutating func takeVisits() -> [UInt8] { visits.take() }

  /// The last of them, with the end of the COPY; the next begins another.
  mutating func finishVisits() -> [UInt8] {
    defer { visits = VisitRows(after: visits) }
    return visits.finish()
  }

  private mutating func take(_ row: inout BinaryCopyFields) throws {
    guard let name = try row.next() else { return }
    if !lead.elementsEqual(name) {
      endLead()
      lead.replaceSubrange(lead.indices, with: name)
    }
    let property = try row.uuid()
    guard let at = try row.timestampMicroseconds(), let seq = try row.int64() else { return }
    let old = symbols.symbol(try row.next())
    guard let new = symbols.symbol(try row.next()) else { return }
    rows += 1
    changes.append(
      LoggedChange(
        at: at, seq: seq, old: old, new: new, updatedBy: symbols.symbol(try row.next()),
        direction: symbols.symbol(try row.next()), property: property,
        isBridged: try row.bool() ?? false, isIrregular: try row.bool() ?? false))
  }

  /// What was gathered of one lead becomes its stays.
  private mutating func endLead() {
    guard !changes.isEmpty else { return }
    let journey = Journey(changes)
    changes.removeAll(keepingCapacity: true)
    let zone = days.zone(of: journey.property)
    let openDay = openFrom.map { days.day(of: $0, zone: zone) }
    for stay in journey.stays {
      let enteredDay = stay.enteredAt.map { days.day(of: $0, zone: zone) }
      let leftDay = stay.leftAt.map { days.day(of: $0, zone: zone) }
      visits.append(
        stay, lead: lead, property: journey.property, enteredDay: enteredDay, leftDay: leftDay,
        symbols: symbols)
      cells.add(
        DayCells.Counted(stay, of: journey.property, enteredDay: enteredDay, leftDay: leftDay),
        sign: 1, openDay: openDay)
    }
  }

  /// Takes stays that stand in `visit` off the cells; the query is `visits_of_leads`.
  mutating func subtract(_ query: [UInt8], on database: isolated PostgresConnection) throws {
    try database.copyOutRows(String(decoding: query, as: UTF8.self)) { row in
      let property = try row.uuid()
      guard let status = symbols.symbol(try row.next()) else { return }
      let stay = DayCells.Counted(
        property: property, status: status, enteredDay: try row.int32(), leftDay: try row.int32(),
        isTruncated: try row.bool() ?? false, isFirst: try row.bool() ?? false,
        isOpen: try row.bool() ?? false, isCreation: try row.bool() ?? false,
        noops: Int(try row.int64() ?? 0), direction: symbols.symbol(try row.next()),
        updatedBy: symbols.symbol(try row.next()))
      let zone = days.zone(of: property)
      cells.add(stay, sign: -1, openDay: openFrom.map { days.day(of: $0, zone: zone) })
    }
  }
}

extension DayCells.Counted {
  init(_ stay: Stay, of property: UUID?, enteredDay: Int32?, leftDay: Int32?) {
    self.init(
      property: property, status: stay.status, enteredDay: enteredDay, leftDay: leftDay,
      isTruncated: stay.isTruncated,
      isFirst: stay.isTruncated || stay.number == 1 && !(stay.createdAt == nil),
      isOpen: stay.leftAt == nil, isCreation: stay.previous == nil, noops: stay.noopAt.count,
      direction: stay.direction, updatedBy: stay.updatedBy)
  }
}
