import Leads
import Store

/// A call is not sent, because it would have to wait for longer than it may. The host said nothing new.
struct GateClosed: Error, Sendable, Equatable {
  /// Seconds until the host may be called again.
  var seconds: Double
  /// The wait is caused by our own limit: other calls have every place.
  var isOwnLimit = false
}

/// The limits that all calls to one host share: the rate, the number in flight, and the pauses that the host asks for. A
/// 429 pauses all calls; a 401 ends all later calls.
///
/// Writes go before reads: a write follows a fresh read, which must not grow old in the queue.
actor HostRateLimiter {
  private struct Waiter {
    var number: Int
    /// True: it has a place; false: it waited too long.
    var place: CheckedContinuation<Bool, Never>
  }

  private let interval: Duration
  private let burst: Int
  private let limit: Int
  /// The run's deadline, by the clock: a pause beyond it is not waited for.
  private let closesAt: Duration
  private let longestPause: Duration?
  private let clock: RunClock
  private var nextFree: Duration = .zero
  private var pausedUntil: Duration = .zero
  private var inFlight = 0
  private var waitingReads: [Waiter] = []
  private var waitingWrites: [Waiter] = []
  /// Calls that have a place and wait for the rate, in order of arrival.
  private(set) var writesAtDoor: [Int] = []
  private(set) var readsAtDoor: [Int] = []
  private var arrivals = 0
  private(set) var isUnauthorized = false

  /// - Parameters:
  ///   - requestsPerSecond: a burst of one second's worth may go at once.
  ///   - concurrency: calls in flight at most.
  ///   - closesAt: when the run's time is over, by the clock's count.
  ///   - longestPause: after which the host is asked again, however long it asked to wait; null: as it asked.
  init(
    requestsPerSecond: Double, concurrency: Int, closesAt: Duration,
    longestPause: Duration? = nil, clock: RunClock
  ) {
    interval = .seconds(1 / max(requestsPerSecond, 0.01))
    burst = max(1, Int(min(requestsPerSecond, 1_000_000)))
    limit = max(1, concurrency)
    self.closesAt = closesAt
    self.longestPause = longestPause
    self.clock = clock
  }

  /// Waits for a place, for the rate, and for the host's pause. Clients with different limits share one gate: the limits are
  /// those of the call.
  /// - Parameters:
  ///   - pause: how long the call may wait for the host's pause; null: until the run's time is over.
  ///   - place: how long it may wait for a place; null: as long as it takes.
  /// - Throws: `GateClosed` where that is not long enough; cancellation.
  func enter(
    isWrite: Bool = false, pause: Duration? = nil, place: Duration? = nil
  ) async throws {
    try refuse(pausedBeyond: latest(pause))
    arrivals += 1
    let number = arrivals
    if inFlight < limit {
      inFlight += 1
    } else {
      try await takePlace(number, isWrite: isWrite, within: place)
    }
    if isWrite { writesAtDoor.append(number) } else { readsAtDoor.append(number) }
    defer {
      if isWrite {
        writesAtDoor.removeAll { $0 == number }
      } else {
        readsAtDoor.removeAll { $0 == number }
      }
    }
    do {
      let end = latest(pause)
      while let wait = try reserve(number, until: end) { try await clock.sleep(wait) }
    } catch {
      leave()
      throw error
    }
  }

  /// When a call that may wait so long from now has waited long enough, by the clock.
  private func latest(_ pause: Duration?) -> Duration {
    pause.map { clock.elapsed() + $0 } ?? closesAt
  }

  private func refuse(pausedBeyond latest: Duration) throws {
    let now = clock.elapsed()
    guard pausedUntil <= max(latest, now) else {
      throw GateClosed(seconds: (pausedUntil - now) / .seconds(1))
    }
  }

  /// Waits until another call leaves its place to this one.
  private func takePlace(_ number: Int, isWrite: Bool, within limit: Duration?) async throws {
    var timer: Task<Void, Never>?
    if let limit {
      timer = Task {
        guard (try? await clock.sleep(limit)) != nil else { return }
        giveUp(number)
      }
    }
    let hasPlace = await withCheckedContinuation { (place: CheckedContinuation<Bool, Never>) in
      let waiter = Waiter(number: number, place: place)
      if isWrite { waitingWrites.append(waiter) } else { waitingReads.append(waiter) }
    }
    timer?.cancel()
    guard hasPlace else { throw GateClosed(seconds: 1, isOwnLimit: true) }
  }

  /// Ends a call's wait for a place; one that has a place keeps it.
  private func giveUp(_ number: Int) {
    if let index = waitingWrites.firstIndex(where: { $0.number == number }) {
      waitingWrites.remove(at: index).place.resume(returning: false)
    } else if let index = waitingReads.firstIndex(where: { $0.number == number }) {
      waitingReads.remove(at: index).place.resume(returning: false)
    }
  }

  /// Takes a slot of the rate for the call with this number; nil where it may be sent now.
  private func reserve(_ number: Int, until latest: Duration) throws -> Duration? {
    try refuse(pausedBeyond: latest)
    let now = clock.elapsed()
    guard pausedUntil <= now else { return pausedUntil - now }
    guard nextFree <= now else { return nextFree - now }
    guard number == writesAtDoor.first ?? readsAtDoor.first else { return interval }
    nextFree = max(nextFree, now - interval * (burst - 1)) + interval
    return nil
  }

  /// Passes the place to the next waiter.
  func leave() {
    if !waitingWrites.isEmpty {
      waitingWrites.removeFirst().place.resume(returning: true)
    } else if !waitingReads.isEmpty {
      waitingReads.removeFirst().place.resume(returning: true)
    } else {
      inFlight -= 1
    }
  }

  /// Slows down all calls to the host.
  func pause(for seconds: Double) {
    let pause = Duration.seconds(min(max(seconds, 0), 1e9))
    pausedUntil = max(pausedUntil, clock.elapsed() + min(pause, longestPause ?? pause))
  }

  func refuseAll() { isUnauthorized = true }
}
