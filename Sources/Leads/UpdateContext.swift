/// `context_data` of `UpdateStatusRequest` (docs/contracts.md#resman).
public struct UpdateContext: Codable, Sendable, Equatable {
  /// How soon somebody should look.
  public enum Urgency: String, Codable, Sendable, CaseIterable { case low, medium, high }

  public var conversation_summary: String?
  public var key_insights: [String]?
  public var next_steps: String?
  public var urgency_level: Urgency?

  public init(
    conversation_summary: String? = nil, key_insights: [String]? = nil, next_steps: String? = nil,
    urgency_level: Urgency? = nil
  ) {
    self.conversation_summary = conversation_summary
    self.key_insights = key_insights
    self.next_steps = next_steps
    self.urgency_level = urgency_level
  }
}
