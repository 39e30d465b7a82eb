import Foundation
import Leads

/// The clocks of a run: the wall clock for stored times, a monotonic clock for durations, and a sleep. A value, so that
/// tests provide their own.
package struct RunClock: Sendable {
  /// The wall clock, for times that are stored.
  package var now: @Sendable () -> Instant
  /// Time since the clock was made, unaffected by changes of the wall clock.
  package var elapsed: @Sendable () -> Duration
  /// Waits; throws when the task is cancelled.
  package var sleep: @Sendable (Duration) async throws -> Void
  /// A number in 0..<1, for jitter.
  package var random: @Sendable () -> Double

  /// The machine's clocks.
  package static func system() -> RunClock {
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
