import Foundation
import Leads

/// When operators get a message: once a day for each cause, once after the last cause has ended, and once a week while
/// there is none. A pure decision; the state is stored beside the reports.
struct AlertPolicy: Codable, Sendable, Equatable {
  /// The kinds of messages.
  enum Message: Sendable, Equatable {
    case trouble(cause: String)
    case recovered(from: [String])
    case allWell
  }

  /// A week, less the time by which a night may begin earlier than the one before.
  static let week: Int64 = (7 * 24 - 2) * 3600 * 1_000_000

  /// Present causes, each with the day (UTC) of its last message.
  var open: [String: String] = [:]
  /// The time of the last message during nights without a cause; nil before the first of them.
  var quiet_since: String?

  /// A night has ended with these causes; empty: none.
  mutating func ended(_ causes: [String], at now: Instant) -> [Message] {
    let closed = open.keys.filter { !causes.contains($0) }.sorted()
    for cause in closed { open[cause] = nil }
    let told = causes.compactMap { tell($0, at: now) }
    guard causes.isEmpty else {
      quiet_since = nil
      return told
    }
    guard closed.isEmpty else {
      quiet_since = now.iso8601
      return [.recovered(from: closed)]
    }
    // A later time was written under a clock set ahead.
    guard let since = quiet_since.flatMap({ Instant(iso8601: $0) }), since <= now else {
      quiet_since = now.iso8601
      return []
    }
    guard now.microseconds - since.microseconds >= Self.week else { return [] }
    quiet_since = now.iso8601
    return [.allWell]
  }

  /// No night has finished for too long.
  mutating func isStale(at now: Instant) -> [Message] {
    quiet_since = nil
    return tell("staleness", at: now).map { [$0] } ?? []
  }

  private mutating func tell(_ cause: String, at now: Instant) -> Message? {
    let day = String(now.iso8601.prefix(10))
    guard open[cause] != day else { return nil }
    open[cause] = day
    return .trouble(cause: cause)
  }
}
