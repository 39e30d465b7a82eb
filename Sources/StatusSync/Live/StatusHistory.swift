import Foundation
import Leads
import Postgres

/// The status history of one lead (docs/api.md#endpoints, `GET …/status-history`).
public struct StatusHistory: Sendable {
  /// The most changes of one answer.
  public static let mostChanges = 1000

  /// One effective change.
  public struct Change: Codable, Sendable, Equatable {
    @CanonicalUUID public var id: UUID
    /// Null for the first change on record.
    @Nullable public var old_status: Status?
    public var new_status: Status
    public var status_reason: String?
    public var updated_by: String?
    public var context_data: JSONValue?
    public var created_at: String
  }

  /// `StatusHistoryResponse`.
  public struct Page: Codable, Sendable, Equatable {
    /// Newest first.
    public var status_changes: [Change]
    /// Of the whole period, not only of this page.
    public var total_count: Int
  }

  let database: any ConnectionLender

  /// The lead's effective changes in a period, both ends included, newest first.
  /// - Throws: `Problem`: the same for a lead nobody knows and for one the caller does not see.
  public func page(
    of lead: String, from: Instant?, to: Instant?, limit: Int, caller: Caller
  ) async throws -> Page {
    try await database.withConnection { connection in
      try await connection.transaction(.snapshot) { db in
        guard let known = try KnownLead.find(lead, in: db), caller.sees(known.propertyID) else {
          throw Problem(.notFound)
        }
        let changes: [Change] = try db.query(
          SQL(
            file: PackageResources.history_page_sql, lead, from?.iso8601, to?.iso8601,
            min(max(limit, 1), Self.mostChanges))
        ).map { try RowJSON.decode(try $0["change"]) }
        let total = try db.queryOne(
          SQL(file: PackageResources.history_total_sql, lead, from?.iso8601, to?.iso8601))
        return Page(status_changes: changes, total_count: try total?["total"] ?? 0)
      }
    }
  }
}
