import Foundation
import Leads

/// The value of `Retry-After`: seconds or an HTTP date (RFC 9110, section 10.2.3).
package enum RetryAfter {
  /// Seconds from now, never negative; nil where the header is absent or unreadable.
  package static func seconds(_ header: String?, now: Instant) -> Double? {
    guard let text = header?.trimmingCharacters(in: .whitespaces), !text.isEmpty else { return nil }
    if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      return text.utf8.count > 9 ? 1e9 : Double(text)
    }
    guard let date = try? Date(text, strategy: httpDate) else { return nil }
    return max(0, date.timeIntervalSince1970 - Double(now.microseconds) / 1e6)
  }

  /// `Sun, 06 Nov 1994 08:49:37 GMT`.
  private static let httpDate = Date.ParseStrategy(
    format: """
      \(weekday: .abbreviated), \(day: .twoDigits) \(month: .abbreviated) \(year: .padded(4)) \
      \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\
      \(second: .twoDigits) GMT
      """,
    locale: Locale(identifier: "en_US_POSIX"), timeZone: .gmt)
}

/// The pause before another attempt: exponential, capped, with full jitter.
package enum Backoff {
  package static let base = 0.25
  static let cap = 10.0

  /// Seconds that all calls to a host pause after a 429: as asked for, but at least a wait that grows with the number of
  /// 429s; at first 1 second where it named none.
  /// - Parameter times: how often this call was put off before.
  package static func pause(asked seconds: Double?, times: Int) -> Double {
    let own = min(base * Double(1 << min(max(times, 0), 8)), cap)
    return max(seconds ?? 1, times == 0 ? 0.05 : own)
  }

  /// - Parameters:
  ///   - attempt: the attempt that failed, from 1.
  ///   - random: in 0..<1.
  package static func seconds(after attempt: Int, random: Double) -> Double {
    min(base * Double(1 << min(max(attempt, 0), 8)), cap) * random
  }
}
