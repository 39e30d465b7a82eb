import Foundation
import Leads
import Postgres

/// What our tables have about one lead and its conversation.
package struct KnownLead: Sendable {
  package var propertyID: UUID?
  package var conversationID: UUID?
  package var base: Status?
  package var baseSeq: Int?
  package var baseResManVersion: String?
  /// The base is a step of an incomplete push, or a correction.
  package var baseIsBridged: Bool
  package var domiqVersion: String?
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
      baseIsBridged: try row["base_bridged"], domiqVersion: try row["domiq_version"],
      resman: try row.status("resman"), resmanVersion: try row["resman_version"],
      resmanAgreed: try row.status("resman_agreed"),
      facts: LeadFacts(leadScore: try row["lead_score"], bits: try row["fields"]),
      isPending: try row["is_pending"], pending: try row.status("pending_status"),
      isSeen: try row["is_seen"])
  }
}
