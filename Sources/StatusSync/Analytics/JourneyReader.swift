import Foundation
import Postgres

/// Reads the change stream lead by lead and makes the rows of `journey` and the cells of `rollup` of it.
struct JourneyReader {
  private let days: LocalDays
  /// The instant whose local day, at each property, is the first that is not closed.
  private let openFrom: Int64?
  private(set) var symbols = Symbols()
  private(set) var cells = DayCells()
  private(set) var journeys = JourneyRows()
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
  /// - Parameter each: called after each row with what waits in `journeys`.
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

  /// The bytes of the COPY into `journey` so far.
  mutating func takeJourneys() -> [UInt8] { journeys.take() }

  /// The last of them, with the end of the COPY; the next begins another.
  mutating func finishJourneys() -> [UInt8] {
    defer { journeys = JourneyRows(after: journeys) }
    return journeys.finish()
  }

  /// A row of `changes_of_leads`, or of `changes_of_all`, which counts settled rows as well.
  private mutating func take(_ row: inout BinaryCopyFields) throws {
    let name = try row.next()
    if let name, !lead.elementsEqual(name) {
      endLead()
      lead.replaceSubrange(lead.indices, with: name)
    }
    let property = try row.uuid()
    let at = try row.timestampMicroseconds()
    let seq = try row.int64() ?? 0
    let old = symbols.symbol(try row.next())
    let new = symbols.symbol(try row.next())
    let change = LoggedChange(
      at: at ?? 0, seq: seq, old: old, new: new ?? Symbols.lost,
      updatedBy: symbols.symbol(try row.next()), direction: symbols.symbol(try row.next()),
      property: property, isBridged: try row.bool() ?? false, isIrregular: try row.bool() ?? false)
    rows += 1
    var isChange = true
    if row.remaining > 0 {
      isChange = try row.bool() ?? false
      count(
        SettledRow(
          property: property, delivered: symbols.symbol(try row.next()),
          isBridged: change.isBridged, isWithoutLead: name == nil,
          isFirstAttempt: try row.bool() ?? false, isWithoutTime: try row.bool() ?? false,
          isSyncedBefore: try row.bool() ?? false), at)
    }
    if isChange, name != nil, at != nil, new != nil { changes.append(change) }
  }

  /// Reads the settled rows that `rollup` has not counted; the query is `rows_settled`.
  mutating func countSettled(_ query: [UInt8], on database: isolated PostgresConnection) throws {
    try database.copyOutRows(String(decoding: query, as: UTF8.self)) { row in
      let property = try row.uuid()
      let at = try row.timestampMicroseconds()
      count(
        SettledRow(
          property: property, delivered: symbols.symbol(try row.next()),
          isBridged: try row.bool() ?? false, isWithoutLead: try row.bool() ?? false,
          isFirstAttempt: try row.bool() ?? false, isWithoutTime: try row.bool() ?? false,
          isSyncedBefore: try row.bool() ?? false), at)
    }
  }

  private mutating func count(_ row: SettledRow, _ at: Int64?) {
    cells.add(row, day: at.map { days.day(of: $0, zone: days.zone(of: row.property)) })
  }

  /// What was gathered of one lead becomes its journey.
  private mutating func endLead() {
    guard !changes.isEmpty else { return }
    var journey = Journey(changes)
    changes.removeAll(keepingCapacity: true)
    guard !journey.stays.isEmpty else { return }
    let zone = days.zone(of: journey.property)
    for index in journey.stays.indices {
      journey.stays[index].enteredDay = journey.stays[index].enteredAt.map {
        days.day(of: $0, zone: zone)
      }
    }
    journeys.append(journey, lead: lead, symbols: symbols)
    count(journey, sign: 1)
  }

  /// Takes journeys that stand in `journey` off the cells; the query is `journeys_of_leads`.
  mutating func subtract(_ query: [UInt8], on database: isolated PostgresConnection) throws {
    var journey = Journey()
    try database.copyOutRows(String(decoding: query, as: UTF8.self)) { row in
      try journey.read(&row, symbols: &symbols)
      count(journey, sign: -1)
    }
  }

  private mutating func count(_ journey: Journey, sign: Int64) {
    let zone = days.zone(of: journey.property)
    cells.add(journey, sign: sign, openDay: openFrom.map { days.day(of: $0, zone: zone) })
  }
}
