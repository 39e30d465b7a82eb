import Synchronization

/// Requests that faults hold back until somebody lets them go: a test that finds one here knows
/// exactly how far its caller has come.
public final class RequestHolds: Sendable {
  private struct State {
    var count = 0
    var isOpen = false
    var held: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  init() {}

  /// Requests held so far, those let go included.
  public var count: Int { state.withLock { $0.count } }

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
      let isOpen = state.withLock { state in
        state.count += 1
        if !state.isOpen { state.held.append(continuation) }
        return state.isOpen
      }
      if isOpen { continuation.resume() }
    }
  }
}
