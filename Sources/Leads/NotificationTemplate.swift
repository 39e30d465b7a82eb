/// How soon a person should look (docs/notifications.md#templates).
package enum NotificationPriority: String, Sendable, Codable, CaseIterable {
  case low, medium, high, urgent

  /// By the status a lead has entered.
  package init(entering status: Status) {
    switch status {
    case .new, .contacted: self = .medium
    case .qualified, .tourScheduled, .leased: self = .high
    case .application: self = .urgent
    case .lost: self = .low
    }
  }
}

/// A message with placeholders such as `{lead_name}`, and its default roles.
package struct NotificationTemplate: Sendable, Equatable {
  package var id: String
  package var subject: String
  package var body: String
  package var roles: [String]

  /// The templates of transitions (docs/notifications.md#templates).
  package static let transitions = [
    NotificationTemplate(
      id: "new_to_contacted", subject: "New Lead Contacted - {lead_name}",
      body: "A new lead has been contacted via chatbot. Lead score: {lead_score}",
      roles: ["property_manager", "leasing_agent"]),
    NotificationTemplate(
      id: "contacted_to_qualified", subject: "Lead Qualified - {lead_name}",
      body: "Lead has been qualified and is ready for tour scheduling.",
      roles: ["leasing_agent"]),
    NotificationTemplate(
      id: "qualified_to_tour_scheduled", subject: "Tour Scheduled - {lead_name}",
      body: "Tour has been scheduled for {tour_datetime}. Please prepare.",
      roles: ["leasing_agent", "property_manager"]),
    NotificationTemplate(
      id: "tour_scheduled_to_application", subject: "Application Started - {lead_name}",
      body: "Lead has started the application process. Follow up required.",
      roles: ["leasing_agent"]),
    NotificationTemplate(
      id: "application_to_leased", subject: "Lead Leased - {lead_name}",
      body: "Congratulations! Lead has successfully leased.",
      roles: ["property_manager", "leasing_agent", "management"]),
  ]

  /// For a change that a preference names and that has no template of its own.
  static let statusChanged = NotificationTemplate(
    id: "status_changed", subject: "Lead Status Changed - {lead_name}",
    body: "Lead has moved from {old_status} to {new_status}. Reason: {status_reason}",
    roles: ["leasing_agent"])

  /// For a reminder that a workflow rule scheduled.
  package static let followUp = NotificationTemplate(
    id: "follow_up_due", subject: "Follow Up - {lead_name}",
    body: "Lead is still in {new_status}. Note: {note}", roles: ["leasing_agent"])

  /// For the prospect, in the chat; without the team's notes.
  package static func prospect(entering status: Status) -> NotificationTemplate {
    let body =
      switch status {
      case .tourScheduled: "Your tour has been scheduled for {tour_datetime}."
      case .application: "Your application has been started."
      case .leased: "Congratulations! Your lease is signed."
      case .new, .contacted, .qualified, .lost: "Your status has been updated."
      }
    return NotificationTemplate(
      id: "prospect_\(status.rawValue)", subject: "An update from the leasing team", body: body,
      roles: ["prospect"])
  }

  /// Every template that a preference or a rule may name.
  package static let all = transitions + [statusChanged, followUp]

  /// The template of that id; null for an unknown one.
  package static func named(_ id: String?) -> NotificationTemplate? {
    id.flatMap { id in all.first { $0.id == id } }
  }

  /// The template for a change: the one named, else the transition's own, else the general one.
  package static func choose(named id: String?, from old: Status?, to new: Status)
    -> NotificationTemplate
  {
    named(id) ?? named(old.map { "\($0.rawValue)_to_\(new.rawValue)" }) ?? statusChanged
  }
}

/// A message as it is sent.
package struct NotificationText: Sendable, Equatable {
  /// One line.
  package var subject: String
  package var body: String
}

extension NotificationTemplate {
  /// The most characters of one value; a summary can be long.
  static let longestValue = 500

  /// Fills in the values. The template is read once, from left to right, so a value that looks like `{lead_score}`
  /// is shown as it is. Values have no line breaks and no control characters, so they cannot start a header or a
  /// line.
  package func fill(_ values: [String: String]) -> NotificationText {
    NotificationText(
      subject: Self.interpolate(subject, values), body: Self.interpolate(body, values))
  }

  private static func interpolate(_ template: String, _ values: [String: String]) -> String {
    var text = ""
    var rest = template[...]
    while let open = rest.firstIndex(of: "{") {
      text += rest[..<open]
      let tail = rest[open...]
      guard let close = tail.firstIndex(of: "}"),
        let value = values[String(tail[tail.index(after: open)..<close])]
      else {
        text += "{"
        rest = tail.dropFirst()
        continue
      }
      text += oneLine(value)
      rest = tail[tail.index(after: close)...]
    }
    return text + rest
  }

  /// The value with every sequence of line breaks, control and invisible formatting characters replaced by one
  /// space, and cut to its maximum length.
  static func oneLine(_ value: String) -> String {
    var text = String.UnicodeScalarView()
    var isBlank = true
    for scalar in value.unicodeScalars.prefix(longestValue * 2) {
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator, .format, .surrogate, .spaceSeparator:
        if !isBlank { text.append(" ") }
        isBlank = true
      default:
        text.append(scalar)
        isBlank = false
      }
    }
    if isBlank, !text.isEmpty { text.removeLast() }
    let line = String(text)
    return line.count > longestValue ? line.prefix(longestValue - 1) + "…" : line
  }
}

extension StatusChangeEvent {
  /// The values of the placeholders, for people; an unknown one reads `not known`.
  /// - Parameter tour: the tour's time as people at the property read it; null: as it was printed.
  package func values(tour: String?) -> [String: String] {
    [
      "lead_name": details.name ?? "lead \(leadID)",
      "lead_score": details.score.map(scoreText) ?? "not known",
      "tour_datetime": tour ?? details.tourDatetime ?? "a time not known yet",
      "old_status": old?.title ?? "none", "new_status": new.title,
      "status_reason": reason ?? "none given",
      "conversation_summary": summary ?? "none", "urgency_level": urgency ?? "not known",
      "note": "none",
    ]
  }
}

extension Status {
  /// The status for people: `tour scheduled`.
  package var title: String { rawValue.split(separator: "_").joined(separator: " ") }
}

/// A lead's score for people: `72`, `69.5`.
func scoreText(_ score: Double) -> String { Int(exactly: score).map(String.init) ?? "\(score)" }
