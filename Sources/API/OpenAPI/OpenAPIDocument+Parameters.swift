import Leads
import Live

extension OpenAPIDocument {
  /// Text without a NUL character, which PostgreSQL cannot keep.
  static func text(least: Int = 0, most: Int) -> JSONValue {
    [
      "type": "string", "minLength": .integer(least), "maxLength": .integer(most),
      "pattern": "^[^\\u0000]*$",
    ]
  }

  /// A time with an offset of less than 16 hours: PostgreSQL accepts no other.
  static let moment: JSONValue = [
    "type": "string", "format": "date-time", "maxLength": .integer(Longest.time),
    "pattern": "([Zz]|[+-](0[0-9]|1[0-5]):[0-5][0-9])$",
  ]

  static var leadID: JSONValue {
    [
      "name": "lead_id", "in": "path", "required": true, "description": "The lead's id in ResMan.",
      "schema": [
        "type": "string", "minLength": 1, "maxLength": .integer(Longest.leadID),
        "pattern": "^(?!\\.{1,2}$)[A-Za-z0-9._~-]+$",
      ],
    ]
  }

  static func id(_ name: String) -> JSONValue {
    [
      "name": .string(name), "in": "path", "required": true,
      "description": .string("The id of a \(name.split(separator: "_")[0])."), "schema": uuid,
    ]
  }

  static func time(_ name: String, _ description: String) -> JSONValue {
    [
      "name": .string(name), "in": "query", "required": false, "description": .string(description),
      "schema": ["anyOf": [moment, ["type": "string", "format": "date"]]],
    ]
  }

  static var cursor: JSONValue {
    [
      "name": "cursor", "in": "query", "required": false,
      "description": "next_cursor of the page before, asked for with the same parameters.",
      "schema": ["type": "string", "pattern": "^[0-9]{1,15}-[0-9]{1,15}$"],
    ]
  }

  static var limit: JSONValue {
    [
      "name": "limit", "in": "query", "required": false, "description": "Changes at most.",
      "schema": [
        "type": "integer", "minimum": 1, "maximum": .integer(StatusHistory.mostChanges),
        "default": 100,
      ],
    ]
  }

  static var recipient: JSONValue {
    [
      "name": "recipient", "in": "query", "required": false,
      "description": "A role or a name; without it, everybody's.",
      "schema": [
        "type": "string", "minLength": 1, "maxLength": .integer(Longest.recipient),
        "pattern": "^[^\\u0000-\\u001f]+$",
      ],
    ]
  }

  static var unreadOnly: JSONValue {
    [
      "name": "unread_only", "in": "query", "required": false,
      "description": "Whether only messages count that are not marked as read.",
      "schema": ["type": "boolean", "default": false],
    ]
  }

  static var inboxLimit: JSONValue {
    limit.described("Messages at most.").with(
      "schema",
      [
        "type": "integer", "minimum": 1, "maximum": .integer(InboxController.mostMessages),
        "default": 50,
      ])
  }

  static var idempotencyKey: JSONValue {
    [
      "name": "Idempotency-Key", "in": "header", "required": false,
      "description": "The same key and request get the first answer again.",
      "schema": [
        "type": "string", "minLength": 1, "maxLength": .integer(Longest.key),
        "pattern": "^[!-~]+$",
      ],
    ]
  }

  static var webhookHeaders: [JSONValue] {
    [
      ("webhook-id", "^[!-~]{1,255}$", "The message's id, the same when it is sent again."),
      ("webhook-timestamp", "^[0-9]{1,12}$", "Unix seconds, at most 300 from now."),
      ("webhook-signature", "^[!-~ ]+$", "v1, and base64 HMAC-SHA256 of id.timestamp.body."),
    ].map { name, pattern, description in
      [
        "name": .string(name), "in": "header", "required": true,
        "description": .string(description),
        "schema": ["type": "string", "pattern": .string(pattern)],
      ]
    }
  }
}
