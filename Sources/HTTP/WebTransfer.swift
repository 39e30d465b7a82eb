import Foundation
import Synchronization

internal import CLibCurl

/// One request of a `WebClient` and its result.
///
/// Unchecked Sendable: it is filled before it is submitted, and then read and written only by the client's
/// thread; other threads use only `isCancelled`.
final class WebTransfer: @unchecked Sendable {
  /// The maximum size of the status line and all header fields of an answer, including informational answers.
  private static let longestHead = 256 * 1024
  /// The size up to which room for a body is reserved in advance.
  private static let mostReserved = 1 << 20

  let isCancelled = Atomic(false)
  var completion: (@Sendable (Result<WebAnswer, WebFailure>) -> Void)?
  /// libcurl's handle, while the transfer is in progress.
  private(set) var handle: UnsafeMutableRawPointer?

  private let request: WebRequest
  private let route: WebRoute
  private let connectSeconds: Double
  private let progress: @Sendable (Int) -> Void
  private var fields: UnsafeMutablePointer<curl_slist>?
  /// How often libcurl was about to send the request.
  private var sendings = 0
  private var isHeadComplete = false
  private var headBytes = 0
  private var answer = WebAnswer(status: 0, headers: WebHeaders(), body: [])
  /// Why this side ended it.
  private var fault: WebFailure?

  init(
    _ request: WebRequest, route: WebRoute, connectSeconds: Double,
    progress: @escaping @Sendable (Int) -> Void
  ) {
    self.request = request
    self.route = route
    self.connectSeconds = connectSeconds
    self.progress = progress
  }

  /// Reports the result; only the first call counts.
  func end(_ result: Result<WebAnswer, WebFailure>) {
    handle = nil
    curl_slist_free_all(fields)
    fields = nil
    let completion = completion
    self.completion = nil
    completion?(result)
  }

  /// Sets every option of a handle that has none.
  /// - Returns: false where a header field cannot be sent.
  func prepare(_ handle: UnsafeMutableRawPointer) -> Bool {
    // "Expect: 100-continue" would delay a write by a second if a server does not know it.
    var lines = ["Expect:"]
    for (name, value) in request.headers {
      guard !(name + value).utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) else {
        return false
      }
      lines.append(value.isEmpty ? "\(name);" : "\(name): \(value)")
    }
    // By default libcurl would declare a body as a form.
    if !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) {
      lines.append("Content-Type:")
    }
    self.handle = handle
    for line in lines { fields = curl_slist_append(fields, line) ?? fields }
    _ = curl_set_list(handle, CURLOPT_HTTPHEADER, fields)
    setConnection(handle)
    setCallbacks(handle)
    if let body = request.body {
      _ = curl_set_number(handle, CURLOPT_POSTFIELDSIZE, body.count)
      _ = body.withUnsafeBytes {
        curl_set_pointer(
          handle, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: $0.baseAddress))
      }
    }
    _ = curl_set_text(handle, CURLOPT_CUSTOMREQUEST, request.method.rawValue)
    return true
  }

  private func setConnection(_ handle: UnsafeMutableRawPointer) {
    let numbers: [(CURLoption, Int)] = [
      (CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)), (CURLOPT_FOLLOWLOCATION, 0),
      (CURLOPT_NOSIGNAL, 1), (CURLOPT_TCP_NODELAY, 1), (CURLOPT_PATH_AS_IS, 1),
      (CURLOPT_CONNECTTIMEOUT_MS, max(1, Int(connectSeconds * 1000))),
      (CURLOPT_BUFFERSIZE, 128 * 1024),
      // The proxy's answer to CONNECT is not an answer of the system.
      (CURLOPT_SUPPRESS_CONNECT_HEADERS, 1),
    ]
    for (option, value) in numbers { _ = curl_set_number(handle, option, value) }
    _ = curl_set_text(handle, CURLOPT_URL, request.url)
    _ = curl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https")
    let isProxied = route.isProxyForPlain || request.url.lowercased().hasPrefix("https:")
    // Set to empty, so that libcurl does not read the environment.
    _ = curl_set_text(handle, CURLOPT_PROXY, isProxied ? route.proxy : "")
    _ = curl_set_text(handle, CURLOPT_NOPROXY, route.direct)
    if let certificates = route.certificates {
      Transfer.trust(only: certificates, for: handle)
    }
    curl_do_not_wait_for_resolver(handle)
  }

  private func setCallbacks(_ handle: UnsafeMutableRawPointer) {
    let state = Unmanaged.passUnretained(self).toOpaque()
    _ = curl_set_pointer(handle, CURLOPT_PREREQDATA, state)
    _ = curl_set_prerequest(handle) { state, _, _, _, _ in
      guard let state, WebTransfer.of(state).mayBeSent() else { return CURL_PREREQFUNC_ABORT }
      return CURL_PREREQFUNC_OK
    }
    _ = curl_set_pointer(handle, CURLOPT_OPENSOCKETDATA, state)
    _ = curl_set_opensocket(handle) { state, _, address in
      guard let state, WebTransfer.of(state).sendings == 0, let wanted = address?.pointee else {
        return -1
      }
      return socket(wanted.family, wanted.socktype | Int32(SOCK_CLOEXEC.rawValue), wanted.protocol)
    }
    _ = curl_set_pointer(handle, CURLOPT_HEADERDATA, state)
    _ = curl_set_transfer(handle, CURLOPT_HEADERFUNCTION) { data, size, count, state in
      guard let state, let data else { return 0 }
      let line = UnsafeRawBufferPointer(start: data, count: size * count)
      return WebTransfer.of(state).takeLine(line) ? size * count : 0
    }
    _ = curl_set_pointer(handle, CURLOPT_WRITEDATA, state)
    _ = curl_set_transfer(handle, CURLOPT_WRITEFUNCTION) { data, size, count, state in
      guard let state, let data else { return 0 }
      let bytes = UnsafeRawBufferPointer(start: data, count: size * count)
      return WebTransfer.of(state).take(bytes) ? size * count : 0
    }
  }

  private static func of(_ state: UnsafeMutableRawPointer) -> WebTransfer {
    Unmanaged<WebTransfer>.fromOpaque(state).takeUnretainedValue()
  }
}

