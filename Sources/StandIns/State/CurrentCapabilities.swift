import Synchronization

/// The capabilities that are switched on now.
final class CurrentCapabilities: Sendable {
  private let value: Mutex<Capabilities>

  init(_ capabilities: Capabilities) { value = Mutex(capabilities) }

  var now: Capabilities {
    get { value.withLock { $0 } }
    set { value.withLock { $0 = newValue } }
  }
}
