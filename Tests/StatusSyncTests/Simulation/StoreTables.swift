import Foundation
import Leads

import Analytics
import Store

/// One lead as a pull saw it on one side.
struct PulledLead: Sendable, Equatable {
  var lead: String
  var conversation: UUID?
  var property: UUID
  var raw: String
  var status: Status?
  var version: String?
  var facts: LeadFacts
}

/// A full pull of both systems.
struct Pulled: Sendable {
  var properties: [Property]
  var domiq: [PulledLead]
  var resman: [PulledLead]
  /// (system, property) pairs that were not read completely.
  var incomplete: [System: Set<UUID>]

  func isComplete(_ system: System, _ property: UUID) -> Bool {
    incomplete[system]?.contains(property) != true
  }
}

/// The columns of a log row that the simulation needs.
struct LoggedChange: Sendable, Equatable {
  var id: UUID?
  var lead: String
  var old: Status?
  var new: Status
  /// `pending`, `success`, `failed`.
  var status: String
  var failure: FailureCause?
  var updatedBy: Author
  var direction: Direction
  var isBridged: Bool
  var isIrregular: Bool
  var attempts: Int
  var domiqVersion: String?
  var resmanVersion: String?
  var evidence: Evidence?
}

/// The store of the simulation, without waits and faults. The fake keeps it in memory; one contract holds for
/// it and for real Postgres (`StoreContractTests`).
///
/// `now` is the database's own clock in microseconds; Postgres uses its own.
protocol StoreTables: Sendable {
  // The log.
  @discardableResult
  func begin(_ pending: LogEntry, after history: [LogEntry], now: Int64) throws -> Instant
  func record(_ history: LogEntry, now: Int64) throws
  func sendingAgain(lead: String, after sentAt: Instant?, now: Int64) throws -> Instant?
  func end(_ id: UUID, _ end: LogEnd, attempts: Int, now: Int64) throws -> Bool
  func pending(now: Int64) throws -> [PendingRow]
  /// Every row, in the order of arrival.
  func log() throws -> [LoggedChange]

  // A run.
  func beginRun(_ run: UUID, now: Int64) throws
  func endRun(_ run: UUID, now: Int64) throws
  /// Stages a full pull and joins it with the base.
  func stage(_ pulled: Pulled, now: Int64) throws
  /// Copies the staged plan into the run, and stores the pull's sightings and agreements.
  func take(_ run: UUID, pulled: Pulled, now: Int64) throws

  // The plan.
  func toJudge(after lead: String, now: Int64) throws -> [DiffRow]
  func add(_ plans: [PlannedLead]) throws
  func fights() throws -> [Fight]
  func park(_ leads: [String], reason: String) throws
  func counts() throws -> [PlanCount]

  // The drift.
  func cohorts(of run: UUID) throws -> [DriftCohort]
  func next(_ action: Action, of run: UUID, limit: Int) throws -> [PlannedLead]
  func end(_ lead: String, of run: UUID, outcome: Outcome, reason: String?) throws
  func hold(
    _ action: Action, of run: UUID, property: UUID?, terminalOnly: Bool, reason: String
  ) throws -> Int
  func giveUp(_ action: Action, of run: UUID, outcome: Outcome, reason: String) throws -> Int
  func markUnread(_ lead: String, of run: UUID, reason: String) throws
  func ask(about lead: String, of run: UUID, reason: String, now: Int64) throws
  func saw(_ pair: SeenPair, lead: String) throws
  /// The run's rows, by lead.
  func drift(of run: UUID) throws -> [PlannedLead]
  /// Leads with an open question, in order.
  func questions() throws -> [String]
}
