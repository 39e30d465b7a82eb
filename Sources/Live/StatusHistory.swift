import Changes
import Foundation
import Leads
import Postgres
import Store

/// The status history of one lead (docs/api.md#endpoints, `GET …/status-history`).
package struct StatusHistory: Sendable {
  /// The most changes of one answer.
  package static let mostChanges = 1000

  /// One effective change.
  package struct Change: Codable, Sendable, Equatable {
    @CanonicalUUID package var id: UUID
    /// Null for the first change on record.
    @Nullable package var old_status: Status?
    package var new_status: Status
    package var status_reason: String?
    package var updated_by: String?
    package var context_data: JSONValue?
    /// Null where a log that was taken over does not say when.
    @Nullable package var created_at: String?

    package init(
      id: UUID, old_status: Status? = nil, new_status: Status, status_reason: String? = nil,
      updated_by: String? = nil, context_data: JSONValue? = nil, created_at: String? = nil
    ) {
      self.id = id
      self.old_status = old_status
      self.new_status = new_status
      self.status_reason = status_reason
      self.updated_by = updated_by
      self.context_data = context_data
      self.created_at = created_at
    }
  }

  /// `StatusHistoryResponse`, and where its next page begins.
  package struct Page: Codable, Sendable, Equatable {
    /// Newest first.
    package var status_changes: [Change]
    /// Of the whole period, not only of this page.
    package var total_count: Int
    /// Asks for what follows this page; null on the last one.
    @Nullable package var next_cursor: String?

    package init(status_changes: [Change], total_count: Int, next_cursor: String? = nil) {
      self.status_changes = status_changes
      self.total_count = total_count
      self.next_cursor = next_cursor
    }
  }

  /// A position between two changes of a history: the older one is on the next page. Changes made meanwhile are newer,
  /// so no page repeats or omits a change.
  package struct Cursor: Sendable, Equatable {
    /// When the last change of the page before was recorded; 1970 where that is not known.
    package var at: Instant
    /// Its position in the log.
    package var seq: Int

    package init(at: Instant, seq: Int) {
      self.at = at
      self.seq = seq
    }

    /// Reads `text`; null where it is not a cursor.
    package init?(_ text: String) {
      let parts = text.split(separator: "-", omittingEmptySubsequences: false)
      guard text.utf8.count <= 40, parts.count == 2, let at = Int64(parts[0]),
        let seq = Int(parts[1]), at >= 0, seq >= 0, "\(at)-\(seq)" == text,
        at < 253_402_300_800_000_000
      else { return nil }
      self.init(at: Instant(microseconds: at), seq: seq)
    }

    /// Microseconds since 1970 and the position in the log.
    package var text: String { "\(at.microseconds)-\(seq)" }
  }

  /// The query.
  package struct Question: Sendable, Equatable {
    /// Both ends included.
    package var from: Instant?
    package var to: Instant?
    package var limit: Int
    package var after: Cursor?

    package init(from: Instant? = nil, to: Instant? = nil, limit: Int = 100, after: Cursor? = nil) {
      self.from = from
      self.to = to
      self.limit = min(max(limit, 1), StatusHistory.mostChanges)
      self.after = after
    }
  }

  package let database: any ConnectionLender

  package init(database: any ConnectionLender) {
    self.database = database
  }

  /// The lead's effective changes in a period, newest first.
  /// - Throws: `Problem`: the same for an unknown lead and for one that the caller may not see.
  package func page(of lead: String, _ question: Question, caller: Caller) async throws -> Page {
    let (from, to) = (question.from?.iso8601, question.to?.iso8601)
    return try await database.withConnection { connection in
      try await connection.transaction(.snapshot) { db in
        guard let known = try KnownLead.find(lead, in: db), caller.sees(known.propertyID) else {
          throw Problem(.notFound)
        }
        // One more than requested shows whether there is a next page.
        let rows = try db.query(
          SQL(
            file: PackageResources.history_page_sql, lead, from, to, question.limit + 1,
            question.after?.at.iso8601, question.after?.seq))
        let shown = rows.prefix(question.limit)
        let total = try db.queryOne(
          SQL(file: PackageResources.history_total_sql, lead, from, to))
        return Page(
          status_changes: try shown.map { try JSON.decode(try $0["change"]) },
          total_count: try total?["total"] ?? 0,
          next_cursor: rows.count > shown.count ? try shown.last.map(Self.cursor)?.text : nil)
      }
    }
  }

  private static func cursor(_ row: Row) throws -> Cursor {
    Cursor(at: Instant(microseconds: try row["at_microseconds"]), seq: try row["seq"])
  }
}
