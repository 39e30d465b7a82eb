import Foundation
import Synchronization

internal import CLibCurl

/// The result of one transfer of libcurl.
package struct TransferEnd: Sendable {
  /// 0 is success.
  var code: CURLcode
  /// The last SMTP reply or HTTP status; 0 if none came.
  package var status: Int
  /// A part of an HTTP request was sent; or all of a mail message.
  var isSent: Bool
  /// The rule refused the address.
  var isAddressRefused: Bool
  /// The verb of the last SMTP command.
  var lastCommand: String
  /// The last line of the mail server, or the HTTP body.
  package var answer: [UInt8]
  /// The header of that name.
  package var retryAfter: String?

  var isSuccess: Bool { code == CURLE_OK }
  /// libcurl's description of the result, without data.
  package var reason: String { String(cString: curl_easy_strerror(code)) }
}

/// One transfer, run on a thread of its own, because libcurl blocks.
///
/// Unchecked Sendable: it is filled before its thread starts and read after that thread has finished ("You
/// must never share the same handle in multiple threads at the same time", libcurl manual, "libcurl-thread").
package final class Transfer: @unchecked Sendable {
  /// Bytes of an answer that are kept; a longer one ends the transfer.
  private static let longestAnswer = 64 * 1024
  /// Must be called once before anything else, which a static does.
  static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  private var handle: UnsafeMutableRawPointer?
  private let rule: AddressRule
  private var lists: [UnsafeMutablePointer<curl_slist>] = []
  private var outgoing: [UInt8] = []
  private var offset = 0
  private var isOutgoingRead = false
  private var isAddressRefused = false
  private var lastCommand = ""
  private var isQuitting = false
  /// The status of the last reply to a command.
  private var reply: Int?
  private var answer: [UInt8] = []
  private var retryAfter: String?
  /// Its task was cancelled: libcurl checks at least once a second.
  private let isStopped = Atomic(false)

  /// A transfer to that address, only over these protocols, without a proxy or a redirect.
  package init(url: String, protocols: String, rule: AddressRule, timeoutSeconds: Double) {
    handle = Self.isReady ? curl_easy_init() : nil
    self.rule = rule
    set(CURLOPT_URL, url)
    set(CURLOPT_PROTOCOLS_STR, protocols)
    set(CURLOPT_PROXY, "")
    set(CURLOPT_FOLLOWLOCATION, 0)
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_TIMEOUT_MS, Int(timeoutSeconds * 1000))
    // The limit for a single answer of a mail server, also to QUIT, which the total timeout does not cover.
    set(CURLOPT_SERVER_RESPONSE_TIMEOUT, max(1, Int(timeoutSeconds / 2)))
    set(CURLOPT_CONNECTTIMEOUT_MS, Int(min(timeoutSeconds, 10) * 1000))
    set(CURLOPT_NOPROGRESS, 0)
    _ = curl_set_pointer(handle, CURLOPT_XFERINFODATA, state)
    _ = curl_set_progress(handle) { state, _, _, _, _ in
      guard let state else { return 0 }
      return Transfer.of(state).isStopped.load(ordering: .relaxed) ? 1 : 0
    }
    _ = curl_set_pointer(handle, CURLOPT_OPENSOCKETDATA, state)
    _ = curl_set_opensocket(handle) { state, _, address in
      guard let state, let address else { return -1 }
      return Transfer.of(state).open(address)
    }
  }

  deinit { close() }

  /// Ends the connection, which may wait for the server's answer to QUIT; runs on the transfer's own thread.
  private func close() {
    curl_easy_cleanup(handle)
    handle = nil
    for list in lists { curl_slist_free_all(list) }
    lists = []
  }

  func set(_ option: CURLoption, _ value: Int) { _ = curl_set_number(handle, option, value) }

  /// libcurl copies the text.
  func set(_ option: CURLoption, _ value: String) { _ = curl_set_text(handle, option, value) }

  func trust(only certificates: String) { Self.trust(only: certificates, for: handle) }

  /// Trusts the authorities of a file, of the server and of a proxy, and no other: not those in the folder that libcurl was
  /// built with.
  static func trust(only certificates: String, for handle: UnsafeMutableRawPointer?) {
    for option in [CURLOPT_CAINFO, CURLOPT_PROXY_CAINFO] {
      _ = curl_set_text(handle, option, certificates)
    }
    for option in [CURLOPT_CAPATH, CURLOPT_PROXY_CAPATH] { _ = curl_set_text(handle, option, nil) }
  }

  func set(_ option: CURLoption, _ values: [String]) {
    let list = values.reduce(nil as UnsafeMutablePointer<curl_slist>?) {
      curl_slist_append($0, $1) ?? $0
    }
    guard let list else { return }
    lists.append(list)
    _ = curl_set_list(handle, option, list)
  }

  /// The upload, read piece by piece, so that it is known whether all of it was sent.
  func upload(_ bytes: [UInt8]) {
    outgoing = bytes
    set(CURLOPT_UPLOAD, 1)
    _ = curl_set_pointer(handle, CURLOPT_READDATA, state)
    _ = curl_set_transfer(handle, CURLOPT_READFUNCTION) { buffer, size, count, state in
      guard let state, let buffer else { return 0 }
      return Transfer.of(state).read(into: buffer, atMost: size * count)
    }
  }

  /// Records each command's verb and the server's last line.
  func followDialogue() {
    set(CURLOPT_VERBOSE, 1)
    _ = curl_set_pointer(handle, CURLOPT_DEBUGDATA, state)
    _ = curl_set_debug(handle) { _, kind, data, size, state in
      guard let state, let data else { return 0 }
      let bytes = UnsafeRawBufferPointer(start: data, count: size)
      switch kind {
      case CURLINFO_HEADER_OUT: Transfer.of(state).said(bytes)
      case CURLINFO_HEADER_IN: Transfer.of(state).heard(bytes)
      default: break
      }
      return 0
    }
  }

  /// Records the body and the one header that is needed.
  func collectAnswer() {
    _ = curl_set_pointer(handle, CURLOPT_WRITEDATA, state)
    _ = curl_set_transfer(handle, CURLOPT_WRITEFUNCTION) { data, size, count, state in
      guard let state, let data else { return 0 }
      return Transfer.of(state).take(UnsafeRawBufferPointer(start: data, count: size * count))
    }
    _ = curl_set_pointer(handle, CURLOPT_HEADERDATA, state)
    _ = curl_set_transfer(handle, CURLOPT_HEADERFUNCTION) { data, size, count, state in
      guard let state, let data else { return 0 }
      Transfer.of(state).header(UnsafeRawBufferPointer(start: data, count: size * count))
      return size * count
    }
  }

  /// Runs to its end, at most for the timeout. If its task is cancelled, it ends within about a second, and
  /// its connection with it.
  package func run() async -> TransferEnd {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: self.perform()) }
      }
    } onCancel: {
      isStopped.store(true, ordering: .relaxed)
    }
  }

  private func perform() -> TransferEnd {
    blockBrokenPipes()
    guard handle != nil else { return end(CURLE_FAILED_INIT, status: 0, requestBytes: 0) }
    let code = curl_easy_perform(handle)
    var status = 0
    var requestBytes = 0
    _ = curl_get_number(handle, CURLINFO_RESPONSE_CODE, &status)
    _ = curl_get_number(handle, CURLINFO_REQUEST_SIZE, &requestBytes)
    close()
    return end(code, status: status, requestBytes: requestBytes)
  }

  private func end(_ code: CURLcode, status: Int, requestBytes: Int) -> TransferEnd {
    TransferEnd(
      code: code, status: reply ?? status,
      isSent: outgoing.isEmpty ? requestBytes > 0 : isOutgoingRead,
      isAddressRefused: isAddressRefused, lastCommand: lastCommand, answer: answer,
      retryAfter: retryAfter)
  }
}

