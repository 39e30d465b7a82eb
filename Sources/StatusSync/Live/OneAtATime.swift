import Synchronization

/// Work that is heavy enough to be done for one caller at a time.
final class OneAtATime: Sendable {
  private let isBusy = Mutex(false)

  /// - Throws: `Problem` (try later) where somebody else's is under way.
  func run<T>(_ work: () async throws -> T) async throws -> T {
    let isFree = isBusy.withLock { busy in
      defer { busy = true }
      return !busy
    }
    guard isFree else {
      throw Problem(.tryLater, "another window is being measured", retryAfter: 1)
    }
    defer { isBusy.withLock { $0 = false } }
    return try await work()
  }
}
