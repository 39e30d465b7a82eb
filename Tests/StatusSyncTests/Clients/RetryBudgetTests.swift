import StandIns
import Testing

@testable import Upstreams

/// Invariant 15: retries are at most a tenth of a run's operations, but at least 10.
@Suite struct RetryBudgetTests {
  @Test(arguments: [(0, 10), (1, 10), (100, 10), (109, 10), (110, 11), (2_345, 234)])
  func aTenthButAtLeastTen(_ operations: Int, _ allowed: Int) {
    let budget = RetryBudget()
    for _ in 0..<operations { budget.operation() }
    let taken = (0..<operations + 20).count { _ in budget.takeRetry() }
    #expect(taken == allowed)
  }

  /// A change is sent once where nothing is left of the budget, three times where there is.
  @Test func aWriteTakesItsRetriesFromTheBudget() async throws {
    let resman = ScriptedResMan(.new, script: [.fail, .fail, .fail])
    try await ChangeSenderTests.at(resman, domiq: "engaged") { setup in
      for _ in 0..<9 { #expect(setup.sender.budget.takeRetry()) }
      try await setup.expect(ChangeSenderTests.engaged, ends: .ended(.unknown, "HTTP 500"))
      #expect(resman.state.withLock { $0.writes.count } == 2)
    }
  }

  /// A system that fails every read of a lead is not asked three times as often.
  @Test func aNightOfFailingReadsIsNotThreeTimesAsLong() async throws {
    try await NightlyFixture.with { fixture in
      fixture.standIns.faults.add(Fault(.errorBefore, on: .resman, route: .lead))
      let night = try await fixture.nightly().run(full: true)
      #expect(night.summary.outcomes == ["failed": night.summary.planned])
      let asked = fixture.standIns.ledger.arrivals(.resman, .lead).compactMap(\.id)
      let retries = asked.count - Set(asked).count
      let calls = fixture.standIns.ledger.reading.arrivals.count
      // Each would be asked twice more.
      #expect(2 * Set(asked).count > max(10, calls / 10))
      #expect(retries > 0 && retries <= max(10, calls / 10), "\(retries) of \(calls)")
    }
  }
}
