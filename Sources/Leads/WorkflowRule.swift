/// Everything that is wrong with a rule, each as place and fault: `actions[0].config.delta: …`.
public struct WorkflowProblems: Error, Sendable, Equatable, CustomStringConvertible {
  public var problems: [String]

  public var description: String { problems.joined(separator: "; ") }
}

/// The conditions and actions of a rule, read from the two JSON columns of `status_workflow_rules`.
public struct WorkflowRule: Sendable, Equatable {
  /// The most actions of one rule.
  public static let mostActions = 20

  public var conditions: WorkflowConditions
  public var actions: [WorkflowAction]

  /// Reads and checks both, when a rule is created and when it runs.
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

  /// One action, as an execution's row has it.
  public static func action(_ value: JSONValue) throws(WorkflowProblems) -> WorkflowAction {
    var reader = WorkflowReader()
    guard let action = reader.action(value, at: "action"), reader.problems.isEmpty else {
      throw WorkflowProblems(problems: reader.problems)
    }
    return action
  }
}
