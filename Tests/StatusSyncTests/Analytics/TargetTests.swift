import Foundation
import Leads
import Postgres
import Testing

@testable import Pages  // uses `Targets`, internal
import Settings
import Statistics
import Store

/// Targets of one's own: read from the configuration, judged, stored, shown.
@Suite struct TargetTests {
  private typealias Sample = TargetVerdict.Sample

  private static func sample(_ value: Double?, _ n: Double? = 100) -> TargetVerdict.Sample {
    TargetVerdict.Sample(value: value, n: n)
  }

  @Test(arguments: [
    // At least: the limit itself is kept.
    (Target.Limit(.atLeast, 0.8), 1, [sample(0.8)], sample(nil), TargetVerdict.Verdict.met, 0),
    (Target.Limit(.atLeast, 0.8), 1, [sample(0.79)], sample(nil), .missed, 1),
    (Target.Limit(.atMost, 60), 1, [sample(60)], sample(nil), .met, 0),
    (Target.Limit(.atMost, 60), 1, [sample(61)], sample(nil), .missed, 1),
    // Two weeks running: one week is not enough, and a week that was kept settles it.
    (Target.Limit(.atLeast, 0.8), 2, [sample(0.7), sample(0.7)], sample(nil), .missed, 2),
    (Target.Limit(.atLeast, 0.8), 2, [sample(0.7), sample(0.9)], sample(nil), .met, 1),
    (Target.Limit(.atLeast, 0.8), 2, [sample(0.9), sample(0.7)], sample(nil), .met, 0),
    (Target.Limit(.atLeast, 0.8), 2, [sample(0.7)], sample(nil), .tooEarly, 1),
    // Too few, or not known.
    (Target.Limit(.atLeast, 0.8), 1, [sample(0.1, 19)], sample(nil), .tooFew, 0),
    (Target.Limit(.atLeast, 0.8), 1, [sample(0.1, 20)], sample(nil), .missed, 1),
    (Target.Limit(.atLeast, 0.8), 1, [sample(0.1, nil)], sample(nil), .missed, 1),
    (Target.Limit(.atLeast, 0.8), 1, [sample(nil)], sample(nil), .notKnown, 0),
    (Target.Limit(.atLeast, 0.8), 1, [], sample(nil), .tooEarly, 0),
    // Per cent of the baseline: 0.5 to 0.4 is 20 % less.
    (Target.Limit(.fallsPercent, 20), 1, [sample(0.4)], sample(0.5), .missed, 1),
    (Target.Limit(.fallsPercent, 20), 1, [sample(0.41)], sample(0.5), .met, 0),
    (Target.Limit(.fallsPercent, 20), 1, [sample(0.9)], sample(0.5), .met, 0),
    (Target.Limit(.risesPercent, 50), 1, [sample(3)], sample(2), .missed, 1),
    (Target.Limit(.risesPercent, 50), 1, [sample(2.9)], sample(2), .met, 0),
    (Target.Limit(.risesPercent, 50), 1, [sample(3)], sample(0), .notKnown, 0),
    (Target.Limit(.risesPercent, 50), 1, [sample(3)], sample(2, 5), .tooFew, 0),
  ])
  func isJudged(
    limit: Target.Limit, weeks: Int, samples: [TargetVerdict.Sample],
    baseline: TargetVerdict.Sample, verdict: TargetVerdict.Verdict, missed: Int
  ) {
    let target = Target(
      name: "t", figure: "creations", limit: limit, minN: 20, weeks: weeks)
    let judged = TargetVerdict(target, weeks: samples, baseline: baseline)
    #expect(judged.verdict == verdict)
    #expect(judged.missedWeeks == missed)
  }

  @Test func areReadFromTheConfiguration() throws {
    let property = "018f0000-0000-7000-8000-00000000000a"
    let settings = try Settings.parse(
      """
      targets:
        answered: { figure: response_within_1h, at_least: 80%, property: each, min_n: 30, weeks: 2 }
        leases: { figure: funnel.overall_rate, status: leased, falls_percent: 20, property: \(property) }
        slow: { figure: median_response_time, at_most: 3600 }
      """, named: "f.yaml", environment: [:])
    #expect(
      settings.targets == [
        Target(
          name: "answered", figure: "response_within_1h", place: .each,
          limit: Target.Limit(.atLeast, 0.8),
          minN: 30, weeks: 2),
        Target(
          name: "leases", figure: "funnel.overall_rate", status: .leased,
          place: .property(try #require(UUID(uuidString: property))),
          limit: Target.Limit(.fallsPercent, 20)),
        Target(name: "slow", figure: "median_response_time", limit: Target.Limit(.atMost, 3600)),
      ])
  }

