import Leads
import Messaging

extension OpenAPIDocument {
  /// The input and the answers of an endpoint.
  struct Operation {
    enum Answer {
      case schema(String)
      case empty
      /// Plain text, without the headers of the others.
      case text
    }

    var parameters: [JSONValue] = []
    /// The schema of the body; null where there is none.
    var body: String?
    /// By HTTP status.
    var answers: [Int: Answer]
    /// True where an `Idempotency-Key` gets the first answer again.
    var hasReplays = false
    /// HTTP statuses of the problems.
    var problems: [Int]
  }
}

extension OpenAPIDocument.Operation {
  typealias Document = OpenAPIDocument

  init(_ endpoint: Endpoint) {
    switch endpoint {
    case .updateStatus:
      self.init(
        parameters: [Document.leadID, Document.idempotencyKey], body: "UpdateStatusRequest",
        answers: [200: .schema("UpdateStatusResponse")], hasReplays: true,
        problems: [400, 401, 403, 404, 408, 409, 412, 413, 415, 422, 429, 502, 503, 504])
    case .statusHistory:
      self.init(
        parameters: Self.historyParameters, answers: [200: .schema("StatusHistoryResponse")],
        problems: [401, 404, 422])
    case .createWorkflow:
      self.init(
        parameters: [Document.idempotencyKey], body: "CreateWorkflowRequest",
        answers: [201: .schema("Workflow")], hasReplays: true,
        problems: [400, 401, 404, 408, 409, 413, 415, 422])
    case .listWorkflows:
      self.init(
        parameters: [Document.id("property_id")],
        answers: [200: .schema("GetWorkflowsResponse")], problems: [401, 404, 422])
    case .switchWorkflow:
      self.init(
        parameters: [Document.id("property_id"), Document.id("workflow_id")],
        body: "SwitchWorkflowRequest", answers: [200: .schema("Workflow")],
        problems: [400, 401, 404, 408, 413, 415, 422])
    case .receiveStatusUpdate:
      self.init(
        parameters: Document.webhookHeaders, body: "StatusUpdateWebhook",
        answers: [200: .schema("WebhookAnswer"), 202: .schema("WebhookAnswer")],
        problems: [400, 401, 408, 413, 415, 422])
    case .analyticsMetrics: self.init(figures: "Metrics")
    case .analyticsTrends: self.init(figures: "Trends")
    case .analyticsPerformance: self.init(figures: "Performance")
    case .listNotifications:
      self.init(
        parameters: [
          Document.id("property_id"), Document.recipient, Document.unreadOnly,
          Document.inboxLimit,
        ],
        answers: [200: .schema("Inbox")], problems: [401, 404, 422])
    case .markNotificationRead:
      self.init(
        parameters: [Document.id("property_id"), Document.id("notification_id")],
        answers: [204: .empty], problems: [401, 404, 422])
    case .health: self.init(answers: [200: .schema("Health")], problems: [422])
    case .ready: self.init(answers: [200: .schema("Health")], problems: [422, 503])
    case .metrics: self.init(answers: [200: .text], problems: [422])
    case .openapi: self.init(answers: [200: .schema("AnyObject")], problems: [422])
    }
  }

  private init(figures schema: String) {
    self.init(
      parameters: [
        Document.id("property_id"),
        Document.time(
          "date_from",
          "Start of the window, included; without it, 90 days before its end. A day is its first "
            + "moment in UTC."),
        Document.time(
          "date_to",
          "End of the window, excluded; without it, the last measurement. A day is in the window "
            + "whole."),
      ],
      answers: [200: .schema(schema)], problems: [401, 404, 422, 429, 503])
  }

  private static var historyParameters: [JSONValue] {
    [
      Document.leadID,
      Document.time("date_from", "From then on; a day from its first moment in UTC."),
      Document.time(
        "date_to", "Until then, included; a day until its last moment in UTC."),
      Document.limit, Document.cursor,
    ]
  }
}
