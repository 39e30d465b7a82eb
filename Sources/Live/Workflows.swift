import Foundation
import Leads
import Postgres
import Store

/// The workflow rules of a property (docs/notifications.md#workflow-rules).
package struct Workflows: Sendable {
  /// One rule as it is shown.
  package struct Rule: Codable, Sendable, Equatable {
    @CanonicalUUID package var id: UUID
    /// As the table has it: a rule that somebody else wrote may have none, and in a table that was taken over any word.
    @Nullable package var trigger_status: String?
    /// The same.
    @Nullable package var target_status: String?
    package var conditions: JSONValue
    package var actions: JSONValue
    package var is_active: Bool
  }

  /// `GetWorkflowsResponse`.
  package struct List: Codable, Sendable, Equatable {
    /// Oldest first.
    package var workflows: [Rule]
  }

  /// `CreateWorkflowRequest`, with conditions and actions that were checked.
  package struct Request: Sendable, Equatable {
    package var propertyID: UUID
    package var trigger: Status
    package var target: Status
    package var conditions: JSONValue
    package var actions: JSONValue

    /// - Throws: `Problem` naming everything that is wrong with conditions and actions.
    /// - Parameter slackHosts: hosts that webhooks of Slack may have; null: any public one.
    package init(
      propertyID: UUID, trigger: Status, target: Status, conditions: JSONValue, actions: JSONValue,
      slackHosts: Set<String>? = nil
    ) throws(Problem) {
      do throws(WorkflowProblems) {
        _ = try WorkflowRule(conditions: conditions, actions: actions, slackHosts: slackHosts)
      } catch {
        throw Problem(.invalidRequest, errors: error.problems)
      }
      self.propertyID = propertyID
      self.trigger = trigger
      self.target = target
      self.conditions = conditions
      self.actions = actions
    }
  }

  package let database: any ConnectionLender
  package let idempotency: Idempotency
  /// Hosts that webhooks of Slack in a rule may have.
  package let slackHosts: Set<String>

  package init(database: any ConnectionLender, idempotency: Idempotency, slackHosts: Set<String>) {
    self.database = database
    self.idempotency = idempotency
    self.slackHosts = slackHosts
  }

  /// Makes a rule, which acts from now on.
  /// - Parameter key: the `Idempotency-Key`; with one, the same request makes one rule only.
  package func create(
    _ request: Request, caller: Caller, key: String?, digest: String
  ) async throws -> StatusChangeService.Reply {
    guard caller.sees(request.propertyID) else { throw Problem(.notFound) }
    let id = UUID()
    if let key {
      let claim = try await idempotency.claim(key, digest: digest, caller: caller, intent: id)
      if case .answered(let kept) = claim {
        return StatusChangeService.Reply(status: kept.status, body: kept.body, isReplayed: true)
      }
    }
    let rule = Rule(
      id: id, trigger_status: request.trigger.rawValue, target_status: request.target.rawValue,
      conditions: request.conditions, actions: request.actions, is_active: true)
    let reply = StatusChangeService.Reply(
      status: 201, body: try JSON.encode(rule), isReplayed: false)
    do {
      try await insert(request, rule: rule, reply: reply)
    } catch {
      if key != nil { try? await idempotency.release(intent: id) }
      throw error
    }
    return reply
  }

  private func insert(_ request: Request, rule: Rule, reply: StatusChangeService.Reply) async throws
  {
    let conditions = JSONText(try JSON.encode(request.conditions))
    let actions = JSONText(try JSON.encode(request.actions))
    try await database.withConnection { connection in
      try await connection.transaction { db in
        try requireProperty(request.propertyID, in: db)
        try db.execute(
          SQL(
            file: PackageResources.workflow_create_sql, rule.id, request.propertyID,
            request.trigger.rawValue, request.target.rawValue, conditions, actions))
        try db.execute(
          .keepAnswer(to: rule.id, status: reply.status, body: reply.body))
      }
    }
  }

  /// The property's rules, including those that are switched off.
  package func list(property: UUID, caller: Caller) async throws -> List {
    guard caller.sees(property) else { throw Problem(.notFound) }
    return try await database.withConnection { connection in
      try await connection.transaction(.snapshot) { db in
        try requireProperty(property, in: db)
        let rules: [Rule] = try db.query(SQL(file: PackageResources.workflow_list_sql, property))
          .map { try JSON.decode(try $0["rule"]) }
        return List(workflows: rules)
      }
    }
  }

  /// Switches a rule on or off; actions that it has triggered already continue.
  package func setActive(
    _ isActive: Bool, rule: UUID, property: UUID, caller: Caller
  ) async throws -> Rule {
    guard caller.sees(property) else { throw Problem(.notFound) }
    return try await database.withConnection { connection in
      let row = try await connection.queryOne(
        SQL(file: PackageResources.workflow_switch_sql, property, rule, isActive))
      guard let row else { throw Problem(.notFound) }
      return try JSON.decode(try row["rule"])
    }
  }

  private func requireProperty(_ id: UUID, in db: isolated PostgresConnection) throws {
    guard try db.queryOne(SQL(file: PackageResources.property_exists_sql, id)) != nil else {
      throw Problem(.notFound)
    }
  }
}
