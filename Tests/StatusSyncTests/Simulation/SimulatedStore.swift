import Foundation
import Leads

@testable import StandIns  // uses `chance`, internal
import Store

/// The store as one process of a simulation sees it: statements take time, the process can die before, during
/// and after each, and the database can go away.
struct SimulatedStore: IntentLog, DriftRows, PlanRows {
  let world: SimulatedWorld
  let life: ProcessLife

  private var tables: any StoreTables { world.tables }
  private var now: Int64 { world.scheduler.now }

  /// Runs one statement. If it has a `during`, its commit can stay unanswered, whether done or not.
  private func statement<T>(
    _ before: CrashPoint, during: CrashPoint? = nil, _ body: () throws -> T
  ) async throws -> T {
    guard !life.hasLostStore else { throw SimulatedLoss.database }
    if world.dies(life, at: before) { throw SimulatedLoss.death }
    await world.scheduler.wait(world.random.time(world.latency))
    if life.isDead { throw SimulatedLoss.death }
    if world.random.chance(world.profile.storeFaults) {
      life.hasLostStore = true
      world.reach("database lost")
      world.note("database lost")
      if during != nil, world.random.chance(0.5) { _ = try body() }
      throw SimulatedLoss.database
    }
    if let during, world.dies(life, at: during) {
      if world.random.chance(0.5) { _ = try body() }
      throw SimulatedLoss.death
    }
    let result = try body()
    await world.scheduler.wait(world.random.time(0.000_1...0.002))
    if life.isDead { throw SimulatedLoss.death }
    return result
  }

  func begin(_ pending: LogEntry, after history: [LogEntry]) async throws -> Instant {
    let sentAt = try await statement(.beforePending, during: .duringCommit) {
      try tables.begin(pending, after: history, now: now)
    }
    world.confirmed.insert(pending.id)
    world.note("pending \(pending.leadID) \(pending.new) \(pending.id)")
    return sentAt
  }

  func record(_ history: LogEntry) async throws {
    try await statement(.ended, during: .ended) { try tables.record(history, now: now) }
    world.reach("corrected")
  }

  func sendingAgain(lead: String, after sentAt: Instant?) async throws -> Instant? {
    try await statement(.committed) {
      try tables.sendingAgain(lead: lead, after: sentAt, now: now)
    }
  }

  /// Nothing is kept: no simulated staff changes a lead between a write and its end.
  func sawInDomIQ(_ lead: String, raw: String, status: Status?, version: String?) async throws {}

  func end(_ id: UUID, _ end: LogEnd, attempts: Int) async throws -> Bool {
    let isFirst = try await statement(.answered, during: .endDuringCommit) {
      try tables.end(id, end, attempts: attempts, now: now)
    }
    switch end {
    case .success(let evidence, _, _): world.reach("\(life.stage): success by \(evidence.rawValue)")
    case .failed(let failure): world.reach("\(life.stage): failed \(failure.rawValue)")
    }
    world.note("end \(id) \(end)")
    return isFirst
  }

  func pending() async throws -> [PendingRow] {
    let rows = try await statement(.planning) { try tables.pending(now: now) }
    // Found by id: the row is committed, whatever its writer saw.
    for row in rows { world.confirmed.insert(row.id) }
    return rows
  }

  func toJudge(after lead: String, now time: Instant) async throws -> [DiffRow] {
    try await statement(.planning) { try tables.toJudge(after: lead, now: now) }
  }

  func add(_ plans: [PlannedLead]) async throws {
    try await statement(.planning) { try tables.add(plans) }
  }

  func fights() async throws -> [Fight] {
    try await statement(.planning) { try tables.fights() }
  }

  func park(_ leads: [String], reason: String) async throws {
    try await statement(.planning) { try tables.park(leads, reason: reason) }
  }

  func counts() async throws -> [PlanCount] {
    try await statement(.planning) { try tables.counts() }
  }

  func digest() async throws -> String { "" }

  func cohorts(of run: UUID) async throws -> [DriftCohort] {
    try await statement(.planning) { try tables.cohorts(of: run) }
  }

  func next(_ action: Action, of run: UUID, limit: Int) async throws -> [PlannedLead] {
    try await statement(.planning) { try tables.next(action, of: run, limit: limit) }
  }

  func end(_ lead: String, of run: UUID, outcome: Outcome, reason: String?) async throws {
    world.note("outcome \(lead) \(outcome) \(reason ?? "")")
    try await statement(.ended) {
      try tables.end(lead, of: run, outcome: outcome, reason: reason)
    }
    world.reach("outcome \(outcome.rawValue)")
  }

  func hold(
    _ action: Action, of run: UUID, property: UUID?, terminalOnly: Bool, reason: String
  ) async throws -> Int {
    world.reach("guard held")
    return try await statement(.planning) {
      try tables.hold(
        action, of: run, property: property, terminalOnly: terminalOnly, reason: reason)
    }
  }

  func giveUp(
    _ action: Action, of run: UUID, outcome: Outcome, reason: String
  ) async throws -> Int {
    try await statement(.ended) {
      try tables.giveUp(action, of: run, outcome: outcome, reason: reason)
    }
  }

  func markUnread(_ lead: String, of run: UUID, reason: String) async throws {
    try await statement(.ended) { try tables.markUnread(lead, of: run, reason: reason) }
  }

  func ask(about lead: String, of run: UUID, reason: String, at time: Instant) async throws {
    world.reach("refused conditions")
    try await statement(.ended) {
      try tables.ask(about: lead, of: run, reason: reason, now: now)
    }
  }

  func saw(_ pair: SeenPair, lead: String) async throws {
    try await statement(.ended) { try tables.saw(pair, lead: lead) }
  }

  func beginRun(_ run: UUID) async throws {
    try await statement(.planning) { try tables.beginRun(run, now: now) }
  }

  func endRun(_ run: UUID) async throws {
    try await statement(.ended) { try tables.endRun(run, now: now) }
  }

  func stage(_ pulled: Pulled) async throws {
    try await statement(.planning) { try tables.stage(pulled, now: now) }
  }

  func take(_ run: UUID, _ pulled: Pulled) async throws {
    try await statement(.planning, during: .planning) {
      try tables.take(run, pulled: pulled, now: now)
    }
  }
}
