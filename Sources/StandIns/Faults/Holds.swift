import Synchronization

/// Requests that faults hold back until somebody lets them go: a test that waits for one knows
/// exactly how far its caller has come.
public final class Holds: Sendable {
  private struct State {
    var arrived = 0
    var isOpen = false
    var held: [CheckedContinuation<Void, Never>] = []
    var waiting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())

  init() {}

  /// Requests held so far, those let go included.
  public var count: Int { state.withLock { $0.arrived } }

  /// Returns once so many requests have been held in all.
  public func arrived(_ count: Int) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.arrived >= count { return true }
        state.waiting.append((count, continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }

  /// Lets those go that are held now.
  public func release() {
    let held = state.withLock { state in
      defer { state.held = [] }
      return state.held
    }
    for continuation in held { continuation.resume() }
  }

  /// Lets everybody go, from now on at once.
  public func open() {
    state.withLock { $0.isOpen = true }
    release()
  }

  /// Holds a request.
  func hold() async {
    await withCheckedContinuation { continuation in
      let (isOpen, awaited) = state.withLock { state in
        state.arrived += 1
        if !state.isOpen { state.held.append(continuation) }
        let count = state.arrived
        let awaited = state.waiting.filter { $0.count <= count }
        state.waiting.removeAll { $0.count <= count }
        return (state.isOpen, awaited)
      }
      for waiter in awaited { waiter.continuation.resume() }
      if isOpen { continuation.resume() }
    }
  }
}
