import Foundation
import Leads
import Synchronization

/// Time as a run sees it: the wall for what is written down, a monotonic count for durations, and
/// a sleep. A value, so that tests bring their own.
public struct RunClock: Sendable {
  /// The wall clock, for times that are stored.
  public var now: @Sendable () -> Instant
  /// Time since the clock was made; jumps of the wall do not reach it.
  public var elapsed: @Sendable () -> Duration
  /// Waits; throws when the task is cancelled.
  public var sleep: @Sendable (Duration) async throws -> Void
  /// A number in 0..<1, for jitter.
  public var random: @Sendable () -> Double

  /// The machine's clocks.
  public static func system() -> RunClock {
    let start = ContinuousClock.now
    return RunClock(
      now: {
        Instant(microseconds: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded()))
      },
      elapsed: { ContinuousClock.now - start },
      sleep: { try await Task.sleep(for: $0) },
      random: { Double.random(in: 0..<1) })
  }
}

/// Retries of one run: at most a tenth of its operations, but at least 10 (reliability.md,
/// invariant 15).
public final class ResendBudget: Sendable {
  private let counts = Mutex((operations: 0, retries: 0))

  /// A budget nothing was taken from yet.
  public init() {}

  /// Counts one first attempt.
  public func operation() {
    counts.withLock { $0.operations += 1 }
  }

  /// True where one more retry is allowed; it is counted then.
  public func takeRetry() -> Bool {
    counts.withLock { counts in
      guard counts.retries < max(10, counts.operations / 10) else { return false }
      counts.retries += 1
      return true
    }
  }
}

/// Asks a run to begin nothing new; what is under way is finished first.
public final class Drain: Sendable {
  private let requested = Mutex(false)

  /// A run nobody asked to stop.
  public init() {}

  /// True once somebody asked.
  public var isRequested: Bool { requested.withLock { $0 } }

  /// Asks; safe from a cancellation handler.
  public func request() {
    requested.withLock { $0 = true }
  }
}
