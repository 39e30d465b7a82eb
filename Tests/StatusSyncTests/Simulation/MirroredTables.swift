import Foundation
import Leads
import Synchronization

import Analytics
import Store

/// Two stores at once: each call goes to both, and their answers must agree. The answer is that of the first.
final class MirroredTables: StoreTables {
  let first: any StoreTables
  let second: any StoreTables
  /// Differences between the stores, as sentences.
  let differences = Mutex<[String]>([])
  /// The number of compared calls.
  let compared = Mutex(0)
  /// When the second store counts a change as sent, by its lead and by what the first store says: each has its own clock.
  private let sends = Mutex<[String: Instant]>([:])

  init(_ first: any StoreTables, _ second: any StoreTables) {
    self.first = first
    self.second = second
  }

  private func both<T>(
    _ name: String, _ body: (any StoreTables) throws -> T, seen: (T) -> String
  ) throws -> T {
    compared.withLock { $0 += 1 }
    let one = Result { try body(first) }
    let two = Result { try body(second) }
    let (a, b) = (Self.text(one, seen), Self.text(two, seen))
    if a != b {
      differences.withLock { $0.append("\(name): \(Self.parting(a, b))") }
    }
    return try one.get()
  }

  /// The first difference of two texts, with the text before it.
  private static func parting(_ a: String, _ b: String) -> String {
    let shared = a.commonPrefix(with: b)
    return """
      …\(shared.suffix(120)) then \(a.dropFirst(shared.count).prefix(120)) in memory, \
      \(b.dropFirst(shared.count).prefix(120)) in Postgres
      """
  }

  private static func text<T>(_ result: Result<T, any Error>, _ seen: (T) -> String) -> String {
    switch result {
    case .success(let value): seen(value)
    case .failure: "refused"
    }
  }

  func begin(_ pending: LogEntry, after history: [LogEntry], now: Int64) throws -> Instant {
    var times: [Instant] = []
    let sent = try both("begin") { (store: any StoreTables) -> Instant in
      times.append(try store.begin(pending, after: history, now: now))
      return times[times.count - 1]
    } seen: { _ in
      ""
    }
    note(pending.leadID, times)
    return sent
  }

  /// - Parameter times: when each store counts a change of the lead as sent.
  private func note(_ lead: String, _ times: [Instant]) {
    guard times.count == 2 else { return }
    sends.withLock { $0["\(lead) \(times[0].microseconds)"] = times[1] }
  }

  func record(_ history: LogEntry, now: Int64) throws {
    try both("record") {
      try $0.record(history, now: now)
    } seen: { _ in
      ""
    }
  }

  func sendingAgain(lead: String, after sentAt: Instant?, now: Int64) throws -> Instant? {
    let other = sentAt.flatMap { sent in sends.withLock { $0["\(lead) \(sent.microseconds)"] } }
    var before = [sentAt, other]
    var times: [Instant] = []
    let sent = try both("sendingAgain") { (store: any StoreTables) -> Instant? in
      let sent = try store.sendingAgain(lead: lead, after: before.removeFirst(), now: now)
      if let sent { times.append(sent) }
      return sent
    } seen: {
      $0 == nil ? "sent by somebody else" : "sent"
    }
    note(lead, times)
    return sent
  }

  func end(_ id: UUID, _ end: LogEnd, attempts: Int, now: Int64) throws -> Bool {
    try both("end") {
      try $0.end(id, end, attempts: attempts, now: now)
    } seen: {
      "\($0)"
    }
  }

  /// Postgres counts the quiet seconds, and knows the last send, by its own clock: they are not compared.
  func pending(now: Int64) throws -> [PendingRow] {
    try both("pending") {
      try $0.pending(now: now)
    } seen: { rows in
      rows.map { row in
        var row = row
        row.quietSeconds = 0
        row.sentAt = row.sentAt.map { _ in Instant(microseconds: 0) }
        return "\(row)"
      }.joined(separator: "\n")
    }
  }

  /// Rows that a statement wrote have ids of their own in each store.
  func log() throws -> [LoggedChange] {
    let unnamed = Set(try first.log().enumerated().filter { $0.element.id == nil }.map(\.offset))
    return try both("log") {
      try $0.log()
    } seen: { rows in
      rows.enumerated().map { index, row in
        var row = row
        if unnamed.contains(index) { row.id = nil }
        return "\(row)"
      }.joined(separator: "\n")
    }
  }

