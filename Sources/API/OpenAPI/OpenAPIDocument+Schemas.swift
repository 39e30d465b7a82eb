import Changes
import Leads
import Live
import Messaging
import Store
import Upstreams

/// The schemas of requests and answers, every field with its meaning, unit and format.
extension OpenAPIDocument {
  /// - Parameter fields: each with its description.
  static func object(
    _ description: String, _ fields: [String: JSONValue], required: [String]
  ) -> JSONValue {
    [
      "type": "object", "description": .string(description), "properties": .object(fields),
      "required": .texts(required.sorted()), "additionalProperties": false,
    ]
  }

  /// Gives a literal the type `JSONValue`.
  static func schema(_ value: JSONValue) -> JSONValue { value }

  static let status: JSONValue = [
    "type": "string", "enum": .texts(Status.allCases.map(\.rawValue)),
  ]
  static let uuid: JSONValue = ["type": "string", "format": "uuid"]
  static let instant: JSONValue = ["type": "string", "format": "date-time"]
  static let count: JSONValue = ["type": "integer", "minimum": 0]
  static let word: JSONValue = ["type": "string"]

  static func list(of schema: JSONValue) -> JSONValue { ["type": "array", "items": schema] }

  static var schemas: [String: JSONValue] {
    [requestSchemas, workflowSchemas, answerSchemas, problemSchema, figureSchemas]
      .reduce([:]) { $0.merging($1) { $1 } }
  }

  private static var requestSchemas: [String: JSONValue] {
    [
      "UpdateStatusRequest": object(
        "A status for a lead. A field that is null is taken as absent.",
        [
          "new_status": reference("Status").described("The status the lead is to have."),
          "status_reason": text(most: Longest.reason).orNull.described(
            "Why, in words; kept in the log and sent to ResMan."),
          "context_data": reference("UpdateContext").orNull.described(
            "What the conversation was about."),
          "updated_by": schema(["type": "string", "enum": .texts(Author.allCases.map(\.rawValue))])
            .described("Who makes the change; must be the author that the key writes as."),
          "trigger_notifications": schema(["type": ["boolean", "null"], "default": true]).described(
            "Whether people are notified; true where absent."),
        ], required: ["new_status", "updated_by"]),
      "UpdateContext": object(
        "What goes with a change to ResMan and into the log.",
        [
          "conversation_summary": text(most: Longest.summary).orNull.described(
            "The conversation in a few sentences."),
          "next_steps": text(most: Longest.nextSteps).orNull.described("What should happen next."),
          "key_insights": list(of: text(most: Longest.insight))
            .with("maxItems", .integer(Longest.insights)).orNull.described(
              "What was learned of the prospect."),
          "urgency_level": schema([
            "type": "string", "enum": .texts(UpdateContext.Urgency.allCases.map(\.rawValue)),
          ]).orNull.described("How soon somebody should look."),
        ], required: []),
      "Status": status.described("A status of a lead, in ResMan's words."),
      "SwitchWorkflowRequest": object(
        "Whether a rule acts.",
        [
          "is_active": schema(["type": "boolean"]).described(
            "True: it acts on changes from now on.")
        ],
        required: ["is_active"]),
      "StatusUpdateWebhook": object(
        "What ResMan says happened to one lead. A field that is null is taken as absent.",
        webhookFields.merging(descriptions) { own, _ in own },
        required: ["lead_id", "old_status", "new_status", "updated_by", "updated_at"]),
    ]
  }

  private static let webhookFields: [String: JSONValue] = [
    "lead_id": text(least: 1, most: Longest.leadID)
      .with("pattern", "^(?!\\.{1,2}$)[^\\u0000]*$").described("The lead's id in ResMan."),
    "old_status": text(most: Longest.status).described(
      "The status before, in ResMan's words; any other word is taken as not known."),
    "new_status": reference("Status").described(
      "The status now. Capitals, blanks and hyphens may differ, and the words of mapping.resman "
        + "are taken as well."),
    "status_reason": text(most: Longest.reason).orNull.described("Why, in words."),
    "updated_by": text(most: Longest.author).described(
      "Who made the change; other names than chatbot, resman_user and system are kept as "
        + "resman_user."),
    "updated_at": moment.described("When ResMan made the change; ISO 8601 with an offset."),
    "context_data": members.orNull.described("Anything else, kept in the log."),
  ]

  /// What a record may tell beside the status. A value that cannot be used is ignored, whatever it is, so that none is
  /// excluded here.
  private static let descriptions: [String: JSONValue] = Dictionary(
    uniqueKeysWithValues: LeadDescription.Field.allCases.map { field in
      (
        field.rawValue,
        schema(["type": anything, "items": [:]]).described(
          "Kept with the lead where it is a text of at most \(field.most) bytes; else ignored.")
      )
    })

