import Foundation
import Hummingbird
import Leads
import Live

/// Creates workflow rules, lists them, and switches one on or off.
struct WorkflowController: Sendable {
  let workflows: Workflows

  @Sendable func create(_ request: Request, _ context: APIContext) async throws -> Response {
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

  @Sendable func list(_ request: Request, _ context: APIContext) async throws -> Response {
    let property = try context.id("property_id")
    try RequestReader(request).done()
    return try .json(
      try await workflows.list(property: property, caller: try context.requireCaller()))
  }

  @Sendable func change(_ request: Request, _ context: APIContext) async throws -> Response {
    let caller = try context.requireCaller()
    let (property, rule) = (try context.id("property_id"), try context.id("workflow_id"))
    try request.requireJSON()
    let json = try JSONValue(strict: try await request.bytes())
    var reader = RequestReader(request)
    let isActive = try reader.take { () throws(Problem) in
      var body = try FieldReader(json)
      let isActive = body.flag("is_active", required: true)
      try body.done()
      return isActive ?? false
    }
    return try .json(
      try await workflows.setActive(
        try reader.done(isActive), rule: rule, property: property, caller: caller))
  }
}
