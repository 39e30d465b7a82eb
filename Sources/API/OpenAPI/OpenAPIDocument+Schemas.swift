import Leads
import StatusSync

extension OpenAPIDocument {
  static func object(
    _ properties: [String: JSONValue], required: [String], closed: Bool = true
  ) -> JSONValue {
    [
      "type": "object", "properties": .object(properties), "required": .texts(required),
      "additionalProperties": .bool(!closed),
    ]
  }

  static let status: JSONValue = [
    "type": "string", "enum": .texts(Status.allCases.map(\.rawValue)),
  ]
  private static let instant: JSONValue = ["type": "string"]
  private static let count: JSONValue = ["type": "integer", "minimum": 0]
  private static let maybeNumber: JSONValue = ["type": ["number", "null"]]
  private static let bounds: [String: JSONValue] = [
    "as_of": instant, "window_start": instant, "window_end": instant,
  ]

  private static func list(of schema: JSONValue) -> JSONValue {
    ["type": "array", "items": schema]
  }

  private static func byStatus(_ schema: JSONValue) -> JSONValue {
    ["type": "object", "additionalProperties": schema]
  }

  static var schemas: [String: JSONValue] {
    requestSchemas.merging(answerSchemas) { $1 }.merging(figureSchemas) { $1 }
  }

  private static var requestSchemas: [String: JSONValue] {
    let urgencies = UpdateContext.Urgency.allCases.map(\.rawValue)
    return [
      "UpdateStatusRequest": object(
        [
          "new_status": status, "status_reason": text(most: Longest.reason),
          "context_data": object(
            [
              "conversation_summary": text(most: Longest.summary),
              "next_steps": text(most: Longest.nextSteps),
              "key_insights": [
                "type": "array", "items": text(most: Longest.insight),
                "maxItems": .integer(Longest.insights),
              ],
              "urgency_level": ["type": "string", "enum": .texts(urgencies)],
            ], required: []),
          "updated_by": ["type": "string", "enum": .texts(Author.allCases.map(\.rawValue))],
          "trigger_notifications": ["type": "boolean", "default": true],
        ], required: ["new_status", "updated_by"]),
      // Anything, as long as it can be kept: no NUL in a name or a text.
      "Members": [
        "type": "object", "propertyNames": ["pattern": "^[^\\u0000]*$"],
        "additionalProperties": reference("Value"),
      ],
      "Value": [
        "anyOf": [
          ["type": ["null", "boolean", "number"]], ["type": "string", "pattern": "^[^\\u0000]*$"],
          list(of: reference("Value")), reference("Members"),
        ]
      ],
      "SwitchWorkflowRequest": object(
        ["is_active": ["type": "boolean"]], required: ["is_active"]),
      "StatusUpdateWebhook": object(
        [
          "lead_id": text(least: 1, most: Longest.leadID), "old_status": status,
          "new_status": status, "status_reason": text(most: Longest.reason),
          "updated_by": text(most: Longest.author),
          "updated_at": moment,
          "context_data": reference("Members"),
        ], required: ["lead_id", "old_status", "new_status", "updated_by", "updated_at"]),
    ]
  }

  private static var answerSchemas: [String: JSONValue] {
    [
      "UpdateStatusResponse": object(
        [
          "success": ["type": "boolean"], "new_status": status, "updated_at": instant,
          "notifications_sent": count,
          "workflow_actions_triggered": list(of: ["type": "string"]),
        ],
        required: [
          "success", "new_status", "updated_at", "notifications_sent",
          "workflow_actions_triggered",
        ]),
      "StatusHistoryResponse": object(
        [
          "status_changes": list(
            of: object(
              [
                "id": ["type": "string", "format": "uuid"],
                "old_status": ["anyOf": [status, ["type": "null"]]], "new_status": status,
                "status_reason": ["type": "string"], "updated_by": ["type": "string"],
                "context_data": ["type": "object"], "created_at": instant,
              ], required: ["id", "old_status", "new_status", "created_at"])),
          "total_count": count,
        ], required: ["status_changes", "total_count"]),
      "WebhookAnswer": object(
        [
          "success": ["type": "boolean"],
          "outcome": [
            "type": "string", "enum": .texts(WebhookReceiver.Outcome.allCases.map(\.rawValue)),
          ],
        ], required: ["success", "outcome"]),
      "Inbox": object(
        [
          "messages": list(
            of: object(
              [
                "id": ["type": "string", "format": "uuid"], "resman_lead_id": ["type": "string"],
                "conversation_id": ["type": "string", "format": "uuid"],
                "recipient": ["type": "string"], "priority": ["type": "string"],
                "subject": ["type": "string"], "body": ["type": "string"],
                "created_at": instant, "read_at": ["type": "string"],
              ], required: ["id", "recipient", "priority", "subject", "body", "created_at"])),
          "total_count": count, "unread_count": count,
        ], required: ["messages", "total_count", "unread_count"]),
      "Standing": object(["status": ["type": "string"]], required: ["status"]),
      "AnyObject": ["type": "object"],
      "Problem": object(
        [
          "type": ["type": "string", "enum": .texts(Problem.Kind.allCases.map(\.type))],
          "title": ["type": "string"], "status": ["type": "integer"],
          "detail": ["type": "string"], "unmet": list(of: ["type": "string"]),
          "errors": list(of: ["type": "string"]),
          "intent_id": ["type": "string", "format": "uuid"],
        ], required: ["type", "title", "status"]),
    ]
  }

  private static var figureSchemas: [String: JSONValue] {
    let edges = ["as_of", "window_start", "window_end"]
    let metrics: [String: JSONValue] = [
      "total_status_changes": count, "average_time_in_status": byStatus(maybeNumber),
      "status_conversion_rates": byStatus(maybeNumber),
      "most_common_transitions": list(
        of: object(
          ["from": ["type": "string"], "to": ["type": "string"], "count": count],
          required: ["from", "to", "count"])),
    ]
    let trends: [String: JSONValue] = [
      "daily_status_changes": list(
        of: object(
          ["date": ["type": "string", "format": "date"], "count": count],
          required: ["date", "count"])),
      "status_distribution": byStatus(count),
      "conversion_funnel": list(
        of: object(
          ["status": status, "count": count, "conversion_rate": maybeNumber],
          required: ["status", "count"])),
    ]
    let performance: [String: JSONValue] = [
      "average_response_time": maybeNumber, "status_update_accuracy": maybeNumber,
      "workflow_trigger_rate": maybeNumber, "notification_delivery_rate": maybeNumber,
    ]
    return [
      "Metrics": object(
        metrics.merging(bounds) { $1 },
        required: edges + metrics.keys.filter { $0 != "total_status_changes" }.sorted()),
      "Trends": object(
        trends.merging(bounds) { $1 }, required: edges + trends.keys.sorted()),
      "Performance": object(performance.merging(bounds) { $1 }, required: edges),
    ]
  }
}
