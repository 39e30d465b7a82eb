import Glibc

/// The Kaplan-Meier estimate of durations with censoring.
///
/// S = Π(1 − d/n) over the event times (Kaplan and Meier 1958); at one time events come before
/// censorings. Times are in whatever unit the observations are in.
package struct KaplanMeier: Sendable {
  /// One event time: the estimate from then on, and Greenwood's sum Σ d/(n(n − d)).
  package struct Step: Sendable {
    package var time: Int64
    package var survival: Double
    var greenwood: Double

    package init(time: Int64, survival: Double, greenwood: Double) {
      self.time = time
      self.survival = survival
      self.greenwood = greenwood
    }
  }

  /// Drops of the curve, by time. Before the first, S is 1.
  package private(set) var steps: [Step] = []
  /// The longest observation, ended or not; nil without any.
  package private(set) var longest: Int64?

  /// The estimate from all observations at once.
  package init(_ observations: CensoredDurations) {
    var sorted = observations
    sorted.sort()
    let values = sorted.packed
    longest = values.last.map(CensoredDurations.time)
    var survival = 1.0
    var greenwood = 0.0
    var index = 0
    while index < values.count {
      guard CensoredDurations.isEvent(values[index]) else {
        index += 1
        continue
      }
      let atRisk = Double(values.count - index)
      let first = index
      while index < values.count, values[index] == values[first] { index += 1 }
      let events = Double(index - first)
      survival = events == atRisk ? 0 : survival * (1 - events / atRisk)
      greenwood += events / (atRisk * (atRisk - events))
      steps.append(
        Step(time: CensoredDurations.time(values[first]), survival: survival, greenwood: greenwood))
    }
  }

  /// The time by which the share `gone` has ended: the smallest t with S(t) ≤ 1 − gone + 1e-9.
  /// nil: not reached.
  package func quantile(_ gone: Double) -> Int64? {
    steps.first { $0.survival <= 1 - gone + tolerance }?.time
  }

  /// The 95 % interval of that time: where the log-log limits of S cross 1 − gone (Brookmeyer and
  /// Crowley 1982; Kalbfleisch and Prentice 1980). nil: that end is not reached. At S = 0 the
  /// limits are not defined, as in R's `survfit(conf.type = "log-log")`.
  package func interval(of gone: Double) -> (low: Int64?, high: Int64?) {
    let level = 1 - gone + tolerance
    let curve = steps.lazy.filter { $0.survival > 0 }
    return (
      curve.first { limit($0, sign: 1) <= level }?.time,
      curve.first { limit($0, sign: -1) <= level }?.time
    )
  }

  /// The expected time within the first `limit`: the area under S up to there. nil where nothing is
  /// known as far as that, that is where the longest observation is shorter and was cut off.
  package func restrictedMean(to limit: Int64) -> Double? {
    guard let longest else { return nil }
    if longest < limit, steps.last?.survival != 0 { return nil }
    var area = 0.0
    var from: Int64 = 0
    var survival = 1.0
    for step in steps where step.time < limit {
      area += survival * Double(step.time - from)
      from = step.time
      survival = step.survival
    }
    return area + survival * Double(limit - from)
  }

  /// S^exp(±z·σ) with σ² = Greenwood's sum / (ln S)²: + gives the lower limit.
  private func limit(_ step: Step, sign: Double) -> Double {
    let logarithm = log(step.survival)
    let deviation = step.greenwood.squareRoot() / -logarithm
    return exp(logarithm * exp(sign * zFor95 * deviation))
  }
}

/// The 97.5 % point of the normal distribution.
private let zFor95 = 1.959963984540054
/// Products of fractions miss exact halves by rounding; below this they count as reached.
private let tolerance = 1e-9