  func beginRun(_ run: UUID, now: Int64) throws {
    try both("beginRun") {
      try $0.beginRun(run, now: now)
    } seen: { _ in
      ""
    }
  }

  func endRun(_ run: UUID, now: Int64) throws {
    try both("endRun") {
      try $0.endRun(run, now: now)
    } seen: { _ in
      ""
    }
  }

  func stage(_ pulled: Pulled, now: Int64) throws {
    try both("stage") {
      try $0.stage(pulled, now: now)
    } seen: { _ in
      ""
    }
  }

  func take(_ run: UUID, pulled: Pulled, now: Int64) throws {
    try both("take") {
      try $0.take(run, pulled: pulled, now: now)
    } seen: { _ in
      ""
    }
    _ = try drift(of: run)
    _ = try questions()
    _ = try log()
  }
}

extension MirroredTables {
  func toJudge(after lead: String, now: Int64) throws -> [DiffRow] {
    try both("toJudge") {
      try $0.toJudge(after: lead, now: now)
    } seen: { rows in
      rows.map { "\($0)" }.joined(separator: "\n")
    }
  }

  func add(_ plans: [PlannedLead]) throws {
    try both("add") {
      try $0.add(plans)
    } seen: { _ in
      ""
    }
  }

  func fights() throws -> [Fight] {
    try both("fights") {
      try $0.fights().sorted { $0.leadID < $1.leadID }
    } seen: {
      "\($0)"
    }
  }

  func park(_ leads: [String], reason: String) throws {
    try both("park") {
      try $0.park(leads, reason: reason)
    } seen: { _ in
      ""
    }
  }

  func counts() throws -> [PlanCount] {
    try both("counts") {
      try $0.counts()
    } seen: {
      "\($0)"
    }
  }

  func cohorts(of run: UUID) throws -> [DriftCohort] {
    try both("cohorts") {
      try $0.cohorts(of: run)
    } seen: { rows in
      rows.map { "\($0)" }.sorted().joined(separator: "\n")
    }
  }

  func next(_ action: Action, of run: UUID, limit: Int) throws -> [PlannedLead] {
    try both("next") {
      try $0.next(action, of: run, limit: limit)
    } seen: {
      "\($0)"
    }
  }

  func end(_ lead: String, of run: UUID, outcome: Outcome, reason: String?) throws {
    try both("outcome") {
      try $0.end(lead, of: run, outcome: outcome, reason: reason)
    } seen: { _ in
      ""
    }
  }

  func hold(
    _ action: Action, of run: UUID, property: UUID?, terminalOnly: Bool, reason: String
  ) throws -> Int {
    try both("hold") {
      try $0.hold(action, of: run, property: property, terminalOnly: terminalOnly, reason: reason)
    } seen: {
      "\($0)"
    }
  }

  func giveUp(_ action: Action, of run: UUID, outcome: Outcome, reason: String) throws -> Int {
    try both("giveUp") {
      try $0.giveUp(action, of: run, outcome: outcome, reason: reason)
    } seen: {
      "\($0)"
    }
  }

  func markUnread(_ lead: String, of run: UUID, reason: String) throws {
    try both("markUnread") {
      try $0.markUnread(lead, of: run, reason: reason)
    } seen: { _ in
      ""
    }
  }

  func ask(about lead: String, of run: UUID, reason: String, now: Int64) throws {
    try both("ask") {
      try $0.ask(about: lead, of: run, reason: reason, now: now)
    } seen: { _ in
      ""
    }
  }

  func saw(_ pair: SeenPair, lead: String) throws {
    try both("saw") {
      try $0.saw(pair, lead: lead)
    } seen: { _ in
      ""
    }
  }

  func drift(of run: UUID) throws -> [PlannedLead] {
    try both("drift") {
      try $0.drift(of: run)
    } seen: { rows in
      rows.map { "\($0)" }.joined(separator: "\n")
    }
  }

  func questions() throws -> [String] {
    try both("questions") {
      try $0.questions()
    } seen: {
      "\($0)"
    }
  }
}
