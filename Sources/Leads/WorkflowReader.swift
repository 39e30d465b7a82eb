/// Reads a rule's JSON, noting every problem on its way.
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
    let known = ["conversation_duration", "message_count", "lead_score", "time_of_day"]
    refuseUnknown(members, known: known, at: "conditions")
    conditions.conversationDuration = number(members, "conversation_duration", at: "conditions")
    conditions.messageCount = whole(
      members, "message_count", 0...1_000_000, at: "conditions")
    conditions.leadScore = whole(members, "lead_score", 0...100, at: "conditions")
    if let text = text(members, "time_of_day", at: "conditions") {
      conditions.timeOfDay = DailyHours(text)
      if conditions.timeOfDay == nil {
        note("conditions.time_of_day", "not a range such as 22:00-06:00")
      }
    }
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
    refuseUnknown(members, known: ["type", "config"], at: path)
    let kinds = WorkflowAction.Kind.allCases.map(\.rawValue).joined(separator: ", ")
    guard let kind = text(members, "type", at: path).flatMap(WorkflowAction.Kind.init(rawValue:))
    else {
      let isMissing = members["type"] ?? .null == .null
      note("\(path).type", isMissing ? "is required: one of \(kinds)" : "not one of \(kinds)")
      return nil
    }
    let path = "\(path).config"
    let config = members["config"] ?? .null
    guard let config = config == .null ? [:] : config.object else {
      note(path, "not an object")
      return nil
    }
    refuseUnknown(config, known: kind.keys, at: path)
    return action(kind, config, at: path)
  }

  private mutating func action(
    _ kind: WorkflowAction.Kind, _ config: [String: JSONValue], at path: String
  ) -> WorkflowAction? {
    switch kind {
    case .sendNotification: return notification(config, at: path)
    case .scheduleFollowUp:
      return .scheduleFollowUp(
        minutes: minutes(config, "delay", at: path) ?? 24 * 60,
        note: text(config, "note", at: path),
        assignedTo: name(config, "assigned_to", at: path) ?? "leasing_agent")
    case .updateLeadScore:
      let delta = whole(config, "delta", -100...100, at: path)
      let score = whole(config, "score", 0...100, at: path)
      switch (delta, score) {
      case (let delta?, nil): return .updateLeadScore(.delta(delta))
      case (nil, let score?): return .updateLeadScore(.set(score))
      default:
        note(path, "either delta or score is required")
        return nil
      }
    case .createTask:
      return .createTask(
        WorkflowAction.LeadTask(
          title: text(config, "title", at: path) ?? "Look after this lead",
          description: text(config, "description", at: path),
          assignedTo: name(config, "assigned_to", at: path),
          priority: choice(config, "priority", at: path),
          dueMinutes: minutes(config, "due_in", at: path)))
    }
  }

  private mutating func notification(
    _ config: [String: JSONValue], at path: String
  ) -> WorkflowAction {
    let channel: NotificationChannel? = choice(config, "channel", at: path)
    let template = text(config, "template_id", at: path)
    if let template, NotificationTemplate.named(template) == nil {
      let known = NotificationTemplate.all.map(\.id).joined(separator: ", ")
      note("\(path).template_id", "not one of \(known)")
    }
    return .sendNotification(
      recipients: recipients(config["recipients"], channel, at: "\(path).recipients"),
      template: template, channel: channel)
  }

  /// Names or addresses; none: the roles of the template.
  private mutating func recipients(
    _ value: JSONValue?, _ channel: NotificationChannel?, at path: String
  ) -> [String] {
    guard let value, value != .null else { return [] }
    guard case .array(let elements) = value, !elements.isEmpty, elements.count <= 100 else {
      note(path, "not a list of 1 to 100 roles or addresses")
      return []
    }
    return elements.enumerated().compactMap { index, element in
      guard let text = element.string else {
        note("\(path)[\(index)]", "not a text")
        return nil
      }
      let on = channel ?? Recipient.channel(of: text) ?? .inApp
      if case .unusable(let why) = Recipient(text, on: on) { note("\(path)[\(index)]", why) }
      if on == .slack, let slackHosts, let host = Recipient.webhookHost(text),
        !slackHosts.contains(host)
      {
        note("\(path)[\(index)]", "the host is not among those that notify.slack.hosts allows")
      }
      return text
    }
  }
}

extension WorkflowReader {
  private mutating func note(_ path: String, _ what: String) { problems.append("\(path): \(what)") }

  private mutating func refuseUnknown(
    _ members: [String: JSONValue], known: [String], at path: String
  ) {
    for key in members.keys.sorted() where !known.contains(key) {
      note("\(path).\(key.prefix(64))", "unknown; there are \(known.joined(separator: ", "))")
    }
  }

  /// A text of 1 to 1000 characters without control characters other than line breaks.
  private mutating func text(
    _ members: [String: JSONValue], _ key: String, at path: String
  ) -> String? {
    guard let value = members[key], value != .null else { return nil }
    guard let text = value.string, (1...1000).contains(text.unicodeScalars.count),
      text.unicodeScalars.allSatisfy({ $0.value >= 0x20 || $0 == "\n" || $0 == "\t" })
    else {
      note("\(path).\(key)", "not a text of 1 to 1000 characters")
      return nil
    }
    return text
  }

  private mutating func name(
    _ members: [String: JSONValue], _ key: String, at path: String
  ) -> String? {
    guard let text = text(members, key, at: path) else { return nil }
    if case .unusable = Recipient(text, on: .inApp) {
      note("\(path).\(key)", "not a role or a name")
    }
    return text
  }

  private mutating func choice<T: RawRepresentable & CaseIterable>(
    _ members: [String: JSONValue], _ key: String, at path: String
  ) -> T? where T.RawValue == String {
    guard let value = members[key], value != .null else { return nil }
    guard let choice = value.string.flatMap(T.init(rawValue:)) else {
      let names = T.allCases.map(\.rawValue).joined(separator: ", ")
      note("\(path).\(key)", "not one of \(names)")
      return nil
    }
    return choice
  }

  private mutating func number(
    _ members: [String: JSONValue], _ key: String, at path: String
  ) -> Double? {
    let number: Double
    switch members[key] {
    case nil, .null: return nil
    case .integer(let value): number = Double(value)
    case .number(let value): number = value
    default: number = -1
    }
    guard (0...1_000_000).contains(number) else {
      note("\(path).\(key)", "not a number from 0 to 1000000")
      return nil
    }
    return number
  }

  private mutating func whole(
    _ members: [String: JSONValue], _ key: String, _ range: ClosedRange<Int>, at path: String
  ) -> Int? {
    let number: Int?
    switch members[key] {
    case nil, .null: return nil
    case .integer(let value): number = value
    case .number(let value): number = Int(exactly: value)
    default: number = nil
    }
    guard let number, range.contains(number) else {
      note("\(path).\(key)", "not a whole number from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return number
  }

  /// A length of time from `_minutes`, `_hours` and `_days`, added up; at most a year.
  private mutating func minutes(
    _ members: [String: JSONValue], _ prefix: String, at path: String
  ) -> Int? {
    let year = 366 * 24 * 60
    let parts = [("minutes", 1), ("hours", 60), ("days", 24 * 60)].compactMap { unit, length in
      whole(members, "\(prefix)_\(unit)", 0...year / length, at: path).map { $0 * length }
    }
    return parts.isEmpty ? nil : min(parts.reduce(0, +), year)
  }
}
