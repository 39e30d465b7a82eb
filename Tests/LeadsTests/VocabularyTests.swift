import Testing

@testable import Leads  // uses `canonicalToDomIQ`, `domiqToCanonical`, internal

@Suite struct VocabularyTests {
  @Test(arguments: Status.allCases)
  func everyStatusSurvivesTheRoundTrip(_ status: Status) {
    let mapping = StatusMapping.standard
    #expect(mapping.canonical(domiq: mapping.domiq(status)) == status)
    #expect(mapping.canonical(resman: status.rawValue) == status)
  }

  @Test func aBrokenMappingIsRefused() {
    var there = StatusMapping.standard.domiqToCanonical
    there["engaged"] = .qualified
    #expect(throws: MappingError.brokenRoundTrip(.contacted)) {
      try StatusMapping(
        domiqToCanonical: there, canonicalToDomIQ: StatusMapping.standard.canonicalToDomIQ)
    }
  }

  /// An installation's own words are added. A word that breaks the mapping to DomIQ and back, or is given
  /// twice, is refused.
  @Test func wordsAreAdded() throws {
    let mapping = try StatusMapping.standard.adding(
      domiq: ["Nurturing": .contacted, "follow-up needed": .qualified],
      resman: ["Applicant - on hold": .application])
    #expect(mapping.canonical(domiq: " nurturing ") == .contacted)
    #expect(mapping.canonical(domiq: "follow_up_needed") == .qualified)
    #expect(mapping.canonical(resman: "applicant___on_hold") == .application)
    #expect(mapping.canonical(resman: "Tour Scheduled") == .tourScheduled)
    #expect(mapping.canonical(resman: "nurturing") == nil)
    for status in Status.allCases {
      #expect(mapping.canonical(domiq: mapping.domiq(status)) == status)
      #expect(mapping.canonical(resman: status.rawValue) == status)
    }
    #expect(throws: MappingError.brokenRoundTrip(.contacted)) {
      try StatusMapping.standard.adding(domiq: ["Engaged": .new], resman: [:])
    }
    #expect(throws: MappingError.brokenInResMan(.leased)) {
      try StatusMapping.standard.adding(domiq: [:], resman: ["Leased": .application])
    }
    #expect(throws: MappingError.ambiguous("on hold")) {
      try StatusMapping.standard.adding(domiq: ["On-Hold": .new, "on hold": .lost], resman: [:])
    }
  }

  @Test(arguments: [
    ("  Tour Scheduled ", "tour_scheduled"), ("FOLLOW-UP needed", "follow_up_needed"), ("", ""),
    (" ", ""),
  ])
  func normalise(_ raw: String, _ expected: String) {
    #expect(StatusMapping.normalise(raw) == expected)
  }

  @Test func terminalStatusesHaveNoWayOut() {
    for status in [Status.leased, .lost] {
      #expect(status.isTerminal)
      #expect(Status.allCases.allSatisfy { !status.reaches($0) })
    }
    #expect(Status.new.reaches(.leased))
    #expect(!Status.contacted.reaches(.new))
    #expect(!Status.new.reaches(.new))
  }
}

@Suite struct LimitTests {
  private static let here = RepairBatch(propertyID: "a", direction: .toResMan)

  @Test(arguments: [
    (200, 10_000, false), (201, 10_000, true), (2, 10, false), (3, 10, true), (9, 9, false),
    (0, 0, false),
  ])
  func guards(_ repairs: Int, _ seen: Int, _ held: Bool) {
    let verdict = evaluate(
      repairs: [Self.here: repairs], population: [Self.here: seen], terminalPushes: 0,
      limits: GuardLimits())
    #expect(verdict.held.isEmpty != held)
  }

  @Test func theTerminalBudgetIsPerRun() {
    let limits = GuardLimits(terminalMoves: 25)
    #expect(
      evaluate(repairs: [:], population: [:], terminalPushes: 25, limits: limits).terminalReason
        == nil
    )
    #expect(
      evaluate(repairs: [:], population: [:], terminalPushes: 26, limits: limits).terminalReason
        != nil
    )
  }

  @Test(arguments: [(0, []), (50, [50]), (51, [5, 25, 21]), (1000, [5, 25, 970])])
  func canary(_ count: Int, _ batches: [Int]) {
    #expect(Canary.batches(of: count) == batches)
  }

  @Test(arguments: [
    ([true, true, true], true), ([true, false, true, false, true], true), ([true, true], false),
    ([true, true, false, false, false, true], false),
  ])
  func fights(_ attempted: [Bool], _ flapping: Bool) {
    #expect(FlapDetector.isFlapping(attempted: attempted) == flapping)
  }
}

