/// A daily period in local time, `22:00-06:00`: the start is included, the end is not; a period that ends before it
/// starts runs over midnight.
package struct DailyHours: Sendable, Equatable, CustomStringConvertible {
  /// Minutes since midnight, 0…1439.
  package var start: Int
  /// Minutes since midnight, 1…1440.
  package var end: Int

  /// Reads `HH:MM-HH:MM` (the end may be 24:00). Nil for anything else, and where start and end are equal, which
  /// could mean always or never.
  package init?(_ text: String) {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, let start = Self.minutes(ends[0]), let end = Self.minutes(ends[1]),
      start < 1440, start != end % 1440 || (start == 0 && end == 1440)
    else { return nil }
    self.start = start
    self.end = end == 0 ? 1440 : end
  }

  /// True where the minute of the day lies within.
  package func contains(minute: Int) -> Bool {
    start < end
      ? (start..<end).contains(minute) : minute >= start || minute < end
  }

  package var description: String { "\(Self.text(start))-\(Self.text(end))" }

  private static func minutes(_ text: Substring) -> Int? {
    let digits = Array(text.trimmingSpaces.utf8)
    guard digits.count == 5, digits[2] == UInt8(ascii: ":") else { return nil }
    let values = [0, 1, 3, 4].map { Int(digits[$0]) - 0x30 }
    guard values.allSatisfy((0...9).contains) else { return nil }
    let (hour, minute) = (values[0] * 10 + values[1], values[2] * 10 + values[3])
    guard minute < 60, hour < 24 || (hour == 24 && minute == 0) else { return nil }
    return hour * 60 + minute
  }

  private static func text(_ minutes: Int) -> String {
    [minutes / 60, minutes % 60].map { ($0 < 10 ? "0" : "") + String($0) }.joined(separator: ":")
  }
}

extension Substring {
  fileprivate var trimmingSpaces: Substring {
    var text = self
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return text
  }
}
