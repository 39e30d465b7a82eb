/// How many of the leads that a system showed at one property it shows again.
package struct Reappearance: Sendable, Equatable {
  /// The leads that this pull is expected to show: all of them, or those that changed last in an incremental pull.
  package var expected: Int
  package var found: Int

  package init(expected: Int, found: Int) {
    self.expected = expected
    self.found = found
  }

  package var lost: Int { max(expected - found, 0) }

  func lostMost(_ percent: Double) -> Bool {
    expected > 0 && Double(lost) * 100 > percent * Double(expected)
  }
}

/// The properties at which one system lost most leads at once: its answer counts as incomplete. Properties with too
/// few leads for a share are counted together.
/// - Parameters:
///   - percent: more than this share of the expected leads is too much; 100: no limit.
///   - minPopulation: with fewer leads expected, no share is computed.
package func vanished<Key: Hashable>(
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
