import Foundation
import Leads

@testable import Store

/// The time of the tests' worlds: a fixed instant, from which it runs on with the monotonic clock. What a
/// test sees depends neither on the day nor on the hour at which it is run.
enum ProcessClock {
  /// Where the worlds begin: a Thursday at noon, or what `make test-hours` sets in TEST_INSTANT.
  static let start: Instant = {
    let asked = ProcessInfo.processInfo.environment["TEST_INSTANT"].flatMap {
      Instant(iso8601: $0)
    }
    return asked ?? Instant(microseconds: 1_763_640_000_000_000)
  }()

  /// A clock of the whole process that began there.
  static let shared: RunClock = running(from: start)

  /// What it shows, in microseconds since 1970.
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

  /// What a program that a test starts needs to live in the same time zone, and at the same time: `make
  /// test-hours` runs everything under libfaketime.
  static func environment() -> [String: String] {
    ProcessInfo.processInfo.environment.filter { name, _ in
      [
        "TZ", "LD_PRELOAD", "FAKETIME", "FAKETIME_SHARED", "FAKETIME_DONT_FAKE_MONOTONIC",
      ].contains(name)
    }
  }
}
