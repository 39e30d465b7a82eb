import Foundation
import Leads
import Postgres
import Store

/// One batch that a limit held back.
package struct HeldCohort: Codable, Sendable, Equatable {
  /// Null: every property.
  package var propertyID: String?
  /// `to_resman` or `from_resman`.
  package var direction: String
  package var leads: Int
  package var reason: String

  package enum CodingKeys: String, CodingKey {
    case propertyID = "property_id"
    case direction, leads, reason
  }
}

/// A person's permission for one plan to exceed the limits. It names the plan by its digest, so that it holds for no
/// other, and it expires.
package struct GuardOverride: Sendable, Equatable {
  /// The longest validity, in seconds.
  package static let longest: Int64 = 24 * 3600

  /// SHA-256 of the plan, as `status-sync plan` prints it.
  package var digest: String
  package var until: Instant

  package init(digest: String, until: Instant) {
    self.digest = digest
    self.until = until
  }

  /// Why it does not apply to this plan now; nil where it does.
  package func refusal(plan: String?, now: Instant) -> String? {
    if now >= until { return "the override ran out at \(until.iso8601)" }
    if until.microseconds - now.microseconds > Self.longest * 1_000_000 {
      return "the override is for more than 24 hours"
    }
    if plan != digest { return "the override names another plan" }
    return nil
  }
}

/// The effect of an override, in run.json.
package struct OverrideFigures: Codable, Sendable, Equatable {
  package var digest: String
  package var until: String
  /// Why it did not apply; null where it did.
  package var refused: String?
  /// The batches that would have been held back.
  package var lifted: [HeldCohort]
}

/// Stage 6: the limits are checked before the first write; a limit that is exceeded holds back its own batch only.
struct Guard: Sendable {
  let limits: GuardLimits

  /// The repairs that the limits would hold back; nothing is changed.
  /// - Parameter population: leads known on both sides at each property.
  func evaluated(_ cohorts: [DriftCohort], population: [UUID: Int]) -> [Hold] {
    var repairs: [RepairBatch: Int] = [:]
    var people: [RepairBatch: Int] = [:]
    var terminal = 0
    for row in cohorts {
      let isPush = row.action == .push
      let cohort = RepairBatch(
        propertyID: row.propertyID?.uuidString.lowercased() ?? "",
        direction: isPush ? .toResMan : .fromResMan)
      repairs[cohort, default: 0] += row.repairs
      people[cohort] = row.propertyID.flatMap { population[$0] } ?? 0
      if isPush, row.isTerminal { terminal += row.repairs }
    }
    let verdict = evaluate(
      repairs: repairs, population: people, terminalPushes: terminal, limits: limits)
    let holds = verdict.held.map { held in
      Hold(
        action: held.cohort.direction == .toResMan ? .push : .pull,
        property: UUID(uuidString: held.cohort.propertyID), terminalOnly: false,
        leads: repairs[held.cohort] ?? 0, reason: held.reason)
    }
    guard let reason = verdict.terminalReason else { return holds }
    return holds + [
      Hold(action: .push, property: nil, terminalOnly: true, leads: terminal, reason: reason)
    ]
  }

  /// Sets the outcome `held` for what is held back.
  func run(
    _ run: UUID, in drift: any DriftRows, population: [UUID: Int]
  ) async throws -> [HeldCohort] {
    var held: [HeldCohort] = []
    for var hold in evaluated(try await drift.cohorts(of: run), population: population) {
      hold.leads = try await drift.hold(
        hold.action, of: run, property: hold.property, terminalOnly: hold.terminalOnly,
        reason: hold.reason)
      held.append(hold.cohort)
    }
    return held
  }

  /// One batch to be held back.
  struct Hold: Sendable, Equatable {
    var action: Action
    var property: UUID?
    /// Only moves into leased and lost, of every property.
    var terminalOnly: Bool
    var leads: Int
    var reason: String

    var cohort: HeldCohort {
      HeldCohort(
        propertyID: terminalOnly ? nil : property?.uuidString.lowercased() ?? "",
        direction: (action == .push ? Direction.toResMan : .fromResMan).rawValue, leads: leads,
        reason: reason)
    }
  }
}

extension NightlyJob {
  /// Stage 6: holds back what the limits forbid.
  func hold(
    population: [UUID: Int], override: GuardOverride?, _ summary: inout RunSummary
  ) async throws {
    let run = summary.runID
    let plan = summary.digests["plan"]
    (summary.guards, summary.override) = try await timed(.guard, &summary) {
      try await guarded(
        DriftTable(connection: connection), run: run, plan: plan, population: population, override)
    }
  }

  /// Holds back what exceeds the limits, unless a person has lifted them for exactly this plan.
  private func guarded(
    _ drift: any DriftRows, run: UUID, plan: String?, population: [UUID: Int],
    _ override: GuardOverride?
  ) async throws -> ([HeldCohort], OverrideFigures?) {
    let limits = Guard(limits: settings.limits.guards)
    guard let override else {
      return (try await limits.run(run, in: drift, population: population), nil)
    }
    var figures = OverrideFigures(
      digest: override.digest, until: override.until.iso8601,
      refused: override.refusal(plan: plan, now: parts.clock.now()), lifted: [])
    guard figures.refused == nil else {
      return (try await limits.run(run, in: drift, population: population), figures)
    }
    figures.lifted = limits.evaluated(try await drift.cohorts(of: run), population: population)
      .map(\.cohort)
    return ([], figures)
  }

  /// Leads known on both sides at each property: those that never chatted cannot be repaired.
  func knownPopulation() async throws -> [UUID: Int] {
    try await counts(SQL(file: PackageResources.lead_population_sql))
  }

  /// The same as it will be once the staged pull is taken.
  func stagedPopulation() async throws -> [UUID: Int] {
    try await counts(SQL(file: PackageResources.plan_population_sql))
  }

  private func counts(_ statement: SQL) async throws -> [UUID: Int] {
    let rows = try await connection.query(statement)
    return try Dictionary(
      rows.map { (try $0["property_id"] as UUID, try $0["leads"] as Int) }, uniquingKeysWith: max)
  }
}
