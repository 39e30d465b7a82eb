import Foundation
import Postgres

/// Signed counts on their way into `rollup`: those of stays taken away and of stays put in, and those of
/// rows of the log.
struct DayCells: Sendable {
  /// The kinds of `rollup`, those of stays first.
  enum Kind: String, CaseIterable, Sendable {
    case held, stock, leads, truncated, noop
    case rows, bridged, delivered
    case withoutTime = "without_time"
    case withoutLead = "without_lead"
    case syncedBefore = "synced_before"
    case deliveredRetried = "delivered_retried"
  }

  /// The cells of 64 consecutive days, so that tens of millions of counts find theirs by a number.
  private struct Page: Hashable {
    var kind: Kind
    /// −1 for none.
    var property: Int32
    /// The first day by 64; nil: the cell of no day.
    var days: Int32?
    /// −1 for none.
    var key: Symbol

    /// Where to look whether it was met of late.
    var slot: Int {
      Int(truncatingIfNeeded: property &* 97 &+ (days ?? 0) &* 31 &+ key) & (DayCells.slots - 1)
    }
  }

  private static let slots = 1 << 15

  /// One closed day's count that changed after it was published.
  struct ClosedDay: Hashable {
    var property: Int32?
    var day: Int32
    var direction: Symbol?
    var updatedBy: Symbol?
    var isCreation: Bool
  }

  /// The day of kinds that have none: PostgreSQL's -infinity.
  private static let noDay = Int32.min
  private static let daysOfPage = 64

  /// Where in `counts` the days of a page begin.
  private var pages: [Page: Int] = [:]
  /// Pages met of late; hashing takes longer than looking here.
  private var recent = [(page: Page, begin: Int)?](repeating: nil, count: slots)
  private var counts: [Int64] = []
  private var closed: [ClosedDay: Int64] = [:]

  /// Puts a lead's stays in (+1) or takes them away (−1).
  /// - Parameters:
  ///   - day: the property's local day of an instant.
  ///   - openDay: the first that is not closed yet; nil: no day was published.
  mutating func add(
    _ journey: Journey, sign: Int64, openDay: Int32?, day: (Int64) -> Int32
  ) {
    let property = journey.property ?? -1
    count(.leads, property, by: sign)
    if journey.isTruncated { count(.truncated, property, by: sign) }
    if !journey.noopAt.isEmpty {
      count(.noop, property, by: sign * Int64(journey.noopAt.count))
    }
    var before: Symbol?
    for (index, stay) in journey.stays.enumerated() {
      let entered = stay.enteredAt.map(day)
      count(.stock, property, day: entered, key: stay.status, by: sign)
      // The stay before it was left that day.
      if let before, let entered { count(.stock, property, day: entered, key: before, by: -sign) }
      before = stay.status
      // A stay whose start is known was begun by a change or a creation of that day.
      if let entered, let openDay, entered < openDay {
        closed[
          ClosedDay(
            property: journey.property, day: entered, direction: stay.kind.direction,
            updatedBy: stay.kind.updatedBy, isCreation: index == 0), default: 0] += sign
      }
    }
    if let before { count(.held, property, key: before, by: sign) }
  }

  /// Puts a settled row of the log in.
  /// - Parameter day: of when it occurred; nil where that is not finite.
  mutating func add(_ change: LoggedChange, hasLead: Bool, day: Int32?) {
    let property = change.property ?? -1
    count(.rows, property, by: 1)
    if change.odd.contains(.withoutTime) { count(.withoutTime, property, by: 1) }
    if change.odd.contains(.bridged) { count(.bridged, property, by: 1) }
    if !hasLead { count(.withoutLead, property, by: 1) }
    if change.odd.contains(.syncedBefore) { count(.syncedBefore, property, by: 1) }
    guard !change.odd.contains(.failed) else { return }
    count(.delivered, property, day: day, key: change.direction, by: 1)
    if change.odd.contains(.retried) {
      count(.deliveredRetried, property, day: day, key: change.direction, by: 1)
    }
  }

  private mutating func count(
    _ kind: Kind, _ property: Int32, day: Int32? = nil, key: Symbol? = nil, by n: Int64
  ) {
    let page = Page(kind: kind, property: property, days: day.map { $0 >> 6 }, key: key ?? -1)
    counts[begin(of: page) + Int(day ?? 0) & 63] += n
  }

  private mutating func begin(of page: Page) -> Int {
    let slot = page.slot
    if let met = recent[slot], met.page == page { return met.begin }
    let begin = pages[page] ?? counts.count
    if begin == counts.count {
      pages[page] = begin
      counts.append(contentsOf: repeatElement(0, count: page.days == nil ? 1 : Self.daysOfPage))
    }
    recent[slot] = (page, begin)
    return begin
  }

  /// The closed days whose count changed.
  var revised: [ClosedDay] { closed.filter { $0.value != 0 }.map(\.key) }
}

// MARK: - On the way out

extension DayCells {
  /// Streams the cells that are not 0 into a table with the columns of `rollup`, in the order of its
  /// index, which then grows at its end only.
  func copy(
    to table: String, _ symbols: Symbols, _ places: PropertyPlaces,
    on database: isolated PostgresConnection
  ) throws {
    try database.beginCopyIn(
      "copy \(table) (property_id, kind, day, key, n) from stdin (format binary)")
    var rows = BinaryCopyRows(columns: 5)
    for together in inOrder(symbols, places) {
      for place in 0..<(together[0].days == nil ? 1 : Self.daysOfPage) {
        for page in together {
          let n = counts[(pages[page] ?? 0) + place]
          guard n != 0 else { continue }
          rows.beginRow()
          rows.append(page.property < 0 ? nil : places.properties[Int(page.property)])
          rows.append(page.kind.rawValue)
          rows.append(page.days.map { $0 << 6 + Int32(place) } ?? Self.noDay)
          rows.append(page.key < 0 ? nil : symbols[page.key])
          rows.append(n)
        }
      }
      if rows.byteCount > 200_000 { try database.copyIn(rows.take()) }
    }
    try database.copyIn(rows.finish())
    try database.endCopyIn()
  }

  /// By kind, property and days; NULL last. Those that differ by their key alone are together, by key.
  private func inOrder(_ symbols: Symbols, _ places: PropertyPlaces) -> [[Page]] {
    let kinds = Dictionary(
      uniqueKeysWithValues: zip(Kind.allCases, Self.ranks(of: Kind.allCases.map(\.rawValue))))
    let owners = Self.ranks(of: places.properties.map { $0?.uuidString ?? "~" })
    let keys = Self.ranks(of: symbols.texts)
    let placed = pages.keys.map { page in
      (
        kind: kinds[page.kind] ?? 0, owner: page.property < 0 ? .max : owners[Int(page.property)],
        days: page.days ?? .min, key: page.key < 0 ? .max : keys[Int(page.key)], page: page
      )
    }
    .sorted { ($0.kind, $0.owner, $0.days, $0.key) < ($1.kind, $1.owner, $1.days, $1.key) }
    var together: [[Page]] = []
    for (_, _, _, _, page) in placed {
      if let last = together.last?.last, last.kind == page.kind, last.property == page.property,
        last.days == page.days
      {
        together[together.count - 1].append(page)
      } else {
        together.append([page])
      }
    }
    return together
  }

  /// The place of each text among all of them.
  private static func ranks(of texts: [String]) -> [Int] {
    var ranks = [Int](repeating: 0, count: texts.count)
    for (rank, index) in texts.indices.sorted(by: { texts[$0] < texts[$1] }).enumerated() {
      ranks[index] = rank
    }
    return ranks
  }
}