/// Writing to a closed connection, which OpenSSL does by itself, must be an error in this thread and not end
/// the process; with CURLOPT_NOSIGNAL libcurl leaves SIGPIPE to its callers.
func blockBrokenPipes() {
  var signals = sigset_t()
  sigemptyset(&signals)
  sigaddset(&signals, SIGPIPE)
  pthread_sigmask(SIG_BLOCK, &signals, nil)
}

// MARK: - Callbacks of libcurl

extension Transfer {
  private var state: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  private static func of(_ state: UnsafeMutableRawPointer) -> Transfer {
    Unmanaged<Transfer>.fromOpaque(state).takeUnretainedValue()
  }

  private func open(_ address: UnsafePointer<curl_sockaddr>) -> curl_socket_t {
    guard rule.allows(AddressRule.bytes(address)) else {
      isAddressRefused = true
      return -1
    }
    let wanted = address.pointee
    return socket(wanted.family, wanted.socktype | Int32(SOCK_CLOEXEC.rawValue), wanted.protocol)
  }

  private func read(into buffer: UnsafeMutablePointer<CChar>, atMost limit: Int) -> Int {
    let count = min(limit, outgoing.count - offset)
    guard count > 0 else {
      isOutgoingRead = true
      return 0
    }
    UnsafeMutableRawBufferPointer(start: buffer, count: count)
      .copyBytes(from: outgoing[offset..<offset + count])
    offset += count
    return count
  }

  /// Only the verb, because a password may follow. The answer to QUIT does not matter.
  private func said(_ bytes: UnsafeRawBufferPointer) {
    let verb = String(decoding: bytes.prefix { (0x41...0x5A).contains($0) }, as: UTF8.self)
    if verb == "QUIT" { isQuitting = true } else { lastCommand = verb }
  }

  private func heard(_ bytes: UnsafeRawBufferPointer) {
    guard !isQuitting else { return }
    answer = Array(bytes.prefix(512))
    reply = Int(String(decoding: bytes.prefix(3), as: UTF8.self)) ?? reply
  }

  private func take(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard answer.count + bytes.count <= Self.longestAnswer else { return 0 }
    answer += bytes
    return bytes.count
  }

  private func header(_ bytes: UnsafeRawBufferPointer) {
    let line = String(decoding: bytes.prefix(512), as: UTF8.self)
    guard let colon = line.firstIndex(of: ":"),
      line[..<colon].lowercased() == "retry-after"
    else { return }
    retryAfter = line[line.index(after: colon)...].trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
