import Foundation
import Leads

/// One property as ResMan lists it.
public struct PropertyRecord: Codable, Sendable, Equatable {
  public var id: UUID
  public var name: String
  /// IANA name.
  public var timezone: String

  public init(id: UUID, name: String, timezone: String) {
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
public struct ResManLead: Codable, Sendable, Equatable, LeadRecord {
  public var id: String
  public var propertyID: UUID
  /// The status as its staff typed it; usually, not always, one of the vocabulary.
  public var status: String
  /// Microseconds since 1970 UTC; printed as `updated_at`, the version of the record.
  public var updatedAt: Int64
  /// Microseconds since 1970 UTC.
  public var createdAt: Int64
  public var firstName: String
  public var lastName: String
  public var email: String?
  public var phone: String?
  public var leadScore: Double?
  /// ISO 8601 with offset, or nil for none.
  public var tourDatetime: String?
  public var incomeVerification: Bool
  /// Status changes, oldest first.
  public var history: [HistoryEntry]

  var key: String { id }

  /// The version as ResMan prints it.
  public var version: String { resmanVersion(updatedAt) }

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
public struct HistoryEntry: Codable, Sendable, Equatable {
  public var id: UUID
  public var oldStatus: String
  public var newStatus: String
  public var reason: String?
  public var updatedBy: String
  public var context: JSONValue?
  /// Microseconds since 1970 UTC.
  public var createdAt: Int64
}

/// One conversation as DomIQ keeps it.
public struct DomIQLead: Codable, Sendable, Equatable, LeadRecord {
  public var conversationID: UUID
  /// Nil: not yet in ResMan.
  public var resmanLeadID: String?
  public var propertyID: UUID
  /// DomIQ's own status word.
  public var status: String
  /// Microseconds since 1970 UTC; printed as `updated_at`, the version of the record.
  public var updatedAt: Int64
  /// Microseconds since 1970 UTC.
  public var createdAt: Int64
  public var name: String
  public var email: String?
  public var phone: String?
  public var leadScore: Double?
  public var messageCount: Int
  /// Minutes.
  public var conversationDuration: Int
  /// ISO 8601 with offset, or nil for none.
  public var tourDatetime: String?
  public var incomeVerification: Bool

  var key: String { uuidText(conversationID) }

  /// The version as DomIQ prints it.
  public var version: String { domiqVersion(updatedAt) }
}

/// A UUID the way the contracts write it.
public func uuidText(_ id: UUID) -> String { id.uuidString.lowercased() }

/// `updated_at` as ResMan prints it: `2026-03-01T08:00:00Z`.
public func resmanVersion(_ microseconds: Int64) -> String {
  Instant(microseconds: microseconds).iso8601
}

/// `updated_at` as DomIQ prints it: `2026-03-01T08:00:00+00:00`. The two systems need not write
/// one instant alike, and nothing may depend on it.
public func domiqVersion(_ microseconds: Int64) -> String {
  String(Instant(microseconds: microseconds).iso8601.dropLast()) + "+00:00"
}
