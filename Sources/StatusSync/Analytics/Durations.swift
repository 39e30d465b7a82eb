import Foundation
import Postgres

/// Every duration that the survival figures rest on: one pass over the stays of the window and of the
/// one before, streamed out and grouped here; 8 bytes a duration.
struct Durations: Sendable {
  /// Durations of the window before and of this one.
  struct Pair: Sendable {
    var previous = Observations()
    var current = Observations()

    fileprivate mutating func sort() {
      previous.sort()
      current.sort()
    }

    fileprivate mutating func append(_ other: Pair) {
      previous.append(contentsOf: other.previous)
      current.append(contentsOf: other.current)
    }
  }

  /// Stays by status.
  private(set) var stays: [FigureKey: Pair] = [:]
  /// From the creation of a lead as new to its answer, whatever its status then; no status.
  private(set) var answers: [FigureKey: Pair] = [:]
  /// Of the window's cohort, from the first entry into a status to what came of it.
  private(set) var advances: [FigureKey: CompetingRisks] = [:]

  /// Reads what `survival_stays.sql` gives, and adds the portfolio up.
  static func read(on database: isolated PostgresConnection) throws -> Durations {
    var cells = Cells()
    let query = String(decoding: PackageResources.survival_stays_sql, as: UTF8.self)
    try database.copyOutRows(query) { row in
      guard let key = try row.uuid(), let status = try row.string(),
        let from = try row.timestampMicroseconds()
      else { return }
      let isCurrent = try row.bool()
      let until = try row.timestampMicroseconds() ?? from
      let ended = try row.bool() ?? false
      let answered = try row.bool()
      let followed = try row.timestampMicroseconds()
      let fate = try row.int32()
      cells.update(key, status) { cell in
        if let isCurrent {
          cell.stays.append(until - from, ended, isCurrent)
          if let answered { cell.answers.append(until - from, answered, isCurrent) }
        }
        guard let followed, let fate else { return }
        cell.advances.append(
          time: followed - from, end: fate == 1 ? .event : fate == 2 ? .competing : .censored)
      }
    }
    return cells.durations()
  }

  /// Once, for all that is made of them.
  fileprivate mutating func sort() {
    for key in stays.keys { stays[key]?.sort() }
    for key in answers.keys { answers[key]?.sort() }
  }

  fileprivate mutating func add(_ cell: Cell, of key: FigureKey) {
    if cell.stays.isKnown { stays[key, default: Pair()].append(cell.stays) }
    if cell.answers.isKnown {
      let all = FigureKey(scope: key.scope, key: key.key, status: nil)
      answers[all, default: Pair()].append(cell.answers)
    }
    if cell.advances.count > 0 {
      advances[key, default: CompetingRisks()].append(contentsOf: cell.advances)
    }
  }
}

extension Durations.Pair {
  fileprivate var isKnown: Bool { previous.count + current.count > 0 }

  fileprivate mutating func append(_ time: Int64, _ isEvent: Bool, _ isCurrent: Bool) {
    if isCurrent {
      current.append(time: time, isEvent: isEvent)
    } else {
      previous.append(time: time, isEvent: isEvent)
    }
  }
}

/// The durations of one status of one property.
private struct Cell {
  var stays = Durations.Pair()
  var answers = Durations.Pair()
  var advances = CompetingRisks()
}

/// Cells found by a property's place and a status's place, for millions of rows have few of either.
private struct Cells {
  private var places: [UUID: Int] = [:]
  private var keys: [UUID] = []
  private var statuses: [String] = []
  /// By the property's place, then the status's.
  private var cells: [[Cell]] = []

  mutating func update(_ key: UUID, _ status: String, _ body: (inout Cell) -> Void) {
    let place = place(of: key)
    let index = statuses.firstIndex(of: status) ?? statuses.count
    if index == statuses.count { statuses.append(status) }
    while cells[place].count <= index { cells[place].append(Cell()) }
    body(&cells[place][index])
  }

  private mutating func place(of key: UUID) -> Int {
    if let known = places[key] { return known }
    places[key] = keys.count
    keys.append(key)
    cells.append([])
    return keys.count - 1
  }

  func durations() -> Durations {
    var durations = Durations()
    for (place, key) in keys.enumerated() {
      for (index, cell) in cells[place].enumerated() {
        let of = FigureKey(scope: "property", key: key, status: statuses[index])
        durations.add(cell, of: of)
        durations.add(cell, of: of.ofPortfolio)
      }
    }
    durations.sort()
    return durations
  }
}