  @Test(arguments: [
    ("{ at_least: 1 }", "figure is not set"),
    (
      "{ figure: respons_within_1h, at_least: 1 }",
      "the figure \"respons_within_1h\" is not known; did you mean response_within_1h?"
    ),
    (
      "{ figure: creations }",
      "exactly one of at_least, at_most, falls_percent, rises_percent has to be set"
    ),
    (
      "{ figure: creations, at_least: 1, at_most: 2 }",
      "exactly one of at_least, at_most, falls_percent, rises_percent has to be set"
    ),
    (
      "{ figure: creations, at_least: many }",
      "at_least: \"many\" is not a number from 0 on, with or without %"
    ),
    (
      "{ figure: creations, falls_percent: 120 }",
      "falls_percent has to be from 0 to 100, and not 0"
    ),
    ("{ figure: creations, rises_percent: 0 }", "rises_percent has to be more than 0"),
    ("{ figure: funnel.step_rate, at_least: 1 }", "funnel.step_rate needs a status"),
    ("{ figure: creations, status: leased, at_least: 1 }", "creations takes no status"),
    (
      "{ figure: conversion.rate, status: signed, at_least: 1 }",
      "status: \"signed\" is not a status of the funnel"
    ),
    (
      "{ figure: creations, at_least: 1, property: Maple }",
      "property: \"Maple\" is not portfolio, each or the id of a property"
    ),
    (
      "{ figure: creations, at_least: 1, weeks: 0 }",
      "weeks: \"0\" is not a whole number from 1 to 52"
    ),
    (
      "{ figure: creations, at_least: 1, mail: x }",
      "mail is not known; use figure, status, property, at_least, at_most, falls_percent, rises_percent, min_n, "
        + "weeks"
    ),
  ])
  func aWrongOneIsNamedInOneSentence(yaml: String, sentence: String) {
    let error = #expect(throws: ConfigurationError.self) {
      try Settings.parse("targets:\n  t: \(yaml)", named: "f.yaml", environment: [:])
    }
    #expect(error.map { "\($0)" }?.hasSuffix("f.yaml: targets.t: \(sentence)") == true, "\(error)")
  }

  @Test func areJudgedOnTheWeeksAndNeverOnTheirOwnBaseline() async throws {
    let log = try await SmallLog.load()
    // The window of 1 January ends where that of 1 April begins.
    for asOf in ["2025-01-01", "2025-03-18", "2025-03-25", "2025-04-01"] {
      try await log.measure(asOf: asOf + "T00:00:00Z")
    }
    let asOf = try #require(Instant(iso8601: SmallLog.asOf))
    func leased(_ name: String, _ limit: Target.Limit, minN: Int = 1, weeks: Int = 1) -> Target {
      Target(
        name: name, figure: "funnel.overall_rate", status: .leased, limit: limit, minN: minN,
        weeks: weeks)
    }
    let figures = try await TargetAlarms(connection: log.database).evaluate(
      [
        leased("a-two-weeks", Target.Limit(.atLeast, 0.5), weeks: 2),
        leased("b-kept", Target.Limit(.atLeast, 0.2), weeks: 2),
        leased("c-too-few", Target.Limit(.atLeast, 0.5), minN: 6),
        leased("d-too-early", Target.Limit(.atLeast, 0.5), weeks: 4),
        Target(
          name: "e-rises", figure: "creations", limit: Target.Limit(.risesPercent, 100), minN: 0),
        Target(
          name: "f-own", figure: "creations", limit: Target.Limit(.risesPercent, 100), minN: 0,
          weeks: 2),
        Target(
          name: "g-each", figure: "creations", place: .each, limit: Target.Limit(.atLeast, 3),
          minN: 0),
      ], asOf: asOf)
    #expect(
      try await log.lines(
        [
          "target", "property_name", "value", "n", "unit", "limit_kind", "limit_value", "baseline",
          "change_percent", "weeks_missed", "verdict",
        ], of: "metric_alerts", order: "target, property_name") == [
          // Four and five leads were created, and one of them was leased.
          "a-two-weeks - 0.2 5 rate at_least 0.5 - - 2 missed",
          "b-kept - 0.2 5 rate at_least 0.2 - - 0 met",
          "c-too-few - 0.2 5 rate at_least 0.5 - - 0 too few",
          "d-too-early - 0.2 5 rate at_least 0.5 - - 3 too early",
          "e-rises - 5 - count rises_percent 100 1 400 1 missed",
          // Two weeks: the window of the earlier one begins before 1 January, so nothing lies before both.
          "f-own - 5 - count rises_percent 100 - - 0 too early",
          "g-each Linden Court 4 - count at_least 3 - - 0 met",
          "g-each Maple Row 1 - count at_least 3 - - 1 missed",
        ])
    let told = try #require(figures)
    #expect(told.judged == 5 && told.open == 3)
    #expect(told.missed.map(\.target) == ["a-two-weeks", "e-rises", "g-each"])
    // What is measured again is judged again.
    try await log.measure(asOf: SmallLog.asOf)
    #expect(try await log.lines("select count(*)::text as line from metric_alerts") == ["0"])
  }

  /// Each figure that can have a target is measured under that name.
  @Test func everyFigureOfTheVocabularyIsMeasured() async throws {
    let log = try await SmallLog.load()
    try await log.measure(asOf: SmallLog.asOf)
    let named = try await log.lines("select distinct metric as line from metric_performance")
    #expect(Set(Target.named).subtracting(named) == [])
    #expect(
      Set(named).subtracting(Target.named).sorted() == [
        "funnel_whole_days", "history_days", "leased_share_rank",
      ])
  }

  @Test func thePageSaysWhatIsMissed() {
    var data = PageData(asOf: "2026-03-01T02:00:00Z")
    #expect(!SummaryPage.render(data).contains("Your targets"))
    data.targets = PageData.Targets(
      met: 1, missedCount: 1, open: 2,
      missed: [
        PageData.Targets.Missed(
          target: "answered", property: "<b>Maple</b>", figure: "response_within_1h", status: nil,
          value: 0.62, n: 45, unit: "rate", limitKind: "at_least", limit: 0.8, baseline: nil,
          weeks: 2)
      ])
    let page = SummaryPage.render(data)
    #expect(
      page.contains(
        "<bdi>&lt;b&gt;Maple&lt;/b&gt;</bdi>: response_within_1h is 62.0\u{A0}% of 45, under the target of at least "
          + "80.0\u{A0}%, for 2 weeks running [answered]."), "\(page.suffix(3000))")
    #expect(page.contains("Of 2 figures with a target 1 misses it."))
    #expect(page.contains("Of 2 more figures nothing can be said yet"))
  }
}
