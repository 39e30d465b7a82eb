import Foundation
import Leads

/// `StatusUpdateWebhook` (docs/contracts.md#domiq), checked: ResMan's report of a status change.
package struct StatusWebhook: Sendable, Equatable, Codable {
  package var lead_id: String
  /// Null: outside the vocabulary.
  package var old_status: Status?
  package var new_status: Status
  package var status_reason: String?
  /// As sent; the log has `resman_user` for an unknown author.
  package var updated_by: String
  /// ResMan's own time of the change, as it printed it: the version that comes with it.
  package var updated_at: String
  package var context_data: JSONValue?
  /// What it tells of the lead beside the status; null: nothing usable.
  package var description: LeadDescription?

  package init(
    lead_id: String, old_status: Status?, new_status: Status, status_reason: String? = nil,
    updated_by: String, updated_at: String, context_data: JSONValue? = nil,
    description: LeadDescription? = nil
  ) {
    self.lead_id = lead_id
    self.old_status = old_status
    self.new_status = new_status
    self.status_reason = status_reason
    self.updated_by = updated_by
    self.updated_at = updated_at
    self.context_data = context_data
    self.description = description
  }

  /// The author as the log spells it.
  package var author: Author { Author(named: updated_by) }

  /// The intent that the webhook may report: named in the context, or in brackets at the end of the reason, where our
  /// changes carry theirs.
  var namedIntent: UUID? {
    if let id = context_data?["intent_id"]?.string.flatMap(UUID.init(uuidString:)) { return id }
    guard let reason = status_reason, reason.hasSuffix("]"),
      let open = reason.lastIndex(of: "[")
    else { return nil }
    return UUID(uuidString: String(reason[reason.index(after: open)...].dropLast()))
  }
}
