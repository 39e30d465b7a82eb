/// Everything that is wrong with a rule, each as where and what: `actions[0].config.delta: …`.
public struct WorkflowProblems: Error, Sendable, Equatable, CustomStringConvertible {
  public var problems: [String]

  public var description: String { problems.joined(separator: "; ") }
}

/// What a rule asks for and does, read from the two JSON columns of `status_workflow_rules`.
public struct WorkflowRule: Sendable, Equatable {
  /// Actions of one rule at most.
  public static let mostActions = 20

  public var conditions: WorkflowConditions
  public var actions: [WorkflowAction]

  /// Reads and checks both; the one place where that is decided, for rules that are posted and for
  /// rules that run.
  /// - Parameter slackHosts: hosts that webhooks of Slack may have; null: any public one.
  /// - Throws: every problem, not only the first.
  public init(
    conditions: JSONValue?, actions: JSONValue?, slackHosts: Set<String>? = nil
  ) throws(WorkflowProblems) {
    var reader = WorkflowReader(slackHosts: slackHosts)
    self.conditions = reader.conditions(conditions ?? .null)
    self.actions = reader.actions(actions ?? .null)
    guard reader.problems.isEmpty else { throw WorkflowProblems(problems: reader.problems) }
  }

  /// One action alone, as it stands in an execution's row.
  public static func action(_ value: JSONValue) throws(WorkflowProblems) -> WorkflowAction {
    var reader = WorkflowReader()
    guard let action = reader.action(value, at: "action"), reader.problems.isEmpty else {
      throw WorkflowProblems(problems: reader.problems)
    }
    return action
  }
}
