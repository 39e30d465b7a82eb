/// `context_data` of `UpdateStatusRequest` (docs/contracts.md#resman).
package struct UpdateContext: Codable, Sendable, Equatable {
  /// How soon somebody should look.
  package enum Urgency: String, Codable, Sendable, CaseIterable { case low, medium, high }

  package var conversation_summary: String?
  package var key_insights: [String]?
  package var next_steps: String?
  package var urgency_level: Urgency?

  package init(
    conversation_summary: String? = nil, key_insights: [String]? = nil, next_steps: String? = nil,
    urgency_level: Urgency? = nil
  ) {
    self.conversation_summary = conversation_summary
    self.key_insights = key_insights
    self.next_steps = next_steps
    self.urgency_level = urgency_level
  }
}
