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

  /// Clients of one gate: each waits for a pause as long as it may itself.
  @Test func aPauseIsWaitedForAsLongAsTheCallMayWait() async throws {
    let clock = StoppedClock()
    let gate = gate(clock, rate: 1000, closesAt: .seconds(1e12))
    await gate.pause(for: 5)
    await #expect(throws: GateClosed(seconds: 5)) { try await gate.enter(pause: .seconds(2)) }
    #expect(clock.elapsed == .zero)
    try await gate.enter(pause: .seconds(60))
    #expect(clock.elapsed == .seconds(5))
  }

  /// A place is waited for only so long; one that nobody waits for any more goes to the next call.
  @Test func aPlaceIsWaitedForOnlySoLong() async throws {
    let clock = StoppedClock()
    let gate = HostRateLimiter(
      requestsPerSecond: 1000, concurrency: 1, closesAt: .seconds(1e12), clock: clock.clock)
    try await gate.enter()
    for isWrite in [false, true] {
      await #expect(throws: GateClosed(seconds: 1, isOwnLimit: true)) {
        try await gate.enter(isWrite: isWrite, place: .seconds(7))
      }
    }
    #expect(clock.elapsed == .seconds(14))
    await gate.leave()
    try await gate.enter(place: .seconds(7))
    #expect(clock.elapsed == .seconds(14))
  }

  /// A call that our own limits refuse tells nothing of the host: it is over, and nobody pauses for it, whatever its client
  /// may wait.
  @Test(.timeLimit(.minutes(5)), arguments: [2.0, 60])
  func aCallThatWasNotSentPausesNobody(_ seconds: Double) async throws {
    let clock = StoppedClock()
    let client = UpstreamHTTP.makeClient(concurrency: 1, forCallers: true)
    var settings = UpstreamSettings(
      url: "http://127.0.0.1:1", token: "t", concurrency: 1, timeoutSeconds: 7,
      waitTimeoutSeconds: 2)
    let live = UpstreamHost(
      settings, client: client, clock: clock.clock, budget: RetryBudget())
    settings.waitTimeoutSeconds = seconds
    let host = UpstreamHost(
      settings, client: client, clock: clock.clock, budget: RetryBudget(), countingWith: live)
    func failure() async -> CallFailure? {
      do throws(CallFailure) {
        _ = try await host.read(OutgoingCall(path: "/"))
        return nil
      } catch {
        return error
      }
    }
    try await live.gate.enter()
    for _ in 0..<5 {
      let refused = await failure()
      #expect(refused?.isOwnLimit == true && refused?.isTryLater == true)
    }
    #expect(clock.elapsed == .seconds(35))
    await live.gate.leave()
    try await live.gate.enter(pause: .zero)
    await live.gate.leave()
    await live.gate.pause(for: 100)
    for _ in 0..<5 {
      let refused = await failure()
      #expect(refused?.kind == .tryLater(seconds: 100) && refused?.isOwnLimit == false)
    }
    await #expect(throws: GateClosed(seconds: 100)) { try await live.gate.enter(pause: .zero) }
    // By day no pause is longer than an hour.
    await live.gate.pause(for: 999_999_999)
    await #expect(throws: GateClosed(seconds: 3600)) { try await live.gate.enter(pause: .zero) }
    #expect(clock.elapsed == .seconds(35))
    await client.shutdown()
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
