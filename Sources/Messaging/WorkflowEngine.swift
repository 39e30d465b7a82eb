import Foundation
import Leads
import Postgres
import Store

/// Finds the rules that a status change triggers, and records their actions.
package enum WorkflowEngine {
  /// Evaluates every active rule of the property that the new status triggers, and writes its
  /// actions as rows due now; `runDue` executes each once. A rule whose conditions are not met, or that cannot be read,
  /// has a row with the reason and does not stop the others.
  /// - Parameter transaction: the open transaction that writes the success row of the log.
  /// - Returns: the types of the actions, in the order of the rules.
  package static func trigger(
    _ event: StatusChangeEvent, in transaction: isolated PostgresConnection
  ) throws -> [String] {
    let rules = try transaction.query(
      SQL(file: PackageResources.workflow_rules_active_sql, event.propertyID, event.new.rawValue))
    guard !rules.isEmpty else { return [] }
    let clock = try PropertyClock.read(event.propertyID, in: transaction)
    var details = event.details
    details.score = try LeadScore.effective(
      event.details.score, lead: event.leadID, in: transaction)
    let minute = clock.minute(of: event.occurredAt)
    var triggered: [String] = []
    for row in rules {
      let rule: UUID = try row["id"]
      let actions: JSONText? = try row["actions"]
      switch evaluate(try row["conditions"], actions, details, localMinute: minute) {
      case .acts(let parsed, let texts):
        for (index, action) in parsed.enumerated() {
          try insert(
            event, rule: rule, index: index, action: (action.kind.rawValue, texts[index]),
            state: "pending", in: transaction)
          triggered.append(action.kind.rawValue)
        }
      case .rests(let state, let reason):
        try insert(event, rule: rule, index: -1, state: state, reason: reason, in: transaction)
      }
    }
    return triggered
  }

  /// The result of a rule for one change.
  private enum Judgement {
    case acts([WorkflowAction], texts: [String])
    case rests(state: String, reason: String)
  }

  private static func evaluate(
    _ conditions: JSONText?, _ actions: JSONText?, _ details: LeadDetails, localMinute: Int
  ) -> Judgement {
    let values = [conditions, actions].map { $0.flatMap { JSONValue(utf8: Array($0.text.utf8)) } }
    do throws(WorkflowProblems) {
      let rule = try WorkflowRule(conditions: values[0], actions: values[1])
      let unmet = rule.conditions.unmet(by: details, localMinute: localMinute)
      guard unmet.isEmpty else {
        return .rests(state: "unmet", reason: unmet.joined(separator: "; "))
      }
      guard case .array(let elements)? = values[1],
        let texts = try? elements.map({ try JSON.encode($0) })
      else { return .rests(state: "failed", reason: "actions: cannot be written down") }
      return .acts(rule.actions, texts: texts)
    } catch {
      return .rests(state: "failed", reason: String(error.description.prefix(1000)))
    }
  }

  private static func insert(
    _ event: StatusChangeEvent, rule: UUID, index: Int, action: (type: String, text: String)? = nil,
    state: String, reason: String? = nil, in db: isolated PostgresConnection
  ) throws {
    try db.execute(
      SQL(
        file: PackageResources.workflow_execution_insert_sql, event.propertyID, event.logID, rule,
        event.leadID, index, action?.type, action.map { JSONText($0.text) },
        JSONText(try JSON.encode(event)), state, reason))
  }
}

/// A lead's score with the changes by workflow actions.
enum LeadScore {
  /// The score last seen plus the sum of those changes, within 0…100; null where there is neither.
  static func effective(
    _ seen: Double?, lead: String, in db: isolated PostgresConnection
  ) throws -> Double? {
    let row = try db.queryOne(SQL(file: PackageResources.lead_score_sum_sql, lead))
    let delta: Double = try row?["delta"] ?? 0
    return seen == nil && delta == 0 ? nil : min(max((seen ?? 0) + delta, 0), 100)
  }
}
