import Foundation
import Leads
import Postgres

/// Reads the log as `settled_change`, and derives the rows of `stays` and the cells of `rollup`.
struct StayReader {
  private let days: LocalDays
  private let asOf: Int64
  /// The instant whose local day is the first open one at each property.
  private let openFrom: Int64?
  private(set) var symbols = SymbolTable()
  private(set) var kinds = EntryKinds()
  private(set) var propertyIndex = PropertyIndex()
  /// By index; looked up for each row.
  private var zones: [Int] = []
  private(set) var cells = DailyRollup()
  private(set) var stays = StayRows()
  /// The last stays; their capacity is used again.
  private var made = LeadStays()
  /// Log rows read.
  private(set) var rows = 0

  /// - Parameters:
  ///   - openFrom: nil where no day counts as published.
  ///   - goesOn: whether its rows are added to those in the tables.
  init(
    asOf: Instant, openFrom: Instant?, goesOn: Bool, on database: isolated PostgresConnection
  ) throws(PostgresError) {
    days = try LocalDays(on: database)
    self.asOf = asOf.microseconds
    self.openFrom = openFrom?.microseconds
    if goesOn { kinds = try EntryKinds(symbols: &symbols, on: database) }
  }

  /// The columns of the queries of log rows, in the order in which they are read.
  private static let columns = [
    "lead", "property_id", "at", "seq", "old_status", "new_status", "updated_by", "sync_direction",
    "odd",
  ]

  /// Counts the rows of a query, and partitions those of the change stream.
  /// - Parameters:
  ///   - watermark: rows up to it are counted only.
  ///   - each: called with the number of rows read so far.
  mutating func gather(
    _ query: [UInt8], after watermark: Int64, into parts: inout ChangePartitions,
    on database: isolated PostgresConnection, each: (Int) -> Void = { _ in }
  ) throws {
    try database.copyOutRows(query, columns: Self.columns) { row in
      let lead = try row.next()
      let settled = try next(&row)
      let zone = zone(of: settled.property)
      cells.add(settled, hasLead: lead != nil, day: settled.at.map { days.day(of: $0, zone: zone) })
      if let lead, let change = settled.change, change.seq > watermark, change.at <= asOf {
        try parts.add(change, of: lead)
      }
      each(rows)
    }
  }

  private mutating func zone(of place: Int32?) -> Int {
    guard let place = place.map(Int.init) else { return 0 }
    while zones.count <= place {
      zones.append(days.zone(of: propertyIndex.properties[zones.count]))
    }
    return zones[place]
  }

  /// Reads a row after its lead.
  private mutating func next(_ row: inout BinaryCopyFields) throws(PostgresError) -> SettledRow {
    rows += 1
    let property = try row.uuid().map { Int32(propertyIndex.index(of: $0)) }
    let at = try row.timestampMicroseconds()
    let seq = try row.int64() ?? 0
    let (old, new) = (symbols.symbol(try row.next()), symbols.symbol(try row.next()))
    let (updatedBy, direction) = (symbols.symbol(try row.next()), symbols.symbol(try row.next()))
    let odd = SettledRow.Oddities(rawValue: UInt8(truncatingIfNeeded: try row.int32() ?? 0))
    var settled = SettledRow(at: at, property: property, direction: direction, odd: odd)
    if let at, let new, !odd.contains(.failed) {
      settled.change = LoggedChange(
        at: at, seq: seq, property: property, old: old, new: new, updatedBy: updatedBy,
        direction: direction, isBridged: odd.contains(.bridged),
        isIrregular: odd.contains(.irregular), isTakenOver: odd.contains(.takenOver))
    }
    return settled
  }

  /// Derives the stays of a lead from all its changes.
  mutating func make(_ changes: [LoggedChange], of lead: UnsafeRawBufferPointer) {
    made.clear()
    made.append(changes)
    if !made.stays.isEmpty { put(made, of: lead) }
  }

  /// Extends the stays of a lead, which were removed, by the changes that came since.
  mutating func extend(_ leadStays: LeadStays, by changes: [LoggedChange], of lead: [UInt8]) {
    var leadStays = leadStays
    leadStays.append(changes)
    lead.withUnsafeBytes { put(leadStays, of: $0) }
  }

  private mutating func put(_ leadStays: LeadStays, of lead: UnsafeRawBufferPointer) {
    stays.append(
      leadStays, lead: lead, property: propertyIndex.property(at: leadStays.property), &kinds)
    count(leadStays, sign: 1, zone: zone(of: leadStays.property))
  }

  /// Removes stays from the table and from the cells.
  /// - Parameters:
  ///   - query: deletes them, returning their columns from `lead` to `ends_bridged`.
  ///   - each: called with the stays and the lead.
  mutating func remove(
    _ query: [UInt8], on database: isolated PostgresConnection,
    each: (UnsafeRawBufferPointer, LeadStays) -> Void = { _, _ in }
  ) throws {
    var leadStays = LeadStays()
    try database.copyOutRows(query, columns: ["lead"] + LeadStays.columns) { row in
      guard let lead = try row.next() else { return }
      try leadStays.read(&row, kinds, &propertyIndex)
      let property = propertyIndex.property(at: leadStays.property)
      count(leadStays, sign: -1, zone: days.measuredZone(of: property))
      each(lead, leadStays)
    }
  }

  private mutating func count(_ leadStays: LeadStays, sign: Int64, zone: Int) {
    cells.add(leadStays, sign: sign, openDay: openFrom.map { days.day(of: $0, zone: zone) }) {
      days.day(of: $0, zone: zone)
    }
  }

  /// Reads all changes of leads; the query is `changes_of_leads`.
  mutating func readWhole(
    _ query: [UInt8], on database: isolated PostgresConnection
  ) throws {
    var lead: [UInt8] = []
    var changes: [LoggedChange] = []
    try database.copyOutRows(query, columns: Self.columns) { row in
      guard let name = try row.next() else { return }
      let change = try next(&row).change
      if !lead.elementsEqual(name) {
        lead.withUnsafeBytes { make(changes, of: $0) }
        lead.replaceSubrange(lead.indices, with: name)
        changes.removeAll(keepingCapacity: true)
      }
      if let change, change.at <= asOf { changes.append(change) }
    }
    lead.withUnsafeBytes { make(changes, of: $0) }
  }

  /// The bytes of the COPY into `stays` so far.
  mutating func takeStays() -> [UInt8] { stays.take() }

  /// The last bytes and the end of the COPY; the next stays begin another COPY.
  mutating func finishStays() -> [UInt8] {
    defer { stays = StayRows(after: stays) }
    return stays.finish()
  }

  /// Adds the kinds of entry that the table does not have, and the cells.
  mutating func save(cellsTo table: String, on database: isolated PostgresConnection) throws {
    try kinds.save(symbols, on: database)
    try cells.copy(to: table, symbols, propertyIndex, on: database)
  }
}
