import Foundation
import Leads
import Postgres

extension StatusChangeEvent {
  /// The event of a success row of the log, from what the tables know of its lead.
  /// - Parameter details: of the lead, where it was just read; they go first.
  /// - Returns: null where there is no such row, or it did not succeed.
  static func recorded(
    _ log: UUID, details: LeadDetails = LeadDetails(), in db: isolated PostgresConnection
  ) throws -> StatusChangeEvent? {
    guard let row = try db.queryOne(SQL(file: PackageResources.event_recorded_sql, log)) else {
      return nil
    }
    var event: StatusChangeEvent = try RowJSON.decode(try row["event"])
    event.details = details.filled(from: event.details)
    return event
  }
}
