import Store
import Synchronization

/// Asks a run to begin nothing new; work in progress is completed first, up to a timeout.
package final class Drain: Sendable {
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
  package init(clock: RunClock = .system(), executor: (any TaskExecutor)? = nil) {
    self.clock = clock
    self.executor = executor
  }

  /// True once a stop was requested.
  package var isRequested: Bool { state.withLock { $0.isRequested } }

  /// Requests a stop; safe in a cancellation handler.
  package func request() {
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
  package func onCancel<T>(_ body: () async throws -> T) async rethrows -> T {
    try await withTaskCancellationHandler(operation: body, onCancel: { request() })
  }

  /// Runs `body` to its end even when the caller's task is cancelled, up to the timeout.
  package func finishing<T: Sendable>(
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
