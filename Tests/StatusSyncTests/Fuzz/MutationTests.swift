import Foundation
import Leads
import Postgres
import TestDatabase
import Testing

import StandIns

/// Fault test 13: thousands of malformed bodies for every parser, from fixed seeds. The fuzzer tries more
/// (`make fuzz`); its findings are kept here.
@Suite struct MutationTests {
  private static let cases = 800

  @Test(arguments: FuzzTarget.allCases)
  func noBytesEndTheProcessOrBreakARule(_ target: FuzzTarget) {
    var random = SplitMix(seed: 13)
    let seeds = target.seeds.map { Array($0.utf8) }
    for seed in seeds {
      #expect(target.violation(seed) == nil)
      // Cut off at each byte.
      for length in stride(from: 0, to: seed.count, by: max(1, seed.count / 100)) {
        #expect(target.violation(Array(seed.prefix(length))) == nil)
      }
    }
    for number in 0..<Self.cases {
      var bytes = random.pick(seeds)
      for _ in 0..<random.whole(1...4) { bytes = Self.mutated(bytes, seeds, &random) }
      if let violation = target.violation(bytes) {
        let text = String(decoding: bytes, as: UTF8.self)
        Issue.record("\(target) case \(number): \(violation): \(text.debugDescription)")
      }
    }
  }

  /// A version that our parser reads as a time is the same time for the database: a cast in a statement over
  /// all leads must not fail for one of them.
  @Test func aTimeForUsIsATimeForPostgres() async throws {
    var random = SplitMix(seed: 13)
    let seeds = FuzzTarget.instant.seeds.map { Array($0.utf8) }
    var taken = Set(FuzzTarget.instant.seeds)
    for _ in 0..<20_000 {
      let bytes = Self.mutated(random.pick(seeds), seeds, &random)
      guard let text = String(validating: bytes, as: UTF8.self), Instant(iso8601: text) != nil
      else { continue }
      taken.insert(text)
    }
    let accepted = taken.sorted()
    #expect(accepted.count > 100)
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      for text in accepted {
        let instant = try #require(Instant(iso8601: text))
        // Beyond microseconds we truncate and Postgres rounds.
        let rows = try await connection.query(
          """
          select extract(epoch from \(text)::text::timestamptz) * 1000000
            - \(instant.microseconds)::bigint in (0, 1) as same
          """)
        #expect(try rows.first?["same"] == true, "\(text)")
      }
    }
  }

  private static let tokens: [String] = [
    "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0000", "\\ud800", "null", "true", "1e999", "-0",
    "9223372036854775808", "\u{FEFF}", "\r\n", "\0", "&a", "*a", "!!binary x", "- ", "ß", "🏠",
    "\"status\":", "\"leads\":", "Infinity", "NaN", "0x10",
  ]

  private static func mutated(
    _ bytes: [UInt8], _ seeds: [[UInt8]], _ random: inout SplitMix
  ) -> [UInt8] {
    var bytes = bytes
    let place = random.whole(0...bytes.count)
    let end = min(bytes.count, place + random.whole(0...12))
    switch random.whole(0...6) {
    case 0 where place < bytes.count: bytes[place] ^= UInt8(1 << random.whole(0...7))
    case 1: bytes.insert(UInt8(random.whole(0...255)), at: place)
    case 2: bytes.removeSubrange(place..<end)
    case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
    case 4:
      let other = random.pick(seeds)
      bytes = Array(bytes.prefix(place)) + other.suffix(random.whole(0...other.count))
    case 5:
      let token = random.pick(tokens)
      let times = random.chance(0.02) ? 2_000 : 1
      bytes.insert(
        contentsOf: Array(String(repeating: token, count: times).utf8), at: place)
    default: bytes.insert(contentsOf: Array(random.pick(tokens).utf8), at: place)
    }
    return bytes
  }

  /// Inputs that once showed a fault.
  @Test(arguments: [
    // Each level contains the one before twice.
    (
      FuzzTarget.settings,
      "b0: &b0 {x: 1, y: 2}\n"
        + (1...40).map { "b\($0): &b\($0) {x: *b\($0 - 1), y: *b\($0 - 1)}\n" }.joined()
    ),
    (.settings, String(repeating: "[", count: 50_000)),
    (.settings, String(repeating: "{a: ", count: 20_000)),
    (.json, String(repeating: "[", count: 100_000)),
    (.json, String(repeating: "{\"a\":", count: 500) + "1" + String(repeating: "}", count: 500)),
    (.lead, #"{"status":"new","x":\#(String(repeating: "[", count: 100_000))"#),
    (.page, #"{"leads":[{"x":\#(String(repeating: "[", count: 100_000))"#),
    (.bothParsers, #"{"leads":[{"x":\#(String(repeating: "{\"a\":[", count: 20_000))"#),
    (.instant, "2026-11-01T10:00:00,5Z"), (.instant, "0000-01-01T00:00:00Z"),
    (.instant, "0001-01-01T00:00:00+14:00"),
    (.instant, "9999-12-31T23:59:59-01:00"), (.instant, "2026-01-01T00:00:00+16:00"),
    (.acknowledgement, #"{"success":true,"new_status":"contacted","new_status":"lost"}"#),
    (.acknowledgement, #"{"success":true,"success":false}"#),
    (.instant, "9999999999-01-01T00:00:00Z"), (.instant, "2026-01-01T00:00:00+99:99"),
    (.retryAfter, "Sun, 06 Nov 9999999999 08:49:37 GMT"),
  ])
  func whatWasFoundOnceStaysMended(_ target: FuzzTarget, _ text: String) {
    #expect(target.violation(Array(text.utf8)) == nil)
  }
}
