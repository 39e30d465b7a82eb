/// Whether two groups last equally long, when some of them still last: the log-rank test (Mantel
/// 1966) with the hypergeometric variance, as R's `survdiff`.
package struct LogRank: Sendable {
  /// Events of the second group beyond those expected if both lasted equally long: above 0, the
  /// second group is the quicker.
  package private(set) var excess = 0.0
  private(set) var variance = 0.0

  /// Compares two groups.
  package init(_ first: CensoredDurations, _ second: CensoredDurations) {
    var (a, b) = (first, second)
    a.sort()
    b.sort()
    var (i, j) = (0, 0)
    while let time = Self.nextEvent(a.packed, &i, b.packed, &j) {
      let atRisk0 = Double(a.packed.count - i)
      let atRisk1 = Double(b.packed.count - j)
      let events0 = Double(Self.take(time, a.packed, &i))
      let events1 = Double(Self.take(time, b.packed, &j))
      let atRisk = atRisk0 + atRisk1
      let events = events0 + events1
      excess += events1 - events * atRisk1 / atRisk
      if atRisk > 1 {
        variance +=
          events * (atRisk0 / atRisk) * (atRisk1 / atRisk) * (atRisk - events) / (atRisk - 1)
      }
    }
  }

  /// χ² with one degree of freedom; nil where nothing can be compared.
  var chiSquared: Double? { variance > 0 ? excess * excess / variance : nil }

  /// Two-sided p-value of no difference; nil where nothing can be compared.
  package var pValue: Double? { chiSquared.map { Normal.twoSided($0.squareRoot()) } }

  /// The next time at which either group has an event; both are moved past censorings before it.
  private static func nextEvent(
    _ a: [Int64], _ i: inout Int, _ b: [Int64], _ j: inout Int
  ) -> Int64? {
    while i < a.count || j < b.count {
      let next = min(i < a.count ? a[i] : .max, j < b.count ? b[j] : .max)
      if CensoredDurations.isEvent(next) { return next }
      if i < a.count, a[i] == next { i += 1 } else { j += 1 }
    }
    return nil
  }

  /// Moves past the events at `time` and says how many there were.
  private static func take(_ time: Int64, _ values: [Int64], _ index: inout Int) -> Int {
    let first = index
    while index < values.count, values[index] == time { index += 1 }
    return index - first
  }
}
