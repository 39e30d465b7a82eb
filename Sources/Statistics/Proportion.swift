import Glibc

/// So many of so many: a count of successes and what it is a share of.
package struct Proportion: Sendable, Equatable {
  package var successes: Int
  package var trials: Int

  package init(_ successes: Int, of trials: Int) {
    self.successes = successes
    self.trials = trials
  }

  /// The share; nil without trials, which are no 0 %.
  package var rate: Double? {
    trials > 0 ? Double(successes) / Double(trials) : nil
  }

  /// The 95 % score interval (Wilson 1927); nil without trials. Exactly 0 below where nothing
  /// succeeded and exactly 1 above where everything did. `wilson_low` and `wilson_high` in SQL are
  /// the same formula.
  var wilson: (low: Double, high: Double)? {
    guard let rate else { return nil }
    let n = Double(trials)
    let z = Normal.upper2_5Percent
    let scale = 1 + z * z / n
    let centre = (rate + z * z / (2 * n)) / scale
    let half = z * (rate * (1 - rate) / n + z * z / (4 * n * n)).squareRoot() / scale
    return (successes == 0 ? 0 : centre - half, successes == trials ? 1 : centre + half)
  }
}

/// Two shares of different people, the second against the first.
package struct ProportionDifference: Sendable, Equatable {
  package var previous: Proportion
  package var current: Proportion

  package init(previous: Proportion, current: Proportion) {
    self.previous = previous
    self.current = current
  }

  /// current − previous; nil where either is no share.
  package var difference: Double? {
    guard let before = previous.rate, let now = current.rate else { return nil }
    return now - before
  }

  /// The 95 % interval of the difference: method 10 of Newcombe, "Interval estimation for the
  /// difference between independent proportions", Statistics in Medicine 17 (1998), 873–890, which
  /// joins the two Wilson intervals. nil where either is no share.
  package var newcombe: (low: Double, high: Double)? {
    guard let before = previous.rate, let now = current.rate, let difference,
      let of0 = previous.wilson, let of1 = current.wilson
    else { return nil }
    return (
      difference - hypot(now - of1.low, of0.high - before),
      difference + hypot(of1.high - now, before - of0.low)
    )
  }

  /// Two-sided p-value of equal shares: the score test with the pooled share, without correction
  /// (Pearson 1900; R's `prop.test(correct = FALSE)`). 1 where both are 0 % or both 100 %; nil where
  /// either is no share.
  package var pValue: Double? {
    guard let difference else { return nil }
    let n0 = Double(previous.trials)
    let n1 = Double(current.trials)
    let pooled = Double(previous.successes + current.successes) / (n0 + n1)
    let variance = pooled * (1 - pooled) * (1 / n0 + 1 / n1)
    return variance > 0 ? Normal.twoSided(difference / variance.squareRoot()) : 1
  }
}
