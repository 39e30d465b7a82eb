import Foundation
import Leads
import StatusSync

/// `/openapi.json`, made from the constants the code works with; a test holds its paths against the
/// routes, and schemathesis holds the answers against it.
enum OpenAPIDocument {
  /// The document as JSON text.
  static func text() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(document), as: UTF8.self)
  }

  static var document: JSONValue {
    [
      "openapi": "3.1.0",
      "info": [
        "title": "StatusSync", "version": "1.0.0",
        "description": "Keeps the status of every lead the same in ResMan and DomIQ.",
      ],
      "paths": .object(paths),
      "components": [
        "securitySchemes": ["key": ["type": "http", "scheme": "bearer"]],
        "schemas": .object(schemas),
      ],
    ]
  }

  private static var paths: [String: JSONValue] {
    [
      "/api/resman/leads/{lead_id}/status": [
        "put": operation(
          "updateStatus", "Move a lead to a status, in ResMan and here.",
          parameters: [leadID, idempotencyKey], body: "UpdateStatusRequest",
          answers: [200: "UpdateStatusResponse"], hasReplays: true,
          problems: [400, 401, 403, 404, 408, 409, 412, 413, 415, 422, 429, 502, 503, 504])
      ],
      "/api/resman/leads/{lead_id}/status-history": [
        "get": operation(
          "statusHistory", "The status changes of a lead, newest first.",
          parameters: [
            leadID,
            time("date_from", "From then on; a day from its first moment in UTC."),
            time("date_to", "Until then, included; a day until its last moment in UTC."), limit,
            cursor,
          ],
          answers: [200: "StatusHistoryResponse"], problems: [401, 404, 422])
      ],
      "/api/resman/status-workflows": [
        "post": operation(
          "createWorkflow", "Make a rule.", parameters: [idempotencyKey],
          body: "CreateWorkflowRequest", answers: [201: "Workflow"], hasReplays: true,
          problems: [400, 401, 404, 408, 409, 413, 415, 422])
      ],
      "/api/resman/status-workflows/{property_id}": [
        "get": operation(
          "listWorkflows", "The rules of a property, oldest first.",
          parameters: [id("property_id")], answers: [200: "GetWorkflowsResponse"],
          problems: [401, 404, 422])
      ],
      "/api/resman/status-workflows/{property_id}/{workflow_id}": [
        "patch": operation(
          "switchWorkflow", "Switch a rule on or off.",
          parameters: [id("property_id"), id("workflow_id")], body: "SwitchWorkflowRequest",
          answers: [200: "Workflow"], problems: [400, 401, 404, 408, 413, 415, 422])
      ],
      "/api/resman/webhooks/status-update": [
        "post": operation(
          "receiveStatusUpdate",
          "ResMan's webhook (Standard Webhooks): let in by its signature.",
          parameters: webhookHeaders, body: "StatusUpdateWebhook",
          answers: [200: "WebhookAnswer", 202: "WebhookAnswer"], isOpen: true,
          problems: [400, 401, 408, 413, 415, 422])
      ],
      "/api/resman/analytics/{property_id}/metrics": analytics("Metrics"),
      "/api/resman/analytics/{property_id}/trends": analytics("Trends"),
      "/api/resman/analytics/{property_id}/performance": analytics("Performance"),
      "/api/resman/notifications/{property_id}": [
        "get": operation(
          "listNotifications", "Messages of the app's inbox at a property, latest first.",
          parameters: [id("property_id"), recipient, unreadOnly, inboxLimit],
          answers: [200: "Inbox"], problems: [401, 404, 422])
      ],
      "/api/resman/notifications/{property_id}/{notification_id}/read": [
        "post": operation(
          "markNotificationRead", "Mark a message as read; again changes nothing.",
          parameters: [id("property_id"), id("notification_id")], answers: [204: ""],
          problems: [401, 404, 422])
      ],
      "/health": open("health", "The process answers.", "Health", problems: []),
      "/ready": open("ready", "The database answers too.", "Health", problems: [503]),
      "/metrics": ["get": plainMetrics],
      "/openapi.json": open("openapi", "This document.", "AnyObject", problems: []),
    ]
  }

  private static func analytics(_ name: String) -> JSONValue {
    [
      "get": operation(
        "analytics\(name)",
        "Figures of a property over a window, as of the last measurement.",
        parameters: [
          id("property_id"),
          time(
            "date_from",
            "Start of the window, included; without it, 90 days before its end. A day is its first "
              + "moment in UTC."),
          time(
            "date_to",
            "End of the window, excluded; without it, the last measurement. A day is in the window "
              + "whole."),
        ],
        answers: [200: name], problems: [401, 404, 422, 429, 503])
    ]
  }

  private static func open(
    _ id: String, _ summary: String, _ schema: String, problems: [Int]
  ) -> JSONValue {
    [
      "get": operation(
        id, summary, parameters: [], answers: [200: schema], isOpen: true,
        problems: problems + [422])
    ]
  }

  private static var plainMetrics: JSONValue {
    operation(
      "metrics", "Counts in Prometheus' text format.", parameters: [], answers: [:], isOpen: true,
      problems: [422]
    ).with(
      "responses",
      [
        "200": ["description": "OK", "content": ["text/plain": ["schema": ["type": "string"]]]],
        "422": problem(422),
      ])
  }

  private static func operation(
    _ id: String, _ summary: String, parameters: [JSONValue], body: String? = nil,
    answers: [Int: String], hasReplays: Bool = false, isOpen: Bool = false, problems: [Int]
  ) -> JSONValue {
    var responses: [String: JSONValue] = [:]
    for (status, schema) in answers {
      var response: JSONValue = [
        "description": .string(status == 202 ? "Kept until the lead is known" : "Done")
      ]
      if !schema.isEmpty {
        response = response.with(
          "content", ["application/json": ["schema": reference(schema)]])
      }
      var headers = requestIDHeader
      if hasReplays {
        headers["Idempotency-Replayed"] = [
          "description": "Present where this is the first answer again.",
          "schema": ["type": "string", "enum": ["true"]],
        ]
      }
      responses[String(status)] = response.with("headers", .object(headers))
    }
    for status in problems { responses[String(status)] = problem(status) }
    var operation: JSONValue = [
      "operationId": .string(id), "summary": .string(summary), "parameters": .array(parameters),
      "responses": .object(responses), "security": isOpen ? [] : [["key": []]],
    ]
    if let body {
      operation = operation.with(
        "requestBody",
        ["required": true, "content": ["application/json": ["schema": reference(body)]]])
    }
    return operation
  }

  private static let requestIDHeader: [String: JSONValue] = [
    RequestTrace.header: [
      "description": "The request's id, as sent, else a new one; the log has it too.",
      "schema": ["type": "string"],
    ]
  ]

  /// The problems of one HTTP status, by their types.
  private static func problem(_ status: Int) -> JSONValue {
    let kinds = Problem.Kind.allCases.filter { $0.status == status }
    let names = kinds.map { "\($0.rawValue): \($0.title)" }.joined(separator: "; ")
    return [
      "description": .string(names), "headers": .object(requestIDHeader),
      "content": ["application/problem+json": ["schema": reference("Problem")]],
    ]
  }

  static func reference(_ schema: String) -> JSONValue {
    ["$ref": .string("#/components/schemas/\(schema)")]
  }
}
