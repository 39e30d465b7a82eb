import Glibc

/// The normal distribution, as far as the figures need it.
package enum Normal {
  /// Its 97.5 % point: 95 % lie within plus and minus this.
  static let upper2_5Percent = 1.959963984540054

  /// Probability of a value at least as far from 0 as `z`, on either side.
  static func twoSided(_ z: Double) -> Double {
    erfc(abs(z) / 2.0.squareRoot())
  }
}
