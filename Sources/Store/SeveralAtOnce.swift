extension Collection where Element: Sendable, Self: Sendable {
  /// Works on several elements at a time, begun in their order.
  /// - Parameters:
  ///   - limit: how many at once; at least one.
  ///   - goesOn: asked before each element; false: no more are begun.
  ///   - work: what is done with an element, beside others.
  ///   - take: called with each result as it comes, one at a time.
  /// - Throws: the first error of either, and `CancellationError` where the task is cancelled.
  package func severalAtOnce<Result: Sendable>(
    _ limit: Int, while goesOn: () -> Bool = { true },
    _ work: @escaping @Sendable (Element) async throws -> Result,
    take: (Result) async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Result.self) { group in
      var waiting = makeIterator()
      func begin() {
        guard goesOn(), let next = waiting.next() else { return }
        group.addTask { try await work(next) }
      }
      for _ in 0..<Swift.min(Swift.max(limit, 1), count) { begin() }
      while let result = try await group.next() {
        try await take(result)
        try Task.checkCancellation()
        begin()
      }
    }
  }
}
