/// The sum of durations in microseconds, exact before it is rounded, so that their order does not matter.
func sum(_ microseconds: [Int64]) -> Double {
  Double(microseconds.reduce(into: Int128(0)) { $0 += Int128($1) })
}

/// The mean in seconds; nil of none.
func mean(_ microseconds: [Int64]) -> Double? {
  microseconds.isEmpty ? nil : sum(microseconds) / Double(microseconds.count) / 1e6
}

/// The median in seconds, between the two in the middle where their number is even, as SQL's
/// `percentile_cont`; nil of none.
func median(_ microseconds: [Int64]) -> Double? {
  guard !microseconds.isEmpty else { return nil }
  let sorted = microseconds.sorted()
  let (low, high) = (sorted[(sorted.count - 1) / 2], sorted[sorted.count / 2])
  return Double(low) / 1e6 + (Double(high) / 1e6 - Double(low) / 1e6) * 0.5
}

/// The smallest duration in seconds that at least a share of them do not exceed, as SQL's
/// `percentile_disc`; nil of none. `sorted` ascending.
func quantile(_ share: Double, of sorted: [Int64]) -> Double? {
  guard !sorted.isEmpty else { return nil }
  let place = Int((share * Double(sorted.count)).rounded(.up))
  return Double(sorted[max(1, place) - 1]) / 1e6
}
