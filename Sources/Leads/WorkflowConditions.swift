/// What must hold before a rule acts (docs/notifications.md#workflow-rules); what is absent is not
/// asked.
public struct WorkflowConditions: Sendable, Equatable {
  /// Minutes the conversation lasted, at least.
  public var conversationDuration: Double?
  public var messageCount: Int?
  public var leadScore: Int?
  /// The property's local time of the change.
  public var timeOfDay: DailyHours?

  public init(
    conversationDuration: Double? = nil, messageCount: Int? = nil, leadScore: Int? = nil,
    timeOfDay: DailyHours? = nil
  ) {
    self.conversationDuration = conversationDuration
    self.messageCount = messageCount
    self.leadScore = leadScore
    self.timeOfDay = timeOfDay
  }

  /// The conditions that do not hold, each in words; a fact that is not known meets no minimum.
  /// - Parameters:
  ///   - details: of the lead, its score with our own changes.
  ///   - localMinute: minutes since midnight at the property when the change happened.
  public func unmet(by details: LeadDetails, localMinute: Int) -> [String] {
    var unmet: [String] = []
    func minimum<N: Comparable>(_ name: String, _ wanted: N?, _ fact: N?) {
      guard let wanted else { return }
      guard let fact else { return unmet.append("\(name) is not known, \(wanted) is asked for") }
      if fact < wanted { unmet.append("\(name) is \(fact), \(wanted) is asked for") }
    }
    minimum("conversation_duration", conversationDuration, details.conversationMinutes)
    minimum("message_count", messageCount, details.messageCount)
    switch (leadScore, details.score) {
    case (let wanted?, nil): minimum("lead_score", wanted, nil)
    case (let wanted?, let score?) where score < Double(wanted):
      unmet.append("lead_score is \(scoreText(score)), \(wanted) is asked for")
    default: break
    }
    if let timeOfDay, !timeOfDay.contains(minute: localMinute) {
      unmet.append("time_of_day is outside \(timeOfDay)")
    }
    return unmet
  }
}
