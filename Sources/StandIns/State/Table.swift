import Foundation

/// Records in the order they came, found by key, and by property without looking at the others.
struct Table<Record: LeadRecord>: Sendable {
  private(set) var records: [Record] = []
  private var byKey: [String: Int] = [:]
  private var byProperty: [UUID: [Int]] = [:]
  /// Counts changes of a property, so that a kept selection is known to be old.
  private var changes = 0
  private var kept: [Filter: Kept] = [:]

  private struct Filter: Hashable {
    var property: UUID?
    var since: Int64
  }

  private struct Kept {
    var changes: Int
    var positions: [Int]
  }

  /// Where a page starts and ends in the whole set: the records, the position the next page starts
  /// at (nil: this was the last), and the size of the whole filtered set.
  struct Page {
    var positions: ArraySlice<Int>
    var next: Int?
    var total: Int
  }

  init(_ records: [Record]) {
    self.records.reserveCapacity(records.count)
    for record in records { insert(record) }
  }

  subscript(key: String) -> Record? { byKey[key].map { records[$0] } }

  /// Adds a record, or replaces the one with its key.
  mutating func insert(_ record: Record) {
    changes += 1
    if let position = byKey[record.key] {
      records[position] = record
      return
    }
    byKey[record.key] = records.count
    byProperty[record.propertyID, default: []].append(records.count)
    records.append(record)
  }

  /// Changes the record with that key in place; nil if there is none.
  mutating func change<T>(_ key: String, _ body: (inout Record) -> T) -> T? {
    guard let position = byKey[key] else { return nil }
    changes += 1
    return body(&records[position])
  }

  /// The page that starts at the first record not before `start`. The cost follows the page, not
  /// the property: a selection by `since` is kept until something changes.
  mutating func page(property: UUID?, since: Int64?, from start: Int, limit: Int) -> Page {
    let positions = selection(property: property, since: since)
    let first = lowerBound(of: start, in: positions)
    let end = min(first + limit, positions.count)
    let next = end < positions.count ? positions[end] : nil
    return Page(positions: positions[first..<end], next: next, total: positions.count)
  }

  private mutating func selection(property: UUID?, since: Int64?) -> [Int] {
    if let property, since == nil { return byProperty[property] ?? [] }
    let filter = Filter(property: property, since: since ?? .min)
    if let kept = kept[filter], kept.changes == changes { return kept.positions }
    let all = property.map { byProperty[$0] ?? [] } ?? Array(records.indices)
    let positions = all.filter { records[$0].updatedAt >= filter.since }
    if kept.count > 256 { kept.removeAll() }
    kept[filter] = Kept(changes: changes, positions: positions)
    return positions
  }

  private func lowerBound(of start: Int, in positions: [Int]) -> Int {
    var low = 0
    var high = positions.count
    while low < high {
      let middle = (low + high) / 2
      if positions[middle] < start { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
