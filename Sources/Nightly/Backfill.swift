import Foundation
import Leads
import Postgres
import Store
import Upstreams

/// Between *plan* and *take*: reads ResMan's history of leads that StatusSync is about to take over in the status in
/// which it found them, so that the figures cover them from their creation.
///
/// The leads that changed last come first: if time or the limit ends it, the funnel is complete for all leads that
/// changed later than the first one left out.
struct Backfill: Sendable {
  let connection: PostgresConnection
  let resman: any ResManAPI
  let mapping: StatusMapping
  /// The most leads of one run.
  let limit: Int
  let concurrency: Int
  /// Start of the run; nothing later is taken.
  let asOf: Instant
  let clock: RunClock
  /// By the run's clock; no history is requested afterwards.
  let deadline: Duration

  /// Leads that last changed earlier are in no window, nor in the one before.
  static let days: Int64 = 200

  /// What was found.
  struct Histories: Sendable {
    var figures = BackfillFigures()
    fileprivate(set) var changes: [Change] = []

    /// The statements that insert the changes, several at a time.
    func statements(of run: UUID) throws -> [SQL] {
      try stride(from: 0, to: changes.count, by: 5_000).map { start in
        let part = changes[start..<min(start + 5_000, changes.count)]
        return SQL(
          file: PackageResources.backfill_insert_sql, run,
          JSONText(try JSON.encode(Array(part))))
      }
    }
  }

  /// One change as it is inserted.
  struct Change: Encodable, Sendable {
    var lead: String
    var property_id: UUID?
    var conversation_id: UUID?
    var n: Int
    var old: Status?
    var new: Status
    var reason: String?
    var updated_by: Author
    var direction: Direction
    var at: String
  }

  private struct Found: Sendable {
    var lead: String
    var property: UUID?
    var conversation: UUID?
    var status: Status
  }

  private enum Answer: Sendable {
    case history([Change])
    /// Its history is incomplete, does not end in the lead's status, or could not be read.
    case unusable
    case notOffered
  }

  func run() async throws -> Histories {
    guard limit > 0 else { return Histories() }
    let since = Instant(microseconds: asOf.microseconds - Self.days * Instant.day)
    let rows = try await connection.query(
      SQL(file: PackageResources.backfill_leads_sql, since.iso8601, limit))
    guard let first = rows.first else { return Histories() }
    var histories = Histories()
    histories.figures.takenOver = try first["taken_over"]
    let found = try rows.map {
      Found(
        lead: try $0["resman_lead_id"], property: try $0["property_id"],
        conversation: try $0["conversation_id"], status: try $0.requiredStatus("target"))
    }
    // The first lead shows whether ResMan offers histories.
    guard let one = found.first else { return histories }
    let answer = await ask(one)
    take(answer, into: &histories)
    if case .notOffered = answer { return histories }
    try await withThrowingTaskGroup(of: Answer.self) { group in
      var waiting = found.dropFirst().makeIterator()
      for _ in 0..<max(concurrency, 1) {
        guard let lead = waiting.next() else { break }
        group.addTask { await ask(lead) }
      }
      while let answer = try await group.next() {
        take(answer, into: &histories)
        try Task.checkCancellation()
        if clock.elapsed() < deadline, let lead = waiting.next() {
          group.addTask { await ask(lead) }
        }
      }
    }
    return histories
  }

  private func take(_ answer: Answer, into histories: inout Histories) {
    switch answer {
    case .notOffered: return
    case .unusable: histories.figures.asked += 1
    case .history(let changes):
      histories.figures.asked += 1
      histories.figures.leads += 1
      histories.figures.changes += changes.count
      histories.changes += changes
    }
  }

