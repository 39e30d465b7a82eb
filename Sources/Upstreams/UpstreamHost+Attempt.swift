import AsyncHTTPClient
import Foundation
import NIOCore
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
    var request = HTTPClientRequest(url: settings.url + call.path)
    request.method = call.method
    request.headers.add(name: "authorization", value: "Bearer \(settings.token)")
    request.headers.add(name: "accept", value: "application/json")
    for (name, value) in call.headers { request.headers.replaceOrAdd(name: name, value: value) }
    if let body = call.body {
      request.headers.add(name: "content-type", value: "application/json")
      request.body = .bytes(ByteBuffer(bytes: body))
    }
    do {
      let response = try await client.execute(request, deadline: .distantFuture)
      meter.add(0)
      let encoding = response.headers.first(name: "content-encoding")?.lowercased() ?? "identity"
      guard encoding == "identity" else {
        return .failure(CallFailure(.malformed, "an encoding nobody asked for: \(encoding)"))
      }
      let announced = response.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
      guard announced <= call.maximumBytes else {
        throw NIOTooManyBytesError(maxBytes: call.maximumBytes)
      }
      var body = ByteBuffer()
      body.reserveCapacity(min(announced, 1 << 20))
      for try await var part in response.body {
        guard body.readableBytes + part.readableBytes <= call.maximumBytes else {
          throw NIOTooManyBytesError(maxBytes: call.maximumBytes)
        }
        meter.add(part.readableBytes)
        body.writeBuffer(&part)
      }
      // An answer that was cut off by this side never counts as complete.
      try Task.checkCancellation()
      return .success(
        IncomingAnswer(
          status: Int(response.status.code), headers: response.headers, body: body))
    } catch {
      return .failure(Self.failure(error))
    }
  }

  /// Classifies an error of the HTTP client by whether bytes of the request were sent.
  package static func failure(_ error: any Error) -> CallFailure {
    if error is CancellationError { return CallFailure(.cancelled, "cancelled") }
    if error is NIOTooManyBytesError { return CallFailure(.tooLarge, "the body is too large") }
    guard let known = error as? HTTPClientError else {
      return isBeforeSending(error)
        ? CallFailure(.unreachable, "no connection")
        : CallFailure(.torn, "the connection failed")
    }
    switch known {
    case .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout:
      return CallFailure(.unreachable, "no connection in time")
    case .invalidURL, .emptyHost, .emptyScheme:
      return CallFailure(.unreachable, "the address is not usable")
    case .readTimeout, .writeTimeout, .deadlineExceeded:
      return CallFailure(.timeout, "no complete answer in time")
    case .cancelled, .requestStreamCancelled: return CallFailure(.cancelled, "cancelled")
    default: return CallFailure(.torn, "the answer ended early")
    }
  }

  /// True where the error proves that no byte of the request went out.
  private static func isBeforeSending(_ error: any Error) -> Bool {
    if let error = error as? IOError { return error.errnoCode == ECONNREFUSED }
    let name = String(describing: type(of: error))
    return ["SSL", "Connect", "DNS"].contains { name.contains($0) }
  }
}
