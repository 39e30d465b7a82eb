import HTTP
import Synchronization

extension UpstreamHost {
  /// The fewest bytes of an answer's body in each `window`: a call with a slower peer ends before its whole timeout.
  package static let slowest = 1_000
  package static let window = Duration.seconds(10)

  package static let overdue = CallFailure(
    .timeout, "the run's time was over (limits.deadline_seconds)")

  /// One attempt under one deadline for head and body. After it, the connection is closed and the call fails, whatever the
  /// other side sends.
  func bounded(_ call: OutgoingCall) async -> Result<IncomingAnswer, CallFailure> {
    let meter = Meter()
    return await withTaskGroup(of: Result<IncomingAnswer, CallFailure>?.self) { group in
      group.addTask { await self.attempt(call, meter) }
      group.addTask { await self.watch(call, meter).map { .failure($0) } }
      // A cancelled watch says nothing; the call itself says that it was cancelled.
      while let ended = await group.next() {
        guard let ended else { continue }
        group.cancelAll()
        return ended
      }
      return .failure(CallFailure(.cancelled, "cancelled"))
    }
  }

  /// How much of an answer's body has come.
  private final class Meter: Sendable {
    /// Null until the head has come.
    private let count = Mutex<Int?>(nil)

    var bytes: Int? { count.withLock { $0 } }

    func add(_ bytes: Int) { count.withLock { $0 = ($0 ?? 0) + bytes } }
  }

  /// Waits for what ends a call from this side.
  /// - Returns: why it ends; null where the call ended before.
  private func watch(_ call: OutgoingCall, _ meter: Meter) async -> CallFailure? {
    let latest = clock.elapsed() + .seconds(settings.timeoutSeconds)
    let end = call.endsWithRun ? min(latest, deadline) : latest
    while true {
      let left = end - clock.elapsed()
      guard left > .zero else {
        return end == latest ? CallFailure(.timeout, "no complete answer in time") : Self.overdue
      }
      let before = meter.bytes
      guard (try? await clock.sleep(min(left, Self.window))) != nil else { return nil }
      if left >= Self.window, let before, let now = meter.bytes, now - before < Self.slowest {
        return CallFailure(.timeout, "the answer comes too slowly")
      }
    }
  }

  private func attempt(
    _ call: OutgoingCall, _ meter: Meter
  ) async -> Result<IncomingAnswer, CallFailure> {
    var headers = [(name: "accept", value: call.accept)]
    if let scheme = settings.scheme {
      headers.append((name: "authorization", value: "\(scheme) \(settings.token)"))
    }
    if call.body != nil { headers.append((name: "content-type", value: call.contentType)) }
    headers += call.headers.map { (name: $0.0, value: $0.1) }
    TraceHeaders.add(to: &headers)
    let request = WebRequest(
      url: settings.url + call.path, method: call.method, headers: headers, body: call.body,
      maximumBytes: call.maximumBytes)
    do throws(WebFailure) {
      let answer = try await client.execute(request) { meter.add($0) }
      return .success(
        IncomingAnswer(status: answer.status, headers: answer.headers, body: answer.body))
    } catch {
      return .failure(Self.failure(error))
    }
  }

  /// Classifies a failure of the HTTP client by whether bytes of the request were sent.
  private static func failure(_ failure: WebFailure) -> CallFailure {
    let kind: CallFailure.Kind =
      switch failure {
      case .notSent: .unreachable
      case .torn: .torn
      case .tooLarge: .tooLarge
      case .packed: .malformed
      case .cancelled: .cancelled
      }
    return CallFailure(kind, failure.reason)
  }
}
