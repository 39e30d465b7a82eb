import Foundation
import Leads
import TestDatabase
import Testing

@testable import Store  // uses `Fight`, internal

/// One contract for the store in memory and the store in Postgres, so that the fake behaves as the real one.
@Suite struct StoreContractTests {
  enum Kind: String, CaseIterable { case memory, postgres }

  /// Runs `body` with a store of either kind, on a thread that may block.
  private static func with(
    _ kind: Kind, _ body: @escaping @Sendable (any StoreTables) throws -> Void
  ) async throws {
    switch kind {
    case .memory: try await onThread { Result { try body(MemoryTables()) } }.get()
    case .postgres:
      try await withPostgres { tables in try await onThread { Result { try body(tables) } }.get() }
    }
  }

  static func withPostgres<T: Sendable>(
    _ body: @Sendable (PostgresTables) async throws -> T
  ) async throws -> T {
    try await TestDatabase.with(
      template: "migrated", prepare: { _ = try await Migrator.migrate($0) }
    ) { database in
      let connection = try await database.connect()
      let result = try await body(PostgresTables(connection: connection))
      await connection.close()
      return result
    }
  }

  private static func entry(
    _ lead: String, _ old: Status?, _ new: Status, _ direction: Direction = .toResMan
  ) -> LogEntry {
    LogEntry(
      id: UUID(), conversationID: nil, leadID: lead, propertyID: UUID(), old: old, new: new,
      reason: "because", updatedBy: .system, direction: direction, runID: nil, occurredAt: nil,
      notAfter: Instant(microseconds: 1_760_000_000_000_000))
  }

  /// A violation of the contract. Thrown, not recorded, because the blocking thread belongs to no test.
  private struct Broken: Error {
    let line: Int
  }

  private static func holds(_ condition: Bool, line: Int = #line) throws {
    guard condition else { throw Broken(line: line) }
  }

  private static func found<T>(_ value: T?, line: Int = #line) throws -> T {
    guard let value else { throw Broken(line: line) }
    return value
  }

  private static func refuses(_ body: () throws -> Void, line: Int = #line) throws {
    do { try body() } catch { return }
    throw Broken(line: line)
  }

  @Test(arguments: Kind.allCases)
  func aLeadHasOnePendingRowAndAnIntentOneEnd(_ kind: Kind) async throws {
    try await Self.with(kind) { store in
      let first = Self.entry("L-1", .new, .contacted)
      try store.begin(first, after: [], now: 1)
      try Self.refuses {
        try store.begin(Self.entry("L-1", .new, .qualified), after: [], now: 2)
      }
      try Self.refuses { try store.begin(first, after: [], now: 2) }
      try store.begin(Self.entry("L-2", .new, .contacted), after: [], now: 3)
      try Self.holds(store.pending(now: 4).map(\.leadID) == ["L-1", "L-2"])
      let success = LogEnd.success(
        evidence: .acknowledged, domiqVersion: nil, resmanVersion: "2026-01-01T00:00:00Z")
      try Self.holds(store.end(first.id, success, attempts: 2, now: 5))
      try Self.holds(!store.end(first.id, .failed(.unknown), attempts: 3, now: 6))
      try Self.holds(!store.end(UUID(), .failed(.unknown), attempts: 3, now: 6))
      let row = try Self.found(store.log().first)
      try Self.holds(row.status == "success" && row.attempts == 2 && row.evidence == .acknowledged)
      try Self.holds(row.resmanVersion == "2026-01-01T00:00:00Z")
      // The lead can have a new change.
      try store.begin(Self.entry("L-1", .contacted, .qualified), after: [], now: 7)
      try Self.holds(store.log().map(\.status) == ["success", "pending", "pending"])
    }
  }

  private static let nothing = Pulled(properties: [], domiq: [], resman: [], incomplete: [:])

  /// A push of L-1 from what DomIQ shows with this version.
  private static func plan(_ version: String) -> PlannedLead {
    PlannedLead(
      propertyID: nil, resmanLeadID: "L-1", conversationID: nil, base: .new,
      domiqRaw: "engaged", domiq: .contacted, resmanRaw: "new", resman: .new,
      verdict: .domiqAhead, rule: 11, action: .push, target: .contacted, hops: [.contacted],
      irregular: false, cause: nil, outcome: nil, reason: "", domiqVersion: version,
      resmanVersion: nil)
  }

  /// A run that died after its plan was taken is one of the last five; one that died before it, or
  /// that began later than this one by a wrong clock, is none.
  @Test(arguments: Kind.allCases)
  func aRunThatDiedCountsWhereItHadAPlan(_ kind: Kind) async throws {
    try await Self.with(kind) { store in
      for (number, seconds) in [1, 2, 3, 4, 5, 6, 7, 8, 4_000_000_000].enumerated() {
        let run = UUID()
        let now = Int64(seconds) * 1_000_000
        try store.beginRun(run, now: now)
        guard number % 2 == 0 else { continue }
        try store.stage(Self.nothing, now: now)
        try store.add([Self.plan("1")])
        try store.take(run, pulled: Self.nothing, now: now)
        var sent = Self.entry("L-1", .new, .contacted)
        sent.runID = run
        try store.record(sent, now: now)
        try store.end("L-1", of: run, outcome: .failed, reason: nil)
      }
      try store.beginRun(UUID(), now: 10_000_000)
      try store.stage(Self.nothing, now: 10_000_000)
      _ = try store.toJudge(after: "", now: 10_000_000)
      try store.add([Self.plan("1")])
      try Self.holds(store.fights() == [Fight(leadID: "L-1", attempts: 4, unknowns: 0)])
    }
  }

