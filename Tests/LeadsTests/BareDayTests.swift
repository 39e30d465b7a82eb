import Leads
import Testing

/// A day given to any option or parameter is included completely.
@Suite struct BareDayTests {
  static let readings: [(text: String, day: BareDay, read: String?)] = [
    ("2026-11-23", .first, "2026-11-23T00:00:00Z"),
    ("2026-11-23", .last, "2026-11-23T23:59:59.999999Z"),
    ("2028-02-29", .last, "2028-02-29T23:59:59.999999Z"),
    ("2026-11-23T10:00:00Z", .first, "2026-11-23T10:00:00Z"),
    ("2026-11-23T10:00:00Z", .last, "2026-11-23T10:00:00Z"),
    ("2026-11-23T01:00:00+02:00", .last, "2026-11-22T23:00:00Z"),
    ("2026-02-29", .first, nil), ("2026-11", .last, nil), ("26-11-23", .first, nil),
    ("2026-11-23Z", .last, nil), ("yesterday", .last, nil), ("", .first, nil),
    ("2026-11-23 ", .first, nil), ("2026-11-23T00:00:00", .last, nil),
  ]

  @Test(arguments: readings)
  func isRead(text: String, day: BareDay, read: String?) {
    #expect(Instant(text, bareDay: day)?.iso8601 == read)
  }

  static let untilNow: [(text: String, read: String)] = [
    ("2026-11-23", "2026-11-23T10:00:00Z"), ("2026-11-22", "2026-11-22T23:59:59.999999Z"),
    ("2026-11-24", "2026-11-24T23:59:59.999999Z"), ("2026-11-23T11:00:00Z", "2026-11-23T11:00:00Z"),
  ]

  @Test(arguments: untilNow)
  func aDayThatIsNotOverEndsNow(text: String, read: String) {
    let now = Instant(iso8601: "2026-11-23T10:00:00Z")
    #expect(Instant(text, bareDay: .last, now: now)?.iso8601 == read)
  }
}
