import Foundation
import Synchronization

/// What one key has left of a quota, for the headers `RateLimit` and `RateLimit-Policy`
/// (draft-ietf-httpapi-ratelimit-headers, with the unit `concurrent-requests`).
package struct RateLimit: Sendable, Equatable {
  /// The policy's name in both headers.
  package var name: String
  /// The most concurrent requests of one key.
  package var quota: Int
  package var remaining: Int
}

/// Limits concurrent work of one kind, in all and for each key: a key is refused at its own limit before it can use up
/// the limit for all.
package final class Shares: Sendable {
  /// In the headers: `changes`, `windows`.
  package let name: String
  private let total: Int
  private let each: Int
  /// For people: "status changes".
  private let what: String
  private let underWay = Mutex<[UUID: Int]>([:])

  /// - Parameters:
  ///   - total: the most at once.
  ///   - each: of them at most so many of one key.
  ///   - what: the work, in the plural, for the message of a refusal.
  package init(_ name: String, total: Int, each: Int, what: String) {
    self.name = name
    self.total = max(1, total)
    self.each = max(1, min(each, total))
    self.what = what
  }

  /// - Throws: `Problem` (try later) that names the limit.
  package func take(_ key: UUID) throws(Problem) {
    let refusal: String? = underWay.withLock { underWay in
      if underWay[key, default: 0] >= each {
        return "this key has \(each) \(what) under way, as many as one key may; "
          + "ask again when one of them has ended"
      }
      if underWay.values.reduce(0, +) >= total {
        return
          "StatusSync has \(total) \(what) of all keys under way, as many as it takes on at once"
      }
      underWay[key, default: 0] += 1
      return nil
    }
    if let refusal { throw Problem(.tryLater, refusal, retryAfter: 1) }
  }

  /// Ends what `take` began.
  package func give(_ key: UUID) {
    underWay.withLock { underWay in
      let left = underWay[key, default: 1] - 1
      underWay[key] = left > 0 ? left : nil
    }
  }

  /// What a key has left now.
  package func limit(of key: UUID) -> RateLimit {
    let used = underWay.withLock { $0[key, default: 0] }
    return RateLimit(name: name, quota: each, remaining: max(0, each - used))
  }
}
