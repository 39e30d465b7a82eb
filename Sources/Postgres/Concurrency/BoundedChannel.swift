internal import Foundation

/// Passes values from one thread to another in order, and blocks the sender while the receiver is behind. Both may
/// block, so neither may be a thread of Swift's cooperative pool.
///
/// Sendable: everything in it is touched only while `condition` is held.
package final class BoundedChannel<Element: Sendable>: @unchecked Sendable {
  private let condition = NSCondition()
  private let capacity: Int
  private var waiting: [Element] = []
  private var end: Result<Void, any Error>?
  private var isAbandoned = false

  /// - Parameter capacity: the most values that are sent and not received.
  package init(capacity: Int = 8) { self.capacity = capacity }

  /// Waits while the channel is full.
  /// - Throws: `CancellationError` where the receiver has given up.
  package func send(_ element: Element) throws {
    condition.lock()
    defer { condition.unlock() }
    while waiting.count >= capacity, !isAbandoned { condition.wait() }
    if isAbandoned { throw CancellationError() }
    waiting.append(element)
    condition.broadcast()
  }

  /// Ends the channel; the receiver gets the remaining values, then nil or the error.
  package func finish(throwing error: (any Error)? = nil) {
    condition.lock()
    defer { condition.unlock() }
    if end == nil { end = error.map { .failure($0) } ?? .success(()) }
    condition.broadcast()
  }

  /// Waits for the next value; nil at the end.
  package func receive() throws -> Element? {
    condition.lock()
    defer { condition.unlock() }
    while waiting.isEmpty, end == nil { condition.wait() }
    if waiting.isEmpty {
      try end?.get()
      return nil
    }
    defer { condition.broadcast() }
    return waiting.removeFirst()
  }

  /// The receiver gives up: the sender's next call throws.
  package func abandon() {
    condition.lock()
    defer { condition.unlock() }
    isAbandoned = true
    condition.broadcast()
  }
}
