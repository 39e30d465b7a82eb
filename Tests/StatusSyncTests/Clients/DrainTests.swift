import Leads
import Synchronization
import Testing

@testable import Store  // uses `RunClock`, internal
import Upstreams

/// After a stop, work in progress has 20 s to end by itself, then it is cancelled. The clock is simulated.
@Suite struct DrainTests {
  /// A clock whose one sleeper the test wakes.
  private final class HeldClock: Sendable {
    let asked = Mutex<[Duration]>([])
    private let (wakings, waking) = AsyncStream.makeStream(of: Void.self)

    var clock: RunClock {
      RunClock(
        now: { Instant(microseconds: 0) }, elapsed: { .zero },
        sleep: { duration in
          self.asked.withLock { $0.append(duration) }
          for await _ in self.wakings { return }
        }, random: { 0 })
    }

    func wake() { waking.yield() }
  }

  /// Work that ends only when it is cancelled.
  @Sendable private static func hang() async throws {
    try await Task.sleep(for: .seconds(86_400))
  }

  @Test func workInProgressFinishes() async throws {
    let held = HeldClock()
    let drain = Drain(clock: held.clock)
    let (steps, step) = AsyncStream.makeStream(of: Void.self)
    let work = Task {
      try await drain.finishing {
        for await _ in steps { break }
        try Task.checkCancellation()
        return "done"
      }
    }
    drain.request()
    // Also if the task that requested the stop is cancelled.
    work.cancel()
    step.yield()
    #expect(try await work.value == "done")
    held.wake()
  }

  @Test func unfinishedWorkIsCancelledAfterTheGracePeriod() async throws {
    let held = HeldClock()
    let drain = Drain(clock: held.clock)
    let work = Task { try await drain.finishing(Self.hang) }
    let other = Task { try await drain.finishing(Self.hang) }
    drain.request()
    drain.request()
    #expect(drain.isRequested)
    held.wake()
    await #expect(throws: CancellationError.self) { try await work.value }
    await #expect(throws: CancellationError.self) { try await other.value }
    // One wait of 20 s, however often the stop is requested: 10 s remain of the guaranteed 30 s.
    #expect(held.asked.withLock { $0 } == [.seconds(20)])
    // Work that starts afterwards is cancelled at once.
    await #expect(throws: CancellationError.self) { try await drain.finishing(Self.hang) }
  }

  @Test func withoutAStopNothingIsCancelled() async throws {
    let held = HeldClock()
    let drain = Drain(clock: held.clock)
    #expect(try await drain.finishing { 1 } == 1)
    #expect(!drain.isRequested && held.asked.withLock { $0 }.isEmpty)
  }
}
