import Foundation
import Hummingbird
import Leads
import StatusSync

/// `POST …/status-workflows`, `GET …/status-workflows/{property_id}`, and the switch of one rule.
struct WorkflowController: Sendable {
  let workflows: Workflows

  func add(to group: RouterGroup<APIContext>) {
    group.post("status-workflows", use: create)
    group.get("status-workflows/:property_id", use: list)
    group.patch("status-workflows/:property_id/:workflow_id", use: change)
  }

  @Sendable private func create(_ request: Request, _ context: APIContext) async throws -> Response
  {
    let caller = try context.requireCaller()
    try request.requireJSON()
    let body = try await request.bytes()
    let json = try JSONValue(strict: body)
    var reader = RequestReader(request)
    let key = reader.idempotencyKey()
    let hosts = workflows.slackHosts
    let rule = try reader.take { () throws(Problem) in
      try Workflows.Request(json, slackHosts: hosts)
    }
    return .reply(
      try await workflows.create(
        try reader.done(rule), caller: caller, key: key, digest: request.digest(body)))
  }

  @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
    let property = try request.id(3)
    try RequestReader(request).done()
    return try .json(
      try await workflows.list(property: property, caller: try context.requireCaller()))
  }

  @Sendable private func change(_ request: Request, _ context: APIContext) async throws -> Response
  {
    let caller = try context.requireCaller()
    let (property, rule) = (try request.id(3), try request.id(4))
    try request.requireJSON()
    let json = try JSONValue(strict: try await request.bytes())
    var reader = RequestReader(request)
    let isActive = try reader.take { () throws(Problem) in
      var body = try BodyReader(json)
      let isActive = body.flag("is_active", required: true)
      try body.done()
      return isActive ?? false
    }
    return try .json(
      try await workflows.setActive(
        try reader.done(isActive), rule: rule, property: property, caller: caller))
  }
}
