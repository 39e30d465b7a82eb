import Leads
import Store

/// The host asked for a wait that ends after this run may still call it: no call is made any more.
struct GateClosed: Error, Sendable, Equatable {
  /// Seconds until the host may be called again.
  var seconds: Double
  /// The wait is caused by our own limit: too many calls wait for their place.
  var isOwnLimit = false
}

/// The limits that all calls to one host share: the rate, the number in flight, and the pauses that the host asks for. A
/// 429 pauses all calls; a 401 ends all later calls.
///
/// Writes go before reads: a write follows a fresh read, which must not grow old in the queue.
actor HostRateLimiter {
  private let interval: Duration
  private let burst: Int
  private let limit: Int
  /// The run's deadline, by the clock: a pause beyond it is not waited for.
  private let closesAt: Duration
  /// Set for waiting callers: a call that would wait longer, or behind a whole round of others, is refused at once.
  private let timeout: Duration?
  private let clock: RunClock
  private var nextFree: Duration = .zero
  private var pausedUntil: Duration = .zero
  private var inFlight = 0
  private var waitingReads: [CheckedContinuation<Void, Never>] = []
  private var waitingWrites: [CheckedContinuation<Void, Never>] = []
  /// Calls that have a place and wait for the rate, in order of arrival.
  private(set) var writesAtDoor: [Int] = []
  private(set) var readsAtDoor: [Int] = []
  private var arrivals = 0
  private(set) var isUnauthorized = false

  /// - Parameters:
  ///   - requestsPerSecond: a burst of one second's worth may go at once.
  ///   - concurrency: calls in flight at most.
  ///   - closesAt: when the run's time is over, by the clock's count.
  ///   - timeout: how long one call may wait; null at night.
  init(
    requestsPerSecond: Double, concurrency: Int, closesAt: Duration, timeout: Duration? = nil,
    clock: RunClock
  ) {
    interval = .seconds(1 / max(requestsPerSecond, 0.01))
    burst = max(1, Int(min(requestsPerSecond, 1_000_000)))
    limit = max(1, concurrency)
    self.closesAt = closesAt
    self.timeout = timeout
    self.clock = clock
  }

  /// Waits for a place, for the rate, and for the host's pause.
  /// - Throws: `GateClosed` where the host's pause outlasts the run; cancellation.
  func enter(isWrite: Bool = false) async throws {
    if inFlight >= limit {
      if timeout != nil, waitingReads.count + waitingWrites.count >= limit {
        throw GateClosed(seconds: 1, isOwnLimit: true)
      }
      await withCheckedContinuation { continuation in
        if isWrite {
          waitingWrites.append(continuation)
        } else {
          waitingReads.append(continuation)
        }
      }
    } else {
      inFlight += 1
    }
    arrivals += 1
    let number = arrivals
    if isWrite { writesAtDoor.append(number) } else { readsAtDoor.append(number) }
    defer {
      if isWrite {
        writesAtDoor.removeAll { $0 == number }
      } else {
        readsAtDoor.removeAll { $0 == number }
      }
    }
    do {
      while let wait = try reserve(number) { try await clock.sleep(wait) }
    } catch {
      leave()
      throw error
    }
  }

  /// Takes a slot of the rate for the call with this number; nil where it may be sent now.
  private func reserve(_ number: Int) throws -> Duration? {
    let now = clock.elapsed()
    guard pausedUntil <= now else {
      guard pausedUntil <= timeout.map({ now + $0 }) ?? closesAt else {
        throw GateClosed(seconds: (pausedUntil - now) / .seconds(1))
      }
      return pausedUntil - now
    }
    guard nextFree <= now else { return nextFree - now }
    guard number == writesAtDoor.first ?? readsAtDoor.first else { return interval }
    nextFree = max(nextFree, now - interval * (burst - 1)) + interval
    return nil
  }

  /// Passes the place to the next waiter.
  func leave() {
    if !waitingWrites.isEmpty {
      waitingWrites.removeFirst().resume()
    } else if !waitingReads.isEmpty {
      waitingReads.removeFirst().resume()
    } else {
      inFlight -= 1
    }
  }

  /// Slows down all calls to the host.
  func pause(for seconds: Double) {
    pausedUntil = max(pausedUntil, clock.elapsed() + .seconds(min(max(seconds, 0), 1e9)))
  }

  func refuseAll() { isUnauthorized = true }
}
