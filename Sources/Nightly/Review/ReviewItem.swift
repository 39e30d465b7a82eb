import Foundation
import Leads
import Store

/// One question for a person: a row of `review_item`.
package struct ReviewItem: Codable, Sendable, Equatable {
  package var id: Int
  @CanonicalOptionalUUID package var propertyID: UUID?
  /// Null where the property's name is not known.
  package var propertyName: String?
  package var resmanLeadID: String
  @CanonicalOptionalUUID package var conversationID: UUID?
  package var base: Status?
  package var domiqRaw: String?
  package var domiq: Status?
  package var resmanRaw: String?
  package var resman: Status?
  /// A verdict of the rules, or `flapping`.
  package var verdict: String
  package var rule: Int
  package var reason: String
  package var state: String
  /// When it was first and last asked, ISO 8601.
  package var firstSeen: String
  package var lastSeen: String
  package var ageSeconds: Double
  package var domiqVersion: String?
  package var resmanVersion: String?
  package var answer: String?
  package var answeredAt: String?
  package var answerReason: String?
  /// Who answered; null where that was not asked yet.
  package var answeredBy: String?
  package var ignoreUntil: String?

  package enum CodingKeys: String, CodingKey {
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
package enum ReviewAnswer: Sendable, Equatable {
  /// DomIQ's status is written to ResMan.
  case push
  /// ResMan's status is written to DomIQ.
  case pull
  /// The pair is accepted as different until either side moves.
  case accept
  case ignore(until: Instant, reason: String)

  /// True where the answer changes one of the two systems.
  package var isWrite: Bool { self == .push || self == .pull }

  /// What is written; none for the other answers.
  package var action: Action {
    switch self {
    case .push: .push
    case .pull: .pull
    case .accept, .ignore: .none
    }
  }

  /// The word stored with the item.
  package var name: String {
    switch self {
    case .push: "push"
    case .pull: "pull"
    case .accept: "accept"
    case .ignore: "ignore"
    }
  }
}
