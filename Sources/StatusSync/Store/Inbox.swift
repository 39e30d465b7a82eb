import Foundation
import Leads
import Postgres

/// The app's inbox: notifications with the channel `in_app`, each exactly once.
public struct Inbox: Sendable {
  /// One message for its reader.
  public struct Message: Codable, Sendable, Equatable {
    @CanonicalUUID public var id: UUID
    public var resman_lead_id: String?
    /// Null where the lead never chatted.
    public var conversation_id: String?
    /// A role or a name; `prospect` is the prospect's own chat.
    public var recipient: String
    public var priority: String
    public var subject: String
    public var body: String
    public var created_at: String
    /// Null until it was marked.
    public var read_at: String?
  }

  /// Some messages, and how many there are in all.
  public struct Page: Codable, Sendable {
    public var messages: [Message]
    public var total_count: Int
    public var unread_count: Int
  }

  let connection: PostgresConnection

  /// Reads on this connection.
  public init(_ connection: PostgresConnection) { self.connection = connection }

  /// The messages at a property, latest first.
  /// - Parameter recipient: null: everybody's.
  public func messages(
    property: UUID, recipient: String? = nil, unreadOnly: Bool = false, limit: Int = 50
  ) async throws -> Page {
    try await connection.transaction(.snapshot) { db in
      let counts = try db.queryOne(
        SQL(file: PackageResources.inbox_count_sql, property, recipient, unreadOnly))
      return Page(
        messages: try db.query(
          SQL(file: PackageResources.inbox_sql, property, recipient, unreadOnly, limit)
        ).map { try JSON.decode(try $0["message"]) },
        total_count: try counts?["total"] ?? 0, unread_count: try counts?["unread"] ?? 0)
    }
  }

  /// Marks a message as read; marking it again changes nothing.
  /// - Returns: false where there is no such message at this property.
  public func markRead(_ id: UUID, property: UUID) async throws -> Bool {
    try await connection.execute(SQL(file: PackageResources.inbox_read_sql, id, property)) == 1
  }
}
