import Foundation
import Leads
import Postgres

/// Statements that more than one module executes.
extension SQL {
  /// Makes the row of a lead that has none.
  package static func ensureLead(_ lead: String, property: UUID?, conversation: UUID?) -> SQL {
    SQL(file: PackageResources.lead_ensure_sql, lead, property, conversation)
  }

  /// Locks a lead's row until the transaction ends; its row has `base_seq`.
  package static func holdLead(_ lead: String) -> SQL {
    SQL(file: PackageResources.lead_hold_sql, lead)
  }

  /// Keeps what both sides showed of a lead.
  /// - Parameters: the status as received, the canonical one, and the version; null where a side was not read.
  package static func sawLead(
    _ lead: String, domiq: (raw: String?, status: Status?, version: String?),
    resman: (raw: String?, status: Status?, version: String?)
  ) -> SQL {
    SQL(
      file: PackageResources.lead_seen_sql, lead, domiq.raw, domiq.status?.rawValue,
      domiq.version, resman.raw, resman.status?.rawValue, resman.version)
  }

  /// Keeps what the staged records tell of their leads beside the status.
  package static func keepDescriptions(readAt: Instant) -> SQL {
    SQL(
      file: PackageResources.lead_descriptions_sql, nil as String?, nil as String?, nil as String?,
      nil as String?, readAt.iso8601)
  }

  /// Keeps what one record tells of one lead beside the status.
  /// - Parameter version: of the record; null: it has none that is a time.
  package static func keepDescription(
    _ description: LeadDescription, of lead: String, from system: System, version: String?,
    readAt: Instant
  ) -> SQL {
    SQL(
      file: PackageResources.lead_descriptions_sql, lead, system.rawValue, description.told,
      version, readAt.iso8601)
  }

  /// Deletes webhook ids that are older than 7 days and done, and answered requests of more than a day ago.
  package static var deleteExpiredRequests: SQL {
    SQL(file: PackageResources.requests_expired_sql)
  }

  /// Empty temporary tables hide the views of these figures (without `metric_`) until the transaction ends, to be filled.
  package static func figuresAside(_ tables: [String]) -> SQL {
    SQL(file: PackageResources.figures_aside_sql, tables)
  }

  /// Publishes what those temporary tables hold. Only for the holder of the lock `measurement`.
  package static func publishFigures(_ tables: [String], asOf: Instant) -> SQL {
    SQL(file: PackageResources.figures_publish_sql, tables, asOf)
  }

  /// One row of the log.
  package static func logRow(_ id: UUID) -> SQL {
    SQL(file: PackageResources.log_row_sql, id)
  }

  /// Keeps the answer of the request that claimed its key with this intent.
  package static func keepAnswer(to intent: UUID, status: Int, body: String) -> SQL {
    SQL(file: PackageResources.idempotency_answer_sql, intent, status, body)
  }

  /// Gives the key back that was claimed with this intent: the request may come again.
  package static func releaseKey(of intent: UUID) -> SQL {
    SQL(file: PackageResources.idempotency_release_sql, intent)
  }
}
