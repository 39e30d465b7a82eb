import Foundation
import Leads
import Postgres

/// One cohort that a limit held back.
public struct HeldCohort: Codable, Sendable, Equatable {
  /// Null: every property.
  public var propertyID: String?
  /// `to_resman` or `from_resman`.
  public var direction: String
  public var leads: Int
  public var reason: String

  enum CodingKeys: String, CodingKey {
    case propertyID = "property_id"
    case direction, leads, reason
  }
}

/// Stage 6: limits are judged before the first write; a tripped limit holds its cohort only.
struct Guard: Sendable {
  let connection: PostgresConnection
  let limits: GuardLimits

  /// - Parameter population: leads seen at each property.
  func run(_ run: UUID, population: [UUID: Int]) async throws -> [HeldCohort] {
    var repairs: [Cohort: Int] = [:]
    var people: [Cohort: Int] = [:]
    var terminal = 0
    for row in try await connection.query(SQL(file: PackageResources.drift_cohorts_sql, run)) {
      let property: UUID? = try row["property_id"]
      let isPush = try row["action"] as String == Action.push.rawValue
      let count: Int = try row["repairs"]
      let cohort = Cohort(
        propertyID: property?.uuidString.lowercased() ?? "",
        direction: isPush ? .toResMan : .fromResMan)
      repairs[cohort, default: 0] += count
      people[cohort] = property.flatMap { population[$0] } ?? 0
      if isPush, try row["terminal"] { terminal += count }
    }
    let verdict = judge(
      repairs: repairs, population: people, terminalPushes: terminal, limits: limits)
    var held: [HeldCohort] = []
    for cohort in verdict.held.sorted(by: { $0.cohort.sortKey < $1.cohort.sortKey }) {
      let isPush = cohort.cohort.direction == .toResMan
      let leads = try await hold(
        run, action: isPush ? .push : .pull, property: UUID(uuidString: cohort.cohort.propertyID),
        terminalOnly: false, reason: cohort.reason)
      held.append(
        HeldCohort(
          propertyID: cohort.cohort.propertyID, direction: cohort.cohort.direction.rawValue,
          leads: leads, reason: cohort.reason))
    }
    if let reason = verdict.terminalReason {
      let leads = try await hold(
        run, action: .push, property: nil, terminalOnly: true, reason: reason)
      held.append(
        HeldCohort(
          propertyID: nil, direction: SyncDirection.toResMan.rawValue, leads: leads,
          reason: reason))
    }
    return held
  }

  /// Gives repairs without an outcome the outcome `held`.
  func hold(
    _ run: UUID, action: Action, property: UUID?, terminalOnly: Bool, reason: String
  ) async throws -> Int {
    try await connection.execute(
      SQL(
        file: PackageResources.drift_hold_sql, run, action.rawValue, property, terminalOnly,
        reason))
  }
}

extension Cohort {
  fileprivate var sortKey: String { "\(propertyID) \(direction.rawValue)" }
}
