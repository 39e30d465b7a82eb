import Leads
import Testing

/// Values of the fields that describe, as they come and as they are kept.
@Suite struct LeadDescriptionTests {
  typealias Field = LeadDescription.Field

  private static let latest = Instant(iso8601: "2026-11-24T02:05:00Z")

  struct Case: Sendable {
    var field: Field
    var value: String
    /// Null: it cannot be used.
    var kept: String?

    init(_ field: Field, _ value: String, _ kept: String?) {
      (self.field, self.value, self.kept) = (field, value, kept)
    }
  }

  private static let cases: [Case] = [
    Case(.source, "Zillow", "Zillow"), Case(.source, "  Zillow\t\r\n", "Zillow"),
    Case(.source, "", ""),
    Case(.source, " \n ", ""), Case(.source, "a\nb", nil), Case(.source, "a\u{0}b", nil),
    Case(.source, "a\u{1F}b", nil), Case(.source, "a\u{7F}", nil), Case(.source, "a\u{85}b", nil),
    Case(.source, "\u{9F}", nil), Case(.source, "\u{A0}a", "\u{A0}a"),
    Case(.source, "Ñandú", "Ñandú"),
    Case(.source, String(repeating: "x", count: 200), String(repeating: "x", count: 200)),
    Case(.source, String(repeating: "x", count: 201), nil),
    Case(.source, String(repeating: "é", count: 101), nil),
    Case(.lostReason, String(repeating: "x", count: 500), String(repeating: "x", count: 500)),
    Case(.lostReason, String(repeating: "x", count: 501), nil),
    Case(.agentID, String(repeating: "x", count: 101), nil),
    Case(.agentName, "عمر حداد", "عمر حداد"),
    Case(.tourStatus, "booked", "booked"), Case(.tourStatus, "No-Show", "no_show"),
    Case(.tourStatus, " no show ", "no_show"), Case(.tourStatus, "CANCELLED", "cancelled"),
    Case(.tourStatus, "canceled", nil), Case(.tourStatus, "seen", nil), Case(.tourStatus, "", ""),
    Case(.lastContactAt, "2026-11-24T02:00:00Z", "2026-11-24T02:00:00Z"),
    Case(.lastContactAt, " 2026-11-24T02:00:00+01:00", "2026-11-24T02:00:00+01:00"),
    Case(.lastContactAt, "2026-11-24T02:05:01Z", nil), Case(.firstContactAt, "2026-11-24", nil),
    Case(.firstContactAt, "yesterday", nil), Case(.firstContactAt, "2026-13-01T00:00:00Z", nil),
  ]

  @Test(arguments: cases)
  func aValueIsKeptOrLeftOutAlone(_ one: Case) {
    let (field, kept) = (one.field, one.kept)
    var bytes = Array("before".utf8)
    var value = one.value
    let isUsable = value.withUTF8 {
      LeadDescription.append($0, as: field, latest: Self.latest, to: &bytes)
    }
    #expect(isUsable == (kept != nil))
    #expect(String(decoding: bytes, as: UTF8.self) == "before" + (kept ?? ""))
  }

  @Test func nothingUsableIsNothingTold() {
    #expect(LeadDescription { _ in nil } == nil)
    #expect(LeadDescription { $0 == .source ? " " : "a\u{0}" } == nil)
    let told = LeadDescription { $0 == .agentName ? "Ann" : $0 == .tourStatus ? "?" : nil }?.told
    #expect(told == "\u{1F}\u{1F}\u{1F}Ann\u{1F}\u{1F}\u{1F}")
  }
}
