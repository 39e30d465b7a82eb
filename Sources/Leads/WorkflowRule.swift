/// Everything that is wrong with a rule, each as place and fault: `actions[0].config.delta: …`.
package struct WorkflowProblems: Error, Sendable, Equatable, CustomStringConvertible {
  package var problems: [String]

  package var description: String { problems.joined(separator: "; ") }
}

/// The conditions and actions of a rule, read from the two JSON columns of `status_workflow_rules`.
package struct WorkflowRule: Sendable, Equatable {
  /// The most actions of one rule.
  package static let mostActions = 20

  package var conditions: WorkflowConditions
  package var actions: [WorkflowAction]

  /// Reads and checks both, when a rule is created and when it runs.
  /// - Parameter slackHosts: hosts that webhooks of Slack may have; null: any public one.
  /// - Throws: every problem, not only the first.
  package init(
    conditions: JSONValue?, actions: JSONValue?, slackHosts: Set<String>? = nil
  ) throws(WorkflowProblems) {
    var reader = WorkflowReader(slackHosts: slackHosts)
    self.conditions = reader.conditions(conditions ?? .null)
    self.actions = reader.actions(actions ?? .null)
    guard reader.problems.isEmpty else { throw WorkflowProblems(problems: reader.problems) }
  }

  /// One action, as an execution's row has it.
  package static func action(_ value: JSONValue) throws(WorkflowProblems) -> WorkflowAction {
    var reader = WorkflowReader()
    guard let action = reader.action(value, at: "action"), reader.problems.isEmpty else {
      throw WorkflowProblems(problems: reader.problems)
    }
    return action
  }
}