@Suite struct InstantTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("2026-11-01T10:00:00.5Z", 1_793_527_200_500_000),
    ("2026-11-01 10:00:00+02:00", 1_793_520_000_000_000),
    ("2026-11-01T10:00:00.1234567-0130", 1_793_532_600_123_456),
    ("1969-12-31T23:59:59.999999Z", -1), ("2024-02-29T00:00:00Z", 1_709_164_800_000_000),
  ])
  func reads(_ text: String, _ microseconds: Int64) {
    #expect(Instant(iso8601: text)?.microseconds == microseconds)
  }

  @Test(arguments: [
    "", "2026-11-01", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-01T24:00:00Z",
    "2026-11-01T10:00:00", "2026-11-01T10:00:00.Z", "2026-11-01T10:00:00Zx", "９026-11-01T10:00:00Z",
    "2026-11-01T10:00:00+2", "99999-01-01T00:00:00Z",
  ])
  func refuses(_ text: String) {
    #expect(Instant(iso8601: text) == nil)
  }

  @Test(arguments: [
    "2026-11-01T10:00:00Z", "1969-12-31T23:59:59.999999Z", "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.000001Z",
  ])
  func printsWhatItRead(_ text: String) {
    #expect(Instant(iso8601: text)?.iso8601 == text)
  }

  @Test(
    arguments: [
      ("2026-11-01T10:00:00Z", "2026-11-01T12:00:00+02:00", false),
      ("2026-11-01T10:00:01Z", "2026-11-01T10:00:00Z", true),
      ("2026-11-01T10:00:00Z", "2026-11-01T10:00:01Z", false), ("v2", "v1", true),
      ("v1", "v1", false),
      // A date without a time of day proves nothing within its day, whatever its offset.
      ("2026-11-01T00:00:00Z", "2026-11-01T00:00:00Z", nil),
      ("2026-11-01T00:00:00Z", "2026-11-01T10:00:00Z", nil),
      ("2026-11-01T10:00:00Z", "2026-11-01T00:00:00.000Z", nil),
      ("2026-11-01T23:59:59Z", "2026-11-01T00:00Z", nil),
      ("2026-11-01T05:59:00Z", "2026-10-31T00:00:00-06:00", nil),
      ("2026-11-02T00:00:00Z", "2026-11-01T00:00:00Z", true),
      ("2026-11-02T00:00:01Z", "2026-11-01T00:00:00Z", true),
      ("2026-11-01T00:00:00Z", "2026-10-31T23:00:00Z", true),
      ("2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z", false),
      ("2026-11-01T00:00:00Z", "2026-11-02T07:00:00Z", false),
      ("2026-11-01T00:00:00.5Z", "2026-11-01T00:00:00.5Z", false),
      // A mark of the content decides where the times are the same, and only there.
      ("2026-11-01T10:00:00.0000000000000001Z", "2026-11-01T10:00:00.0000000000000001Z", false),
      ("2026-11-01T10:00:00.0000000000000001Z", "2026-11-01T10:00:00.0000000000000002Z", true),
      ("2026-11-01T10:00:00.0000000000000001Z", "2026-11-01T10:00:00Z", false),
      ("2026-11-01T10:00:00.0000000000000001Z", "2026-11-01T10:00:01.0000000000000002Z", false),
      ("2026-11-01T00:00:00.0000000000000001Z", "2026-11-01T00:00:00.0000000000000002Z", true),
      ("2026-11-01T00:00:00.0000000000000001Z", "2026-11-01T00:00:00.0000000000000001Z", nil),
      ("2026-11-01T00:00:00.0000000000000001Z", "2026-11-02T10:00:00Z", false),
    ] as [(String, String, Bool?)])
  func newer(_ version: String, _ logged: String, _ expected: Bool?) {
    #expect(isNewer(version, than: logged) == expected)
  }

  @Test(
    arguments: [
      ("2026-11-28T02:00:00Z", "2026-11-28T02:00:00.0000000123456789Z"),
      ("2026-11-28T02:00-06:00", "2026-11-28T02:00:00.0000000123456789-06:00"),
      ("2026-11-28 02:00:00.25+00", "2026-11-28 02:00:00.2500000123456789+00"),
      ("2026-11-28T02:00:00.12345678Z", "2026-11-28T02:00:00.1234560123456789Z"),
    ])
  func aMarkMovesNoTime(_ time: String, _ marked: String) {
    #expect(VersionMark.marking(time, content: 7_123_456_789) == marked)
    #expect(Instant(iso8601: marked) == Instant(iso8601: time))
    #expect(
      VersionMark.marking(time, content: 1) == VersionMark.marking(time, content: 2_000_000_001))
  }

  @Test func aVersionFromTheFutureProvesNothing() {
    let start = Instant(iso8601: "2026-11-28T02:00:00Z")
    #expect(isNewer("2206-11-20T10:00:00Z", than: "2026-11-01T10:00:00Z", asOf: start) == nil)
    #expect(isNewer("2026-11-01T10:00:00Z", than: "2206-11-20T10:00:00Z", asOf: start) == nil)
    #expect(isNewer("2026-11-28T02:00:00Z", than: "2026-11-01T10:00:00Z", asOf: start) == true)
  }

  @Test func withoutAVersionNothingIsKnown() {
    #expect(isNewer(nil, than: "x") == nil)
    #expect(isNewer("x", than: nil) == nil)
  }
}
