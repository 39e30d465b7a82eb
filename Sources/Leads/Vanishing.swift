/// How much of what a system showed at one property before it shows again.
public struct Reappearance: Sendable, Equatable {
  /// What this pull has to show again: all of it, or what changed last where it asked for changes.
  public var expected: Int
  public var found: Int

  public init(expected: Int, found: Int) {
    self.expected = expected
    self.found = found
  }

  public var lost: Int { max(expected - found, 0) }

  func lostMost(_ percent: Double) -> Bool {
    expected > 0 && Double(lost) * 100 > percent * Double(expected)
  }
}

/// The properties of which one system has lost most leads at once: what it answered is not the whole,
/// whatever it says. A property with too few leads to judge counts with the others of the system.
/// - Parameters:
///   - percent: more than this share of what is expected; 100: nothing is ever too much.
///   - minPopulation: leads to be expected before a share says anything.
public func vanished<Key: Hashable>(
  _ properties: [Key: Reappearance], percent: Double, minPopulation: Int
) -> Set<Key> {
  let all = properties.values.reduce(into: Reappearance(expected: 0, found: 0)) {
    $0.expected += $1.expected
    $0.found += min($1.found, $1.expected)
  }
  let isWhole = all.expected >= minPopulation && all.lostMost(percent)
  return Set(
    properties.filter { _, one in
      one.lostMost(percent) && (isWhole || one.expected >= minPopulation)
    }.keys)
}
