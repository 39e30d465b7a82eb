import Testing

@testable import StatusSync

/// Against figures others published or computed. Medians and intervals: R's
/// `survfit(Surv(time, status) ~ 1, conf.type = "log-log")` and lifelines 0.30
/// (`KaplanMeierFitter().fit(t, e)`, `median_survival_times(k.confidence_interval_)`); quantiles:
/// `qth_survival_times`; restricted means: `restricted_mean_survival_time(k, t)`.
@Suite struct KaplanMeierTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var data: Observations
    var count: Int
    var events: Int
    var quartiles: [Int64?]
    var interval: [Int64?]
    var limit: Int64
    var restrictedMean: Double

    var testDescription: String { name }
  }

  static let cases = [
    Case(
      name: "aml, maintained", data: SurvivalData.amlMaintained, count: 11, events: 7,
      quartiles: [18, 31, 48, nil], interval: [13, nil], limit: 90, restrictedMean: 39.575),
    Case(
      name: "aml, not maintained", data: SurvivalData.amlNot, count: 12, events: 11,
      quartiles: [8, 23, 33, 43], interval: [5, 33], limit: 90,
      restrictedMean: 22.70833333333333),
    Case(
      name: "veteran", data: SurvivalData.veteran, count: 137, events: 128,
      quartiles: [25, 80, 162, 340], interval: [52, 100], limit: 365,
      restrictedMean: 115.65921555233427),
    Case(
      name: "lung", data: SurvivalData.lung, count: 228, events: 165,
      quartiles: [170, 310, 550, 735], interval: [284, 361], limit: 365,
      restrictedMean: 263.2218664820065),
    Case(
      name: "waltons", data: SurvivalData.waltons, count: 163, events: 156,
      quartiles: [41, 56, 62, 69], interval: [53, 58], limit: 50,
      restrictedMean: 43.15604585605545),
  ]

  @Test(arguments: cases) func agreesWithOthers(_ expected: Case) throws {
    let estimate = KaplanMeier(expected.data)
    let interval = estimate.interval(of: 0.5)
    #expect(expected.data.count == expected.count)
    #expect(expected.data.events == expected.events)
    #expect([0.25, 0.5, 0.75, 0.9].map { estimate.quantile($0) } == expected.quartiles)
    #expect([interval.low, interval.high] == expected.interval)
    let mean = try #require(estimate.restrictedMean(to: expected.limit))
    #expect(abs(mean / expected.restrictedMean - 1) < 1e-12)
  }

  @Test func orderDoesNotMatter() {
    var turned = Observations()
    for packed in SurvivalData.lung.packed.reversed() {
      turned.append(time: Observations.time(packed), isEvent: Observations.isEvent(packed))
    }
    #expect(KaplanMeier(turned).quantile(0.5) == 310)
    #expect(turned.meanOfEvents == SurvivalData.lung.meanOfEvents)
  }

  @Test func eventsComeBeforeCensoringsAtOneTime() {
    // Three at risk at 5: one leaves first, so S = 2/3, and the cut-off one was still at risk.
    let estimate = KaplanMeier(
      Observations([(time: 5, isEvent: false), (time: 5, isEvent: true), (time: 9, isEvent: true)]))
    #expect(estimate.steps.map(\.time) == [5, 9])
    #expect(estimate.steps.map(\.survival) == [1 - 1.0 / 3, 0])
  }

  @Test func nothingKnownIsNil() {
    let none = KaplanMeier(Observations())
    #expect(none.quantile(0.5) == nil)
    #expect(none.restrictedMean(to: 10) == nil)
    let open = KaplanMeier(Observations([(time: 7, isEvent: false)]))
    #expect(open.quantile(0.5) == nil)
    #expect(open.longest == 7)
    #expect(open.restrictedMean(to: 10) == nil)
    #expect(open.restrictedMean(to: 7) == 7)
    #expect(Observations([(time: 7, isEvent: false)]).meanOfEvents == nil)
  }

  @Test func halvesCountAsReached() {
    // 5/6 · 3/5 is a hair over one half in binary.
    let estimate = KaplanMeier(
      Observations([
        (time: 1, isEvent: true), (time: 2, isEvent: true), (time: 2, isEvent: true),
        (time: 3, isEvent: false), (time: 3, isEvent: false), (time: 3, isEvent: false),
      ]))
    #expect(estimate.quantile(0.5) == 2)
  }

  @Test func extremeTimesDoNotTrap() {
    let far = Observations([(time: .max, isEvent: true), (time: -4, isEvent: true)])
    #expect(KaplanMeier(far).steps.map(\.time) == [0, Int64.max >> 2])
  }
}
