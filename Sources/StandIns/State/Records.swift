import Foundation
import Leads

/// One property as ResMan lists it.
package struct PropertyRecord: Codable, Sendable, Equatable {
  package var id: UUID
  package var name: String
  /// IANA name.
  package var timezone: String

  package init(id: UUID, name: String, timezone: String) {
    self.id = id
    self.name = name
    self.timezone = timezone
  }
}

/// What both kinds of record have, as far as paging and filtering go.
protocol LeadRecord: Sendable {
  /// What the record is read by: ResMan's lead id, DomIQ's conversation id in lower case.
  var key: String { get }
  var propertyID: UUID { get }
  /// When the record last changed, in microseconds since 1970 UTC.
  var updatedAt: Int64 { get }
}

/// One lead as ResMan keeps it.
package struct ResManLead: Codable, Sendable, Equatable, LeadRecord {
  package var id: String
  package var propertyID: UUID
  /// The status as its staff typed it; usually, not always, one of the vocabulary.
  package var status: String
  /// Microseconds since 1970 UTC; printed as `updated_at`, the version of the record.
  package var updatedAt: Int64
  /// Microseconds since 1970 UTC.
  package var createdAt: Int64
  package var firstName: String
  package var lastName: String
  package var email: String?
  package var phone: String?
  package var leadScore: Double?
  /// ISO 8601 with offset, or nil for none.
  package var tourDatetime: String?
  package var incomeVerification: Bool
  /// Nil: this ResMan has no such fields.
  package var notes: LeadNotes?
  /// Status changes, oldest first.
  package var history: [HistoryEntry]

  var key: String { id }

  /// The version as ResMan prints it.
  package var version: String { resmanVersion(updatedAt) }

  /// What ResMan itself knows of the conditions of entering a status.
  var facts: LeadFacts {
    var fields: Set<Field> = []
    if email != nil { fields.insert(.email) }
    if phone != nil { fields.insert(.phone) }
    if tourDatetime != nil { fields.insert(.tourDatetime) }
    if incomeVerification { fields.insert(.incomeVerification) }
    return LeadFacts(leadScore: leadScore, fields: fields)
  }
}

/// One status change as ResMan's history tells it.
package struct HistoryEntry: Codable, Sendable, Equatable {
  package var id: UUID
  package var oldStatus: String
  package var newStatus: String
  package var reason: String?
  package var updatedBy: String
  package var context: JSONValue?
  /// Microseconds since 1970 UTC.
  package var createdAt: Int64
}

/// One conversation as DomIQ keeps it.
package struct DomIQLead: Codable, Sendable, Equatable, LeadRecord {
  package var conversationID: UUID
  /// Nil: not yet in ResMan.
  package var resmanLeadID: String?
  package var propertyID: UUID
  /// DomIQ's own status word.
  package var status: String
  /// Microseconds since 1970 UTC; printed as `updated_at`, the version of the record.
  package var updatedAt: Int64
  /// Microseconds since 1970 UTC.
  package var createdAt: Int64
  package var name: String
  package var email: String?
  package var phone: String?
  package var leadScore: Double?
  package var messageCount: Int
  /// Minutes.
  package var conversationDuration: Int
  /// ISO 8601 with offset, or nil for none.
  package var tourDatetime: String?
  package var incomeVerification: Bool
  /// Nil: this DomIQ has no such fields.
  package var notes: LeadNotes?

  var key: String { uuidText(conversationID) }

  /// The version as DomIQ prints it.
  package var version: String { domiqVersion(updatedAt) }
}

/// A UUID the way the contracts write it.
package func uuidText(_ id: UUID) -> String { id.uuidString.lowercased() }

/// `updated_at` as ResMan prints it: `2026-03-01T08:00:00Z`.
package func resmanVersion(_ microseconds: Int64) -> String {
  Instant(microseconds: microseconds).iso8601
}

/// `updated_at` as DomIQ prints it: `2026-03-01T08:00:00+00:00`. The two systems need not write
/// one instant alike, and nothing may depend on it.
package func domiqVersion(_ microseconds: Int64) -> String {
  String(Instant(microseconds: microseconds).iso8601.dropLast()) + "+00:00"
}
