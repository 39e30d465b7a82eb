import Foundation
import Leads
import Postgres

/// A planned repair of a lead that was repaired before.
package struct Fight: Sendable, Equatable {
  package var leadID: String
  /// Of the last 5 runs that finished or took a plan, those that tried to repair it: the change was made, may have been
  /// made, or was refused for what it is.
  package var attempts: Int
  /// Of its last 2 log rows, those that ended unknown.
  package var unknowns: Int
  /// Of the last 3 runs, those that left it stale while both sides showed what they show now.
  package var stales = 0
  /// It was parked before, and its question is still open.
  package var isParked = false
}

/// Rows of one (verdict, action) in the staged plan.
package struct PlanCount: Sendable, Equatable {
  package var verdict: Verdict
  package var action: Action
  package var leads: Int
}

/// What ResMan showed of a lead when it was last read.
package struct KeptRead: Sendable, Equatable {
  /// The status as received, and the version that came with it.
  package var raw: String
  package var version: String

  package init(raw: String, version: String) {
    self.raw = raw
    self.version = version
  }
}

/// The staged plan of a run. Postgres stores it in `stage_diff` and `stage_plan`; the simulation in memory.
package protocol PlanRows: Sendable {
  /// The next leads to be decided, after a lead, in order; empty at the end.
  func toJudge(after lead: String, now: Instant) async throws -> [DiffRow]
  /// Adds decided leads to the plan.
  func add(_ plans: [PlannedLead]) async throws
  /// Leads of the plan that were written to in at least 2 of the last 5 runs, whose last two changes
  /// ended unknown, that were stale in each of the last 3 runs, or that wait for an answer since they
  /// were parked.
  func fights() async throws -> [Fight]
  /// Removes these leads from the repairs, with the reason for a person.
  func park(_ leads: [String], reason: String) async throws
  func counts() async throws -> [PlanCount]
  /// Of these leads, which ResMan's pages do not show, those that it had not modified for 400 days when it was last read,
  /// as it showed them then. A lead is left out, so that it is asked for again, once in 28 days.
  func keptReads(of leads: [String], now: Instant) async throws -> [String: KeptRead]
  /// SHA-256 over the plan's rows, in hexadecimal.
  func digest() async throws -> String
}

extension PlanRows {
  /// Nothing is kept.
  package func keptReads(
    of leads: [String], now: Instant
  ) async throws -> [String: KeptRead] { [:] }
}

/// The staged plan in Postgres.
package struct PlanTable: PlanRows {
  package let connection: PostgresConnection

  package init(connection: PostgresConnection) {
    self.connection = connection
  }

  package func toJudge(after lead: String, now: Instant) async throws -> [DiffRow] {
    try await connection.toJudge(after: lead, now: now)
  }

  package func add(_ plans: [PlannedLead]) async throws { try await connection.add(plans: plans) }

  package func fights() async throws -> [Fight] {
    // The plan is complete, and this is its first query.
    try await connection.script("analyze stage_plan")
    return try await connection.query(SQL(file: PackageResources.fights_sql)).map { row in
      Fight(
        leadID: try row["resman_lead_id"], attempts: try row["attempts"],
        unknowns: try row["unknowns"], stales: try row["stales"], isParked: try row["parked"])
    }
  }

  package func park(_ leads: [String], reason: String) async throws {
    _ = try await connection.execute(SQL(file: PackageResources.plan_park_sql, leads, reason))
  }

  package func keptReads(
    of leads: [String], now: Instant
  ) async throws -> [String: KeptRead] {
    try await connection.query(SQL(file: PackageResources.kept_reads_sql, leads, now.iso8601))
      .reduce(into: [:]) { kept, row in
        kept[try row["resman_lead_id"]] = KeptRead(
          raw: try row["resman_raw"], version: try row["resman_version"])
      }
  }

  package func counts() async throws -> [PlanCount] {
    try await connection.query(SQL(file: PackageResources.plan_counts_sql)).map { row in
      let verdict: String = try row["verdict"]
      let action: String = try row["action"]
      guard let verdict = Verdict(rawValue: verdict), let action = Action(rawValue: action) else {
        throw StoreError.unexpectedNull("verdict")
      }
      return PlanCount(verdict: verdict, action: action, leads: try row["leads"])
    }
  }

  /// The numbers that the guards would check.
  package func cohorts() async throws -> [DriftCohort] {
    try await connection.query(SQL(file: PackageResources.plan_cohorts_sql))
      .map { try DriftCohort($0) }
  }

  package func digest() async throws -> String {
    try await connection.query(SQL(file: PackageResources.plan_digest_sql)).first?["digest"] ?? ""
  }
}

/// Rows of a plan as binary COPY, a batch at a time.
extension PostgresConnection {
  fileprivate func toJudge(after lead: String, now: Instant) throws -> [DiffRow] {
    _ = try execute(SQL(file: PackageResources.plan_settings_sql, lead, now.iso8601))
    var page: [DiffRow] = []
    try copyOutRows(PackageResources.diff_rows_sql, columns: DiffRow.columns) { row in
      page.append(try DiffRow(&row))
    }
    return page
  }

  /// Adds leads to the staged plan.
  package func add(plans: [PlannedLead]) throws {
    try copy(plans, into: PlannedLead.table)
  }

  /// The staged plan, by lead.
  package func stagedPlan() throws -> [PlannedLead] {
    var plan: [PlannedLead] = []
    try copyOutRows(PackageResources.plan_rows_sql, columns: PlannedLead.table.columns.map(\.name))
    { row in
      plan.append(try PlannedLead(&row))
    }
    return plan
  }
}
