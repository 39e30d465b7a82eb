import Hummingbird
import Leads
import Live
import NIOCore

/// Health, readiness, metrics and the OpenAPI document: open to everybody who can reach the port.
struct OperationsController: Sendable {
  let live: Live
  let counts: APIMetrics
  /// The OpenAPI document: every answer shares these bytes.
  let document: ByteBuffer
  let readiness: Readiness
  let connections: Connections

  struct HealthBody: Codable {
    var status: String
  }

  @Sendable func health(_ request: Request, _ context: APIContext) async throws -> Response {
    try RequestReader(request).done()
    return try .json(HealthBody(status: "ok"))
  }

  @Sendable func ready(_ request: Request, _ context: APIContext) async throws -> Response {
    try RequestReader(request).done()
    try await readiness.check()
    return try .json(HealthBody(status: "ready"))
  }

  @Sendable func metrics(_ request: Request, _ context: APIContext) async throws -> Response {
    try RequestReader(request).done()
    return .body(await text(), type: "text/plain; version=0.0.4; charset=utf-8")
  }

  @Sendable func openapi(_ request: Request, _ context: APIContext) async throws -> Response {
    try RequestReader(request).done()
    return .body(document, type: "application/json")
  }

  /// Without a database the other metrics are still returned.
  private func text() async -> String {
    var gauges = [
      (
        name: "changes_in_flight", help: "Status changes being made.",
        value: live.inFlight.count
      )
    ]
    let (all, strangers) = connections.counts
    gauges += [
      ("http_connections", "Connections that are open.", all),
      ("http_strangers", "Of them those that have shown no key yet.", strangers),
    ]
    if let waiting = try? await readiness.check() {
      gauges += [
        (
          "changes_pending", "Changes whose outcome is not known yet.",
          waiting.pendingChanges
        ),
        (
          "webhooks_waiting", "Webhooks that wait for their lead or for the end of a change.",
          waiting.waitingWebhooks
        ),
        (
          "notifications_waiting", "Messages not sent yet.",
          waiting.waitingMessages
        ),
        (
          "workflow_actions_waiting", "Workflow actions not run yet.",
          waiting.waitingActions
        ),
      ]
      if let lag = waiting.pollLag {
        if let seconds = lag.lag_seconds {
          gauges.append(
            (
              "poll_lag_seconds",
              "Seconds since the property of ResMan that was asked longest ago.", Int(seconds)
            ))
        }
        gauges.append(
          ("poll_failing_properties", "Properties of ResMan whose last poll failed.", lag.failing))
      }
    }
    return counts.text(gauges: gauges)
  }
}
