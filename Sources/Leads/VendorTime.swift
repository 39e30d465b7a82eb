import Foundation

/// A time as ResMan's partner interface prints it: ISO 8601 with or without an offset, a bare date, or RFC 1123. Without
/// an offset it is the property's local time.
package struct VendorTime: Sendable, Equatable {
  /// Where there is no time of day, or midnight, which stands for none: the first and the last moment of the day.
  package var earliest: Instant
  package var latest: Instant
  /// The same as ISO 8601 with an offset.
  package var iso8601: String
  /// It named no zone.
  package var isZoneless: Bool

  /// Nil where it is none of the forms.
  package init?(_ text: String, zone: TimeZone) {
    let text = String(text.trimmed)
    if let instant = Self.rfc1123(text) {
      self.init(instant, printed: instant.iso8601, isDay: instant.isMidnight, isZoneless: false)
      return
    }
    if let instant = Instant(iso8601: text) {
      let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
      // Up to the zone.
      let time = text.utf8.dropFirst(11).prefix {
        digits.contains($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
      }
      let isDay = time.allSatisfy { !digits.contains($0) || $0 == digits.lowerBound }
      self.init(instant, printed: text, isDay: isDay, isZoneless: false)
      return
    }
    let whole = text.utf8.count == 10 ? text + "T00:00:00" : text
    guard let naive = Instant(iso8601: whole + "Z") else { return nil }
    let offset = Self.offset(of: naive, in: zone)
    let local = Instant(microseconds: naive.microseconds - Int64(offset) * 1_000_000)
    let sign = offset < 0 ? "-" : "+"
    let digits = [abs(offset) / 3600, abs(offset) / 60 % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
    let printed = whole + sign + digits[0] + ":" + digits[1]
    // An offset of seconds, or a year that is none in UTC.
    guard Instant(iso8601: local.iso8601) == local else { return nil }
    let isExact = Instant(iso8601: printed) == local
    self.init(
      local, printed: isExact ? printed : local.iso8601, isDay: naive.isMidnight, isZoneless: true)
  }

  /// The first moment that it may be, in UTC.
  package var utc: String { earliest.iso8601 }

  private init(_ instant: Instant, printed: String, isDay: Bool, isZoneless: Bool) {
    earliest = instant
    latest = instant
    iso8601 = printed
    self.isZoneless = isZoneless
    if isDay { latest.microseconds += Instant.day - 1 }
  }

  /// Seconds east of UTC at a local time; where the clocks are put back, of the first of both.
  private static func offset(of naive: Instant, in zone: TimeZone) -> Int {
    func seconds(_ microseconds: Int64) -> Int {
      zone.secondsFromGMT(
        for: Date(timeIntervalSince1970: Double(microseconds) / 1_000_000))
    }
    let first = seconds(naive.microseconds)
    return seconds(naive.microseconds - Int64(first) * 1_000_000)
  }

  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]

  /// Three letters in any case as one number; no others have the same.
  private static func letters(_ text: some Collection<UInt8>) -> Int {
    text.count == 3 ? text.reduce(0) { $0 << 8 | Int($1 | 0x20) } : 0
  }
  private static let monthLetters = months.map { letters($0.utf8) }
  private static let gmt = letters("gmt".utf8)

  /// `Sat, 28 Nov 2026 02:00:00 GMT`.
  private static func rfc1123(_ text: String) -> Instant? {
    // The other forms begin with a digit.
    guard let first = text.utf8.first, first > UInt8(ascii: "9") else { return nil }
    let parts = text.utf8.split(separator: UInt8(ascii: " "))
    guard parts.count == 6, parts[0].last == UInt8(ascii: ","), letters(parts[5]) == gmt,
      let month = monthLetters.firstIndex(of: letters(parts[2])), (1...2).contains(parts[1].count)
    else { return nil }
    var iso8601 = Array(parts[3])
    let digits = [(month + 1) / 10, (month + 1) % 10].map { UInt8(ascii: "0") + UInt8($0) }
    iso8601 += [UInt8(ascii: "-"), digits[0], digits[1], UInt8(ascii: "-")]
    if parts[1].count == 1 { iso8601.append(UInt8(ascii: "0")) }
    iso8601 += parts[1]
    iso8601.append(UInt8(ascii: "T"))
    iso8601 += parts[4]
    iso8601.append(UInt8(ascii: "Z"))
    return iso8601.withUnsafeBufferPointer { Instant(utf8: $0) }
  }
}

extension Instant {
  /// `Sat, 28 Nov 2026 02:00:00 GMT`; a fraction of a second is cut.
  package var rfc1123: String {
    let seconds = Int64((Double(microseconds) / 1_000_000).rounded(.down))
    let text = Instant(microseconds: seconds * 1_000_000).iso8601
    let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    let names = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let month = Int(text.dropFirst(5).prefix(2)) ?? 1
    let monthName = VendorTime.monthName(month)
    return "\(names[Int((days % 7 + 7) % 7)]), \(text.dropFirst(8).prefix(2)) \(monthName) "
      + "\(text.prefix(4)) \(text.dropFirst(11).prefix(8)) GMT"
  }
}

extension VendorTime {
  fileprivate static func monthName(_ number: Int) -> String {
    months[number - 1].prefix(1).uppercased() + months[number - 1].dropFirst()
  }
}
