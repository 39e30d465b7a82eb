import Leads

/// One property's drift of a night before repair, compared with its own earlier nights.
///
/// A jump is a night with more drift than its history lets expect: the upper tail of a beta-binomial
/// distribution, adjusted over the properties of the run (Benjamini and Hochberg 1995). A leak is a
/// rate that rose a little and stayed: a one-sided cumulative sum (Page 1954) over the last nights.
package struct DriftAlarm: Sendable, Equatable {
  /// One night: leads known on both sides, and those with new drift.
  package struct Sample: Sendable, Equatable {
    package var leads: Int
    package var drifted: Int

    package init(leads: Int, drifted: Int) {
      self.leads = leads
      self.drifted = drifted
    }
  }

  package enum Verdict: String, Codable, Sendable, CaseIterable {
    case insufficientHistory = "insufficient_history"
    case quiet, jump, leak
  }

  /// With fewer nights there is no verdict.
  package static let enoughNights = 14
  /// The most nights over which a leak is summed up. The nights before are the reference, so that a leak is not part of
  /// its own reference.
  static let watchedNights = 28
  /// The share of false jumps among those shown.
  package static let falseDiscoveryRate = 0.05
  /// The allowance and the decision limit of the cumulative sum, in standard deviations: the usual pair for a shift of
  /// one standard deviation (Montgomery, *Statistical Quality Control*, section 9.1).
  package static let slack = 0.5
  static let threshold = 5.0

  package var tonight: Sample
  /// The number of reference nights.
  package var nights: Int
  /// Of the reference nights; nil with too few.
  package var expectedRate: Double?
  package var pValue: Double?
  package var qValue: Double?
  package var cusum: Double?
  package var verdict: Verdict

  /// Evaluates the properties of one run together; results in their order.
  package static func evaluate(_ properties: [(history: [Sample], tonight: Sample)]) -> [DriftAlarm]
  {
    var alarms = properties.map { DriftAlarm($0.history, tonight: $0.tonight) }
    let judged = alarms.indices.filter { alarms[$0].pValue != nil }
    let adjusted = FalseDiscovery.benjaminiHochberg(judged.map { alarms[$0].pValue ?? 1 })
    for (index, q) in zip(judged, adjusted) {
      alarms[index].qValue = q
      if q <= falseDiscoveryRate { alarms[index].verdict = .jump }
    }
    return alarms
  }

  private init(_ history: [Sample], tonight: Sample) {
    self.tonight = tonight
    let history = history.filter { $0.leads > 0 }
    nights = history.count
    verdict = .insufficientHistory
    guard nights >= Self.enoughNights, tonight.leads > 0 else { return }
    let watched = min(nights - Self.enoughNights, Self.watchedNights)
    let baseline = Baseline(Array(history.dropLast(watched)))
    expectedRate = baseline.rate
    pValue = baseline.predictive(trials: tonight.leads).atLeast(tonight.drifted)
    let sum = (history.suffix(watched) + [tonight]).reduce(0.0) { sum, night in
      max(0, sum + baseline.excess(of: night) - Self.slack)
    }
    cusum = sum
    verdict = sum > Self.threshold ? .leak : .quiet
  }

  /// The expectation from the reference nights.
  private struct Baseline {
    /// With half a lead added to each outcome (Jeffreys), so that a history without drift still allows some.
    var rate: Double
    /// Intra-night correlation, by moments (Williams 1982); 0 where nights vary no more than by chance.
    var correlation: Double
    private var leads: Double

    init(_ nights: [Sample]) {
      leads = Double(nights.reduce(0) { $0 + $1.leads })
      rate = (Double(nights.reduce(0) { $0 + $1.drifted }) + 0.5) / (leads + 1)
      correlation = 0
      let pearson = nights.reduce(0.0) { sum, night in
        let n = Double(night.leads)
        let residual = Double(night.drifted) - n * rate
        return sum + residual * residual / (n * rate * (1 - rate))
      }
      let mean = leads / Double(nights.count)
      guard nights.count > 1, mean > 1 else { return }
      let dispersion = pearson / Double(nights.count - 1)
      correlation = min(max(0, (dispersion - 1) / (mean - 1)), 0.99)
    }

    /// The variance of the next night's count: that between nights, and that of the rate.
    func predictive(trials: Int) -> BetaBinomial {
      let between = correlation / (1 - correlation)
      let weight = 1 / (between + 1 / (leads + 1))
      return BetaBinomial(trials: trials, alpha: rate * weight, beta: (1 - rate) * weight)
    }

    /// A night's excess in standard deviations; fewer than one expected lead counts as one.
    func excess(of night: Sample) -> Double {
      let n = Double(night.leads)
      let variance = n * rate * (1 - rate) * (1 + (n - 1) * correlation)
      return (Double(night.drifted) - n * rate) / max(1, variance).squareRoot()
    }
  }
}
