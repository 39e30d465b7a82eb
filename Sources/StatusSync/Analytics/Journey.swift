import Foundation
import Postgres

/// One stay of one lead in one status, and the change that began it.
struct Stay: Equatable {
  var status: Symbol
  /// Microseconds since 1970; nil where the stay began before the history.
  var enteredAt: Int64?
  /// The property's local day of that, counted from 2000-01-01.
  var enteredDay: Int32?
  var updatedBy: Symbol?
  var direction: Symbol?
  /// The change follows the transition rules; true for a creation.
  var isLegal = true
  /// The change's old status was the new one of the row before; true for a first row.
  var isContinuous = true
}

/// A lead's stays, in order, and the property it belongs to: a row of `journey`. What a stay owes to
/// those around it, as when it ended, is read off them.
struct Journey: Equatable {
  var property: UUID?
  /// The history starts inside the first stay.
  var isTruncated = false
  var stays: [Stay] = []
  /// When each row came that set the status the lead had.
  var noopAt: [Int64] = []

  /// When the lead was created; nil where its history starts earlier.
  var createdAt: Int64? { isTruncated ? nil : stays.first?.enteredAt }

  /// When its latest row came.
  var lastAt: Int64? {
    [stays.last?.enteredAt, noopAt.max()].compactMap(\.self).max()
  }

  /// Since when the lead is in its status; nil where that is an end, or began before the history.
  var openSince: Int64? {
    guard let last = stays.last, !Symbols.isTerminal(last.status) else { return nil }
    return last.enteredAt
  }

  /// No stays yet.
  init() {}

  /// The journey that a lead's success rows tell of (metrics.md, section 1), given by time and `seq`.
  ///
  /// Rows that set the status the lead has are no stays. A first row with an old status tells of the
  /// stay before it as well, whose beginning is not known. No row that somebody made: no stay.
  init(_ ordered: [LoggedChange]) {
    let rows = Self.withRepeatsTogether(ordered)
    property = rows.last?.property ?? rows.first?.property
    var held: Symbol?
    var isFirst = true
    for (index, row) in rows.enumerated() where !row.isBridged {
      if isFirst {
        held = rows[0].old ?? row.old
        if let held { stays.append(Stay(status: held)) }
        isTruncated = held != nil
        isFirst = false
      }
      if row.new == held {
        noopAt.append(row.at)
      } else {
        stays.append(Self.stay(row, before: index > 0 ? rows[index - 1] : nil, held: held))
      }
      held = row.new
    }
  }

  private static func stay(_ row: LoggedChange, before: LoggedChange?, held: Symbol?) -> Stay {
    Stay(
      status: row.new, enteredAt: row.at, updatedBy: row.updatedBy, direction: row.direction,
      isLegal: held == nil || Symbols.allows(row.old, row.new) && !row.isIrregular,
      isContinuous: before == nil || row.old == before?.new)
  }

  /// Rows of one instant keep the order of arrival; a repeat of such a row stands beside the first,
  /// where it changes nothing.
  private static func withRepeatsTogether(_ rows: [LoggedChange]) -> [LoggedChange] {
    var rows = rows
    var start = 0
    while start < rows.count {
      var end = start + 1
      while end < rows.count, rows[end].at == rows[start].at { end += 1 }
      if end - start > 2 {
        let tied = rows[start..<end]
        let placed = tied.map { row in
          (row, tied.first { $0.old == row.old && $0.new == row.new }?.seq ?? row.seq)
        }
        rows.replaceSubrange(
          start..<end, with: placed.sorted { ($0.1, $0.0.seq) < ($1.1, $1.0.seq) }.map(\.0))
      }
      start = end
    }
    return rows
  }
}

extension Journey {
  /// Reads the columns of `journey` after `lead`, over what was here before.
  mutating func read(
    _ row: inout BinaryCopyFields, symbols: inout Symbols
  ) throws(PostgresError) {
    property = try row.uuid()
    isTruncated = try row.bool() ?? false
    stays.removeAll(keepingCapacity: true)
    noopAt.removeAll(keepingCapacity: true)
    var elements = try row.elements()
    while elements.remaining > 0 {
      stays.append(Stay(status: symbols.symbol(try elements.next()) ?? Symbols.lost))
    }
    try each(&row) { (stay, elements) throws(PostgresError) in
      stay.enteredAt = try elements.timestampMicroseconds()
    }
    try each(&row) { (stay, elements) throws(PostgresError) in
      stay.enteredDay = try elements.int32()
    }
    try each(&row) { (stay, elements) throws(PostgresError) in
      stay.updatedBy = symbols.symbol(try elements.next())
    }
    try each(&row) { (stay, elements) throws(PostgresError) in
      stay.direction = symbols.symbol(try elements.next())
    }
    try marked(&row) { $0.isLegal = false }
    try marked(&row) { $0.isContinuous = false }
    elements = try row.elements()
    while elements.remaining > 0 {
      if let at = try elements.timestampMicroseconds() { noopAt.append(at) }
    }
  }

  /// Reads an array that has one element a stay.
  private mutating func each(
    _ row: inout BinaryCopyFields,
    _ read: (inout Stay, inout BinaryCopyFields) throws(PostgresError) -> Void
  ) throws(PostgresError) {
    var elements = try row.elements()
    for index in stays.indices where elements.remaining > 0 { try read(&stays[index], &elements) }
  }

  /// Reads an array of the places, from 1 on, of stays that are so marked.
  private mutating func marked(
    _ row: inout BinaryCopyFields, _ mark: (inout Stay) -> Void
  ) throws(PostgresError) {
    var elements = try row.elements()
    while elements.remaining > 0 {
      guard let place = try elements.int32(), stays.indices.contains(Int(place) - 1) else {
        continue
      }
      mark(&stays[Int(place) - 1])
    }
  }
}
