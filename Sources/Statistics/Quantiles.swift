/// The sum of durations in microseconds, exact before it is rounded, so that their order does not matter.
package func sum(_ microseconds: [Int64]) -> Double {
  Double(microseconds.reduce(into: Int128(0)) { $0 += Int128($1) })
}

/// The mean in seconds; nil of none.
package func mean(_ microseconds: [Int64]) -> Double? {
  microseconds.isEmpty ? nil : sum(microseconds) / Double(microseconds.count) / 1e6
}

/// The median in seconds, between the two in the middle where their number is even, as SQL's
/// `percentile_cont`; nil of none.
package func median(_ microseconds: [Int64]) -> Double? {
  guard !microseconds.isEmpty else { return nil }
  let sorted = microseconds.sorted()
  let (low, high) = (sorted[(sorted.count - 1) / 2], sorted[sorted.count / 2])
  return Double(low) / 1e6 + (Double(high) / 1e6 - Double(low) / 1e6) * 0.5
}

/// The smallest duration in seconds that at least a share of them do not exceed, as SQL's
/// `percentile_disc`; nil of none. They come in parts, each ascending, and are not brought together.
package func quantile(_ share: Double, of parts: [[Int64]]) -> Double? {
  let rank = max(1, Int((share * Double(parts.reduce(0) { $0 + $1.count })).rounded(.up)))
  guard var low = parts.compactMap(\.first).min(), var high = parts.compactMap(\.last).max() else {
    return nil
  }
  while low < high {
    let middle = low + (high - low) / 2
    if count(upTo: middle, in: parts) >= rank { high = middle } else { low = middle + 1 }
  }
  return Double(low) / 1e6
}

/// How many do not exceed a limit.
package func count(upTo limit: Int64, in parts: [[Int64]]) -> Int {
  parts.reduce(0) { sum, part in
    var (low, high) = (0, part.count)
    while low < high {
      let middle = (low + high) / 2
      if part[middle] <= limit { low = middle + 1 } else { high = middle }
    }
    return sum + low
  }
}
