/// A point in time, to the microsecond, UTC.
package struct Instant: Sendable, Comparable, Hashable {
  /// Microseconds since 1970-01-01T00:00:00Z.
  package var microseconds: Int64

  /// Microseconds from 1970 to PostgreSQL's own epoch, 2000-01-01.
  package static let postgresEpoch: Int64 = 946_684_800_000_000

  package init(microseconds: Int64) { self.microseconds = microseconds }

  package static func < (a: Instant, b: Instant) -> Bool { a.microseconds < b.microseconds }

  /// That much later, to the microsecond below.
  package static func + (instant: Instant, duration: Duration) -> Instant {
    let (seconds, attoseconds) = duration.components
    return Instant(
      microseconds: instant.microseconds + seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
  }

  /// That much earlier.
  package static func - (instant: Instant, duration: Duration) -> Instant {
    instant + (Duration.zero - duration)
  }

  /// Reads ISO 8601 with an offset (`Z`, `±hh:mm`, `±hhmm`, `±hh`), a fraction of any length (past
  /// microseconds it is cut), and `T` or a space between date and time. Nil for anything else.
  package init?(iso8601 text: some StringProtocol) {
    var text = String(text)
    let parsed = text.withUTF8 { Instant(utf8: $0) }
    guard let parsed else { return nil }
    self = parsed
  }

  /// Reads the same from bytes, without allocating.
  package init?(utf8 bytes: UnsafeBufferPointer<UInt8>) {
    var reader = InstantReader(bytes: bytes)
    guard let microseconds = reader.read() else { return nil }
    self.microseconds = microseconds
  }

  /// Microseconds of a day in UTC.
  package static let day: Int64 = 86_400_000_000

  /// It is 00:00 in UTC.
  var isMidnight: Bool { microseconds % Self.day == 0 }

  /// `2026-11-01T10:00:00Z`; the fraction appears only where it is not zero.
  package var iso8601: String {
    let day =
      microseconds >= 0 ? microseconds / Self.day : (microseconds - Self.day + 1) / Self.day
    let rest = microseconds - day * Self.day
    let date = CivilDate(daysSince1970: day)
    let seconds = rest / 1_000_000
    let fraction = rest % 1_000_000
    // A year before 1 has a sign, one after 9999 more digits.
    return String(unsafeUninitializedCapacity: 40) { buffer in
      var writer = InstantWriter(buffer: buffer)
      writer.number(date.year, 4, then: "-")
      writer.number(date.month, 2, then: "-")
      writer.number(date.day, 2, then: "T")
      writer.number(seconds / 3600, 2, then: ":")
      writer.number(seconds / 60 % 60, 2, then: ":")
      writer.number(seconds % 60, 2, then: fraction == 0 ? "Z" : ".")
      if fraction != 0 { writer.number(fraction, 6, then: "Z") }
      return writer.count
    }
  }
}

/// Writes the digits of one instant.
private struct InstantWriter {
  let buffer: UnsafeMutableBufferPointer<UInt8>
  var count = 0

  /// A number with at least so many digits, and what follows it.
  mutating func number(_ value: Int64, _ width: Int, then next: Unicode.Scalar) {
    var digits = 1
    var limit: UInt64 = 10
    while value.magnitude >= limit && digits < 19 {
      digits += 1
      limit *= 10
    }
    // The sign counts as a digit.
    for _ in 0..<max(0, width - digits - (value < 0 ? 1 : 0)) { byte("0") }
    if value < 0 { byte("-") }
    var power = limit / 10
    while power > 0 {
      buffer[count] = 0x30 + UInt8(value.magnitude / power % 10)
      count += 1
      power /= 10
    }
    byte(next)
  }

  private mutating func byte(_ character: Unicode.Scalar) {
    buffer[count] = UInt8(truncatingIfNeeded: character.value)
    count += 1
  }
}

/// Reads one instant from bytes.
private struct InstantReader {
  let bytes: UnsafeBufferPointer<UInt8>
  var position = 0

  mutating func read() -> Int64? {
    guard let year = digits(4), take("-"), let month = digits(2), take("-"), let day = digits(2),
      (1...12).contains(month), day >= 1, day <= Self.length(month, year),
      take("T") || take("t") || take(" "),
      let hour = digits(2), take(":"), let minute = digits(2), hour < 24, minute < 60
    else { return nil }
    var second: Int64 = 0
    var fraction: Int64 = 0
    if take(":") {
      guard let value = digits(2), value <= 60 else { return nil }
      second = value
      // Not a comma, which ISO 8601 allows and PostgreSQL does not.
      if take(".") {
        guard let value = microseconds() else { return nil }
        fraction = value
      }
    }
    guard let offset = offset(), position == bytes.count else { return nil }
    let days = CivilDate(year: year, month: month, day: day).daysSince1970
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
    guard Self.years.contains(seconds) else { return nil }
    return seconds * 1_000_000 + fraction
  }

  /// The years 1 to 9999 in UTC: what PostgreSQL and ISO 8601's four digits both print.
  private static let years = -62_135_596_800..<253_402_300_800 as Range<Int64>

  private static func length(_ month: Int64, _ year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Seconds east of UTC.
  private mutating func offset() -> Int64? {
    if take("Z") || take("z") { return 0 }
    let sign: Int64
    if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
    // No zone is further out than 14 hours; PostgreSQL takes nothing from 16 on.
    guard let hours = digits(2), hours < 16 else { return nil }
    guard position < bytes.count else { return sign * hours * 3600 }
    _ = take(":")
    guard let minutes = digits(2), minutes < 60 else { return nil }
    return sign * (hours * 3600 + minutes * 60)
  }

  private mutating func microseconds() -> Int64? {
    var value: Int64 = 0
    var count = 0
    while position < bytes.count, let digit = digit(bytes[position]) {
      if count < 6 { value = value * 10 + digit }
      count += 1
      position += 1
    }
    guard count > 0 else { return nil }
    for _ in 0..<max(0, 6 - count) { value *= 10 }
    return value
  }

  private mutating func digits(_ count: Int) -> Int64? {
    guard position + count <= bytes.count else { return nil }
    var value: Int64 = 0
    for offset in 0..<count {
      guard let digit = digit(bytes[position + offset]) else { return nil }
      value = value * 10 + digit
    }
    position += count
    return value
  }

  private func digit(_ byte: UInt8) -> Int64? {
    byte >= 0x30 && byte <= 0x39 ? Int64(byte - 0x30) : nil
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard position < bytes.count, bytes[position] == UInt8(truncatingIfNeeded: character.value)
    else { return false }
    position += 1
    return true
  }
}