// MARK: - Callbacks of libcurl

extension WebTransfer {
  /// libcurl calls this on each connection before it sends the request. By itself it sends a request again if
  /// a kept connection ended before a byte of the answer; but the server may have acted on the first. For the
  /// same reason no new connection is opened.
  private func mayBeSent() -> Bool {
    sendings += 1
    return sendings == 1
  }

  /// One line of a head, with its line end; also lines of informational answers, and trailers.
  private func takeLine(_ line: UnsafeRawBufferPointer) -> Bool {
    headBytes += line.count
    guard headBytes <= Self.longestHead else { return false }
    guard !isHeadComplete else { return true }
    let text = String(decoding: line, as: UTF8.self)
    if text.hasPrefix("HTTP/") {
      answer.headers = WebHeaders()
    } else if let colon = text.firstIndex(of: ":") {
      answer.headers.add(
        name: text[..<colon].trimmingCharacters(in: .whitespaces),
        value: text[text.index(after: colon)...].trimmingCharacters(in: .whitespacesAndNewlines))
    } else if text.allSatisfy(\.isNewline) {
      return endHead()
    }
    return true
  }

  /// - Returns: false where the body cannot be taken.
  private func endHead() -> Bool {
    _ = curl_get_number(handle, CURLINFO_RESPONSE_CODE, &answer.status)
    guard answer.status >= 200 else { return true }
    isHeadComplete = true
    progress(0)
    for (name, plain) in [("content-encoding", "identity"), ("transfer-encoding", "chunked")] {
      guard let encoding = answer.headers.first(name: name)?.lowercased(), encoding != plain,
        encoding != "identity"
      else { continue }
      fault = .packed(encoding: encoding)
      return false
    }
    let announced = answer.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
    guard announced <= request.maximumBytes else {
      fault = .tooLarge
      return false
    }
    answer.body.reserveCapacity(min(max(announced, 0), Self.mostReserved))
    return true
  }

  private func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard answer.body.count + bytes.count <= request.maximumBytes else {
      fault = .tooLarge
      return false
    }
    answer.body.append(contentsOf: bytes)
    progress(bytes.count)
    return true
  }

  /// Classifies libcurl's result.
  func result(_ code: CURLcode) -> Result<WebAnswer, WebFailure> {
    if let fault { return .failure(fault) }
    if code == CURLE_OK, isHeadComplete { return .success(answer) }
    guard sendings == 0 else {
      let isEarlyEnd = [
        CURLE_OK, CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_ABORTED_BY_CALLBACK,
        CURLE_COULDNT_CONNECT,
      ].contains(code)
      return .failure(
        .torn(reason: isEarlyEnd ? "the answer ended early" : "the connection failed"))
    }
    switch code {
    case CURLE_OPERATION_TIMEDOUT:
      return .failure(.notSent(reason: "no connection in time", mayPass: true))
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
      return .failure(.notSent(reason: "the address is not usable", mayPass: false))
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE:
      return .failure(.notSent(reason: "no connection", mayPass: false))
    default: return .failure(.notSent(reason: "no connection", mayPass: true))
    }
  }
}
