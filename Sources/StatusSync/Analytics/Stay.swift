import Foundation

/// One stay of one lead in one status: a row of `visit`, whose columns its properties are.
struct Stay: Equatable {
  var status: Symbol
  var updatedBy: Symbol?
  var direction: Symbol?
  /// Nil where the stay began before the history.
  var enteredAt: Int64?
  /// The history starts inside this stay.
  var isTruncated = false
  var isLegal = true
  var isContinuous = true
  // What the stays around it give.
  var number: Int32 = 0
  var leftAt: Int64?
  var next: Symbol?
  var nextUpdatedBy: Symbol?
  var previous: Symbol?
  var previousEnteredAt: Int64?
  var createdAt: Int64?
  var highestLater: Int32?
  var highestBefore: Int32?
  var final: Symbol = 0
  var isRepeated = false
  var sameBeforeAt: Int64?
  var advancedAt: Int64?
  var lostAt: Int64?
  /// On the lead's first stay: when each row came that set the status the lead had.
  var noopAt: [Int64] = []

  init(status: Symbol, enteredAt: Int64?, isTruncated: Bool = false) {
    self.status = status
    self.enteredAt = enteredAt
    self.isTruncated = isTruncated
  }
}

/// A lead's stays, in order, and the property it belongs to.
struct Journey: Equatable {
  var property: UUID?
  var stays: [Stay]

  /// The journey that a lead's success rows tell of (metrics.md, section 1), given by time and `seq`.
  ///
  /// Rows that set the status the lead has are no stays. A first row with an old status tells of the
  /// stay before it as well, whose beginning is not known. No row that somebody made: no stay.
  init(_ ordered: [LoggedChange]) {
    let rows = Self.withRepeatsTogether(ordered)
    property = rows.last?.property ?? rows.first?.property
    stays = []
    var noops: [Int64] = []
    var held: Symbol?
    var isFirst = true
    for (index, row) in rows.enumerated() where !row.isBridged {
      if isFirst {
        held = rows[0].old ?? row.old
        if let held { stays.append(Stay(status: held, enteredAt: nil, isTruncated: true)) }
        isFirst = false
      }
      if row.new == held {
        noops.append(row.at)
      } else {
        stays.append(Self.stay(row, before: index > 0 ? rows[index - 1] : nil, held: held))
      }
      held = row.new
    }
    if !stays.isEmpty { stays[0].noopAt = noops }
    link()
  }

  private static func stay(_ row: LoggedChange, before: LoggedChange?, held: Symbol?) -> Stay {
    var stay = Stay(status: row.new, enteredAt: row.at)
    stay.updatedBy = row.updatedBy
    stay.direction = row.direction
    stay.isLegal = held == nil || Symbols.allows(row.old, row.new) && !row.isIrregular
    stay.isContinuous = before == nil || row.old == before?.new
    return stay
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

  /// Fills what a stay owes to those before it, then what it owes to those after.
  private mutating func link() {
    guard let first = stays.first, let last = stays.last else { return }
    let createdAt = first.isTruncated ? nil : first.enteredAt
    var highest: Int32?
    var seen: [Symbol] = []
    var changes: [(from: Symbol, to: Symbol, at: Int64?)] = []
    for index in stays.indices {
      let status = stays[index].status
      stays[index].number = Int32(index) + (first.isTruncated ? 0 : 1)
      stays[index].createdAt = createdAt
      stays[index].final = last.status
      stays[index].highestBefore = highest
      highest = Self.higher(highest, Symbols.rank(status))
      stays[index].isRepeated = seen.contains(status)
      if !stays[index].isRepeated { seen.append(status) }
      guard index > 0 else { continue }
      let previous = stays[index - 1].status
      stays[index].previous = previous
      stays[index].previousEnteredAt = stays[index - 1].enteredAt
      if let known = changes.firstIndex(where: { $0.from == previous && $0.to == status }) {
        stays[index].sameBeforeAt = changes[known].at
        changes[known].at = stays[index].enteredAt
      } else {
        changes.append((previous, status, stays[index].enteredAt))
      }
    }
    lookAhead()
  }

  private mutating func lookAhead() {
    /// When a rank of at least the index is next reached.
    var reachedAt = [Int64?](repeating: nil, count: Int(Symbols.lost))
    for index in stays.indices.reversed().dropFirst() {
      let next = stays[index + 1]
      stays[index].leftAt = next.enteredAt
      stays[index].next = next.status
      stays[index].nextUpdatedBy = next.updatedBy
      stays[index].highestLater = Self.higher(next.highestLater, Symbols.rank(next.status))
      stays[index].lostAt = next.status == Symbols.lost ? next.enteredAt : next.lostAt
      for rank in 0..<Int(Symbols.rank(next.status) ?? -1) + 1 { reachedAt[rank] = next.enteredAt }
      if let rank = Symbols.rank(stays[index].status), Int(rank) + 1 < reachedAt.count {
        stays[index].advancedAt = reachedAt[Int(rank) + 1]
      }
    }
  }

  private static func higher(_ one: Int32?, _ other: Int32?) -> Int32? {
    guard let one, let other else { return one ?? other }
    return max(one, other)
  }
}
