import Foundation
import Synchronization

internal import CLibCurl

/// The thread on which libcurl runs the transfers of one client, with their connections.
///
/// Unchecked Sendable: `multi` belongs to the thread; others call only `curl_multi_wakeup` ("can be called
/// from any thread", libcurl manual), under the lock that also guards its end.
final class TransferLoop: @unchecked Sendable {
  /// Seconds after which an idle connection is not used again.
  private static let idleSeconds = 30
  /// The longest sleep if nothing happens; libcurl shortens it to its own next timeout.
  private static let longestWaitMilliseconds: Int32 = 60_000

  private struct Queue {
    var submitted: [WebTransfer] = []
    var cancelled: [WebTransfer] = []
    var isStopping = false
    var isOver = false
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  private let queue = Mutex(Queue())
  private let multi: UnsafeMutableRawPointer?
  /// Transfers in progress, by their handle.
  private var running: [UnsafeMutableRawPointer: WebTransfer] = [:]
  /// Handles of ended transfers, to be used again.
  private var spare: [UnsafeMutableRawPointer] = []

  init(connectionsPerHost: Int) {
    multi = Transfer.isReady ? curl_multi_init() : nil
    _ = curl_multi_set_number(multi, CURLMOPT_MAX_HOST_CONNECTIONS, connectionsPerHost)
    _ = curl_multi_set_number(multi, CURLMOPT_MAXCONNECTS, 4 * connectionsPerHost)
    let thread = Thread { self.run() }
    thread.name = "http client"
    thread.start()
  }

  /// Passes a transfer to the thread; `completion` is called once, on that thread.
  func submit(
    _ transfer: WebTransfer, completion: @escaping @Sendable (Result<WebAnswer, WebFailure>) -> Void
  ) {
    transfer.completion = completion
    let isOver = queue.withLock { queue in
      guard !queue.isStopping else { return true }
      queue.submitted.append(transfer)
      wake()
      return false
    }
    if isOver { transfer.end(.failure(.cancelled)) }
  }

  /// Ends a transfer as soon as the thread reads this; also one that is submitted later.
  func cancel(_ transfer: WebTransfer) {
    transfer.isCancelled.store(true, ordering: .sequentiallyConsistent)
    queue.withLock { queue in
      guard !queue.isOver else { return }
      queue.cancelled.append(transfer)
      wake()
    }
  }

  /// Asks the thread to end; transfers in progress end as cancelled.
  func stop() {
    queue.withLock { queue in
      guard !queue.isOver else { return }
      queue.isStopping = true
      wake()
    }
  }

  /// The same, and waits until the thread has ended.
  func stopped() async {
    await withCheckedContinuation { continuation in
      let isOver = queue.withLock { queue in
        guard !queue.isOver else { return true }
        queue.isStopping = true
        queue.waiters.append(continuation)
        wake()
        return false
      }
      if isOver { continuation.resume() }
    }
  }

  /// Call only with the lock held.
  private func wake() { _ = curl_multi_wakeup(multi) }
}

// MARK: - On the thread

extension TransferLoop {
  private func run() {
    blockBrokenPipes()
    while takeOrders() {
      var count: Int32 = 0
      _ = curl_multi_perform(multi, &count)
      collectEnds()
      _ = curl_multi_poll(multi, nil, 0, Self.longestWaitMilliseconds, nil)
    }
    for (handle, transfer) in running { remove(handle, transfer, as: .failure(.cancelled)) }
    for handle in spare { curl_easy_cleanup(handle) }
    spare = []
    let waiters = queue.withLock { queue in
      queue.isOver = true
      _ = curl_multi_cleanup(multi)
      defer { queue.waiters = [] }
      return queue.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Begins and cancels the requested transfers.
  /// - Returns: false where the thread is to end.
  private func takeOrders() -> Bool {
    let (submitted, cancelled, isStopping) = queue.withLock { queue in
      defer {
        queue.submitted = []
        queue.cancelled = []
      }
      return (queue.submitted, queue.cancelled, queue.isStopping)
    }
    for transfer in submitted {
      if isStopping || transfer.isCancelled.load(ordering: .sequentiallyConsistent) {
        transfer.end(.failure(.cancelled))
      } else {
        begin(transfer)
      }
    }
    for transfer in cancelled {
      guard let handle = transfer.handle else { continue }
      remove(handle, transfer, as: .failure(.cancelled))
    }
    return !isStopping
  }

  private func begin(_ transfer: WebTransfer) {
    guard let multi, let handle = spare.popLast() ?? curl_easy_init() else {
      return transfer.end(.failure(.notSent(reason: "libcurl has no memory", mayPass: false)))
    }
    curl_easy_reset(handle)
    _ = curl_set_number(handle, CURLOPT_MAXAGE_CONN, Self.idleSeconds)
    guard transfer.prepare(handle) else {
      spare.append(handle)
      return transfer.end(
        .failure(.notSent(reason: "a header field cannot be sent", mayPass: false)))
    }
    running[handle] = transfer
    if curl_multi_add_handle(multi, handle) != CURLM_OK {
      remove(
        handle, transfer, as: .failure(.notSent(reason: "libcurl has no memory", mayPass: false)))
    }
  }

  private func collectEnds() {
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle,
        let transfer = running[handle]
      else { continue }
      remove(handle, transfer, as: transfer.result(message.pointee.data.result))
    }
  }

  /// Closes a connection with half an answer; a clean one is kept.
  private func remove(
    _ handle: UnsafeMutableRawPointer, _ transfer: WebTransfer,
    as result: Result<WebAnswer, WebFailure>
  ) {
    _ = curl_multi_remove_handle(multi, handle)
    running[handle] = nil
    // The connection's options refer to the transfer.
    curl_easy_reset(handle)
    spare.append(handle)
    transfer.end(result)
  }
}
