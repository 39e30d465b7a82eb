import Foundation
import Leads

/// One question for a person: a row of `review_item`.
public struct ReviewItem: Codable, Sendable, Equatable {
  public var id: Int
  @CanonicalOptionalUUID public var propertyID: UUID?
  /// Null where the property's name is not known.
  public var propertyName: String?
  public var resmanLeadID: String
  @CanonicalOptionalUUID public var conversationID: UUID?
  public var base: Status?
  public var domiqRaw: String?
  public var domiq: Status?
  public var resmanRaw: String?
  public var resman: Status?
  /// A verdict of the rules, or `flapping`.
  public var verdict: String
  public var rule: Int
  public var reason: String
  public var state: String
  /// When it was first and last asked, ISO 8601.
  public var firstSeen: String
  public var lastSeen: String
  public var ageSeconds: Double
  public var domiqVersion: String?
  public var resmanVersion: String?
  public var answer: String?
  public var answeredAt: String?
  public var answerReason: String?
  /// Who answered; null where that was not asked yet.
  public var answeredBy: String?
  public var ignoreUntil: String?

  enum CodingKeys: String, CodingKey {
    case id
    case propertyID = "property_id"
    case propertyName = "property_name"
    case resmanLeadID = "resman_lead_id"
    case conversationID = "conversation_id"
    case base
    case domiqRaw = "domiq_raw"
    case domiq
    case resmanRaw = "resman_raw"
    case resman, verdict, rule, reason, state
    case firstSeen = "first_seen"
    case lastSeen = "last_seen"
    case ageSeconds = "age_seconds"
    case domiqVersion = "domiq_version"
    case resmanVersion = "resman_version"
    case answer
    case answeredAt = "answered_at"
    case answerReason = "answer_reason"
    case answeredBy = "answered_by"
    case ignoreUntil = "ignore_until"
  }
}

/// A person's answer. `push` and `pull` use the same write path as the night's repairs.
public enum ReviewAnswer: Sendable, Equatable {
  /// DomIQ's status goes to ResMan.
  case push
  /// ResMan's status goes to DomIQ.
  case pull
  /// The pair is agreed-different until either side moves.
  case accept
  case ignore(until: Instant, reason: String)

  /// True where the answer changes one of the two systems.
  public var isWrite: Bool { self == .push || self == .pull }

  /// The word stored with the item.
  public var name: String {
    switch self {
    case .push: "push"
    case .pull: "pull"
    case .accept: "accept"
    case .ignore: "ignore"
    }
  }
}
