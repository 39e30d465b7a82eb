/// The figures of one piece of evidence.
package struct ComparedFigures: Sendable {
  /// What the two figures rest on; it decides the test.
  package enum Evidence: Sendable {
    /// Shares: Newcombe's interval, score test.
    case rate(ProportionDifference)
    /// Counts over equally long windows: exact conditional test.
    case count(CountDifference)
    /// Durations: medians by Kaplan-Meier, log-rank test.
    case time(ComparedFigures)
  }

  package var previous: Double?
  package var current: Double?
  package var difference: Double?
  package var interval: (low: Double, high: Double)?
  package var pValue: Double?
  /// The number that is compared with `enough`: the smaller group, or the sum of two counts.
  package var number = 0
  package var direction = 0.0

  package init(_ evidence: Evidence) {
    switch evidence {
    case .rate(let rates):
      previous = rates.previous.rate
      current = rates.current.rate
      difference = rates.difference
      interval = rates.newcombe
      pValue = rates.pValue
      number = min(rates.previous.trials, rates.current.trials)
      direction = difference ?? 0
    case .count(let counts):
      previous = Double(counts.previous)
      current = Double(counts.current)
      difference = Double(counts.difference)
      interval = counts.interval
      pValue = counts.pValue
      number = counts.previous + counts.current
      direction = Double(counts.difference)
    case .time(let figures): self = figures
    }
  }

  /// Of durations in microseconds.
  package init(previous before: CensoredDurations, current now: CensoredDurations) {
    previous = KaplanMeier(before).quantile(0.5).map { Double($0) / 1e6 }
    current = KaplanMeier(now).quantile(0.5).map { Double($0) / 1e6 }
    if let previous, let current { difference = current - previous }
    let test = LogRank(before, now)
    pValue = test.pValue
    number = min(before.count, now.count)
    // Without both medians, or with equal ones: more endings than expected mean shorter times.
    direction = difference.flatMap { $0 == 0 ? nil : $0 } ?? -test.excess
  }
}
