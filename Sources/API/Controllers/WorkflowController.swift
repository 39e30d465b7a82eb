import Foundation
import Hummingbird
import Leads
import StatusSync

/// `POST …/status-workflows`, `GET …/status-workflows/{property_id}`, and the switch of one rule.
struct WorkflowController: Sendable {
  let workflows: Workflows
  let limits: BodyLimits

  func add(to group: RouterGroup<APIContext>) {
    group.post("status-workflows", use: create)
    group.get("status-workflows/:property_id", use: list)
    group.patch("status-workflows/:property_id/:workflow_id", use: change)
  }

  @Sendable private func create(_ request: Request, _ context: APIContext) async throws -> Response
  {
    let caller = try context.requireCaller()
    let key = try request.idempotencyKey()
    try request.requireJSON()
    _ = try request.query([])
    let body = try await request.bytes(limits, context: context)
    let rule = try Workflows.Request(try JSONValue(strict: body))
    return .reply(
      try await workflows.create(rule, caller: caller, key: key, digest: request.digest(body)))
  }

  @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
    _ = try request.query([])
    return try .json(
      try await workflows.list(property: try request.id(3), caller: try context.requireCaller()))
  }

  @Sendable private func change(_ request: Request, _ context: APIContext) async throws -> Response
  {
    let caller = try context.requireCaller()
    let (property, rule) = (try request.id(3), try request.id(4))
    try request.requireJSON()
    _ = try request.query([])
    var reader = try BodyReader(
      try JSONValue(strict: try await request.bytes(limits, context: context)))
    let isActive = reader.flag("is_active", required: true)
    try reader.done()
    return try .json(
      try await workflows.setActive(
        isActive ?? false, rule: rule, property: property, caller: caller))
  }
}
