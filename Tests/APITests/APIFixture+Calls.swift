import AsyncHTTPClient
import Crypto
import Foundation
import Leads
import Logging
import NIOCore
import Postgres
import Synchronization
import Testing

import API
import Upstreams

/// An answer of the API.
struct Answer: Sendable {
  var status: Int
  var headers: [String: String]
  var text: String
  var json: JSONValue { JSONValue(utf8: Array(text.utf8)) ?? .null }
  /// The last part of a problem's type.
  var problem: String? {
    json["type"]?.string.map { String($0.dropFirst("urn:status-sync:problem:".count)) }
  }
}

extension APIFixture {
  /// Sends one request, with the chatbot's key unless another is given; with no key if `key` is empty.
  func call(
    _ method: String, _ path: String, key: String? = nil, headers: [String: String] = [:],
    body: String? = nil
  ) async throws -> Answer {
    try await call(method, path, key: key, headers: headers, bytes: body.map { Array($0.utf8) })
  }

  /// The same, with a body that need not be text.
  func call(
    _ method: String, _ path: String, key: String? = nil, headers: [String: String] = [:],
    bytes: [UInt8]?
  ) async throws -> Answer {
    var request = HTTPClientRequest(url: url + path)
    request.method = .init(rawValue: method)
    let key = key ?? chatbot
    if !key.isEmpty { request.headers.add(name: "authorization", value: "Bearer \(key)") }
    if let bytes {
      request.headers.add(name: "content-type", value: "application/json")
      request.body = .bytes(ByteBuffer(bytes: bytes))
    }
    for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
    let response = try await caller.execute(request, timeout: .seconds(600))
    let bytes = try await response.body.collect(upTo: 4 << 20)
    var received: [String: String] = [:]
    for (name, value) in response.headers { received[name.lowercased()] = value }
    return Answer(
      status: Int(response.status.code), headers: received, text: String(buffer: bytes))
  }

  /// Requests a status.
  func put(
    _ lead: String, _ status: String, key: String? = nil, idempotency: String? = nil,
    more: String = ""
  ) async throws -> Answer {
    try await call(
      "PUT", "/api/resman/leads/\(lead)/status", key: key,
      headers: idempotency.map { ["idempotency-key": $0] } ?? [:],
      body: #"{"new_status":"\#(status)","updated_by":"chatbot"\#(more)}"#)
  }

  /// A webhook as ResMan sends it; its timestamp is the time of the change.
  func webhook(
    _ lead: String, _ old: String, _ new: String, at time: String, id: String = UUID().uuidString,
    more: String = "", secret: String? = nil, timestamp: Int64? = nil
  ) async throws -> Answer {
    let body = """
      {"lead_id":"\(lead)","old_status":"\(old)","new_status":"\(new)","updated_by":"resman_user",\
      "updated_at":"\(time)"\(more)}
      """
    return try await signed(Array(body.utf8), id: id, secret: secret, timestamp: timestamp)
  }

  /// Sends any body, signed.
  func signed(
    _ body: [UInt8], id: String = UUID().uuidString, secret: String? = nil, timestamp: Int64? = nil
  ) async throws -> Answer {
    let stamp = timestamp ?? clock.now().microseconds / 1_000_000
    let signature = WebhookSignature(secrets: [secret ?? standIns.credentials.webhookSecret])
    return try await call(
      "POST", "/api/resman/webhooks/status-update", key: "",
      headers: [
        "webhook-id": id, "webhook-timestamp": "\(stamp)",
        "webhook-signature": signature?.sign(id: id, timestamp: stamp, body: body) ?? "",
      ], bytes: body)
  }

  /// The one value that a statement returns.
  func value<T: PostgresDecodable & Sendable>(_ sql: SQL) async throws -> T {
    try await database.value(sql)
  }

  func execute(_ sql: SQL) async throws {
    let connection = try await database.connect()
    _ = try await connection.execute(sql)
    await connection.close()
  }

  /// The changes of a lead in the log, without the baseline.
  func rows(_ lead: String, _ state: String) async throws -> Int {
    try await value(
      """
      select count(*)::int as value from status_sync_log
      where resman_lead_id = \(lead) and sync_status = \(state)
        and status_reason is distinct from 'baseline'
      """)
  }
}

/// Keeps all log lines, including their metadata.
final class LogCatcher: Sendable {
  private let kept = Mutex<[String]>([])

  var lines: [String] { kept.withLock { $0 } }
  var logger: Logger { Logger(label: "test") { _ in Handler(catcher: self) } }

  private struct Handler: LogHandler {
    let catcher: LogCatcher
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let all = metadata.merging(event.metadata ?? [:]) { $1 }
      catcher.kept.withLock { $0.append("\(event.message) \(all)") }
    }
  }
}
