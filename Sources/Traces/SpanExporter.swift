import Foundation
import HTTP
import Settings
import Store
import Synchronization

/// Keeps ended spans and sends them to a collector beside the work: what cannot be kept or sent is counted and
/// forgotten, so no collector delays or fails anything.
final class SpanExporter: Sendable {
  /// Spans that wait at most; further ones are forgotten.
  static let mostWaiting = 8_192
  /// Spans of one request.
  static let batch = 512
  /// The time between two requests.
  static let pause = Duration.milliseconds(500)
  /// The time for one request.
  static let patience = Duration.seconds(5)

  private struct State {
    var waiting: [FinishedSpan] = []
    var lost = 0
    var reason: String?
  }

  private let collector: TraceCollector
  private let version: String
  private let clock: RunClock
  private let client: WebClient
  private let state = Mutex(State())

  init(_ collector: TraceCollector, version: String, clock: RunClock) {
    self.collector = collector
    self.version = version
    self.clock = clock
    client = WebClient(connectionsPerHost: 1)
  }

  /// Takes one span; never waits.
  func add(_ span: FinishedSpan) {
    state.withLock { state in
      guard state.waiting.count < Self.mostWaiting else {
        state.lost += 1
        state.reason = state.reason ?? "too many at once"
        return
      }
      state.waiting.append(span)
    }
  }

  /// Sends what comes until the task is cancelled.
  func run() async {
    while (try? await clock.sleep(Self.pause)) != nil { await sendWaiting() }
  }

  /// Sends what is left, for so long at most, and closes the connection.
  /// - Returns: how many spans did not arrive, and why; null where all did.
  func finish(within limit: Duration) async -> (lost: Int, reason: String)? {
    _ = await within(limit) { await self.sendWaiting() }
    await client.shutdown()
    return state.withLock { state in
      let lost = state.lost + state.waiting.count
      return lost == 0 ? nil : (lost, state.reason ?? "no time was left")
    }
  }

  /// Sends everything that waits; after a request that failed, nothing more until the next time.
  private func sendWaiting() async {
    while !Task.isCancelled {
      let batch = state.withLock { state in
        let batch = Array(state.waiting.prefix(Self.batch))
        state.waiting.removeFirst(batch.count)
        return batch
      }
      guard !batch.isEmpty else { return }
      let reason = await within(Self.patience) { await self.send(batch) } ?? "no answer in time"
      guard !reason.isEmpty else { continue }
      let isStopped = Task.isCancelled
      state.withLock { state in
        // Whoever stopped it tries once more; a collector that had them takes them as the same.
        if isStopped { return state.waiting.insert(contentsOf: batch, at: 0) }
        state.lost += batch.count
        state.reason = reason
      }
      return
    }
  }

  /// - Returns: why it did not arrive; empty where it did.
  private func send(_ spans: [FinishedSpan]) async -> String {
    do {
      let answer = try await client.execute(
        WebRequest(
          url: collector.url, method: .post,
          headers: [("content-type", "application/json")] + collector.headers,
          body: Array(try OTLP.body(spans, version: version)), maximumBytes: 64 * 1024))
      return (200..<300).contains(answer.status) ? "" : "HTTP \(answer.status)"
    } catch let failure as WebFailure {
      return failure.reason
    } catch {
      return "\(type(of: error))"
    }
  }

  /// - Returns: null where the time was over first; the work is cancelled then.
  private func within<T: Sendable>(
    _ limit: Duration, _ work: @escaping @Sendable () async -> T
  ) async -> T? {
    await withTaskGroup(of: T?.self) { group in
      group.addTask { await work() }
      group.addTask {
        try? await self.clock.sleep(limit)
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first
    }
  }
}
