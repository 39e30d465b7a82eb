import Foundation
import HTTP
import Leads
import Store

/// DomIQ over HTTP (docs/contracts.md#domiq): pages and single reads, and its signed webhook for
/// writes.
package struct DomIQClient: DomIQAPI, PageSource {
  private let host: UpstreamHost
  private let signature: WebhookSignature

  /// A client of this host that signs its webhooks.
  /// - Parameter budget: of the whole run, for whoever tries again.
  package init(
    _ settings: UpstreamSettings, signature: WebhookSignature, client: WebClient, clock: RunClock,
    budget: RetryBudget = RetryBudget()
  ) {
    host = UpstreamHost(settings, client: client, clock: clock, budget: budget)
    self.signature = signature
  }

  package func lead(conversation: UUID) async -> ReadAnswer {
    await host.lead(at: "/api/leads/", conversation.uuidString.lowercased())
  }

  package func page(
    property: UUID, updatedSince: Instant?, cursor: String?, limit: Int
  ) async throws(CallFailure) -> [UInt8] {
    try await host.page(
      at: "/api/leads", property: property, updatedSince: updatedSince, cursor: cursor,
      limit: limit)
  }

  package func send(_ change: StatusChange, until: Duration) async -> WriteAnswer {
    guard let body = try? Self.body(change) else { return .notSent("the change has no body") }
    let id = change.intentID.uuidString.lowercased()
    let timestamp = host.clock.now().microseconds / 1_000_000
    var call = OutgoingCall(method: .post, path: "/api/resman/webhooks/status-update")
    call.body = body
    call.latestStart = until
    call.headers = [
      ("webhook-id", id), ("webhook-timestamp", String(timestamp)),
      ("webhook-signature", signature.sign(id: id, timestamp: timestamp, body: body)),
    ]
    return await host.write(call) { Self.acknowledgement($0) }
  }

  /// A complete 2xx is the acknowledgement, unless it says itself that it is none.
  static func acknowledgement(_ answer: IncomingAnswer) -> WriteAnswer {
    struct Body: Decodable { var success: Bool }
    let body = try? JSON.decode(answer.body, as: Body.self)
    if body?.success == false { return .unacknowledged("a 2xx that says success: false") }
    return .acknowledged(version: nil, etag: nil, notificationsSent: 0, workflowActions: [])
  }

  /// The webhook's body: canonical statuses; the same change gives the same bytes.
  package static func body(_ change: StatusChange) throws -> [UInt8] {
    struct Body: Encodable {
      struct Context: Encodable {
        var reconciled = true
        var notify_prospect: Bool
        var intent_id: String
      }
      var lead_id: String
      var old_status: String
      var new_status: String
      var status_reason: String
      var updated_by = Author.system
      var updated_at: String
      var context_data: Context
    }
    let body = Body(
      lead_id: change.leadID, old_status: change.old?.rawValue ?? change.new.rawValue,
      new_status: change.new.rawValue, status_reason: change.reason,
      updated_at: (change.occurredAt ?? Instant(microseconds: 0)).iso8601,
      context_data: .init(
        notify_prospect: change.notify, intent_id: change.intentID.uuidString.lowercased()))
    return Array(try JSON.encode(body).utf8)
  }
}

/// The HTTP client that both systems share.
package enum UpstreamHTTP {
  /// A client for this process; its creator shuts it down.
  /// - Parameter forCallers: a caller waits for each call: a host that refuses connections is reported as
  ///   down at once, while a night gives it time to come back.
  package static func makeClient(
    concurrency: Int, route: WebRoute = WebRoute(), forCallers: Bool = false
  ) -> WebClient {
    WebClient(
      connectionsPerHost: max(8, concurrency), route: route, waitsForServer: !forCallers)
  }
}
