import Foundation
import Leads
import Postgres

/// The number of repairs of one kind that have no outcome yet.
struct DriftCohort: Sendable, Equatable {
  var propertyID: UUID?
  /// Push or pull.
  var action: Action
  /// The target is leased or lost.
  var isTerminal: Bool
  var repairs: Int
}

extension DriftCohort {
  init(_ row: Row) throws {
    let action: String = try row["action"]
    self.init(
      propertyID: try row["property_id"], action: Action(rawValue: action) ?? .none,
      isTerminal: try row["terminal"], repairs: try row["repairs"])
  }
}

/// The statuses of both sides of a lead after its repair.
struct SeenPair: Sendable, Equatable {
  var domiqRaw: String
  var domiq: Status?
  var domiqVersion: String?
  var resmanRaw: String
  var resman: Status?
  var resmanVersion: String?
}

/// The plan of a run during guard, repair and verification: the remaining repairs, and each row's outcome. Postgres
/// stores it in `drift`; the simulation in memory.
protocol DriftRows: Sendable {
  /// The numbers that the guards check.
  func cohorts(of run: UUID) async throws -> [DriftCohort]
  /// Repairs without an outcome: ordinary moves before moves into leased and lost, then by lead.
  func next(_ action: Action, of run: UUID, limit: Int) async throws -> [PlannedLead]
  /// Sets one repair's outcome; a null reason keeps the plan's.
  func end(_ lead: String, of run: UUID, outcome: Outcome, reason: String?) async throws
  /// Holds back the repairs of a batch that have no outcome yet; returns how many. A null property means the leads without
  /// one; `terminalOnly` means every property's moves into leased and lost.
  func hold(
    _ action: Action, of run: UUID, property: UUID?, terminalOnly: Bool, reason: String
  ) async throws -> Int
  /// Sets the outcome of all repairs of one direction that have none yet; returns how many.
  func giveUp(
    _ action: Action, of run: UUID, outcome: Outcome, reason: String
  ) async throws -> Int
  /// Marks a lead as unread: it is no longer planned.
  func markUnread(_ lead: String, of run: UUID, reason: String) async throws
  /// ResMan refused the conditions (422): opens a question for a person, as of `now`.
  func ask(about lead: String, of run: UUID, reason: String, at now: Instant) async throws
  /// Stores the statuses of both sides after a repair.
  func saw(_ pair: SeenPair, lead: String) async throws
}

/// `drift` in Postgres.
struct DriftTable: DriftRows {
  let connection: PostgresConnection

  func cohorts(of run: UUID) async throws -> [DriftCohort] {
    try await connection.query(SQL(file: PackageResources.drift_cohorts_sql, run))
      .map { try DriftCohort($0) }
  }

  func next(_ action: Action, of run: UUID, limit: Int) async throws -> [PlannedLead] {
    try await connection.query(
      SQL(file: PackageResources.drift_repairs_sql, run, action.rawValue, limit)
    ).map { try JSON.decode(try $0["lead"]) }
  }

  func end(_ lead: String, of run: UUID, outcome: Outcome, reason: String?) async throws {
    _ = try await connection.execute(
      SQL(file: PackageResources.drift_outcome_sql, run, lead, outcome.rawValue, reason))
  }

  func hold(
    _ action: Action, of run: UUID, property: UUID?, terminalOnly: Bool, reason: String
  ) async throws -> Int {
    try await connection.execute(
      SQL(
        file: PackageResources.drift_hold_sql, run, action.rawValue, property, terminalOnly,
        reason))
  }

  func giveUp(
    _ action: Action, of run: UUID, outcome: Outcome, reason: String
  ) async throws -> Int {
    try await connection.execute(
      SQL(
        file: PackageResources.drift_rest_sql, run, action.rawValue, outcome.rawValue, reason))
  }

  func markUnread(_ lead: String, of run: UUID, reason: String) async throws {
    _ = try await connection.execute(
      SQL(file: PackageResources.drift_unread_sql, run, lead, reason))
  }

  func ask(about lead: String, of run: UUID, reason: String, at now: Instant) async throws {
    _ = try await connection.execute(
      SQL(file: PackageResources.review_refused_sql, run, lead, now.iso8601, reason))
  }

  func saw(_ pair: SeenPair, lead: String) async throws {
    _ = try await connection.execute(
      .sawLead(
        lead, domiq: (pair.domiqRaw, pair.domiq, pair.domiqVersion),
        resman: (pair.resmanRaw, pair.resman, pair.resmanVersion)))
  }
}
