import Foundation
import Leads
import Postgres

/// One stay of one lead in one status, and the change that began it.
struct Stay: Equatable {
  var kind: EntryKind
  /// Microseconds since 1970; nil where the stay began before the history.
  var enteredAt: Int64?

  var status: Symbol { kind.status }
}

/// A lead's stays, in order, and its property: a row of `stays`. What depends on neighbouring stays, such as the end, is
/// derived from them.
struct LeadStays: Equatable {
  /// The index of its property in its reader; nil for none.
  var property: Int32?
  /// The history starts inside the first stay.
  var isTruncated = false
  /// When the lead was taken over in the status in which it was found; nil where its history starts otherwise.
  var foundAt: Int64?
  var stays: [Stay] = []
  /// The times of rows that set the status that the lead had already.
  var noopAt: [Int64] = []
  /// The lead's latest row is a bridged step, which is no stay.
  var endsBridged = false

  /// When the lead was created; nil where its history starts earlier.
  var createdAt: Int64? { isTruncated ? nil : stays.first?.enteredAt }

  /// The time of its latest row, without bridged steps.
  var lastAt: Int64? {
    [stays.last?.enteredAt, noopAt.max(), foundAt].compactMap(\.self).max()
  }

  /// The time of its first row, where the history starts inside the first stay.
  var truncatedAt: Int64? {
    guard isTruncated else { return nil }
    return foundAt
      ?? [stays.count > 1 ? stays[1].enteredAt : nil, noopAt.min()].compactMap(\.self).min()
  }

  /// Since when the lead has been in its status; nil where that is final, or began before the history.
  var openSince: Int64? {
    guard let last = stays.last, !SymbolTable.isTerminal(last.status) else { return nil }
    return last.enteredAt
  }

  /// No stays yet.
  init() {}

  /// Removes the stays and keeps the capacity.
  mutating func clear() {
    property = nil
    isTruncated = false
    foundAt = nil
    stays.removeAll(keepingCapacity: true)
    noopAt.removeAll(keepingCapacity: true)
    endsBridged = false
  }

  /// Appends a lead's changes (docs/figures.md#the-change-stream), in the order of time and `seq`: all of them, or, where
  /// the stays `canGoOn`, those since.
  ///
  /// A row that sets the status that the lead has is no stay. A first row with an old status implies the stay before,
  /// whose beginning is not known; nor is that of the stay in which a lead is taken over. Without a row by a person or
  /// system there is no stay.
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

  /// - Parameter before: the new status of the previous row; nil: there is none.
  private static func kind(_ row: LoggedChange, before: Symbol?, held: Symbol?) -> EntryKind {
    EntryKind(
      status: row.new, updatedBy: row.updatedBy, direction: row.direction,
      isLegal: held == nil || SymbolTable.allows(row.old, row.new) && !row.isIrregular,
      isContinuous: before == nil || row.old == before)
  }

  /// Whether the later changes suffice: they are later than everything before, and name the lead's property.
  func canGoOn(by rows: [LoggedChange]) -> Bool {
    guard let lastAt, !endsBridged else { return false }
    return rows.allSatisfy { $0.at > lastAt && $0.property != nil }
  }

  /// Rows of one instant keep the order of arrival; a repeated row is put next to the first, where it has no effect.
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
  /// The columns of `stays` in the order in which `read` reads them.
  static let columns = [
    "property_id", "truncated", "entries", "entered_at", "noop_at", "ends_bridged",
  ]

  /// Reads the columns of `stays` from `property_id` to `ends_bridged`, in place of the present values.
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
