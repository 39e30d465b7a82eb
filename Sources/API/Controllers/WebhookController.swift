import Changes
import Foundation
import HTTPTypes
import Hummingbird
import Leads
import Live
import Store
import Upstreams

/// Receives ResMan's webhook, which is authenticated by its signature, not by a key.
struct WebhookController: Sendable {
  let receiver: WebhookReceiver
  let signature: WebhookSignature
  let metrics: APIMetrics
  let clock: RunClock
  let connections: Connections

  /// The answer's body.
  struct Answer: Codable {
    var success = true
    var outcome: String
  }

  @Sendable func receive(
    _ request: Request, _ context: APIContext
  ) async throws -> Response {
    do {
      let body = try await request.bytes()
      let id = try verify(request, body)
      connections.recognise(context.channel, as: .webhooks)
      context.trace.keyName = "webhook"
      try request.requireJSON()
      let json = try JSONValue(strict: body)
      var reader = RequestReader(request)
      let webhook = try reader.take { () throws(Problem) in
        try StatusWebhook(json, mapping: receiver.mapping)
      }
      let (outcome, isRepeated) = try await receiver.receive(try reader.done(webhook), id: id)
      metrics.webhook(isRepeated ? "replayed" : outcome.rawValue)
      return try .json(
        Answer(outcome: outcome.rawValue), status: outcome == .waiting ? .accepted : .ok)
    } catch let problem as Problem {
      metrics.webhook("refused")
      throw problem
    }
  }

  /// The id of a message that is signed with one of our secrets and whose timestamp is within the window.
  private func verify(_ request: Request, _ body: [UInt8]) throws(Problem) -> String {
    guard let id = request.headers[named: "webhook-id"], (1...255).contains(id.utf8.count),
      id.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
      let timestamp = request.headers[named: "webhook-timestamp"],
      let signatures = request.headers[named: "webhook-signature"],
      signature.verify(
        id: id, timestamp: timestamp, signatures: signatures, body: body,
        now: clock.now().microseconds / 1_000_000)
    else { throw Problem(.unauthorized, "not signed, or too far from now") }
    return id
  }
}