  private static let anything: JSONValue = [
    "string", "number", "boolean", "object", "array", "null",
  ]

  /// Any object without NUL characters, which PostgreSQL cannot keep.
  private static let members: JSONValue = [
    "type": "object", "propertyNames": ["pattern": "^[^\\u0000]*$"], "additionalProperties": true,
  ]

  private static var answerSchemas: [String: JSONValue] {
    [
      "UpdateStatusResponse": object(
        "A change that was made, in ResMan and here.",
        [
          "success": schema(["type": "boolean"]).described("True: both systems have it."),
          "new_status": reference("Status").described("The status the lead has now."),
          "updated_at": instant.described("When it changed, as ResMan printed it."),
          "notifications_sent": count.described(
            "Messages queued with the change; they are sent within seconds."),
          "workflow_actions_triggered": list(of: word).described(
            "Types of the actions that rules set off, in the order of the rules."),
        ],
        required: [
          "success", "new_status", "updated_at", "notifications_sent",
          "workflow_actions_triggered",
        ]),
      "StatusChange": object(
        "One change that took effect.",
        [
          "id": uuid.described("The change's id; for a change made here its intent_id."),
          "old_status": reference("Status").orNull.described(
            "The status before; null for the first change on record."),
          "new_status": reference("Status").described("The status after."),
          "status_reason": word.described("Why, in words; absent where nobody said."),
          "updated_by": word.described("chatbot, resman_user or system; absent where unknown."),
          "context_data": schema(["type": "object"]).described(
            "What came with the change, and what was read for it; absent where there is nothing."
          ),
          "created_at": instant.orNull.described(
            "When it was recorded here; null where a log that was taken over does not say."),
        ], required: ["id", "old_status", "new_status", "created_at"]),
      "StatusHistoryResponse": object(
        "The changes of one lead in a period.",
        [
          "status_changes": list(of: reference("StatusChange")).described("Newest first."),
          "total_count": count.described("Changes of the whole period, not only of this page."),
          "next_cursor": word.orNull.described(
            "The cursor of the next page; null where this is the last one."),
        ], required: ["status_changes", "total_count", "next_cursor"]),
      "WebhookAnswer": object(
        "What a webhook came to.",
        [
          "success": schema(["type": "boolean"]).described("True: it was taken."),
          "outcome": schema([
            "type": "string", "enum": .texts(WebhookReceiver.Outcome.allCases.map(\.rawValue)),
          ]).described(
            "applied: it changed the lead; repeated: the lead had this status; superseded: a newer "
              + "change is known; echo: our own change; waiting: nobody knows the lead yet, or a "
              + "change of ours to this status has not ended."),
        ], required: ["success", "outcome"]),
      "Message": object(
        "One message of the app's inbox.",
        [
          "id": uuid.described("The message's id."),
          "resman_lead_id": word.described("The lead's id in ResMan."),
          "conversation_id": uuid.described("The lead's chat; absent where it never chatted."),
          "recipient": word.described("A role or a name; prospect is the prospect's own chat."),
          "priority": word.described("low, medium, high or urgent."),
          "subject": word.described("One line."), "body": word.described("The text."),
          "created_at": instant.described("When it was written."),
          "read_at": instant.described("When it was marked as read; absent until then."),
        ], required: ["id", "recipient", "priority", "subject", "body", "created_at"]),
      "Inbox": object(
        "Messages of one property.",
        [
          "messages": list(of: reference("Message")).described("Latest first."),
          "total_count": count.described("Messages that fit the question, on this page or not."),
          "unread_count": count.described("Of them those that are not marked as read."),
        ], required: ["messages", "total_count", "unread_count"]),
      "Health": object(
        "That it answers.", ["status": word.described("ok, or ready.")], required: ["status"]),
      "AnyObject": ["type": "object", "description": "An OpenAPI document."],
    ]
  }

  private static var problemSchema: [String: JSONValue] {
    [
      "Problem": object(
        "Why a request is not answered as wished (RFC 9457).",
        [
          "type": schema([
            "type": "string", "enum": .texts(Problem.Kind.allCases.map(\.type)),
          ]).described("A name that never changes its meaning."),
          "title": word.described("What the type means, in words."),
          "status": schema(["type": "integer"]).described("The HTTP status."),
          "detail": word.described("What is special about this one."),
          "unmet": list(of: word).described("Every condition of the new status that is not met."),
          "errors": list(of: word).described(
            "Everything that is wrong with the request, each as place and fault."),
          "intent_id": uuid.described(
            "The change whose outcome is not confirmed yet; its id in the history."),
          "request_id": word.described("X-Request-Id of the request that met the problem."),
        ], required: ["type", "title", "status"])
    ]
  }
}
