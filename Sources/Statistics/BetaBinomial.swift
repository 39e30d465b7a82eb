import Foundation

/// Successes among trials whose probability itself scatters as a beta distribution: the binomial with
/// overdispersion (Skellam 1948).
struct BetaBinomial: Sendable, Equatable {
  var trials: Int
  var alpha: Double
  var beta: Double

  /// P(X ≥ k), exactly, as a sum of the upper tail; 1 for k ≤ 0, 0 beyond the trials.
  func atLeast(_ k: Int) -> Double {
    if k <= 0 { return 1 }
    if k > trials { return 0 }
    var term = exp(logProbability(k))
    var sum = term
    for i in k..<trials where term > 0 {
      let x = Double(i)
      let n = Double(trials)
      term *= (n - x) / (x + 1) * (alpha + x) / (beta + n - x - 1)
      sum += term
    }
    return min(1, sum)
  }

  private func logProbability(_ k: Int) -> Double {
    let n = Double(trials)
    let x = Double(k)
    let choose = lgamma(n + 1) - lgamma(x + 1) - lgamma(n - x + 1)
    return choose + Self.logBeta(x + alpha, n - x + beta) - Self.logBeta(alpha, beta)
  }

  private static func logBeta(_ a: Double, _ b: Double) -> Double {
    lgamma(a) + lgamma(b) - lgamma(a + b)
  }
}
