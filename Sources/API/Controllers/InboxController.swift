import Hummingbird
import Live
import Messaging
import Postgres

/// The messages of the in-app inbox.
struct InboxController: Sendable {
  /// The most messages of one answer.
  static let mostMessages = 200

  let database: PostgresPool

  @Sendable func messages(
    _ request: Request, _ context: APIContext
  ) async throws -> Response {
    let property = try context.id("property_id")
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

  @Sendable func markRead(
    _ request: Request, _ context: APIContext
  ) async throws -> Response {
    let (property, id) = (try context.id("property_id"), try context.id("notification_id"))
    try RequestReader(request).done()
    guard try context.requireCaller().sees(property) else { throw Problem(.notFound) }
    let isThere = try await database.withConnection { connection in
      try await Inbox(connection).markRead(id, property: property)
    }
    guard isThere else { throw Problem(.notFound) }
    return Response(status: .noContent)
  }
}
