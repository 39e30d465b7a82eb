/// An action of a rule (docs/notifications.md#workflow-rules), with its configuration read and checked.
package enum WorkflowAction: Sendable, Equatable {
  /// - channel: null: that of the address; for a role those of the property's preferences, else the app.
  case sendNotification(recipients: [String], template: String?, channel: NotificationChannel?)
  case scheduleFollowUp(minutes: Int, note: String?, assignedTo: String)
  case updateLeadScore(ScoreChange)
  case createTask(LeadTask)

  /// A relative or an absolute change of a score, 0…100.
  package enum ScoreChange: Sendable, Equatable {
    case delta(Int)
    case set(Int)

    /// The score after the change; an unknown score counts as 0.
    package func applied(to score: Double?) -> Double {
      switch self {
      case .delta(let delta): min(max((score ?? 0) + Double(delta), 0), 100)
      case .set(let score): Double(score)
      }
    }
  }

  /// A task for the on-site team.
  package struct LeadTask: Sendable, Equatable {
    package var title: String
    package var description: String?
    package var assignedTo: String?
    /// Null: that of the status that the lead has entered.
    package var priority: NotificationPriority?
    /// Minutes after the action; null: no due date.
    package var dueMinutes: Int?
  }

  /// The `type` of an action, as a rule names it (docs/notifications.md#workflow-rules).
  package enum Kind: String, Sendable, CaseIterable {
    case sendNotification = "send_notification"
    case scheduleFollowUp = "schedule_follow_up"
    case updateLeadScore = "update_lead_score"
    case createTask = "create_task"

    /// The keys of its `config`.
    package var keys: [String] {
      switch self {
      case .sendNotification: ["recipients", "template_id", "channel"]
      case .scheduleFollowUp:
        ["delay_minutes", "delay_hours", "delay_days", "note", "assigned_to"]
      case .updateLeadScore: ["delta", "score"]
      case .createTask:
        [
          "title", "description", "assigned_to", "priority", "due_in_minutes", "due_in_hours",
          "due_in_days",
        ]
      }
    }
  }

  package var kind: Kind {
    switch self {
    case .sendNotification: .sendNotification
    case .scheduleFollowUp: .scheduleFollowUp
    case .updateLeadScore: .updateLeadScore
    case .createTask: .createTask
    }
  }
}
