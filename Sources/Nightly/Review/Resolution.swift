import Foundation
import Leads
import Postgres
import Store

/// The result of one answered question.
package struct ResolvedItem: Codable, Sendable, Equatable {
  package var resmanLeadID: String
  /// The statuses of both sides when the question was last asked, as received.
  package var domiq: String?
  package var resman: String?
  package var answer: String
  /// `accepted`, `ignored`, `not_possible`, or the outcome of the repair; in a preview `planned`, `held` or
  /// `not_possible`.
  package var result: String
  /// The status that both sides will have; null where nothing is written.
  package var target: Status?
  package var reason: String?

  package enum CodingKeys: String, CodingKey {
    case resmanLeadID = "resman_lead_id"
    case domiq, resman, answer, result, target, reason
  }

  package init(
    _ item: ReviewItem, _ answer: ReviewAnswer, result: String, target: Status? = nil,
    reason: String?
  ) {
    resmanLeadID = item.resmanLeadID
    domiq = item.domiqRaw
    resman = item.resmanRaw
    self.answer = answer.name
    self.result = result
    self.target = target
    self.reason = reason
  }
}

/// Carries out answers that write: pushes and pulls go through *guard*, *repair* and *verify*.
package struct Resolution: Sendable {
  package let nightly: Nightly

  /// Answers through this night's parts.
  package init(_ nightly: Nightly) {
    self.nightly = nightly
  }

  /// Answers all items alike.
  /// - Parameter person: who answers.
  package func run(
    _ items: [ReviewItem], answer: ReviewAnswer, reason: String?, by person: String? = nil
  ) async throws -> [ResolvedItem] {
    try await withQueue { queue in
      let now = nightly.parts.clock.now()
      guard answer.isWrite else {
        return try await queue.settle(items, answer, reason: reason, by: person, now: now)
      }
      let plan = try await AnswerPlan.make(
        items, answer, queue: queue, ways: AnswerPlan.Ways(nightly.parts.settings))
      guard !plan.leads.isEmpty else { return plan.refused }
      let file = PlanFile(
        asOf: now.iso8601, digest: "", pulled: plan.leads.count, verdicts: [:],
        planned: plan.leads.count, incomplete: [], guards: nil, canary: nil, leads: plan.leads)
      let result = try await nightly.apply(file, mode: .resolve)
      let ended = try await queue.outcomes(of: result.summary.runID)
      var resolved = plan.refused
      for item in items {
        guard let lead = ended[item.resmanLeadID] else { continue }
        let isDone = lead.outcome == .verified
        try await queue.answer(
          item, answer, state: isDone ? "resolved" : "open", reason: reason, by: person, now: now)
        resolved.append(
          ResolvedItem(
            item, answer, result: lead.outcome?.rawValue ?? "unread", target: lead.target,
            reason: isDone ? reason : lead.reason))
      }
      return resolved
    }
  }

  private func withQueue<T: Sendable>(
    _ body: (ReviewQueue) async throws -> T
  ) async throws -> T {
    let connection = try await nightly.parts.connect()
    do {
      let result = try await body(ReviewQueue(connection))
      await connection.close()
      return result
    } catch {
      await connection.close()
      throw error
    }
  }
}

extension ReviewQueue {
  /// What an answer would do, with what the limits would hold back; nothing is written.
  package func preview(
    _ items: [ReviewItem], _ answer: ReviewAnswer, reason: String?, limits: GuardLimits,
    ways: AnswerPlan.Ways = AnswerPlan.Ways(), now: Instant
  ) async throws -> [ResolvedItem] {
    if case .ignore(let until, _) = answer, until <= now {
      throw ReviewError.untilIsPast(until.iso8601)
    }
    guard answer.isWrite else {
      return items.map { ResolvedItem($0, answer, result: "planned", reason: reason) }
    }
    let plan = try await AnswerPlan.make(items, answer, queue: self, ways: ways)
    let population = try await connection.query(SQL(file: PackageResources.lead_population_sql))
    let holds = Guard(limits: limits).evaluated(
      plan.cohorts,
      population: try Dictionary(
        population.map { (try $0["property_id"] as UUID, try $0["leads"] as Int) },
        uniquingKeysWith: max))
    let planned = Dictionary(
      plan.leads.map { ($0.resmanLeadID, $0) }, uniquingKeysWith: { first, _ in first })
    return plan.refused
      + items.compactMap { item in
        guard let lead = planned[item.resmanLeadID] else { return nil }
        let hold = holds.first { $0.holds(lead) }
        return ResolvedItem(
          item, answer, result: hold == nil ? "planned" : Outcome.held.rawValue,
          target: lead.target, reason: hold?.reason ?? reason)
      }
  }

  /// The repairs of one run, by lead.
  package func outcomes(of run: UUID) async throws -> [String: PlannedLead] {
    let rows = try await connection.query(SQL(file: PackageResources.drift_rows_sql, run))
    let leads: [PlannedLead] = try rows.map { try JSON.decode(try $0["lead"]) }
    return Dictionary(leads.map { ($0.resmanLeadID, $0) }, uniquingKeysWith: { first, _ in first })
  }
}

extension Guard.Hold {
  /// True if this lead's repair is among those held.
  fileprivate func holds(_ lead: PlannedLead) -> Bool {
    guard action == lead.action else { return false }
    return terminalOnly ? lead.target?.isTerminal == true : property == lead.propertyID
  }
}
