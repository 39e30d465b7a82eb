import Foundation
import Leads

/// How one planned repair ended (docs/rules.md#from-verdict-to-write). Each planned row has exactly
/// one.
package enum Outcome: String, Codable, Sendable, CaseIterable {
  case verified, failed, stale, held, parked, deferred, unknown
  /// The system is only read (`resman.write`, `domiq.write`): nothing was sent.
  case notWritten = "not_written"
}

/// One lead that was not in sync in one run: its statuses, the decision, and the reason.
///
/// The same value is a row of `drift` and of `stage_plan`, a line of a saved plan, and an item of
/// the JSON that commands print; its coding keys are the column names.
package struct PlannedLead: Codable, Sendable, Equatable {
  @CanonicalOptionalUUID package var propertyID: UUID?
  package var resmanLeadID: String
  @CanonicalOptionalUUID package var conversationID: UUID?
  /// The status last agreed on; null where the log has none.
  package var base: Status?
  /// DomIQ's text as received; null where DomIQ does not have the lead or was not read.
  package var domiqRaw: String?
  package var domiq: Status?
  package var resmanRaw: String?
  package var resman: Status?
  package var verdict: Verdict
  package var rule: Int
  package var action: Action
  /// The status both sides will mean; null where nothing will change.
  package var target: Status?
  /// For a push: the statuses to PUT in order, the last one what ResMan can show of the target.
  package var hops: [Status]
  package var irregular: Bool
  /// Proven reason of the drift; null where the log proves none.
  package var cause: String?
  /// Null until the repair has ended, and for leads that no repair was planned for.
  package var outcome: Outcome?
  package var reason: String?
  package var domiqVersion: String?
  package var resmanVersion: String?

  package init(
    propertyID: UUID? = nil, resmanLeadID: String, conversationID: UUID? = nil, base: Status? = nil,
    domiqRaw: String? = nil, domiq: Status? = nil, resmanRaw: String? = nil, resman: Status? = nil,
    verdict: Verdict, rule: Int, action: Action, target: Status? = nil, hops: [Status],
    irregular: Bool, cause: String? = nil, outcome: Outcome? = nil, reason: String? = nil,
    domiqVersion: String? = nil, resmanVersion: String? = nil
  ) {
    self.propertyID = propertyID
    self.resmanLeadID = resmanLeadID
    self.conversationID = conversationID
    self.base = base
    self.domiqRaw = domiqRaw
    self.domiq = domiq
    self.resmanRaw = resmanRaw
    self.resman = resman
    self.verdict = verdict
    self.rule = rule
    self.action = action
    self.target = target
    self.hops = hops
    self.irregular = irregular
    self.cause = cause
    self.outcome = outcome
    self.reason = reason
    self.domiqVersion = domiqVersion
    self.resmanVersion = resmanVersion
  }

  package enum CodingKeys: String, CodingKey {
    case propertyID = "property_id"
    case resmanLeadID = "resman_lead_id"
    case conversationID = "conversation_id"
    case base
    case domiqRaw = "domiq_raw"
    case domiq
    case resmanRaw = "resman_raw"
    case resman, verdict, rule, action, target, hops, irregular, cause, outcome, reason
    case domiqVersion = "domiq_version"
    case resmanVersion = "resman_version"
  }
}
