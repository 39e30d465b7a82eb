import Foundation
import Leads

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
  let drift: any DriftRows
  let limits: GuardLimits

  /// - Parameter population: leads seen at each property.
  func run(_ run: UUID, population: [UUID: Int]) async throws -> [HeldCohort] {
    var repairs: [Cohort: Int] = [:]
    var people: [Cohort: Int] = [:]
    var terminal = 0
    for row in try await drift.cohorts(of: run) {
      let isPush = row.action == .push
      let cohort = Cohort(
        propertyID: row.propertyID?.uuidString.lowercased() ?? "",
        direction: isPush ? .toResMan : .fromResMan)
      repairs[cohort, default: 0] += row.repairs
      people[cohort] = row.propertyID.flatMap { population[$0] } ?? 0
      if isPush, row.isTerminal { terminal += row.repairs }
    }
    let verdict = judge(
      repairs: repairs, population: people, terminalPushes: terminal, limits: limits)
    var held: [HeldCohort] = []
    for cohort in verdict.held.sorted(by: { $0.cohort.sortKey < $1.cohort.sortKey }) {
      let isPush = cohort.cohort.direction == .toResMan
      let leads = try await drift.hold(
        isPush ? .push : .pull, of: run, property: UUID(uuidString: cohort.cohort.propertyID),
        terminalOnly: false, reason: cohort.reason)
      held.append(
        HeldCohort(
          propertyID: cohort.cohort.propertyID, direction: cohort.cohort.direction.rawValue,
          leads: leads, reason: cohort.reason))
    }
    if let reason = verdict.terminalReason {
      let leads = try await drift.hold(
        .push, of: run, property: nil, terminalOnly: true, reason: reason)
      held.append(
        HeldCohort(
          propertyID: nil, direction: SyncDirection.toResMan.rawValue, leads: leads,
          reason: reason))
    }
    return held
  }
}

extension Cohort {
  fileprivate var sortKey: String { "\(propertyID) \(direction.rawValue)" }
}
