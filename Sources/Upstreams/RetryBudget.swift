import Synchronization

/// Retries of one run: at most a tenth of its operations, but at least 10
/// (docs/reliability.md#invariants, number 15).
package final class RetryBudget: Sendable {
  private let counts = Mutex((operations: 0, retries: 0))

  /// A full budget.
  package init() {}

  /// Counts one first attempt.
  package func operation() {
    counts.withLock { $0.operations += 1 }
  }

  /// Counts one more retry.
  /// - Returns: false where none is allowed.
  package func takeRetry() -> Bool {
    counts.withLock { counts in
      guard counts.retries < max(10, counts.operations / 10) else { return false }
      counts.retries += 1
      return true
    }
  }
}
