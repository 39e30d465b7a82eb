import CBoostMath

/// Successes among independent trials of one probability: exact tails, by the incomplete beta
/// function of Boost.Math (Abramowitz and Stegun 26.5.24).
package struct Binomial: Sendable, Equatable {
  package var trials: Int
  package var probability: Double

  package init(trials: Int, probability: Double) {
    self.trials = trials
    self.probability = probability
  }

  /// P(X ≤ k).
  package func atMost(_ k: Int) -> Double {
    if k < 0 { return 0 }
    if k >= trials { return 1 }
    return cbm_ibetac(Double(k + 1), Double(trials - k), probability)
  }

  /// P(X ≥ k).
  package func atLeast(_ k: Int) -> Double {
    if k <= 0 { return 1 }
    if k > trials { return 0 }
    return cbm_ibeta(Double(k), Double(trials - k + 1), probability)
  }
}

/// Two counts of rare events over equal times, the second against the first.
package struct CountDifference: Sendable, Equatable {
  package var previous: Int
  package var current: Int

  package init(previous: Int, current: Int) {
    self.previous = previous
    self.current = current
  }

  package var difference: Int { current - previous }

  /// Two-sided p-value of equal rates: given the sum of two Poisson counts, one of them is binomial
  /// with probability one half (Przyborowski and Wilenski 1940; R's `poisson.test`). 1 without any
  /// event.
  package var pValue: Double {
    let binomial = Binomial(trials: previous + current, probability: 0.5)
    return min(1, 2 * min(binomial.atMost(current), binomial.atLeast(current)))
  }

  /// The 95 % interval of the difference for the sum as it was: that of Clopper and Pearson (1934)
  /// for the share of the current count, turned into a difference. Where it leaves out 0, `pValue`
  /// is below 0.05. nil without any event.
  package var interval: (low: Double, high: Double)? {
    let sum = previous + current
    guard sum > 0 else { return nil }
    let (k, n) = (Double(current), Double(sum))
    let low = current == 0 ? 0 : cbm_ibeta_inv(k, n - k + 1, 0.025)
    let high = current == sum ? 1 : cbm_ibeta_inv(k + 1, n - k, 0.975)
    return (n * (2 * low - 1), n * (2 * high - 1))
  }
}
