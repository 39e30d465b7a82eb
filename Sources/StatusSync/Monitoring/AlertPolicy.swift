import Foundation
import Leads

/// When somebody is told: once a day of each cause, once when all is well again, and once a week that it
/// still is. A pure decision; the state is kept beside the reports.
struct AlertPolicy: Codable, Sendable, Equatable {
  /// What may be told.
  enum Message: Sendable, Equatable {
    case trouble(cause: String)
    case recovered(from: [String])
    case allWell
  }

  /// A week, less what a night may begin earlier than the one before.
  static let week: Int64 = (7 * 24 - 2) * 3600 * 1_000_000

  /// Causes that hold, each with the day (UTC) it was last told of.
  var open: [String: String] = [:]
  /// Since when nothing was told, in nights without trouble; nil before the first of them.
  var quiet_since: String?

  /// A night has ended with these causes; empty: all is well.
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
    guard let since = quiet_since.flatMap({ Instant(iso8601: $0) }) else {
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
