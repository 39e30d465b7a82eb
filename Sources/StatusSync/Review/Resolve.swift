import Foundation
import Leads
import Postgres

/// What became of one answered question.
public struct ResolvedItem: Codable, Sendable, Equatable {
  public var resmanLeadID: String
  public var answer: String
  /// `accepted`, `ignored`, `not_possible`, or the outcome of the repair.
  public var result: String
  public var reason: String?

  enum CodingKeys: String, CodingKey {
    case resmanLeadID = "resman_lead_id"
    case answer, result, reason
  }
}

/// Answers questions of the review queue: one lead, several, or a whole verdict.
public struct Resolve: Sendable {
  let nightly: Nightly

  /// Answers through this night's parts.
  public init(_ nightly: Nightly) {
    self.nightly = nightly
  }

  /// Gives every item the same answer; pushes and pulls go through *guard*, *repair* and *verify*.
  public func run(_ items: [ReviewItem], answer: ReviewAnswer, reason: String?) async throws
    -> [ResolvedItem]
  {
    let connection = try await nightly.parts.connect()
    let queue = ReviewQueue(connection)
    do {
      let resolved = try await run(items, answer: answer, reason: reason, queue: queue)
      await connection.close()
      return resolved
    } catch {
      await connection.close()
      throw error
    }
  }

  private func run(
    _ items: [ReviewItem], answer: ReviewAnswer, reason: String?, queue: ReviewQueue
  ) async throws -> [ResolvedItem] {
    let now = nightly.parts.clock.now()
    switch answer {
    case .accept, .ignore:
      let state = answer == .accept ? "accepted" : "ignored"
      for item in items {
        try await queue.answer(item, answer, state: state, reason: reason, now: now)
      }
      return items.map {
        ResolvedItem(
          resmanLeadID: $0.resmanLeadID, answer: answer.name, result: state, reason: reason)
      }
    case .push, .pull:
      return try await repair(items, answer: answer, reason: reason, queue: queue, now: now)
    }
  }

  private func repair(
    _ items: [ReviewItem], answer: ReviewAnswer, reason: String?, queue: ReviewQueue, now: Instant
  ) async throws -> [ResolvedItem] {
    let facts = try await queue.facts(of: items.map(\.resmanLeadID))
    var resolved: [ResolvedItem] = []
    var planned: [PlannedLead] = []
    for item in items {
      switch Self.plan(item, answer: answer, facts: facts[item.resmanLeadID] ?? .everythingMet) {
      case .success(let lead): planned.append(lead)
      case .failure(let refusal):
        resolved.append(
          ResolvedItem(
            resmanLeadID: item.resmanLeadID, answer: answer.name, result: "not_possible",
            reason: refusal.text))
      }
    }
    guard !planned.isEmpty else { return resolved }
    let file = PlanFile(
      asOf: now.iso8601, digest: "", pulled: planned.count, verdicts: [:], planned: planned.count,
      incomplete: [], guards: nil, canary: nil, leads: planned)
    let result = try await nightly.apply(file, mode: .resolve)
    let ended = try await queue.outcomes(of: result.summary.runID)
    for item in items {
      guard let lead = ended[item.resmanLeadID] else { continue }
      let isDone = lead.outcome == .verified
      try await queue.answer(
        item, answer, state: isDone ? "resolved" : "open", reason: reason, now: now)
      resolved.append(
        ResolvedItem(
          resmanLeadID: item.resmanLeadID, answer: answer.name,
          result: lead.outcome?.rawValue ?? "unread", reason: isDone ? reason : lead.reason))
    }
    return resolved
  }

  /// Why an answer cannot be carried out.
  struct Refusal: Error, Equatable { let text: String }

  /// The repair that an answer asks for, or why it cannot be.
  static func plan(
    _ item: ReviewItem, answer: ReviewAnswer, facts: LeadFacts
  ) -> Result<PlannedLead, Refusal> {
    guard let domiq = item.domiq, let resman = item.resman else {
      return .failure(Refusal(text: "one side has no status that could be carried over"))
    }
    var lead = PlannedLead(
      propertyID: item.propertyID, resmanLeadID: item.resmanLeadID,
      conversationID: item.conversationID, base: item.base, domiqRaw: item.domiqRaw, domiq: domiq,
      resmanRaw: item.resmanRaw, resman: resman,
      verdict: Verdict(rawValue: item.verdict) ?? .conflict, rule: item.rule, action: .pull,
      target: resman, hops: [resman], irregular: !domiq.reaches(resman),
      cause: DriftCause.unknown.rawValue, outcome: nil,
      reason: "answered \(answer.name)", domiqVersion: item.domiqVersion,
      resmanVersion: item.resmanVersion)
    guard answer == .push else { return .success(lead) }
    switch Route.shortest(from: resman, to: domiq, facts: facts) {
    case .hops(let hops):
      lead.action = .push
      lead.target = domiq
      lead.hops = hops
      lead.irregular = false
      return .success(lead)
    case .unmet(let conditions):
      let missing = conditions.map(\.description).joined(separator: ", ")
      return .failure(Refusal(text: "ResMan's conditions are not met: \(missing)"))
    case .unreachable:
      return .failure(
        Refusal(text: "\(domiq.rawValue) cannot be reached from \(resman.rawValue)"))
    }
  }
}

extension ReviewQueue {
  /// The repairs of one run, by lead.
  func outcomes(of run: UUID) async throws -> [String: PlannedLead] {
    let rows = try await connection.query(SQL(file: PackageResources.drift_rows_sql, run))
    let leads: [PlannedLead] = try rows.map { try RowJSON.decode(try $0["lead"]) }
    return Dictionary(leads.map { ($0.resmanLeadID, $0) }, uniquingKeysWith: { first, _ in first })
  }
}
