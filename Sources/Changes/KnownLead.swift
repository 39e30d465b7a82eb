import Foundation
import Leads
import Postgres
import Store

/// What our tables have about one lead and its conversation.
package struct KnownLead: Sendable {
  package var propertyID: UUID?
  package var conversationID: UUID?
  package var base: Status?
  package var baseSeq: Int?
  package var baseResManVersion: String?
  /// The base is a step of an incomplete push, or a correction.
  package var baseIsBridged: Bool
  /// As last seen in DomIQ.
  package var domiq: Status?
  package var domiqVersion: String?
  /// Both sides agreed on a status once, and DomIQ was seen to hold it.
  package var hasAgreed: Bool
  /// As last seen in ResMan.
  package var resman: Status?
  package var resmanVersion: String?
  /// The last base that ResMan was seen to hold; null: not known.
  package var resmanAgreed: Status?
  /// As last seen, from either side.
  package var facts: LeadFacts
  /// A change of ours has not ended yet.
  var isPending: Bool
  /// The status that it sets; null: there is none, or it is outside the vocabulary.
  var pending: Status?
  /// False where only a conversation names it.
  var isSeen: Bool

  /// Null where the lead is not known.
  package static func find(_ id: String, in db: isolated PostgresConnection) throws -> KnownLead? {
    guard let row = try db.queryOne(SQL(file: PackageResources.known_lead_sql, id)) else {
      return nil
    }
    return KnownLead(
      propertyID: try row["property_id"], conversationID: try row["conversation_id"],
      base: try row.status("base"), baseSeq: try row["base_seq"],
      baseResManVersion: try row["base_resman_version"],
      baseIsBridged: try row["base_bridged"], domiq: try row.status("domiq"),
      domiqVersion: try row["domiq_version"], hasAgreed: try row["has_agreed"],
      resman: try row.status("resman"), resmanVersion: try row["resman_version"],
      resmanAgreed: try row.status("resman_agreed"),
      facts: LeadFacts(leadScore: try row["lead_score"], bits: try row["fields"]),
      isPending: try row["is_pending"], pending: try row.status("pending_status"),
      isSeen: try row["is_seen"])
  }
}

extension LogEntry {
  /// Takes DomIQ's version into the row of a change by day: one that is not newer proves later that DomIQ has yet to follow
  /// (rule 10). Where both sides never agreed there is nothing to follow, unless DomIQ shows the status before the change or
  /// after it. A bridged row has none.
  package mutating func keepDomIQ(_ shown: Status?, version: String?, hasAgreed: Bool) {
    let isEvidence = hasAgreed || shown == old || shown == new
    domiqVersion = shown != nil && isEvidence && !bridged ? version : nil
  }
}

extension SQL {
  /// Keeps what DomIQ was last seen to show of a lead that has no base, before a change by day gives it the first one.
  package static func keepDomIQBeforeBase(of lead: String) -> SQL {
    SQL(file: PackageResources.domiq_before_base_sql, lead)
  }
}
