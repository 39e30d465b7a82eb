import Synchronization

/// Work that answers requests and outlives them: a change that has begun is ended even when its
/// caller has had to be answered before.
public final class InFlight: Sendable {
  private struct State {
    var tasks: [Int: Task<Void, Never>] = [:]
    var next = 0
  }

  private let limit: Int
  private let clock: RunClock
  private let state = Mutex(State())

  /// - Parameter limit: pieces of work at once; more are refused at once.
  public init(limit: Int, clock: RunClock) {
    self.limit = max(1, limit)
    self.clock = clock
  }

  /// Pieces of work under way.
  public var count: Int { state.withLock { $0.tasks.count } }

  /// Begins work and waits for its end, but not longer than `patience`.
  /// - Returns: null where the time passed first; the work goes on.
  /// - Throws: what the work throws; `Problem` (try later) where there is too much of it already.
  func run<T: Sendable>(
    within patience: Duration, _ work: @escaping @Sendable () async throws -> T
  ) async throws -> T? {
    let (results, result) = AsyncStream.makeStream(of: Result<T, any Error>?.self)
    let number: Int? = state.withLock { state in
      guard state.tasks.count < limit else { return nil }
      state.next += 1
      let number = state.next
      state.tasks[number] = Task {
        do { result.yield(.success(try await work())) } catch { result.yield(.failure(error)) }
        self.ended(number)
      }
      return number
    }
    guard number != nil else { throw Problem(.tryLater, "too many changes at once", retryAfter: 1) }
    let timer = Task {
      try? await clock.sleep(patience)
      result.yield(nil)
    }
    defer { timer.cancel() }
    for await outcome in results { return try outcome?.get() }
    return nil
  }

  private func ended(_ number: Int) {
    state.withLock { _ = $0.tasks.removeValue(forKey: number) }
  }

  /// Waits until everything that has begun is over.
  public func drain() async {
    while let task = state.withLock({ $0.tasks.values.first }) { await task.value }
  }
}
