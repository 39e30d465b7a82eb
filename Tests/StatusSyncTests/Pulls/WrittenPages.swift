import Foundation
import Leads
import Postgres
import Pulls
import Synchronization
import TestDatabase

@testable import Nightly  // uses `Pull`, internal
import Settings
import Store
import Upstreams

/// A system whose pages a test writes.
struct WrittenPages: PageSource {
  /// One request for a page.
  struct Question: Sendable {
    var property: UUID
    var updatedSince: Instant?
    var cursor: String?
    /// Pages requested before, for all properties.
    var number: Int
  }

  private let asked = Asked()
  let answer: @Sendable (Question) throws(CallFailure) -> String

  private final class Asked: Sendable {
    let questions = Mutex<[Question]>([])
  }

  init(_ answer: @escaping @Sendable (Question) throws(CallFailure) -> String) {
    self.answer = answer
  }

  /// The requests so far.
  var questions: [Question] { asked.questions.withLock { $0 } }

  func page(
    property: UUID, updatedSince: Instant?, cursor: String?, limit: Int
  ) async throws(CallFailure) -> [UInt8] {
    let question = asked.questions.withLock { questions in
      let question = Question(
        property: property, updatedSince: updatedSince, cursor: cursor, number: questions.count)
      questions.append(question)
      return question
    }
    return Array(try answer(question).utf8)
  }

  /// A page of these leads, which are all there are unless stated otherwise.
  static func page(
    _ leads: [String], next: String? = nil, total: Int? = nil
  ) -> String {
    let cursor = next.map { "\"\($0)\"" } ?? "null"
    return #"{"leads":[\#(leads.joined(separator: ","))],"next_cursor":\#(cursor),"#
      + #""total_count":\#(total ?? leads.count)}"#
  }

  /// A record that both systems could send.
  static func lead(
    _ number: Int, status: String = "new", at updated: String = "2026-11-20T10:00:00Z",
    conversation: Int? = nil
  ) -> String {
    let digits = String(conversation ?? number)
    let padded = String(repeating: "0", count: 12 - digits.count) + digits
    return
      #"{"resman_lead_id":"L-\#(number)","conversation_id":"00000000-0000-4000-8000-\#(padded)","#
      + #""status":"\#(status)","updated_at":"\#(updated)"}"#
  }
}

/// A pull of pages that a test writes, into a database of its own.
struct PullBench: Sendable {
  static let now = Instant(iso8601: "2026-11-24T02:00:00Z") ?? Instant(microseconds: 0)
  static let elm = property(1)
  static let oak = property(2)

  static func property(_ number: UInt8) -> UUID {
    UUID(uuid: (0, 0, 0, 0, 0, 0, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, number))
  }

  let database: TestDatabase
  let time = TestTime()
  var settings = Settings()

  static func with(_ body: @Sendable (PullBench) async throws -> Void) async throws {
    try await TestDatabase.with(
      template: "migrated", prepare: { _ = try await Migrator.migrate($0) }
    ) { database in
      var bench = PullBench(database: database)
      bench.settings.resman.pageSize = 10
      bench.settings.domiq.pageSize = 10
      try await body(bench)
    }
  }

  /// Pulls, and if asked to, stores what a run would store.
  @discardableResult
  func pull(
    resman: WrittenPages, domiq: WrittenPages, of properties: [UUID] = [elm],
    faults: [String] = [], full: Bool = true, at now: Instant = now,
    deadline: Duration = .seconds(100), keeping: Bool = false
  ) async throws -> PullSummary {
    let summary = try await Pull(
      resman: resman, domiq: domiq, connect: { try await database.connect() },
      settings: settings, mapping: .standard, clock: clock(now), startedAt: now,
      deadline: deadline, progress: { _ in }
    ).run(
      PropertyList(
        properties.map { Property(id: $0, name: "", timezone: nil) }, faults: faults), full: full)
    guard keeping else { return summary }
    let connection = try await database.connect()
    _ = try await Diff(connection: connection).run(summary)
    _ = try await connection.execute(SQL(file: StatementFile.bytes("sightings")))
    _ = try await connection.execute(try summary.saveCursors())
    await connection.close()
    return summary
  }

  private func clock(_ now: Instant) -> RunClock {
    var clock = time.clock
    clock.now = { now }
    return clock
  }

  /// The one value that a statement returns.
  func value<T: PostgresDecodable & Sendable>(_ sql: SQL) async throws -> T {
    try await database.value(sql)
  }
}