  private func ask(_ found: Found) async -> Answer {
    switch await resman.history(of: found.lead, limit: 1_000) {
    case .notOffered: return .notOffered
    case .failed, .entries(_, isComplete: false): return .unusable
    case .entries(let entries, isComplete: true):
      // The history has changes only; the creation time is in the record.
      guard case .found(let record) = await resman.read(found.lead),
        mapping.canonical(resman: record.raw) == found.status,
        let steps = LeadCourse.steps(
          to: found.status, entries: entries,
          createdAt: record.createdAt.flatMap { Instant(iso8601: $0) }, until: asOf,
          mapping: mapping)
      else { return .unusable }
      return .history(
        steps.enumerated().map { n, step in
          Change(
            lead: found.lead, property_id: found.property, conversation_id: found.conversation,
            n: n, old: step.old, new: step.new, reason: step.reason, updated_by: step.updatedBy,
            direction: step.direction, at: step.at.iso8601)
        })
    }
  }
}

/// A lead's status changes, derived from ResMan's history.
enum LeadCourse {
  /// One change; the first may be the creation, which has no status before.
  struct Step: Sendable, Equatable {
    var old: Status?
    var new: Status
    var reason: String?
    var updatedBy: Author
    var direction: Direction
    var at: Instant
  }

  /// The steps in order; nil where one has an unknown status, they do not form a chain, or they do not end in the
  /// lead's status.
  /// - Parameters:
  ///   - createdAt: nil: not known; then the steps begin with the first change.
  ///   - until: no step may be later.
  static func steps(
    to status: Status, entries: [HistoryEntry], createdAt: Instant?, until: Instant,
    mapping: StatusMapping
  ) -> [Step]? {
    var steps: [Step] = []
    for entry in entries.reversed() {
      guard let step = step(entry, mapping), step.at <= until, step.at >= steps.last?.at ?? step.at
      else { return nil }
      if let last = steps.last, step.old != last.new { return nil }
      steps.append(step)
    }
    let begin = steps.first.map(\.old) ?? status
    if begin == .new, let createdAt, createdAt <= steps.first?.at ?? until {
      steps.insert(
        Step(
          old: nil, new: .new, reason: nil, updatedBy: .system, direction: .fromResMan,
          at: createdAt),
        at: 0)
    }
    return steps.last?.new == status ? steps : nil
  }

  private static func step(_ entry: HistoryEntry, _ mapping: StatusMapping) -> Step? {
    guard let new = entry.newStatus.flatMap({ mapping.canonical(resman: $0) }),
      let at = entry.createdAt.flatMap({ Instant(iso8601: $0) })
    else { return nil }
    let old = entry.oldStatus.flatMap { mapping.canonical(resman: $0) }
    guard old != nil || entry.oldStatus == nil else { return nil }
    let author = Author(named: entry.updatedBy)
    return Step(
      old: old, new: new, reason: entry.reason, updatedBy: author,
      direction: entry.direction.flatMap { Direction(rawValue: $0) }
        ?? (author == .chatbot ? .toResMan : .fromResMan),
      at: at)
  }
}

/// How many of the leads that a run took over have a history.
package struct BackfillFigures: Codable, Sendable, Equatable {
  /// Leads seen for the first time, agreeing.
  package var takenOver = 0
  /// Of those, how many histories were requested.
  package var asked = 0
  /// Of those, how many histories were usable.
  package var leads = 0
  /// Rows written for them.
  package var changes = 0

  package enum CodingKeys: String, CodingKey {
    case takenOver = "taken_over"
    case asked, leads, changes
  }
}

extension NightlyJob {
  /// The changes from ResMan's history of the leads that the plan takes over; takes at most a quarter of the run's
  /// time.
  func backfill(_ summary: inout RunSummary) async throws -> Backfill.Histories {
    let histories = try await timed(.backfill, &summary) {
      try await Backfill(
        connection: connection, resman: parts.resman, mapping: mapping,
        limit: settings.limits.backfillLeads, concurrency: settings.resman.concurrency,
        asOf: startedAt, clock: parts.clock,
        deadline: startedElapsed + .seconds(settings.limits.deadlineSeconds / 4)
      ).run()
    }
    if histories.figures.takenOver > 0 { summary.backfill = histories.figures }
    return histories
  }
}
