import Foundation
import Hummingbird
import Leads
import Live

/// Changes the status of a lead, and lists its changes.
struct StatusController: Sendable {
  let service: StatusChangeService
  let history: StatusHistory

  @Sendable func update(_ request: Request, _ context: APIContext) async throws -> Response {
    let caller = try context.requireCaller()
    let lead = try context.leadID()
    try request.requireJSON()
    let body = try await request.bytes()
    let json = try JSONValue(strict: body)
    var reader = RequestReader(request)
    let key = reader.idempotencyKey()
    let change = try reader.take { () throws(Problem) in try StatusUpdate.Request(json) }
    return .reply(
      try await service.change(
        lead: lead, try reader.done(change), caller: caller, key: key,
        digest: request.digest(body), requestID: context.trace.id, since: context.began))
  }

  @Sendable func changes(
    _ request: Request, _ context: APIContext
  ) async throws -> Response {
    let caller = try context.requireCaller()
    let lead = try context.leadID()
    var reader = RequestReader(request, query: ["date_from", "date_to", "limit", "cursor"])
    let period = reader.period()
    let limit = reader.whole("limit", in: 1...StatusHistory.mostChanges) ?? 100
    let cursor = reader.text("cursor").map { StatusHistory.Cursor($0) }
    if let cursor, cursor == nil { reader.note("cursor", "not a next_cursor of an earlier answer") }
    try reader.done()
    return try .json(
      try await history.page(
        of: lead,
        StatusHistory.Question(
          from: period.from, to: period.to, limit: limit, after: cursor ?? nil),
        caller: caller))
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
