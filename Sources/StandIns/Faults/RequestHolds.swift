import Synchronization

/// Requests that faults hold until they are released, so that a test knows exactly how far the caller has come.
package final class RequestHolds: Sendable {
  private struct State {
    var count = 0
    var isOpen = false
    var held: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  init() {}

  /// Requests held so far, including released ones.
  package var count: Int { state.withLock { $0.count } }

  /// Releases the requests that are held now.
  package func release() {
    let held = state.withLock { state in
      defer { state.held = [] }
      return state.held
    }
    for continuation in held { continuation.resume() }
  }

  /// Releases all requests, and holds none from now on.
  package func open() {
    state.withLock { $0.isOpen = true }
    release()
  }

  /// Holds a request.
  func hold() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        state.count += 1
        if !state.isOpen { state.held.append(continuation) }
        return state.isOpen
      }
      if isOpen { continuation.resume() }
    }
  }
}
