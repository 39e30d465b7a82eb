import Leads

/// What all calls to one host share: the rate, the number in flight, and the host's own wishes.
/// A 429 makes everybody wait; a 401 ends every later call.
actor HostGate {
  private let interval: Duration
  private let burst: Int
  private let limit: Int
  private let clock: RunClock
  private var nextFree: Duration = .zero
  private var pausedUntil: Duration = .zero
  private var inFlight = 0
  private var waiting: [CheckedContinuation<Void, Never>] = []
  private(set) var isUnauthorized = false

  /// - Parameters:
  ///   - requestsPerSecond: a burst of one second's worth may go at once.
  ///   - concurrency: calls in flight at most.
  init(requestsPerSecond: Double, concurrency: Int, clock: RunClock) {
    interval = .seconds(1 / max(requestsPerSecond, 0.01))
    burst = max(1, Int(min(requestsPerSecond, 1_000_000)))
    limit = max(1, concurrency)
    self.clock = clock
  }

  /// Waits for a place, for the rate, and for the host's pause.
  func enter() async throws {
    if inFlight >= limit {
      await withCheckedContinuation { waiting.append($0) }
    } else {
      inFlight += 1
    }
    do {
      while let wait = reserve() { try await clock.sleep(wait) }
    } catch {
      leave()
      throw error
    }
  }

  /// Takes a slot of the rate; nil where the call may go now.
  private func reserve() -> Duration? {
    let now = clock.elapsed()
    guard pausedUntil <= now else { return pausedUntil - now }
    let earliest = now - interval * (burst - 1)
    guard nextFree <= now else { return nextFree - now }
    nextFree = max(nextFree, earliest) + interval
    return nil
  }

  /// Gives the place to the next in line.
  func leave() {
    if waiting.isEmpty { inFlight -= 1 } else { waiting.removeFirst().resume() }
  }

  /// The whole host slows down.
  func pause(for seconds: Double) {
    pausedUntil = max(pausedUntil, clock.elapsed() + .seconds(seconds))
  }

  func refuseAll() { isUnauthorized = true }
}
