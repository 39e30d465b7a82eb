import Hummingbird
import Postgres
import StatusSync

/// `GET …/notifications/{property_id}` and `POST …/notifications/{property_id}/{id}/read`: the
/// messages whose channel is the app itself.
struct InboxController: Sendable {
  /// The most messages of one answer.
  static let mostMessages = 200

  let database: PostgresPool

  func add(to group: RouterGroup<APIContext>) {
    group.get("notifications/:property_id", use: messages)
    group.post("notifications/:property_id/:notification_id/read", use: markRead)
  }

  @Sendable private func messages(
    _ request: Request, _ context: APIContext
  ) async throws -> Response {
    let property = try request.id(3)
    var reader = RequestReader(request, query: ["recipient", "unread_only", "limit"])
    let limit = reader.whole("limit", in: 1...Self.mostMessages) ?? 50
    let unreadOnly = reader.flag("unread_only") ?? false
    let recipient = reader.text("recipient")
    try reader.done()
    guard try context.requireCaller().sees(property) else { throw Problem(.notFound) }
    let page = try await database.withConnection { connection in
      try await Inbox(connection).messages(
        property: property, recipient: recipient, unreadOnly: unreadOnly, limit: limit)
    }
    return try .json(page)
  }

  @Sendable private func markRead(
    _ request: Request, _ context: APIContext
  ) async throws -> Response {
    let (property, id) = (try request.id(3), try request.id(4))
    try RequestReader(request).done()
    guard try context.requireCaller().sees(property) else { throw Problem(.notFound) }
    let isThere = try await database.withConnection { connection in
      try await Inbox(connection).markRead(id, property: property)
    }
    guard isThere else { throw Problem(.notFound) }
    return Response(status: .noContent)
  }
}
