import Foundation

/// One request to an address of the configuration.
package struct WebRequest: Sendable {
  package enum Method: String, Sendable { case get = "GET", put = "PUT", post = "POST" }

  /// Percent-encoded; sent as it is.
  package var url: String
  package var method: Method
  package var headers: [(name: String, value: String)]
  /// Null: none.
  package var body: [UInt8]?
  /// Bytes of the answer's body that are accepted.
  package var maximumBytes: Int

  package init(
    url: String, method: Method = .get, headers: [(name: String, value: String)] = [],
    body: [UInt8]? = nil, maximumBytes: Int = 1 << 20
  ) {
    self.url = url
    self.method = method
    self.headers = headers
    self.body = body
    self.maximumBytes = maximumBytes
  }
}

/// The header fields of an answer; their names in any case.
package struct WebHeaders: Sendable {
  private var fields: [(name: String, value: String)] = []

  package init() {}

  /// The value of the first field of that name; null where there is none.
  package func first(name: String) -> String? {
    let name = name.lowercased()
    return fields.first { $0.name == name }?.value
  }

  mutating func add(name: String, value: String) { fields.append((name.lowercased(), value)) }
}

/// A complete answer, whatever its status.
package struct WebAnswer: Sendable {
  package var status: Int
  package var headers: WebHeaders
  package var body: [UInt8]
}

/// Why there is no complete answer.
package enum WebFailure: Error, Sendable, Equatable {
  /// No byte of the request was sent. `mayPass`: a server that is starting behaves like this.
  case notSent(reason: String, mayPass: Bool)
  /// The request was sent, perhaps in part, and the connection failed.
  case torn(reason: String)
  /// The body is longer than accepted; it was not read to its end.
  case tooLarge
  /// The body has an encoding that was not requested.
  case packed(encoding: String)
  case cancelled

  /// In a few words.
  package var reason: String {
    switch self {
    case .notSent(let reason, _), .torn(let reason): reason
    case .tooLarge: "the body is too large"
    case .packed(let encoding): "an encoding nobody asked for: \(encoding)"
    case .cancelled: "cancelled"
    }
  }
}

/// The route from this machine to the systems that it calls.
package struct WebRoute: Sendable, Equatable, CustomStringConvertible {
  /// `http(s)://[user:password@]host[:port]`; empty: no proxy.
  package var proxy: String
  /// False: only https calls use it.
  package var isProxyForPlain: Bool
  /// Hosts and domains that are called without the proxy, separated by commas; `*`: all.
  package var direct: String
  /// A file of trusted certificates; null: the system's.
  package var certificates: String?

  package init(
    proxy: String = "", isProxyForPlain: Bool = false, direct: String = "",
    certificates: String? = nil
  ) {
    self.proxy = proxy
    self.isProxyForPlain = isProxyForPlain
    self.direct = direct
    self.certificates = certificates
  }

  /// Without the address of the proxy, which may contain a password.
  package var description: String { proxy.isEmpty ? "direct" : "through a proxy" }
}

/// Sends requests over connections that are kept for later ones: HTTP/1.1, no redirects, no decompression,
/// certificates verified. A request is sent at most once: if a kept connection turns out to be dead, the
/// caller gets an error, because the server may have acted on the bytes that it read.
///
/// A client has one thread for all its transfers (libcurl's multi interface). It limits the time for
/// connecting; the caller limits the call by cancelling its task.
package final class WebClient: Sendable {
  /// Seconds until a connection is made.
  static let connectSeconds = 10.0

  private let loop: TransferLoop
  private let route: WebRoute
  private let waitsForServer: Bool

  /// - Parameters:
  ///   - connectionsPerHost: connections at once to one host; further requests wait for one.
  ///   - waitsForServer: if a server refuses connections, connecting is tried again, with nothing sent,
  ///     until the time limit for connecting.
  package init(
    connectionsPerHost: Int, route: WebRoute = WebRoute(), waitsForServer: Bool = false
  ) {
    loop = TransferLoop(connectionsPerHost: connectionsPerHost)
    self.route = route
    self.waitsForServer = waitsForServer
  }

  deinit { loop.stop() }

  /// Cancels the transfers in progress, and closes every connection.
  package func shutdown() async { await loop.stopped() }

  /// Sends one request and reads the whole answer. If the task is cancelled, the connection is closed at
  /// once.
  /// - Parameter progress: gets the number of bytes of the body as they come, first 0 for the head; on the
  ///   client's thread.
  package func execute(
    _ request: WebRequest, progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws(WebFailure) -> WebAnswer {
    let end = ContinuousClock.now + .seconds(Self.connectSeconds)
    var pause = Duration.milliseconds(100)
    while true {
      let left = (end - .now) / .seconds(1)
      do throws(WebFailure) {
        return try await once(request, connectSeconds: max(left, 0.001), progress).get()
      } catch {
        guard waitsForServer, case .notSent(_, mayPass: true) = error, .now + pause < end else {
          throw error
        }
      }
      guard (try? await Task.sleep(for: pause)) != nil else { throw .cancelled }
      pause = pause * 5 / 4
    }
  }

  private func once(
    _ request: WebRequest, connectSeconds: Double, _ progress: @escaping @Sendable (Int) -> Void
  ) async -> Result<WebAnswer, WebFailure> {
    let transfer = WebTransfer(
      request, route: route, connectSeconds: connectSeconds, progress: progress)
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        loop.submit(transfer) { continuation.resume(returning: $0) }
      }
    } onCancel: {
      loop.cancel(transfer)
    }
  }
}
