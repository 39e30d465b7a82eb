import Foundation
import Leads
import Synchronization

import Store

/// The time of the test data: a fixed instant, from which it runs with the monotonic clock. No result depends
/// on the day or hour at which a test runs.
enum ProcessClock {
  /// The start of the test data: a Thursday at noon, or the TEST_INSTANT that `make test-hours` sets.
  static let start: Instant = {
    let asked = ProcessInfo.processInfo.environment["TEST_INSTANT"].flatMap {
      Instant(iso8601: $0)
    }
    return asked ?? Instant(microseconds: 1_763_640_000_000_000)
  }()

  /// A clock of the whole process that began at that instant.
  static let shared: RunClock = running(from: start)

  /// The clock's time in microseconds since 1970.
  @Sendable static func wall() -> Int64 { shared.now().microseconds }

  /// A clock that begins at an instant.
  static func running(from start: Instant) -> RunClock {
    var clock = RunClock.system()
    let elapsed = clock.elapsed
    clock.now = {
      Instant(microseconds: start.microseconds + Int64(elapsed() / .microseconds(1)))
    }
    return clock
  }

  /// The environment that gives a started program the same time zone and time: `make test-hours` runs
  /// everything under libfaketime.
  static func environment() -> [String: String] {
    ProcessInfo.processInfo.environment.filter { name, _ in
      [
        "TZ", "LD_PRELOAD", "FAKETIME", "FAKETIME_SHARED", "FAKETIME_DONT_FAKE_MONOTONIC",
      ].contains(name)
    }
  }
}

/// How far a test has moved a clock on.
final class ClockShift: Sendable {
  private let shift = Mutex(Duration.zero)

  func move(by duration: Duration) { shift.withLock { $0 += duration } }

  /// The clock with its time of day moved on.
  func now(of clock: RunClock = ProcessClock.running(from: ProcessClock.start)) -> RunClock {
    var moved = clock
    moved.now = { clock.now() + self.shift.withLock { $0 } }
    return moved
  }

  /// The clock with its count of elapsed time moved on.
  func elapsed(of clock: RunClock = ProcessClock.running(from: ProcessClock.start)) -> RunClock {
    var moved = clock
    moved.elapsed = { clock.elapsed() + self.shift.withLock { $0 } }
    return moved
  }
}
