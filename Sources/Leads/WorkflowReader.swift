/// Reads a rule's JSON and notes every problem.
struct WorkflowReader {
  private(set) var problems: [String] = []
  /// Hosts that webhooks of Slack may have; null: any public one.
  var slackHosts: Set<String>?

  mutating func conditions(_ value: JSONValue) -> WorkflowConditions {
    var conditions = WorkflowConditions()
    guard value != .null else { return conditions }
    guard let members = value.object else {
      note("conditions", "not an object")
      return conditions
    }
    var reader = FieldReader(members, at: "conditions")
    reader.refuse(
      allBut: ["conversation_duration", "message_count", "lead_score", "time_of_day"])
    conditions.conversationDuration = reader.number("conversation_duration", in: 0...1_000_000)
    conditions.messageCount = reader.whole("message_count", in: 0...1_000_000)
    conditions.leadScore = reader.whole("lead_score", in: 0...100)
    if let text = reader.line("time_of_day") {
      conditions.timeOfDay = DailyHours(text)
      if conditions.timeOfDay == nil {
        reader.note("time_of_day", "not a range such as 22:00-06:00")
      }
    }
    problems += reader.errors
    return conditions
  }

  mutating func actions(_ value: JSONValue) -> [WorkflowAction] {
    guard case .array(let elements) = value else {
      note("actions", value == .null ? "is required" : "not a list")
      return []
    }
    if elements.isEmpty { note("actions", "at least one is required") }
    if elements.count > WorkflowRule.mostActions {
      note("actions", "more than \(WorkflowRule.mostActions)")
    }
    return elements.prefix(WorkflowRule.mostActions).enumerated().compactMap { index, element in
      action(element, at: "actions[\(index)]")
    }
  }

  mutating func action(_ value: JSONValue, at path: String) -> WorkflowAction? {
    guard let members = value.object else {
      note(path, "not an object")
      return nil
    }
    var reader = FieldReader(members, at: path)
    reader.refuse(allBut: ["type", "config"])
    let type = reader.any("type")
    let config = reader.any("config")
    guard let kind = type?.string.flatMap(WorkflowAction.Kind.init(rawValue:)) else {
      let kinds = WorkflowAction.Kind.allCases.map(\.rawValue).joined(separator: ", ")
      reader.note("type", type == nil ? "is required: one of \(kinds)" : "not one of \(kinds)")
      problems += reader.errors
      return nil
    }
    guard let config = config == nil ? [:] : config?.object else {
      reader.note("config", "not an object")
      problems += reader.errors
      return nil
    }
    problems += reader.errors
    var fields = FieldReader(config, at: "\(path).config")
    fields.refuse(allBut: kind.keys)
    let action = action(kind, &fields, at: "\(path).config")
    problems += fields.errors
    return action
  }

  private func action(
    _ kind: WorkflowAction.Kind, _ config: inout FieldReader, at path: String
  ) -> WorkflowAction? {
    switch kind {
    case .sendNotification: return notification(&config)
    case .scheduleFollowUp:
      return .scheduleFollowUp(
        minutes: config.minutes("delay") ?? 24 * 60, note: config.line("note"),
        assignedTo: config.name("assigned_to") ?? "leasing_agent")
    case .updateLeadScore:
      let delta = config.whole("delta", in: -100...100)
      let score = config.whole("score", in: 0...100)
      switch (delta, score) {
      case (let delta?, nil): return .updateLeadScore(.delta(delta))
      case (nil, let score?): return .updateLeadScore(.set(score))
      default:
        config.note(["\(path): either delta or score is required"])
        return nil
      }
    case .createTask:
      return .createTask(
        WorkflowAction.LeadTask(
          title: config.line("title") ?? "Look after this lead",
          description: config.line("description"), assignedTo: config.name("assigned_to"),
          priority: config.choice("priority"), dueMinutes: config.minutes("due_in")))
    }
  }

  private func notification(_ config: inout FieldReader) -> WorkflowAction {
    let channel: NotificationChannel? = config.choice("channel")
    let template = config.line("template_id")
    if let template, NotificationTemplate.named(template) == nil {
      let known = NotificationTemplate.all.map(\.id).joined(separator: ", ")
      config.note("template_id", "not one of \(known)")
    }
    return .sendNotification(
      recipients: recipients(&config, channel), template: template, channel: channel)
  }

  /// Names or addresses; empty: the roles of the template.
  private func recipients(
    _ config: inout FieldReader, _ channel: NotificationChannel?
  ) -> [String] {
    guard let value = config.any("recipients") else { return [] }
    guard case .array(let elements) = value, !elements.isEmpty, elements.count <= 100 else {
      config.note("recipients", "not a list of 1 to 100 roles or addresses")
      return []
    }
    return elements.enumerated().compactMap { index, element in
      let place = "recipients[\(index)]"
      guard let text = element.string else {
        config.note(place, "not a text")
        return nil
      }
      let on = channel ?? Recipient.channel(of: text) ?? .inApp
      if case .unusable(let why) = Recipient(text, on: on) { config.note(place, why) }
      if on == .slack, let slackHosts, let host = Recipient.webhookHost(text),
        !slackHosts.contains(host)
      {
        config.note(place, "the host is not among those that notify.slack.hosts allows")
      }
      return text
    }
  }

  private mutating func note(_ path: String, _ what: String) { problems.append("\(path): \(what)") }
}

extension FieldReader {
  /// A text of 1 to 1000 characters without control characters other than line breaks.
  fileprivate mutating func line(_ name: String) -> String? {
    text(name, least: 1, most: 1000, isLine: true)
  }

  /// A role or a name.
  fileprivate mutating func name(_ name: String) -> String? {
    guard let text = line(name) else { return nil }
    if case .unusable = Recipient(text, on: .inApp) { note(name, "not a role or a name") }
    return text
  }

  /// A duration: the sum of `_minutes`, `_hours` and `_days`; at most a year.
  fileprivate mutating func minutes(_ prefix: String) -> Int? {
    let year = 366 * 24 * 60
    let parts = [("minutes", 1), ("hours", 60), ("days", 24 * 60)].compactMap { unit, length in
      whole("\(prefix)_\(unit)", in: 0...year / length).map { $0 * length }
    }
    return parts.isEmpty ? nil : min(parts.reduce(0, +), year)
  }
}
