import Foundation
import HTTP
import Leads
import Testing

import Store
import Upstreams

/// `serve` of the built program, and what its callers send.
struct ServedProgram: Sendable {
  let program: RunningProgram
  /// Where it listens, without a slash at the end.
  let url: String
  /// A key for every property, which writes as the chatbot.
  let key: String
  private let secret: String

  fileprivate init(program: RunningProgram, url: String, key: String, secret: String) {
    self.program = program
    self.url = url
    self.key = key
    self.secret = secret
  }

  var authorization: (name: String, value: String) { ("authorization", "Bearer \(key)") }

  /// A status that is asked for.
  /// - Parameter traceparent: where the caller's trace stands; nil: the caller has none.
  func put(_ lead: String, _ status: String, traceparent: String? = nil) -> WebRequest {
    WebRequest(
      url: "\(url)/api/resman/leads/\(lead)/status", method: .put,
      headers: [authorization, ("content-type", "application/json")]
        + (traceparent.map { [("traceparent", $0)] } ?? []),
      body: Array(#"{"new_status":"\#(status)","updated_by":"chatbot"}"#.utf8))
  }

  /// A move by staff of ResMan, made now and signed.
  func webhook(_ lead: String, from old: String, to new: String, id: String) -> WebRequest {
    let now = RunClock.system().now()
    let body = Array(
      """
      {"lead_id":"\(lead)","old_status":"\(old)","new_status":"\(new)","updated_by":"resman_user",\
      "updated_at":"\(now.iso8601)"}
      """.utf8)
    let stamp = now.microseconds / 1_000_000
    let signature = WebhookSignature(secrets: [secret])?.sign(id: id, timestamp: stamp, body: body)
    return WebRequest(
      url: "\(url)/api/resman/webhooks/status-update", method: .post,
      headers: [
        ("content-type", "application/json"), ("webhook-id", id), ("webhook-timestamp", "\(stamp)"),
        ("webhook-signature", signature ?? ""),
      ], body: body)
  }
}

/// What `key create` and `serve` print as JSON.
private struct Shown: Decodable {
  var key: String?
  var url: String?
}

extension ProcessHarness {
  /// Runs `body` while `serve` runs; what is left of it is killed afterwards.
  func serving<T: Sendable>(
    with changes: [String: String] = [:],
    _ body: @Sendable (ServedProgram) async throws -> T
  ) async throws -> T {
    let created = await
      (try start(["key", "create", "--name", "chatbot", "--all-properties", "--json"])).ended()
    let key = try JSON.decode(Data(created.out.utf8), as: Shown.self).key ?? ""
    let program = try start(["serve", "--port", "0", "--json"], with: changes)
    let result: Result<T, any Error>
    do {
      try await eventually("serve does not listen") { program.output.contains("}") }
      let url = try JSON.decode(Data(program.output.utf8), as: Shown.self).url ?? ""
      result = .success(
        try await body(
          ServedProgram(
            program: program, url: url, key: key, secret: standIns.credentials.webhookSecret)))
    } catch { result = .failure(error) }
    await program.killed()
    return try result.get()
  }
}
