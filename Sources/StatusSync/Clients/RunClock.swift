import Foundation
import Leads

/// The clocks of a run: the wall clock for stored times, a monotonic clock for durations, and a sleep. A value, so that
/// tests provide their own.
public struct RunClock: Sendable {
  /// The wall clock, for times that are stored.
  public var now: @Sendable () -> Instant
  /// Time since the clock was made, unaffected by changes of the wall clock.
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
