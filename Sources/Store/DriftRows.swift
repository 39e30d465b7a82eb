import Foundation
import Leads
import Postgres

/// The number of repairs of one kind that have no outcome yet.
package struct DriftCohort: Sendable, Equatable {
  package var propertyID: UUID?
  /// Push or pull.
  package var action: Action
  /// The target is leased or lost.
  package var isTerminal: Bool
  package var repairs: Int

  package init(propertyID: UUID? = nil, action: Action, isTerminal: Bool, repairs: Int) {
    self.propertyID = propertyID
    self.action = action
    self.isTerminal = isTerminal
    self.repairs = repairs
  }
}

extension DriftCohort {
  package init(_ row: Row) throws {
    let action: String = try row["action"]
    self.init(
      propertyID: try row["property_id"], action: Action(rawValue: action) ?? .none,
      isTerminal: try row["terminal"], repairs: try row["repairs"])
  }
}

/// The statuses of both sides of a lead after its repair.
package struct SeenPair: Sendable, Equatable {
  package var domiqRaw: String
  package var domiq: Status?
  package var domiqVersion: String?
  package var resmanRaw: String
  package var resman: Status?
  package var resmanVersion: String?

  package init(
    domiqRaw: String, domiq: Status? = nil, domiqVersion: String? = nil, resmanRaw: String,
    resman: Status? = nil, resmanVersion: String? = nil
  ) {
    self.domiqRaw = domiqRaw
    self.domiq = domiq
    self.domiqVersion = domiqVersion
    self.resmanRaw = resmanRaw
    self.resman = resman
    self.resmanVersion = resmanVersion
  }
}

/// The plan of a run during guard, repair and verification: the remaining repairs, and each row's outcome. Postgres
/// stores it in `drift`; the simulation in memory.
package protocol DriftRows: Sendable {
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
package struct DriftTable: DriftRows {
  package let connection: PostgresConnection

  package init(connection: PostgresConnection) {
    self.connection = connection
  }

  package func cohorts(of run: UUID) async throws -> [DriftCohort] {
    try await connection.query(SQL(file: PackageResources.drift_cohorts_sql, run))
      .map { try DriftCohort($0) }
  }

  package func next(_ action: Action, of run: UUID, limit: Int) async throws -> [PlannedLead] {
    try await connection.query(
      SQL(file: PackageResources.drift_repairs_sql, run, action.rawValue, limit)
    ).map { try JSON.decode(try $0["lead"]) }
  }

  package func end(_ lead: String, of run: UUID, outcome: Outcome, reason: String?) async throws {
    _ = try await connection.execute(
      SQL(file: PackageResources.drift_outcome_sql, run, lead, outcome.rawValue, reason))
  }

  package func hold(
    _ action: Action, of run: UUID, property: UUID?, terminalOnly: Bool, reason: String
  ) async throws -> Int {
    try await connection.execute(
      SQL(
        file: PackageResources.drift_hold_sql, run, action.rawValue, property, terminalOnly,
        reason))
  }

  package func giveUp(
    _ action: Action, of run: UUID, outcome: Outcome, reason: String
  ) async throws -> Int {
    try await connection.execute(
      SQL(
        file: PackageResources.drift_rest_sql, run, action.rawValue, outcome.rawValue, reason))
  }

  package func markUnread(_ lead: String, of run: UUID, reason: String) async throws {
    _ = try await connection.execute(
      SQL(file: PackageResources.drift_unread_sql, run, lead, reason))
  }

  package func ask(about lead: String, of run: UUID, reason: String, at now: Instant) async throws {
    _ = try await connection.execute(
      SQL(file: PackageResources.review_refused_sql, run, lead, now.iso8601, reason))
  }

  package func saw(_ pair: SeenPair, lead: String) async throws {
    _ = try await connection.execute(
      .sawLead(
        lead, domiq: (pair.domiqRaw, pair.domiq, pair.domiqVersion),
        resman: (pair.resmanRaw, pair.resman, pair.resmanVersion)))
  }
}
