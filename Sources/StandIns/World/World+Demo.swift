import Foundation
import Leads

extension World {
  /// Made-up data: leads of the last half year at several properties, almost all in sync, and a
  /// known share of every verdict that a log can show. The same arguments give the same world.
  ///
  /// `leads` counts distinct ResMan lead ids, at least 100; conversations without one and second
  /// conversations of a lead come on top.
  package static func demo(
    leads: Int = 5_000, properties: Int = 8, seed: UInt64 = 2026, now: Instant
  ) -> World {
    var builder = WorldBuilder(properties: properties, seed: seed, now: now)
    for scenario in builder.shuffled(Scenario.list(leads: max(leads, Scenario.fewestLeads))) {
      builder.add(scenario)
    }
    builder.addConversationsWithoutLead(max(1, leads * 15 / 1_000))
    return builder.finish()
  }
}
