/// Durations, each ended by the event or censored.
///
/// One integer holds a duration and its mark, so that a million of them take 8 MB, and sorting puts events before
/// censorings of the same time.
package struct CensoredDurations: Sendable {
  /// Twice the duration, plus one if censored.
  private(set) var packed: [Int64] = []
  private var isSorted = true

  /// None yet.
  package init() {}

  /// From pairs of duration and whether the event ended it.
  package init(_ pairs: [(time: Int64, isEvent: Bool)]) {
    for pair in pairs { append(time: pair.time, isEvent: pair.isEvent) }
  }

  /// How many there are.
  package var count: Int { packed.count }

  /// Adds one. A negative time counts as 0; times beyond 146,000 years in microseconds as that.
  package mutating func append(time: Int64, isEvent: Bool) {
    packed.append(min(max(time, 0), Int64.max >> 2) << 1 | (isEvent ? 0 : 1))
    isSorted = packed.count == 1
  }

  /// Adds those of another.
  package mutating func append(contentsOf other: CensoredDurations) {
    packed.append(contentsOf: other.packed)
    isSorted = packed.count <= 1
  }

  /// Sorted by time, events first.
  package mutating func sort() {
    if !isSorted { packed.sort() }
    isSorted = true
  }

  package static func time(_ packed: Int64) -> Int64 { packed >> 1 }

  package static func isEvent(_ packed: Int64) -> Bool { packed & 1 == 0 }

  /// Number that ended.
  package var events: Int {
    packed.reduce(0) { $0 + ($1 & 1 == 0 ? 1 : 0) }
  }

  /// Mean duration of those that ended, from an exact sum; nil if none did.
  package var meanOfEvents: Double? {
    var sum = Int128(0)
    var number = 0
    for value in packed where Self.isEvent(value) {
      sum += Int128(Self.time(value))
      number += 1
    }
    return number == 0 ? nil : Double(sum) / Double(number)
  }
}
