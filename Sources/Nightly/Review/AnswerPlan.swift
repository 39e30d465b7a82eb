import Changes
import Foundation
import Leads
import Settings
import Store

/// The effect of one answer to several questions: the repairs, and the leads for which it is not possible.
package struct AnswerPlan: Sendable {
  var leads: [PlannedLead] = []
  var refused: [ResolvedItem] = []

  /// Why an answer cannot be carried out.
  struct Refusal: Error, Equatable { let text: String }

  static func make(
    _ items: [ReviewItem], _ answer: ReviewAnswer, queue: ReviewQueue, ways: Ways = Ways()
  ) async throws -> AnswerPlan {
    let facts = try await queue.facts(of: items.map(\.resmanLeadID))
    var plan = AnswerPlan()
    for item in items {
      switch repair(item, answer, facts: facts[item.resmanLeadID] ?? .everythingMet, ways: ways)
      {
      case .success(let lead): plan.leads.append(lead)
      case .failure(let refusal):
        plan.refused.append(
          ResolvedItem(item, answer, result: "not_possible", reason: refusal.text))
      }
    }
    return plan
  }

  /// The numbers that the guards check.
  var cohorts: [DriftCohort] {
    leads.map {
      DriftCohort(
        propertyID: $0.propertyID, action: $0.action, isTerminal: $0.target?.isTerminal == true,
        repairs: 1)
    }
  }

  /// What both systems can tell apart, and what may be written to them.
  package struct Ways: Sendable {
    package var lenses: Lenses
    package var writing: Writing

    package init(lenses: Lenses = .identity, writing: Writing = Writing()) {
      self.lenses = lenses
      self.writing = writing
    }

    /// Of an installation.
    package init(_ settings: Settings) {
      self.init(lenses: settings.mapping.lenses, writing: settings.writing)
    }
  }

  /// The repair for an answer, or why it is not possible. The side whose status is copied must have a known
  /// one; the other side may have any.
  static func repair(
    _ item: ReviewItem, _ answer: ReviewAnswer, facts: LeadFacts, ways: Ways = Ways()
  ) -> Result<PlannedLead, Refusal> {
    switch wished(item, answer, facts: facts, ways: ways) {
    case .failure(let refusal): return .failure(refusal)
    case .success(let lead):
      switch ways.writing.ruling(of: lead.change, ground: nil) {
      case .write: return .success(lead)
      case let ruling: return .failure(Refusal(text: ruling.sentence))
      }
    }
  }

  private static func wished(
    _ item: ReviewItem, _ answer: ReviewAnswer, facts: LeadFacts, ways: Ways
  ) -> Result<PlannedLead, Refusal> {
    if let text = absence(item, ways.lenses) { return .failure(Refusal(text: text)) }
    if answer == .push {
      guard let domiq = item.domiq else {
        return .failure(unknown("DomIQ", item.domiqRaw, other: item.resman, answer: "pull"))
      }
      return push(item, domiq, facts: facts, ways: ways)
    }
    guard let resman = item.resman else {
      return .failure(unknown("ResMan", item.resmanRaw, other: item.domiq, answer: "push"))
    }
    return .success(
      lead(
        item, .pull, target: resman, hops: [ways.lenses.domiq.shown(resman) ?? resman],
        irregular: item.base?.isIrregularMove(to: resman) ?? false))
  }

  private static func absence(_ item: ReviewItem, _ lenses: Lenses) -> String? {
    if item.verdict == Verdict.missingInResman.rawValue {
      return "ResMan does not have this lead: only accept or ignore"
    }
    if item.resmanRaw == nil { return "ResMan shows no status of this lead: only accept or ignore" }
    if item.domiqRaw == nil || item.conversationID == nil {
      return "DomIQ shows no status of this lead: only accept or ignore"
    }
    if let status = item.domiq, status == item.resman {
      return "both sides say \(status.rawValue) already"
    }
    return nil
  }

  private static func unknown(
    _ side: String, _ raw: String?, other: Status?, answer: String
  ) -> Refusal {
    let way = other.map { ", or answer \(answer) (the other side says \($0.rawValue))" } ?? ""
    return Refusal(
      text: "\(side)'s \"\(raw ?? "")\" is not a known status; map it (mapping:), change it in "
        + "\(side)\(way)")
  }

  /// Where ResMan's status is not known, the path begins at the status last agreed on.
  private static func push(
    _ item: ReviewItem, _ domiq: Status, facts: LeadFacts, ways: Ways
  ) -> Result<PlannedLead, Refusal> {
    let start = item.resman ?? item.base
    let written = ways.lenses.resman.shown(domiq) ?? domiq
    if ways.writing.takesEvents, start == .lost, domiq != .lost {
      // No transition leads out of lost; the interface can take a loss back.
      let unmet = domiq.unmetConditions(facts)
      guard unmet.isEmpty else {
        return .failure(
          Refusal(
            text: "ResMan's conditions are not met: "
              + unmet.map(\.description).joined(separator: ", ")))
      }
      return .success(lead(item, .push, target: domiq, hops: [written], irregular: true))
    }
    let route: Route
    if item.resman == nil, start == nil || start == domiq {
      let unmet = domiq.unmetConditions(facts)
      route = unmet.isEmpty ? .hops([written]) : .unmet(unmet)
    } else {
      route = Route.shortest(from: start ?? domiq, to: written, facts: facts)
    }
    switch route {
    case .hops(let hops):
      return .success(lead(item, .push, target: domiq, hops: hops, irregular: false))
    case .unmet(let conditions):
      let missing = conditions.map(\.description).joined(separator: ", ")
      return .failure(Refusal(text: "ResMan's conditions are not met: \(missing)"))
    case .unreachable:
      let from = start?.rawValue ?? "-"
      return .failure(
        Refusal(text: "\(domiq.rawValue) cannot be reached from \(from) in ResMan"))
    }
  }

  private static func lead(
    _ item: ReviewItem, _ action: Action, target: Status, hops: [Status], irregular: Bool
  ) -> PlannedLead {
    PlannedLead(
      propertyID: item.propertyID, resmanLeadID: item.resmanLeadID,
      conversationID: item.conversationID, base: item.base, domiqRaw: item.domiqRaw,
      domiq: item.domiq, resmanRaw: item.resmanRaw, resman: item.resman,
      verdict: Verdict(rawValue: item.verdict) ?? .conflict, rule: item.rule, action: action,
      target: target, hops: hops, irregular: irregular, cause: DriftCause.unknown.rawValue,
      outcome: nil, reason: "answered \(action.rawValue)", domiqVersion: item.domiqVersion,
      resmanVersion: item.resmanVersion)
  }
}
