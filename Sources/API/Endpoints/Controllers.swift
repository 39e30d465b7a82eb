import Hummingbird
import Live
import NIOCore

/// The code behind each endpoint.
struct Controllers: Sendable {
  typealias Handler = @Sendable (Request, APIContext) async throws -> Response

  let status: StatusController
  let workflows: WorkflowController
  let webhooks: WebhookController
  let analytics: AnalyticsController
  let inbox: InboxController
  let operations: OperationsController

  init(_ live: Live, connections: Connections, metrics: APIMetrics) throws {
    status = StatusController(service: live.service, history: live.history)
    workflows = WorkflowController(workflows: live.workflows)
    webhooks = WebhookController(
      receiver: live.webhooks, signature: live.signature, metrics: metrics, clock: live.clock,
      connections: connections)
    analytics = AnalyticsController(analytics: live.analytics)
    inbox = InboxController(database: live.database)
    operations = OperationsController(
      live: live, counts: metrics, document: ByteBuffer(string: try OpenAPIDocument.text()),
      readiness: Readiness(
        database: live.reserve, timeout: live.timeout / 4, clock: live.clock,
        hasPolls: live.poll != nil),
      connections: connections)
  }

  func handler(of endpoint: Endpoint) -> Handler {
    switch endpoint {
    case .updateStatus: status.update
    case .statusHistory: status.changes
    case .createWorkflow: workflows.create
    case .listWorkflows: workflows.list
    case .switchWorkflow: workflows.change
    case .receiveStatusUpdate: webhooks.receive
    case .analyticsMetrics: analytics.metrics
    case .analyticsTrends: analytics.trends
    case .analyticsPerformance: analytics.performance
    case .listNotifications: inbox.messages
    case .markNotificationRead: inbox.markRead
    case .health: operations.health
    case .ready: operations.ready
    case .metrics: operations.metrics
    case .openapi: operations.openapi
    }
  }
}
