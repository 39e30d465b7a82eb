import Foundation
import Synchronization

/// Work that answers requests and outlives them: a change that has begun is ended even when its
/// caller has had to be answered before.
public final class InFlight: Sendable {
  private struct State {
    var tasks: [Int: (ended: Task<Void, Never>, cancel: @Sendable () -> Void)] = [:]
    var next = 0
  }

  /// Of which every key has its own.
  public let shares: Shares
  private let clock: RunClock
  private let state = Mutex(State())

  /// - Parameters:
  ///   - limit: pieces of work at once; more are refused at once.
  ///   - each: of them at most so many of one key.
  public init(limit: Int, each: Int, clock: RunClock) {
    shares = Shares("changes", total: limit, each: each, what: "status changes")
    self.clock = clock
  }

  /// Pieces of work under way.
  public var count: Int { state.withLock { $0.tasks.count } }

  /// Begins work for a key and waits for its end, but not longer than `timeout`.
  /// - Returns: null where the time passed first; the work goes on.
  /// - Throws: what the work throws; `Problem` (try later) where there is too much of it already.
  func run<T: Sendable>(
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

  /// Waits until everything that has begun is over; what is not within `limit` is cancelled, and
  /// given two seconds more.
  /// - Parameter limit: null: as long as it takes.
  public func drain(within limit: Duration? = nil) async {
    let all = Task<Void, any Error> {
      while let work = state.withLock({ $0.tasks.values.first }) { await work.ended.value }
    }
    guard let limit else {
      _ = await all.result
      return
    }
    // In a task of its own: whoever stops is cancelled, and waits all the same.
    await Task {
      if (try? await all.value(within: limit, clock: clock)) != nil { return }
      for work in state.withLock({ Array($0.tasks.values) }) { work.cancel() }
      _ = try? await all.value(within: .seconds(2), clock: clock)
    }.value
  }
}
