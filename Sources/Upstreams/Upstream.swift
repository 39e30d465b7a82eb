import Foundation
import Leads

/// ResMan's properties, as far as they can be read.
package struct PropertyList: Sendable, Equatable {
  package var properties: [Property]
  /// The elements that cannot be used, each with the reason; a property whose name or time zone is
  /// the fault is still in the list.
  package var faults: [String]

  package init(_ properties: [Property], faults: [String] = []) {
    self.properties = properties
    self.faults = faults
  }
}

/// One lead as one system shows it on a single read.
package struct LeadSnapshot: Sendable, Equatable {
  package var resmanLeadID: String?
  /// DomIQ's id of the chat; null in ResMan.
  package var conversationID: UUID?
  package var propertyID: UUID?
  /// The status as received.
  package var raw: String
  /// `updated_at` as printed; null where the system gives none.
  package var version: String?
  /// `created_at` as printed; null where the system gives none.
  package var createdAt: String?
  package var facts: LeadFacts
  /// What rules and messages are made from.
  package var details: LeadDetails
  /// A strong one, for `If-Match`; null where none is offered.
  package var etag: String?
  /// What it tells beside the status; null: nothing usable.
  package var description: LeadDescription?
  /// When the read left, by the run's clock: the snapshot may be that old. Null: not known.
  package var readAt: Duration?

  package init(
    resmanLeadID: String?, conversationID: UUID? = nil, propertyID: UUID? = nil, raw: String,
    version: String?, facts: LeadFacts = LeadFacts(leadScore: nil, fields: []),
    details: LeadDetails = LeadDetails(), etag: String? = nil, readAt: Duration? = nil
  ) {
    self.resmanLeadID = resmanLeadID
    self.conversationID = conversationID
    self.propertyID = propertyID
    self.raw = raw
    self.version = version
    self.facts = facts
    self.details = details
    self.etag = etag
    self.readAt = readAt
  }
}

extension LeadSnapshot {
  /// A version as printed; nil where it is not a time, for the database compares times only.
  package static func version(_ text: String?) -> String? {
    text.flatMap { Instant(iso8601: $0) == nil ? nil : $0 }
  }
}

/// One status change on its way to the other system. The same value always makes the same body.
package struct StatusChange: Sendable, Equatable {
  /// The log row's id: Idempotency-Key of a PUT, `webhook-id` of a webhook.
  package var intentID: UUID
  package var leadID: String
  package var propertyID: UUID?
  package var conversationID: UUID?
  package var old: Status?
  package var new: Status
  package var reason: String
  /// Whether the receiving system may notify people.
  package var notify: Bool
  /// When the change happened at its source.
  package var occurredAt: Instant?
  /// `chatbot`, `resman_user` or `system`, as told to ResMan.
  package var updatedBy: Author
  /// What goes with it to ResMan; null where nothing does.
  package var context: UpdateContext?
  /// What it is written as, where ResMan takes events; null where it takes statuses.
  package var event: PartnerEvent?
  /// The entity tag of the read of DomIQ's chat that it rests on; null where DomIQ offers none.
  package var basis: String?

  package init(
    intentID: UUID, leadID: String, propertyID: UUID?, conversationID: UUID?, old: Status?,
    new: Status, reason: String, notify: Bool, occurredAt: Instant?, updatedBy: Author = .system,
    context: UpdateContext? = nil
  ) {
    self.intentID = intentID
    self.leadID = leadID
    self.propertyID = propertyID
    self.conversationID = conversationID
    self.old = old
    self.new = new
    self.reason = reason
    self.notify = notify
    self.occurredAt = occurredAt
    self.updatedBy = updatedBy
    self.context = context
  }
}

/// The outcome of one attempt of a write (docs/reliability.md#settling).
package enum WriteAnswer: Sendable, Equatable {
  /// A complete 2xx that reports success. `version` is the new `updated_at`, `etag` the new entity tag; null where there is
  /// none.
  case acknowledged(
    version: String?, etag: String?, notificationsSent: Int, workflowActions: [String])
  /// 400, 404, 3xx and the like: not applied.
  case refused(status: Int, reasons: String)
  /// 422: the conditions are not met.
  case conditions(String)
  /// 409.
  case conflict
  /// 412.
  case changed
  case unauthorized
  case forbidden
  /// 429: certainly not applied.
  case tryLater(seconds: Double?)
  /// No byte went out: certainly not applied.
  case notSent(String)
  /// Not sent, because the read before it was too old: read again.
  case late
  /// The server answered without acknowledging: an error (5xx), or a 2xx that does not report success. The change may be
  /// applied, but not later than now.
  case unacknowledged(String)
  /// No answer: a timeout, a lost connection, a gateway that gave up. It may be applied now, later,
  /// or never.
  case uncertain(String)
}

/// One entry of ResMan's status history.
package struct HistoryEntry: Sendable, Equatable {
  package var oldStatus: String?
  package var newStatus: String?
  package var reason: String?
  /// Who made the change, in ResMan's words.
  package var updatedBy: String?
  package var intentID: String?
  package var createdAt: String?
  /// `to_resman` or `from_resman`, where ResMan says it.
  package var direction: String?

  package init(
    oldStatus: String? = nil, newStatus: String? = nil, reason: String? = nil,
    updatedBy: String? = nil, intentID: String? = nil, createdAt: String? = nil,
    direction: String? = nil
  ) {
    self.oldStatus = oldStatus
    self.newStatus = newStatus
    self.reason = reason
    self.updatedBy = updatedBy
    self.intentID = intentID
    self.createdAt = createdAt
    self.direction = direction
  }

  /// True where this entry is the effect of the intent.
  package func mentions(_ intent: String) -> Bool {
    intentID?.lowercased() == intent || reason?.lowercased().contains(intent) == true
  }
}

/// The result of reading a lead's history.
package enum HistoryAnswer: Sendable {
  /// Newest first; complete unless older entries were left out.
  case entries([HistoryEntry], isComplete: Bool)
  case notOffered
  case failed(CallFailure)
}

/// The part of ResMan's status API that StatusSync uses.
package protocol ResManAPI: Sendable {
  func properties() async throws(CallFailure) -> PropertyList
  func lead(_ id: String) async -> ReadAnswer
  /// The same of a lead whose property is known, for interfaces that are asked property by property.
  func lead(_ id: String, at property: UUID?) async -> ReadAnswer
  /// One attempt; the caller owns retries.
  /// - Parameter until: by the run's clock; an attempt that could not begin by then is `late`.
  func update(_ change: StatusChange, etag: String?, until: Duration) async -> WriteAnswer
  func history(of id: String, limit: Int) async -> HistoryAnswer
  /// The same of a lead whose property is known.
  func history(of id: String, at property: UUID?, limit: Int) async -> HistoryAnswer
}

/// The part of DomIQ's API that StatusSync uses.
package protocol DomIQAPI: Sendable {
  func lead(conversation: UUID) async -> ReadAnswer
  /// One attempt of the signed webhook; the caller owns retries.
  /// - Parameter until: by the run's clock; an attempt that could not begin by then is `late`.
  func send(_ change: StatusChange, until: Duration) async -> WriteAnswer
}

/// A source of pages of leads; it retries and waits by itself.
package protocol PageSource: Sendable {
  /// Pages of everything hold no lead that was modified longer ago; null: they hold all.
  var horizon: Duration? { get }
  /// One page as received, whole: a body that ended early is an error, never a short page.
  func page(
    property: UUID, updatedSince: Instant?, cursor: String?, limit: Int
  ) async throws(CallFailure) -> [UInt8]
}
