import Foundation

/// SplitMix64 (Steele, Lea, Flood 2014): one seed, the same numbers on every machine.
package struct SplitMix: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number in 0..<1.
  package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number in `range`, which is not empty.
  package mutating func whole(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.count))
  }

  /// True in that share of all draws.
  package mutating func chance(_ share: Double) -> Bool { unit() < share }

  /// An exponentially distributed number with that mean.
  package mutating func exponential(mean: Double) -> Double { -mean * log(1 - unit()) }

  /// A lognormally distributed number: `median` times e to the normal with that deviation.
  package mutating func lognormal(median: Double, deviation: Double) -> Double {
    let normal = sqrt(-2 * log(1 - unit())) * cos(2 * Double.pi * unit())
    return median * exp(deviation * normal)
  }

  /// One of the choices, each as likely as its weight says.
  package mutating func choice<T>(_ choices: [(T, Double)], else fallback: T) -> T {
    var left = unit() * choices.reduce(0) { $0 + $1.1 }
    for (value, weight) in choices {
      left -= weight
      if left < 0 { return value }
    }
    return choices.last?.0 ?? fallback
  }

  /// A version 4 UUID.
  package mutating func uuid() -> UUID {
    let high = next()
    let low = next()
    func byte(_ word: UInt64, _ index: Int) -> UInt8 {
      UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * index))
    }
    return UUID(
      uuid: (
        byte(high, 0), byte(high, 1), byte(high, 2), byte(high, 3), byte(high, 4), byte(high, 5),
        (byte(high, 6) & 0x0F) | 0x40, byte(high, 7), (byte(low, 0) & 0x3F) | 0x80, byte(low, 1),
        byte(low, 2), byte(low, 3), byte(low, 4), byte(low, 5), byte(low, 6), byte(low, 7)
      ))
  }
}
