import Leads
import Synchronization
import Testing

@testable import Store  // uses `RunClock`, internal
@testable import Upstreams  // uses `HostRateLimiter`, internal

@Suite struct HostRateLimiterTests {
  private func gate(_ clock: StoppedClock, rate: Double = 1, closesAt: Duration = .seconds(100))
    -> HostRateLimiter
  {
    HostRateLimiter(requestsPerSecond: rate, concurrency: 4, closesAt: closesAt, clock: clock.clock)
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

  /// The requests in the order in which they were admitted.
  private final class Entered: Sendable {
    let numbers = Mutex<[Int]>([])
  }

  /// Writes before reads, and within each kind in the order of arrival: the order is fixed.
  @Test func theRateIsGivenInTheOrderOfArrival() async throws {
    let time = Mutex(Duration.zero)
    let clock = RunClock(
      now: { Instant(microseconds: 0) }, elapsed: { time.withLock { $0 } },
      sleep: { duration in
        let end = time.withLock { $0 } + duration
        while time.withLock({ $0 }) < end {
          try Task.checkCancellation()
          await Task.yield()
        }
      }, random: { 0.5 })
    let gate = HostRateLimiter(
      requestsPerSecond: 1, concurrency: 8, closesAt: .seconds(100), clock: clock)
    try await gate.enter()
    let entered = Entered()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<6 {
        group.addTask {
          try await gate.enter(isWrite: number >= 4)
          entered.numbers.withLock { $0.append(number) }
        }
        while await gate.readsAtDoor.count + gate.writesAtDoor.count <= number {
          await Task.yield()
        }
      }
      while entered.numbers.withLock({ $0.count }) < 6 {
        time.withLock { $0 += .milliseconds(250) }
        for _ in 0..<50 { await Task.yield() }
      }
      try await group.waitForAll()
    }
    #expect(entered.numbers.withLock { $0 } == [4, 5, 0, 1, 2, 3])
  }

  /// No request is sent before the host's wait is over, and the wait applies to every request to the host.
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
