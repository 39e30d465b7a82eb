import Foundation
import Leads
import Synchronization

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

/// Retries of one run: at most a tenth of its operations, but at least 10
/// (docs/reliability.md#invariants, number 15).
public final class RetryBudget: Sendable {
  private let counts = Mutex((operations: 0, retries: 0))

  /// A budget nothing was taken from yet.
  public init() {}

  /// Counts one first attempt.
  public func operation() {
    counts.withLock { $0.operations += 1 }
  }

  /// Counts one more retry.
  /// - Returns: false where none is allowed.
  public func takeRetry() -> Bool {
    counts.withLock { counts in
      guard counts.retries < max(10, counts.operations / 10) else { return false }
      counts.retries += 1
      return true
    }
  }
}

/// Asks a run to begin nothing new; work in progress is completed first, up to a timeout.
public final class Drain: Sendable {
  /// Time for work in progress to end by itself; then it is cancelled, and the next run resolves what it sent. A drain takes
  /// at most 30 s.
  static let grace = Duration.seconds(20)

  private struct State {
    var isRequested = false
    var isOver = false
    var last = 0
    var work: [Int: @Sendable () -> Void] = [:]
  }

  private let state = Mutex(State())
  private let clock: RunClock
  private let executor: (any TaskExecutor)?

  /// A run nobody asked to stop.
  /// - Parameter executor: where work under way runs; nil: where everything does.
  public init(clock: RunClock = .system(), executor: (any TaskExecutor)? = nil) {
    self.clock = clock
    self.executor = executor
  }

  /// True once a stop was requested.
  public var isRequested: Bool { state.withLock { $0.isRequested } }

  /// Requests a stop; safe in a cancellation handler.
  public func request() {
    let isFirst = state.withLock { state in
      defer { state.isRequested = true }
      return !state.isRequested
    }
    guard isFirst else { return }
    Task(executorPreference: executor) { [self] in
      try? await clock.sleep(Self.grace)
      cutOff()
    }
  }

  /// Requests a stop when the task that runs `body` is cancelled.
  func onCancel<T>(_ body: () async throws -> T) async rethrows -> T {
    try await withTaskCancellationHandler(operation: body, onCancel: { request() })
  }

  /// Runs `body` to its end even when the caller's task is cancelled, up to the timeout.
  func finishing<T: Sendable>(
    _ body: @escaping @Sendable () async throws -> T
  ) async throws -> T {
    let task = Task(executorPreference: executor) { try await body() }
    let (ticket, isOver) = state.withLock { state in
      state.last += 1
      state.work[state.last] = { task.cancel() }
      return (state.last, state.isOver)
    }
    if isOver { task.cancel() }
    defer { state.withLock { _ = $0.work.removeValue(forKey: ticket) } }
    return try await task.value
  }

  private func cutOff() {
    let work = state.withLock { state in
      state.isOver = true
      return Array(state.work.values)
    }
    for cancel in work { cancel() }
  }
}
