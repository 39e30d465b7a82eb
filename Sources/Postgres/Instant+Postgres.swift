package import Leads

extension Instant: PostgresScalar {
  /// `2026-01-31 09:30:00.000001+00`.
  package var postgresText: String? {
    let (second, micro) = floorDivide(microseconds, 1_000_000)
    let (day, secondOfDay) = floorDivide(second, 86_400)
    let date = CivilDate(daysSince1970: day)
    guard date.year > 0 else {
      // Year 0 is 1 BC.
      return Self.text(1 - date.year, date, secondOfDay, micro) + " BC"
    }
    return Self.text(date.year, date, secondOfDay, micro)
  }

  private static func text(
    _ year: Int64, _ date: CivilDate, _ second: Int64, _ micro: Int64
  ) -> String {
    func pad(_ number: Int64, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let clock = "\(pad(second / 3600, 2)):\(pad(second / 60 % 60, 2)):\(pad(second % 60, 2))"
    let fraction = micro == 0 ? "" : "." + pad(micro, 6)
    return "\(pad(year, 4))-\(pad(date.month, 2))-\(pad(date.day, 2)) \(clock)\(fraction)+00"
  }
}

extension Instant: PostgresDecodable {
  /// Reads what the server prints for `timestamptz`, `timestamp` and `date` under
  /// `DateStyle = ISO` and `TimeZone = UTC`. `infinity` and years BC are refused.
  package init(postgres value: PostgresValue) throws(PostgresError) {
    let bytes = try value.required()
    guard let parsed = Self.parse(bytes) else { throw value.mismatch("a time") }
    self.init(microseconds: parsed)
  }

  private static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
    var scanner = DigitScanner(bytes: bytes)
    guard let year = scanner.number(), year <= 294_246, scanner.skip("-"),
      let month = scanner.number(), (1...12).contains(month), scanner.skip("-"),
      let day = scanner.number(), (1...31).contains(day)
    else { return nil }
    let days = CivilDate(year: year, month: month, day: day).daysSince1970
    if scanner.isAtEnd { return days * 86_400_000_000 }
    guard scanner.skip(" "), let hour = scanner.number(), hour <= 24, scanner.skip(":"),
      let minute = scanner.number(), minute < 60, scanner.skip(":"),
      let second = scanner.number(), second <= 60
    else { return nil }
    var micro: Int64 = 0
    if scanner.skip(".") {
      guard let fraction = scanner.fraction() else { return nil }
      micro = fraction
    }
    if !scanner.isAtEnd { guard scanner.skip("+"), scanner.number() == 0 else { return nil } }
    guard scanner.isAtEnd else { return nil }
    return (days * 86_400 + hour * 3600 + minute * 60 + second) * 1_000_000 + micro
  }
}

/// Reads digits and single characters off a buffer.
struct DigitScanner {
  let bytes: UnsafeBufferPointer<UInt8>
  var position = 0

  var isAtEnd: Bool { position == bytes.count }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard !isAtEnd, UInt32(bytes[position]) == character.value else { return false }
    position += 1
    return true
  }

  /// One to nine digits.
  mutating func number() -> Int64? {
    let start = position
    var value: Int64 = 0
    while !isAtEnd, position - start < 9, case 48...57 = bytes[position] {
      value = value * 10 + Int64(bytes[position] - 48)
      position += 1
    }
    return position > start ? value : nil
  }

  /// One to six digits after a point, in millionths.
  mutating func fraction() -> Int64? {
    let start = position
    guard var value = number() else { return nil }
    let width = position - start
    guard width <= 6 else { return nil }
    for _ in width..<6 { value *= 10 }
    return value
  }
}

func floorDivide(_ a: Int64, _ b: Int64) -> (quotient: Int64, remainder: Int64) {
  let (quotient, remainder) = a.quotientAndRemainder(dividingBy: b)
  return remainder < 0 ? (quotient - 1, remainder + b) : (quotient, remainder)
}
