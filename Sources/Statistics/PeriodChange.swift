import Leads

/// One figure of the window against the same figure of the window before.
package struct PeriodChange: Sendable {
  package typealias Evidence = ComparedFigures.Evidence

  /// The verdict shown to readers.
  package enum Verdict: String, Sendable, CaseIterable {
    case up
    case down
    case noClearChange = "no clear change"
    case tooFew = "too few"
  }

  /// With fewer than this a comparison has no verdict (docs/figures.md#files).
  package static let enough = 30
  /// The accepted share of false findings across properties and steps.
  package static let falseDiscoveryRate = 0.1

  package let of: FigureKey
  package let metric: String
  package let previous: Double?
  package let current: Double?
  package let difference: Double?
  package let low: Double?
  package let high: Double?
  package let pValue: Double?
  package private(set) var qValue: Double?
  package private(set) var verdict: Verdict?
  /// The direction of the change: below 0 down, above 0 up.
  private let direction: Double

  /// Compares the two figures, if both exist.
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
