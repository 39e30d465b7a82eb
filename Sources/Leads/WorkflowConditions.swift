/// The conditions of a rule (docs/notifications.md#workflow-rules); absent ones are not checked.
package struct WorkflowConditions: Sendable, Equatable {
  /// The least duration of the conversation in minutes.
  package var conversationDuration: Double?
  package var messageCount: Int?
  package var leadScore: Int?
  /// The property's local time of the change.
  package var timeOfDay: DailyHours?

  package init(
    conversationDuration: Double? = nil, messageCount: Int? = nil, leadScore: Int? = nil,
    timeOfDay: DailyHours? = nil
  ) {
    self.conversationDuration = conversationDuration
    self.messageCount = messageCount
    self.leadScore = leadScore
    self.timeOfDay = timeOfDay
  }

  /// The conditions that are not met, each in words; an unknown fact meets no minimum.
  /// - Parameters:
  ///   - details: of the lead, its score with our own changes.
  ///   - localMinute: minutes since midnight at the property when the change happened.
  package func unmet(by details: LeadDetails, localMinute: Int) -> [String] {
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
