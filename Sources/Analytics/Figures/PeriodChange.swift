import Leads
import Statistics

/// One figure of the window against the same figure of the window before.
package struct PeriodChange: Sendable {
  /// What the two figures rest on; it decides the test.
  package enum Evidence: Sendable {
    /// Shares: Newcombe's interval, score test.
    case rate(ProportionDifference)
    /// Counts over equally long windows: exact conditional test.
    case count(CountDifference)
    /// Durations: medians by Kaplan-Meier, log-rank test.
    case time(ComparedFigures)
  }

  /// What a reader is told.
  package enum Verdict: String, Sendable, CaseIterable {
    case up
    case down
    case noClearChange = "no clear change"
    case tooFew = "too few"
  }

  /// Below this many a comparison says nothing (docs/figures.md#files).
  package static let enough = 30
  /// The share of false findings that is put up with across properties and steps.
  static let falseDiscoveryRate = 0.1

  package let of: FigureKey
  package let metric: String
  package let previous: Double?
  package let current: Double?
  package let difference: Double?
  package let low: Double?
  package let high: Double?
  let pValue: Double?
  private(set) var qValue: Double?
  package private(set) var verdict: Verdict?
  /// Which way it went, where it went anywhere: below 0 down, above 0 up.
  private let direction: Double

  /// Compares, as far as there is something to compare.
  /// - Parameter isCovered: the history reaches back over the whole window before; without that its
  ///   figure is not known, and nothing is compared.
  package init(of key: FigureKey, _ metric: String, isCovered: Bool, _ evidence: Evidence) {
    of = key
    self.metric = metric
    let figures = ComparedFigures(evidence)
    current = figures.current
    guard isCovered else {
      (previous, difference, low, high, pValue, direction) = (nil, nil, nil, nil, nil, 0)
      return
    }
    previous = figures.previous
    difference = figures.difference
    (low, high) = (figures.interval?.low, figures.interval?.high)
    pValue = figures.number >= Self.enough ? figures.pValue : nil
    direction = figures.direction
    verdict = pValue == nil ? .tooFew : .noClearChange
  }

  /// The changes with q-values and verdicts: those of one figure, of the portfolio and all properties
  /// and steps together, are one family.
  package static func evaluated(_ changes: [PeriodChange]) -> [PeriodChange] {
    var judged = changes
    let families = Dictionary(grouping: changes.indices.filter { changes[$0].pValue != nil }) {
      changes[$0].metric
    }
    for family in families.values {
      let q = FalseDiscovery.benjaminiHochberg(family.compactMap { changes[$0].pValue })
      for (index, q) in zip(family, q) { judged[index].evaluate(q) }
    }
    return judged
  }

  private mutating func evaluate(_ q: Double) {
    qValue = q
    if q <= Self.falseDiscoveryRate, direction != 0 { verdict = direction > 0 ? .up : .down }
  }
}

/// The figures of one piece of evidence.
package struct ComparedFigures: Sendable {
  package var previous: Double?
  package var current: Double?
  package var difference: Double?
  package var interval: (low: Double, high: Double)?
  var pValue: Double?
  /// What is held against `enough`: the smaller group, or the sum of two counts.
  package var number = 0
  package var direction = 0.0

  package init(_ evidence: PeriodChange.Evidence) {
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
