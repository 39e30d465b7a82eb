import Foundation
import Leads

/// The result of a single read.
package enum ReadAnswer: Sendable {
  case found(LeadSnapshot)
  /// The answer is of another lead or conversation than the one asked for (merged, linked anew), or
  /// does not say of which: it counts as no read of this one.
  case another(LeadSnapshot)
  /// 404.
  case missing
  /// 405 or 501: this system has no single reads.
  case notOffered
  case failed(CallFailure)
}

extension ResManAPI {
  package func lead(_ id: String, at property: UUID?) async -> ReadAnswer { await lead(id) }

  package func history(of id: String, at property: UUID?, limit: Int) async -> HistoryAnswer {
    await history(of: id, limit: limit)
  }

  /// Reads a lead; an answer about another lead is `another`.
  /// - Parameter property: where it is said to be; nil: not known.
  package func read(_ lead: String, at property: UUID? = nil) async -> ReadAnswer {
    let answer = await self.lead(lead, at: property)
    guard case .found(let snapshot) = answer else { return answer }
    return snapshot.resmanLeadID == lead ? .found(snapshot) : .another(snapshot)
  }
}

extension PageSource {
  package var horizon: Duration? { nil }
}

extension DomIQAPI {
  /// Reads the conversation of a lead; one that belongs to another lead now is `another`.
  package func read(_ conversation: UUID, of lead: String) async -> ReadAnswer {
    let answer = await self.lead(conversation: conversation)
    guard case .found(let snapshot) = answer else { return answer }
    let isThis = snapshot.conversationID == conversation && snapshot.resmanLeadID == lead
    return isThis ? .found(snapshot) : .another(snapshot)
  }
}

extension LeadSnapshot {
  /// What DomIQ holds of the lead, for a careful write.
  package func ground(now: Instant) -> WriteGround {
    let contacted = description?[.lastContactAt].flatMap { Instant(iso8601: $0) }
    let changed = version.flatMap { Instant(iso8601: $0) }
    return WriteGround(
      isContacted: (details.messageCount ?? 0) >= 2, contactedAt: contacted,
      tour: details.tourDatetime.flatMap { Instant(iso8601: $0) },
      lostReason: description?[.lostReason], activity: contacted ?? changed, now: now)
  }

  /// An `ETag` that may go into `If-Match`: a strong one. RFC 9110 compares `If-Match` strongly, so a
  /// weak tag (`W/"…"`) never matches and would make each write fail.
  static func strongETag(_ text: String?) -> String? {
    guard let text, text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return nil }
    return text
  }
}
