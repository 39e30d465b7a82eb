import Foundation
import Leads
import Postgres
import Store

/// The in-app inbox: notifications with the channel `in_app`, each exactly once.
package struct Inbox: Sendable {
  /// One message, as its reader sees it.
  package struct Message: Codable, Sendable, Equatable {
    @CanonicalUUID package var id: UUID
    package var resman_lead_id: String?
    /// Null where the lead never chatted.
    package var conversation_id: String?
    /// A role or a name; `prospect` is the prospect's own chat.
    package var recipient: String
    package var priority: String
    package var subject: String
    package var body: String
    package var created_at: String
    /// Null until it is marked as read.
    package var read_at: String?
  }

  /// Some messages, and how many there are in all.
  package struct Page: Codable, Sendable {
    package var messages: [Message]
    package var total_count: Int
    package var unread_count: Int

    package init(messages: [Message], total_count: Int, unread_count: Int) {
      self.messages = messages
      self.total_count = total_count
      self.unread_count = unread_count
    }
  }

  package let connection: PostgresConnection

  /// Reads on this connection.
  package init(_ connection: PostgresConnection) { self.connection = connection }

  /// The messages at a property, latest first.
  /// - Parameter recipient: null: every recipient.
  package func messages(
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
  package func markRead(_ id: UUID, property: UUID) async throws -> Bool {
    try await connection.execute(SQL(file: PackageResources.inbox_read_sql, id, property)) == 1
  }
}
