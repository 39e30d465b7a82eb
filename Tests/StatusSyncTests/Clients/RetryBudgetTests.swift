import StandIns
import Testing

import Upstreams

/// Invariant 15: retries are at most a tenth of a run's operations, but at least 10.
@Suite struct RetryBudgetTests {
  @Test(arguments: [(0, 10), (1, 10), (100, 10), (109, 10), (110, 11), (2_345, 234)])
  func retriesAreATenthButAtLeastTen(_ operations: Int, _ allowed: Int) {
    let budget = RetryBudget()
    for _ in 0..<operations { budget.operation() }
    let taken = (0..<operations + 20).count { _ in budget.takeRetry() }
    #expect(taken == allowed)
  }

  /// A change is sent once if the budget is used up, otherwise three times.
  @Test func aWriteTakesItsRetriesFromTheBudget() async throws {
    let resman = ScriptedResMan(.new, script: [.fail, .fail, .fail])
    try await ChangeSenderTests.at(resman, domiq: "engaged") { setup in
      for _ in 0..<9 { #expect(setup.sender.budget.takeRetry()) }
      try await setup.expect(ChangeSenderTests.engaged, ends: .ended(.unknown, "HTTP 500"))
      #expect(resman.state.withLock { $0.writes.count } == 2)
    }
  }

  /// If a system fails every read of a lead, the reads are not all repeated three times.
  @Test func failingReadsDoNotTripleTheNight() async throws {
    try await NightlyFixture.with { fixture in
      fixture.standIns.faults.add(Fault(.errorBefore, on: .resman, route: .lead))
      let night = try await fixture.nightly().run(full: true)
      #expect(night.summary.outcomes == ["failed": night.summary.planned])
      let asked = fixture.standIns.ledger.arrivals(.resman, .lead).compactMap(\.id)
      let retries = asked.count - Set(asked).count
      let calls = fixture.standIns.ledger.reading.arrivals.count
      // Without a budget each would be repeated twice.
      #expect(2 * Set(asked).count > max(10, calls / 10))
      #expect(retries > 0 && retries <= max(10, calls / 10), "\(retries) of \(calls)")
    }
  }
}
