import Synchronization

internal import CLibPQ

/// What other threads may know and do about a connection.
package final class Link: Sendable {
  /// "PQcancel can safely be invoked from a signal handler … The PGcancel object is read-only as
  /// far as PQcancel is concerned, so it can also be invoked from a thread that is separate from
  /// the one manipulating the PGconn object" (PostgreSQL manual, "Canceling Queries in Progress").
  private struct Ticket: @unchecked Sendable { var pointer: OpaquePointer? }

  private let ticket = Mutex(Ticket(pointer: nil))
  private let alive = Atomic<Bool>(false)
  /// Notices that the server sent, newest last.
  let notices = Mutex<[String]>([])

  var isAlive: Bool { alive.load(ordering: .acquiring) }

  func opened(_ handle: OpaquePointer) {
    let pointer = Ticket(pointer: PQgetCancel(handle))
    ticket.withLock { $0 = pointer }
    alive.store(true, ordering: .releasing)
  }

  func closed() {
    alive.store(false, ordering: .releasing)
    ticket.withLock {
      if let pointer = $0.pointer { PQfreeCancel(pointer) }
      $0 = Ticket(pointer: nil)
    }
  }

  /// Asks the server to cancel the running statement. The lock keeps `closed` from freeing what is in use. If
  /// the server cannot be reached, no error is reported: the statement then ends by itself.
  func cancel() {
    ticket.withLock {
      guard let pointer = $0.pointer else { return }
      var reason = [CChar](repeating: 0, count: 256)
      _ = PQcancel(pointer, &reason, Int32(reason.count))
    }
  }

  func remember(notice: String) {
    notices.withLock {
      if $0.count == 100 { $0.removeFirst() }
      $0.append(notice)
    }
  }
}
