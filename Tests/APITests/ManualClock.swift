import Synchronization

import Store

/// A monotonic clock that a test moves by hand; a sleeper wakes when its time has come. Sleeps below one
/// second return at once. Each test target defines its own wall clock.
final class ManualClock: Sendable {
  private struct Sleeper {
    var asked: Duration
    var wakes: Duration
    var continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var elapsed = Duration.zero
    var next = 0
    var sleepers: [Int: Sleeper] = [:]
  }

  private let state = Mutex(State())

  var clock: RunClock {
    var clock = Self.wall
    clock.elapsed = { self.state.withLock { $0.elapsed } }
    clock.sleep = { try await self.sleep($0) }
    return clock
  }

  /// How many tasks sleep for this long, or up to one second less.
  func asleep(for duration: Duration) -> Int {
    let range = (duration - .seconds(1))...duration
    return state.withLock { $0.sleepers.values.count { range.contains($0.asked) } }
  }

  /// Returns as soon as `count` tasks sleep for this long, or up to one second less.
  func untilAsleep(_ count: Int = 1, for duration: Duration) async {
    while asleep(for: duration) < count { await Task.yield() }
  }

  /// Moves the clock and wakes every sleeper whose time has come.
  func advance(by duration: Duration) {
    let due = state.withLock { state in
      state.elapsed += duration
      let now = state.elapsed
      let due = state.sleepers.filter { $0.value.wakes <= now }
      for number in due.keys { state.sleepers[number] = nil }
      return due.values.map(\.continuation)
    }
    for continuation in due { continuation.resume() }
  }

  private func sleep(_ duration: Duration) async throws {
    if duration < .seconds(1) { return advance(by: duration) }
    let number = state.withLock { state in
      state.next += 1
      return state.next
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isCancelled = state.withLock { state in
          guard !Task.isCancelled else { return true }
          state.sleepers[number] = Sleeper(
            asked: duration, wakes: state.elapsed + duration, continuation: continuation)
          return false
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
      }
    } onCancel: {
      let sleeper = state.withLock { $0.sleepers.removeValue(forKey: number) }
      sleeper?.continuation.resume(throwing: CancellationError())
    }
  }
}
