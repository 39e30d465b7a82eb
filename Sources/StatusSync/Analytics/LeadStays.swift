import Foundation
import Postgres

/// One stay of one lead in one status, and the change that began it.
struct Stay: Equatable {
  var kind: EntryKind
  /// Microseconds since 1970; nil where the stay began before the history.
  var enteredAt: Int64?

  var status: Symbol { kind.status }
}

/// A lead's stays, in order, and the property it belongs to: a row of `stays`. What a stay owes to
/// those around it, as when it ended, is read off them.
struct LeadStays: Equatable {
  /// The place of its property among those that its reader knows; nil for none.
  var property: Int32?
  /// The history starts inside the first stay.
  var isTruncated = false
  /// When the lead was found in its first stay and taken over; nil where that was not how its history
  /// starts.
  var foundAt: Int64?
  var stays: [Stay] = []
  /// When each row came that set the status the lead had.
  var noopAt: [Int64] = []
  /// The lead's latest row is a bridged hop, which no stay tells of.
  var endsBridged = false

  /// When the lead was created; nil where its history starts earlier.
  var createdAt: Int64? { isTruncated ? nil : stays.first?.enteredAt }

  /// When its latest row came, bridged hops apart.
  var lastAt: Int64? {
    [stays.last?.enteredAt, noopAt.max(), foundAt].compactMap(\.self).max()
  }

  /// When its first row came, where the history starts inside the first stay.
  var truncatedAt: Int64? {
    guard isTruncated else { return nil }
    return foundAt
      ?? [stays.count > 1 ? stays[1].enteredAt : nil, noopAt.min()].compactMap(\.self).min()
  }

  /// Since when the lead is in its status; nil where that is an end, or began before the history.
  var openSince: Int64? {
    guard let last = stays.last, !SymbolTable.isTerminal(last.status) else { return nil }
    return last.enteredAt
  }

  /// No stays yet.
  init() {}

  /// Back to that, keeping the room.
  mutating func clear() {
    property = nil
    isTruncated = false
    foundAt = nil
    stays.removeAll(keepingCapacity: true)
    noopAt.removeAll(keepingCapacity: true)
    endsBridged = false
  }

  /// Goes on by a lead's changes (docs/figures.md#the-change-stream), given by time and `seq`: all
  /// of them, or, where the stays `canGoOn`, those that came since.
  ///
  /// Rows that set the status the lead has are no stays. A first row with an old status tells of the
  /// stay before it as well, whose beginning is not known; nor is it of the stay in which a lead is
  /// found that a first row takes over. No row that somebody made: no stay.
  mutating func append(_ ordered: [LoggedChange]) {
    let rows = Self.withRepeatsTogether(ordered)
    property = rows.last?.property ?? rows.first?.property
    var held = stays.last?.status
    var before = held
    var isFirst = stays.isEmpty
    for row in rows {
      defer { before = row.new }
      endsBridged = row.isBridged
      if endsBridged { continue }
      if isFirst {
        isFirst = false
        held = rows[0].old ?? row.old
        let isFound = held == nil && row.isTakenOver
        if isFound {
          held = row.new
          foundAt = row.at
        }
        if let held { stays.append(Stay(kind: EntryKind(status: held))) }
        isTruncated = held != nil
        if isFound { continue }
      }
      if row.new == held {
        noopAt.append(row.at)
      } else {
        stays.append(Stay(kind: Self.kind(row, before: before, held: held), enteredAt: row.at))
      }
      held = row.new
    }
  }

  /// - Parameter before: what the row before set the status to; nil: there is none.
  private static func kind(_ row: LoggedChange, before: Symbol?, held: Symbol?) -> EntryKind {
    EntryKind(
      status: row.new, updatedBy: row.updatedBy, direction: row.direction,
      isLegal: held == nil || SymbolTable.allows(row.old, row.new) && !row.isIrregular,
      isContinuous: before == nil || row.old == before)
  }

  /// Whether changes that came since tell all that there is to tell: they are later than everything
  /// before, and say which property the lead is at.
  func canGoOn(by rows: [LoggedChange]) -> Bool {
    guard let lastAt, !endsBridged else { return false }
    return rows.allSatisfy { $0.at > lastAt && $0.property != nil }
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

extension LeadStays {
  /// Reads the columns of `stays` from `property_id` to `ends_bridged`, over what was here before.
  mutating func read(
    _ row: inout BinaryCopyFields, _ kinds: EntryKinds, _ propertyIndex: inout PropertyIndex
  ) throws {
    clear()
    property = try row.uuid().map { Int32(propertyIndex.index(of: $0)) }
    isTruncated = try row.bool() ?? false
    var entries = try row.elements()
    var times = try row.elements()
    while entries.remaining > 0 {
      let kind = try kinds.kind(try entries.int32() ?? -1)
      stays.append(Stay(kind: kind, enteredAt: try times.timestampMicroseconds()))
    }
    if isTruncated, !stays.isEmpty {
      foundAt = stays[0].enteredAt
      stays[0].enteredAt = nil
    }
    var noops = try row.elements()
    while noops.remaining > 0 {
      if let at = try noops.timestampMicroseconds() { noopAt.append(at) }
    }
    endsBridged = try row.bool() ?? false
  }
}
