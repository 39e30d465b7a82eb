import Testing

@testable import Statistics  // uses `wilson`, internal

/// The results of the statistics where there is little or nothing to compare.
@Suite struct StatisticsTests {
  @Test func noTrialsGiveNoShare() {
    let nothing = ProportionDifference(
      previous: Proportion(0, of: 0), current: Proportion(3, of: 4))
    #expect(nothing.previous.wilson == nil)
    #expect(nothing.difference == nil)
    #expect(nothing.newcombe == nil)
    #expect(nothing.pValue == nil)
    let both = ProportionDifference(previous: Proportion(5, of: 5), current: Proportion(9, of: 9))
    #expect(both.pValue == 1)
    #expect(both.difference == 0)
    #expect(CountDifference(previous: 0, current: 0).pValue == 1)
    #expect(CountDifference(previous: 0, current: 0).interval == nil)
  }

  @Test func tailsSumToOne() {
    let binomial = Binomial(trials: 12, probability: 0.3)
    #expect(binomial.atMost(-1) == 0)
    #expect(binomial.atMost(12) == 1)
    #expect(binomial.atLeast(0) == 1)
    #expect(binomial.atLeast(13) == 0)
    for k in 0...12 {
      #expect(abs(binomial.atMost(k) + binomial.atLeast(k + 1) - 1) < 1e-14)
    }
    #expect(Binomial(trials: 3, probability: 1).atMost(2) == 0)
    #expect(Binomial(trials: 3, probability: 0).atLeast(1) == 0)
  }

  @Test func logRankWithoutEventsKnowsNothing() {
    let open = CensoredDurations([(time: 4, isEvent: false)])
    #expect(LogRank(open, open).pValue == nil)
    #expect(
      LogRank(CensoredDurations(), CensoredDurations([(time: 1, isEvent: true)])).pValue == nil)
    let same = CensoredDurations([(time: 1, isEvent: true), (time: 2, isEvent: false)])
    #expect(LogRank(same, same).pValue == 1)
  }

  /// Four leads: one advances at 2, one is lost at 3, one advances at 5, one is observed until 6.
  /// F(2) = 1/4; S(2) = 3/4; S(3) = 3/4 · 2/3 = 1/2; F(5) = 1/4 + 1/2 · 1/2 = 1/2.
  @Test func incidenceByHand() {
    var risks = CompetingRisks()
    risks.append(time: 6, end: .censored)
    risks.append(time: 5, end: .event)
    risks.append(time: 2, end: .event)
    risks.append(time: 3, end: .competing)
    #expect(risks.incidence(by: [7, 1, 2, 4, 5, 6]) == [nil, 0, 0.25, 0.25, 0.5, 0.5])
    // Nobody is at risk after 3: the value stays constant from then on.
    var over = CompetingRisks()
    over.append(time: 3, end: .competing)
    #expect(over.incidence(by: [90]) == [0])
    var none = CompetingRisks()
    #expect(none.incidence(by: [7]) == [nil])
  }

  /// At the same time, ends come before censorings: three at risk at 5.
  @Test func incidenceAtOneTime() {
    var risks = CompetingRisks()
    risks.append(time: 5, end: .censored)
    risks.append(time: 5, end: .event)
    risks.append(time: 5, end: .competing)
    #expect(risks.incidence(by: [5]) == [1 / 3.0])
  }

  @Test func benjaminiHochbergKeepsTheOrder() {
    #expect(FalseDiscovery.benjaminiHochberg([]) == [])
    #expect(FalseDiscovery.benjaminiHochberg([0.5]) == [0.5])
    #expect(FalseDiscovery.benjaminiHochberg([0.9, 0.01]) == [0.9, 0.02])
  }

  /// In several chunks as in one: the smallest value that at least that share of the values does not exceed.
  @Test(arguments: [0.0, 0.25, 0.5, 0.95, 0.99, 1]) func quantileOfParts(share: Double) {
    let parts: [[Int64]] = [[-3_000_000, 1_000_000, 1_000_000], [], [0, 7_000_000], [5_000_000]]
    let all = parts.joined().sorted()
    let place = max(1, Int((share * Double(all.count)).rounded(.up)))
    #expect(quantile(share, of: parts) == Double(all[place - 1]) / 1e6)
    #expect(quantile(share, of: [all]) == quantile(share, of: parts))
    #expect(quantile(share, of: [[]]) == nil)
    #expect(count(upTo: 1_000_000, in: parts) == 4)
  }
}
