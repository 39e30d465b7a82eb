import Leads

/// The rules of a property as JSON Schema; `WorkflowRule` decides, and this says the same.
extension OpenAPIDocument {
  private static func whole(_ range: ClosedRange<Int>) -> JSONValue {
    [
      "type": "integer", "minimum": .integer(range.lowerBound),
      "maximum": .integer(range.upperBound),
    ]
  }

  /// A text without control characters but line breaks and tabs.
  private static let line: JSONValue = [
    "type": "string", "minLength": 1, "maxLength": 1000,
    "pattern": "^[^\\u0000-\\u0008\\u000b-\\u001f]+$",
  ]

  private static let name: JSONValue = [
    "type": "string", "pattern": "^[A-Za-z][A-Za-z0-9 _.-]{0,63}$",
  ]

  private static func choice(_ values: [String]) -> JSONValue {
    ["type": "string", "enum": .texts(values)]
  }

  private static func delay(_ prefix: String, _ what: String) -> [String: JSONValue] {
    let year = 366 * 24 * 60
    return [
      "\(prefix)_minutes": whole(0...year).orNull.described("Minutes \(what); the three add up."),
      "\(prefix)_hours": whole(0...year / 60).orNull.described("Hours \(what)."),
      "\(prefix)_days": whole(0...year / 1440).orNull.described("Days of 24 hours \(what)."),
    ]
  }

  static var workflowSchemas: [String: JSONValue] {
    let rule: [String: JSONValue] = [
      "id": uuid.described("The rule's id."),
      "trigger_status": word.orNull.described(
        "It acts on leads that enter this status; null, or another word than a status: on none."),
      "target_status": word.orNull.described(
        "Where the rule wants the lead to go; null: it does not say."),
      "conditions": schema(["type": "object"]).described("As they were given."),
      "actions": list(of: ["type": "object"]).described("As they were given, in their order."),
      "is_active": schema(["type": "boolean"]).described("Whether it acts."),
    ]
    return [
      "CreateWorkflowRequest": object(
        "A rule: when a lead of the property enters a status and all conditions hold, the actions are "
          + "taken. A field that is null is taken as absent.",
        [
          "property_id": uuid.described("The property whose leads it is for."),
          "trigger_status": reference("Status").described(
            "It acts on leads that enter this status."),
          "target_status": reference("Status").described("Where the rule wants the lead to go."),
          "conditions": reference("Conditions").described("All of them must hold."),
          "actions": schema([
            "type": "array", "minItems": 1, "maxItems": .integer(WorkflowRule.mostActions),
            "items": ["oneOf": .array(kinds.map { reference($0.name) })],
          ]).described("Taken in this order, each once for every change."),
        ],
        required: ["property_id", "trigger_status", "target_status", "conditions", "actions"]),
      "Conditions": conditions,
      "Workflow": object("A rule as it is kept.", rule, required: Array(rule.keys)),
      "GetWorkflowsResponse": object(
        "The rules of a property.",
        [
          "workflows": list(of: reference("Workflow")).described(
            "Oldest first, those that are switched off among them.")
        ], required: ["workflows"]),
    ].merging(actionSchemas) { $1 }
  }

  private static var conditions: JSONValue {
    let time = "([01][0-9]|2[0-3]):[0-5][0-9]"
    return object(
      "What must hold; what is absent is not asked for.",
      [
        "conversation_duration": schema(["type": "number", "minimum": 0, "maximum": 1_000_000])
          .orNull
          .described("Minutes that the conversation lasted, at least."),
        "message_count": whole(0...1_000_000).orNull.described("Messages, at least."),
        "lead_score": whole(0...100).orNull.described("Score of the lead from 0 to 100, at least."),
        "time_of_day": schema([
          "type": "string", "pattern": .string("^(?!(.{5})-\\1$)\(time)-\(time)$"),
        ])
        .orNull.described("Local time of the property, such as 22:00-06:00."),
      ], required: [])
  }

  private static let kinds: [(kind: WorkflowAction.Kind, name: String)] =
    WorkflowAction.Kind.allCases.map { kind in
      (kind, kind.rawValue.split(separator: "_").map(\.capitalized).joined())
    }

  /// One schema for each type of action, and one for each config.
  private static var actionSchemas: [String: JSONValue] {
    var schemas: [String: JSONValue] = [:]
    for (kind, name) in kinds {
      let config = reference("\(name)Config")
      // Every other config may be empty, and then is not needed.
      let isNeeded = kind == .updateLeadScore
      schemas[name] = object(
        purpose(of: kind),
        [
          "type": schema(["const": .string(kind.rawValue)]).described("What is done."),
          "config": (isNeeded ? config : config.orNull).described("How."),
        ], required: isNeeded ? ["type", "config"] : ["type"])
      schemas["\(name)Config"] = self.config(of: kind)
    }
    schemas["ChangeOfScore"] = object(
      "A change of the lead's score.",
      ["delta": whole(-100...100).described("Points added, or taken away; within 0 and 100.")],
      required: ["delta"])
    schemas["NewScore"] = object(
      "The lead's score.", ["score": whole(0...100).described("The score after it, 0 to 100.")],
      required: ["score"])
    return schemas
  }

  private static func purpose(of kind: WorkflowAction.Kind) -> String {
    switch kind {
    case .sendNotification: "A message to people."
    case .scheduleFollowUp: "A reminder to look at the lead again."
    case .updateLeadScore: "Another score for the lead, kept here."
    case .createTask: "A task for the on-site team."
    }
  }

  private static func config(of kind: WorkflowAction.Kind) -> JSONValue {
    switch kind {
    case .sendNotification:
      object(
        "Who hears what, and how.",
        [
          "recipients": schema(["type": "array", "items": name, "minItems": 1, "maxItems": 100])
            .orNull
            .described(
              "Roles such as leasing_agent, email addresses, E.164 numbers, or https webhooks of Slack "
                + "on an allowed host; absent: the roles of the template."),
          "template_id": choice(NotificationTemplate.all.map(\.id)).orNull.described(
            "Its text; absent: that of the transition."),
          "channel": choice(NotificationChannel.allCases.map(\.rawValue)).orNull.described(
            "Absent: the address's own; for a role those by which it is reached."),
        ], required: [])
    case .scheduleFollowUp:
      object(
        "When, and who is reminded.",
        delay("delay", "until it is due").merging([
          "note": line.orNull.described("What to look at."),
          "assigned_to": name.orNull.described("A role or a name; absent: leasing_agent."),
        ]) { $1 }, required: [])
    case .updateLeadScore:
      ["oneOf": [reference("ChangeOfScore"), reference("NewScore")]]
    case .createTask:
      object(
        "What is to be done.",
        delay("due_in", "until it is due").merging([
          "title": line.orNull.described("One line; absent: Look after this lead."),
          "description": line.orNull.described("What to do."),
          "assigned_to": name.orNull.described("A role or a name; absent: nobody yet."),
          "priority": choice(NotificationPriority.allCases.map(\.rawValue)).orNull.described(
            "Absent: that of the status the lead has entered."),
        ]) { $1 }, required: [])
    }
  }
}
