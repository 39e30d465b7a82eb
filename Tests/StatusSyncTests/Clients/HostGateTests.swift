import Testing

@testable import StatusSync

@Suite struct HostGateTests {
  private func gate(_ clock: StoppedClock, rate: Double = 1, closesAt: Duration = .seconds(100))
    -> HostGate
  {
    HostGate(requestsPerSecond: rate, concurrency: 4, closesAt: closesAt, clock: clock.clock)
  }

  @Test func theRateIsHeld() async throws {
    let clock = StoppedClock()
    let gate = gate(clock)
    for _ in 0..<5 {
      try await gate.enter()
      await gate.leave()
    }
    #expect(clock.elapsed >= .seconds(4))
  }

  /// No request goes out before the host's wish is met, and the wait is the host's for everybody.
  @Test func aPauseIsWaitedFor() async throws {
    let clock = StoppedClock()
    let gate = gate(clock, rate: 1000)
    await gate.pause(for: 30)
    try await gate.enter()
    #expect(clock.elapsed >= .seconds(30))
  }

  @Test func aPauseBeyondTheDeadlineIsNotWaitedFor() async throws {
    let clock = StoppedClock()
    let gate = gate(clock, rate: 1000)
    await gate.pause(for: 1_000_000)
    await #expect(throws: GateClosed.self) { try await gate.enter() }
    #expect(clock.elapsed == .zero)
  }

  @Test(arguments: [
    (nil as Double?, 0, 1.0), (nil, 3, 2), (0, 0, 0.05), (0, 4, 4), (0, 100, 10), (5, 0, 5),
    (5, 6, 10), (1_000_000, 9, 1_000_000),
  ])
  func pausesGrowButAreNeverShorterThanAskedFor(
    _ asked: Double?, _ times: Int, _ expected: Double
  ) {
    #expect(Backoff.pause(asked: asked, times: times) == expected)
  }
}
