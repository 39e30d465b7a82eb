import Testing

@testable import Statistics  // uses `packed`, internal

/// The estimate worked out by hand; `ReferenceTests` compares it with other programs.
@Suite struct KaplanMeierTests {
  @Test func orderDoesNotMatter() {
    let lung = SurvivalData.all(SurvivalData.lungMen, SurvivalData.lungWomen)
    var turned = CensoredDurations()
    for packed in lung.packed.reversed() {
      turned.append(
        time: CensoredDurations.time(packed), isEvent: CensoredDurations.isEvent(packed))
    }
    #expect(KaplanMeier(turned).quantile(0.5) == 310)
    #expect(turned.meanOfEvents == lung.meanOfEvents)
  }

  @Test func eventsComeBeforeCensoringsAtOneTime() {
    // Three at risk at 5: one leaves first, so S = 2/3; the censored one was still at risk.
    let estimate = KaplanMeier(
      CensoredDurations([
        (time: 5, isEvent: false), (time: 5, isEvent: true), (time: 9, isEvent: true),
      ]))
    #expect(estimate.steps.map(\.time) == [5, 9])
    #expect(estimate.steps.map(\.survival) == [1 - 1.0 / 3, 0])
  }

  @Test func nothingKnownIsNil() {
    let none = KaplanMeier(CensoredDurations())
    #expect(none.quantile(0.5) == nil)
    #expect(none.restrictedMean(to: 10) == nil)
    let open = KaplanMeier(CensoredDurations([(time: 7, isEvent: false)]))
    #expect(open.quantile(0.5) == nil)
    #expect(open.longest == 7)
    #expect(open.restrictedMean(to: 10) == nil)
    #expect(open.restrictedMean(to: 7) == 7)
    #expect(CensoredDurations([(time: 7, isEvent: false)]).meanOfEvents == nil)
  }

  @Test func halvesCountAsReached() {
    // 5/6 · 3/5 is slightly more than one half in binary.
    let estimate = KaplanMeier(
      CensoredDurations([
        (time: 1, isEvent: true), (time: 2, isEvent: true), (time: 2, isEvent: true),
        (time: 3, isEvent: false), (time: 3, isEvent: false), (time: 3, isEvent: false),
      ]))
    #expect(estimate.quantile(0.5) == 2)
  }

  @Test func extremeTimesDoNotTrap() {
    let far = CensoredDurations([(time: .max, isEvent: true), (time: -4, isEvent: true)])
    #expect(KaplanMeier(far).steps.map(\.time) == [0, Int64.max >> 2])
  }
}
