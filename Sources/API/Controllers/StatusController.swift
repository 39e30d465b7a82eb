import Foundation
import Hummingbird
import Leads
import StatusSync

/// `PUT …/leads/{lead_id}/status` and `GET …/leads/{lead_id}/status-history`.
struct StatusController: Sendable {
  let desk: UpdateDesk
  let history: StatusHistory
  let limits: BodyLimits

  func add(to group: RouterGroup<APIContext>) {
    group.put("leads/:lead_id/status", use: update)
    group.get("leads/:lead_id/status-history", use: changes)
  }

  @Sendable private func update(_ request: Request, _ context: APIContext) async throws -> Response
  {
    let caller = try context.requireCaller()
    let lead = try request.leadID()
    let key = try request.idempotencyKey()
    try request.requireJSON()
    _ = try request.query([])
    let body = try await request.bytes(limits, context: context)
    let change = try StatusUpdate.Request(try JSONValue(strict: body))
    return .reply(
      try await desk.change(
        lead: lead, change, caller: caller, key: key, digest: request.digest(body),
        since: context.began))
  }

  @Sendable private func changes(
    _ request: Request, _ context: APIContext
  ) async throws -> Response {
    let caller = try context.requireCaller()
    let lead = try request.leadID()
    let query = try request.query(["date_from", "date_to", "limit"])
    let page = try await history.page(
      of: lead, from: try query.instant("date_from", .first),
      to: try query.instant("date_to", .last),
      limit: try query.whole("limit", in: 1...StatusHistory.mostChanges) ?? 100, caller: caller)
    return try .json(page)
  }
}

extension JSONValue {
  /// Reads a body.
  init(strict body: [UInt8]) throws(Problem) {
    do throws(StrictJSON.Fault) {
      self = try StrictJSON.parse(body)
    } catch {
      throw Problem(.malformedRequest, error.description)
    }
  }
}