  /// A repair that was turned away whatever it is, or never begun, is no attempt; one that ResMan refused, or that may
  /// have been made, is.
  @Test(arguments: Kind.allCases)
  func aRepairThatWasTurnedAwayIsNoAttempt(_ kind: Kind) async throws {
    try await Self.with(kind) { store in
      let ends: [FailureCause?] = [nil, .forbidden, .unauthorized, .refused, .superseded]
      for (number, failure) in ends.enumerated() {
        let run = UUID()
        let now = Int64(number + 1) * 1_000_000
        try store.beginRun(run, now: now)
        try store.stage(Self.nothing, now: now)
        try store.add([Self.plan("1")])
        try store.take(run, pulled: Self.nothing, now: now)
        if let failure {
          var sent = Self.entry("L-1", .new, .contacted)
          sent.runID = run
          try store.begin(sent, after: [], now: now)
          try Self.holds(store.end(sent.id, .failed(failure), attempts: 1, now: now))
        }
        try store.end("L-1", of: run, outcome: .failed, reason: nil)
        try store.endRun(run, now: now)
      }
      try store.stage(Self.nothing, now: 9_000_000)
      try store.add([Self.plan("1")])
      try Self.holds(store.fights() == [Fight(leadID: "L-1", attempts: 2, unknowns: 0)])
    }
  }

  /// Stale in three runs in a row while both sides showed the same: this does not end by itself.
  @Test(arguments: Kind.allCases)
  func aLeadThatStaysStaleThoughNothingMovesIsFound(_ kind: Kind) async throws {
    try await Self.with(kind) { store in
      let (plan, nothing) = (Self.plan, Self.nothing)
      for (number, version) in ["1", "2", "2", "2"].enumerated() {
        let run = UUID()
        let now = Int64(number + 1) * 1_000_000
        try store.beginRun(run, now: now)
        try store.stage(nothing, now: now)
        try store.add([plan(version)])
        // The first run saw another version.
        try Self.holds(store.fights().isEmpty)
        try store.take(run, pulled: nothing, now: now)
        try store.end("L-1", of: run, outcome: .stale, reason: nil)
        try store.endRun(run, now: now)
      }
      try store.stage(nothing, now: 9_000_000)
      try store.add([plan("2")])
      try Self.holds(store.fights() == [Fight(leadID: "L-1", attempts: 0, unknowns: 0, stales: 3)])
      try store.stage(nothing, now: 9_000_000)
      try store.add([plan("3")])
      try Self.holds(store.fights().isEmpty)
    }
  }

  @Test(arguments: Kind.allCases)
  func aRefusedIntentTakesItsHistoryWithIt(_ kind: Kind) async throws {
    try await Self.with(kind) { store in
      try store.begin(Self.entry("L-1", .new, .contacted), after: [], now: 1)
      try Self.refuses {
        try store.begin(
          Self.entry("L-1", .qualified, .application),
          after: [Self.entry("L-1", .new, .qualified, .fromResMan)], now: 2)
      }
      try Self.holds(store.log().count == 1)
    }
  }

  @Test(arguments: Kind.allCases)
  func theQuietTimeOfAPendingRowStartsAgainWithEverySending(_ kind: Kind) async throws {
    try await Self.with(kind) { store in
      // No night has read the lead, nor does the log have a success of it.
      let began = try store.begin(Self.entry("L-1", .new, .contacted), after: [], now: 1_000_000)
      let before = try Self.found(store.pending(now: 3_000_000).first)
      try Self.holds(before.sentAt == began)
      let sent = try Self.found(store.sendingAgain(lead: "L-1", after: began, now: 3_500_000))
      let after = try Self.found(store.pending(now: 4_000_000).first)
      try Self.holds(after.sentAt == sent && sent > began)
      try Self.holds(before.quietSeconds >= 0 && after.quietSeconds >= 0)
      if kind == .memory {
        try Self.holds(before.quietSeconds == 2 && after.quietSeconds == 0.5)
      }
    }
  }

  /// Of two that find the same row, one sends it again; the other one sees that it was sent.
  @Test(arguments: Kind.allCases)
  func aRowIsSentAgainByOneSettler(_ kind: Kind) async throws {
    try await Self.with(kind) { store in
      try store.begin(Self.entry("L-1", .new, .contacted), after: [], now: 1_000_000)
      let row = try Self.found(store.pending(now: 70_000_000).first)
      let sent = try Self.found(
        store.sendingAgain(lead: "L-1", after: row.sentAt, now: 70_000_000))
      try Self.holds(
        store.sendingAgain(lead: "L-1", after: row.sentAt, now: 70_000_001) == nil)
      try Self.holds(
        store.sendingAgain(lead: "L-1", after: sent, now: 70_000_002) != nil)
      // A lead that an earlier version left without a row of `lead`.
      try Self.holds(store.sendingAgain(lead: "L-2", after: nil, now: 70_000_003) != nil)
      try Self.holds(store.sendingAgain(lead: "L-2", after: nil, now: 70_000_004) == nil)
    }
  }

  /// Whole simulations on both stores at once: every answer of one equals the other's.
  @Test func bothStoresAnswerAlike() async throws {
    for seed in UInt64(1)...10 {
      let (result, mirrored) = try await Self.withPostgres { tables in
        let mirrored = MirroredTables(MemoryTables(), tables)
        let result = await onThread { Simulation.run(seed: seed, tables: mirrored) }
        return (result, mirrored)
      }
      let differences = mirrored.differences.withLock { $0 }
      let first = differences.first ?? ""
      #expect(differences.isEmpty, "seed \(seed): \(first)")
      #expect(result.violations.isEmpty, "seed \(seed): \(result.violations)")
      #expect(mirrored.compared.withLock { $0 } > 20)
    }
  }
}
