internal import Foundation
import Synchronization

/// A value that another thread computes in the background.
package final class BackgroundValue<Value: Sendable>: Sendable {
  private let answer = BoundedChannel<Value>(capacity: 1)
  private let known = Mutex<Value?>(nil)

  /// Begins at once.
  package init(_ compute: @escaping @Sendable () -> Value) {
    DispatchQueue.global().async { [answer] in
      // Fails only if the receiver has given up.
      try? answer.send(compute())
      answer.finish()
    }
  }

  /// Waits for the value.
  package func value() throws -> Value {
    try known.withLock { known in
      if let known { return known }
      guard let value = try answer.receive() else { throw CancellationError() }
      known = value
      return value
    }
  }
}
