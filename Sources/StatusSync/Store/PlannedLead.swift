import Foundation
import Leads

/// How one planned repair ended (docs/rules.md#from-verdict-to-write). Each planned row has exactly
/// one.
public enum Outcome: String, Codable, Sendable, CaseIterable {
  case verified, failed, stale, held, parked, deferred, unknown
}

/// One lead that was not in sync in one run: its statuses, the decision, and the reason.
///
/// The same value is a row of `drift` and of `stage_plan`, a line of a saved plan, and an item of
/// the JSON that commands print; its coding keys are the column names.
public struct PlannedLead: Codable, Sendable, Equatable {
  @CanonicalOptionalUUID public var propertyID: UUID?
  public var resmanLeadID: String
  @CanonicalOptionalUUID public var conversationID: UUID?
  /// The status last agreed on; null where the log has none.
  public var base: Status?
  /// DomIQ's text as received; null where DomIQ does not have the lead or was not read.
  public var domiqRaw: String?
  public var domiq: Status?
  public var resmanRaw: String?
  public var resman: Status?
  public var verdict: Verdict
  public var rule: Int
  public var action: Action
  /// The status both sides will hold; null where nothing will change.
  public var target: Status?
  /// For a push: the statuses to PUT in order, the last one the target.
  public var hops: [Status]
  public var irregular: Bool
  /// Proven reason of the drift; null where the log proves none.
  public var cause: String?
  /// Null until the repair has ended, and for leads that no repair was planned for.
  public var outcome: Outcome?
  public var reason: String?
  public var domiqVersion: String?
  public var resmanVersion: String?

  enum CodingKeys: String, CodingKey {
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

/// Rows travel between Postgres and Swift as JSON: one coding for tables, files and terminals.
