import Foundation
import Store
import Synchronization

/// Work for requests that may outlast them: a change that was begun is completed even when its caller was answered
/// before.
package final class InFlight: Sendable {
  private struct State {
    var tasks: [Int: (ended: Task<Void, Never>, cancel: @Sendable () -> Void)] = [:]
    var next = 0
  }

  /// The share of each key.
  package let shares: Shares
  private let clock: RunClock
  private let state = Mutex(State())

  /// - Parameters:
  ///   - limit: the most changes at once; more are refused.
  ///   - each: the most of one key.
  package init(limit: Int, each: Int, clock: RunClock) {
    shares = Shares("changes", total: limit, each: each, what: "status changes")
    self.clock = clock
  }

  /// Changes in progress.
  package var count: Int { state.withLock { $0.tasks.count } }

  /// Begins work for a key and waits for its result, at most for `timeout`.
  /// - Returns: null after `timeout`; the work continues.
  /// - Throws: what the work throws; `Problem` (try later) where the limit is reached.
  package func run<T: Sendable>(
    of key: UUID, within timeout: Duration, _ work: @escaping @Sendable () async throws -> T
  ) async throws -> T? {
    try shares.take(key)
    let task = state.withLock { state in
      state.next += 1
      let number = state.next
      let task = Task {
        defer { self.ended(number, of: key) }
        return try await work()
      }
      state.tasks[number] = (Task { _ = await task.result }, { task.cancel() })
      return task
    }
    return try await task.value(within: timeout, clock: clock)
  }

  private func ended(_ number: Int, of key: UUID) {
    state.withLock { _ = $0.tasks.removeValue(forKey: number) }
    shares.give(key)
  }

  /// Waits until all work has ended; after `limit` it is cancelled and gets two more seconds.
  /// - Parameter limit: null: no limit.
  package func drain(within limit: Duration? = nil) async {
    let all = Task<Void, any Error> {
      while let work = state.withLock({ $0.tasks.values.first }) { await work.ended.value }
    }
    guard let limit else {
      _ = await all.result
      return
    }
    // In a task of its own, because the caller's task is cancelled already.
    await Task {
      if (try? await all.value(within: limit, clock: clock)) != nil { return }
      for work in state.withLock({ Array($0.tasks.values) }) { work.cancel() }
      _ = try? await all.value(within: .seconds(2), clock: clock)
    }.value
  }
}
