import Leads
import StatusSync

/// The rules of a property as JSON Schema; `WorkflowRule` decides, and this says the same.
extension OpenAPIDocument {
  private static func whole(_ range: ClosedRange<Int>) -> JSONValue {
    [
      "type": ["integer", "null"], "minimum": .integer(range.lowerBound),
      "maximum": .integer(range.upperBound),
    ]
  }

  /// A text without control characters but line breaks and tabs.
  private static let line: JSONValue = [
    "type": ["string", "null"], "minLength": 1, "maxLength": 1000,
    "pattern": "^[^\\u0000-\\u0008\\u000b-\\u001f]+$",
  ]

  private static let name: JSONValue = [
    "type": ["string", "null"], "pattern": "^[A-Za-z][A-Za-z0-9 _.-]{0,63}$",
  ]

  private static func delay(_ prefix: String) -> [String: JSONValue] {
    let year = 366 * 24 * 60
    return [
      "\(prefix)_minutes": whole(0...year), "\(prefix)_hours": whole(0...year / 60),
      "\(prefix)_days": whole(0...year / 1440),
    ]
  }

  static var workflowSchemas: [String: JSONValue] {
    let rule: [String: JSONValue] = [
      "trigger_status": status, "target_status": status,
      "conditions": ["type": "object"], "actions": ["type": "array", "items": ["type": "object"]],
      "is_active": ["type": "boolean"], "id": ["type": "string", "format": "uuid"],
    ]
    return [
      "CreateWorkflowRequest": object(
        [
          "property_id": ["type": "string", "format": "uuid"], "trigger_status": status,
          "target_status": status, "conditions": conditions,
          "actions": [
            "type": "array", "minItems": 1, "maxItems": .integer(WorkflowRule.mostActions),
            "items": ["oneOf": .array(actions)],
          ],
        ],
        required: ["property_id", "trigger_status", "target_status", "conditions", "actions"]),
      "Workflow": object(rule, required: rule.keys.sorted()),
      "GetWorkflowsResponse": object(
        ["workflows": ["type": "array", "items": reference("Workflow")]],
        required: ["workflows"]),
    ]
  }

  private static var conditions: JSONValue {
    let time = "([01][0-9]|2[0-3]):[0-5][0-9]"
    return object(
      [
        "conversation_duration": [
          "type": ["number", "null"], "minimum": 0, "maximum": 1_000_000,
          "description": "Minutes, at least.",
        ],
        "message_count": whole(0...1_000_000), "lead_score": whole(0...100),
        "time_of_day": [
          "type": ["string", "null"], "pattern": .string("^(?!(.{5})-\\1$)\(time)-\(time)$"),
          "description": "Local time of the property, such as 22:00-06:00.",
        ],
      ], required: [])
  }

  private static var actions: [JSONValue] {
    let templates = NotificationTemplate.all.map(\.id)
    let configs: [WorkflowAction.Kind: JSONValue] = [
      .sendNotification: object(
        [
          "recipients": [
            "type": ["array", "null"], "items": name.with("type", "string"), "minItems": 1,
            "maxItems": 100,
          ],
          "template_id": ["enum": .array(templates.map(JSONValue.string) + [.null])],
          "channel": [
            "enum": .array(
              NotificationChannel.allCases.map { .string($0.rawValue) } + [.null])
          ],
        ], required: []),
      .scheduleFollowUp: object(
        delay("delay").merging(["note": line, "assigned_to": name]) { $1 }, required: []),
      .updateLeadScore: [
        "oneOf": [
          object(["delta": whole(-100...100).with("type", "integer")], required: ["delta"]),
          object(["score": whole(0...100).with("type", "integer")], required: ["score"]),
        ]
      ],
      .createTask: object(
        delay("due_in").merging([
          "title": line, "description": line, "assigned_to": name,
          "priority": [
            "enum": .array(
              NotificationPriority.allCases.map { .string($0.rawValue) } + [.null])
          ],
        ]) { $1 }, required: []),
    ]
    return WorkflowAction.Kind.allCases.map { kind in
      object(
        ["type": ["const": .string(kind.rawValue)], "config": configs[kind] ?? ["type": "object"]],
        // Every other config may be empty, and then is not needed.
        required: kind == .updateLeadScore ? ["type", "config"] : ["type"])
    }
  }
}
