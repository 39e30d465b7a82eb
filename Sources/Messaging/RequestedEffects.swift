import Foundation
import Leads
import Postgres
import Store

/// Writes the effects that a pending row asks for in its `context_data`, when the row succeeds: `trigger_notifications`
/// and `trigger_workflows`. So a change whose answer was lost has its notifications written when a later run finds it
/// applied.
package enum RequestedEffects {
  /// To be called in the transaction that gives the row its success.
  package static func follow(
    _ log: UUID, in transaction: isolated PostgresConnection
  ) throws {
    guard let row = try transaction.queryOne(.recordedEvent(of: log))
    else { return }
    let notifies: Bool = try row["trigger_notifications"]
    let triggers: Bool = try row["trigger_workflows"]
    guard notifies || triggers else { return }
    let event: StatusChangeEvent = try JSON.decode(try row["event"])
    if notifies { _ = try Notifier.enqueue(event, in: transaction) }
    if triggers { _ = try WorkflowEngine.trigger(event, in: transaction) }
  }
}

extension SQL {
  /// The change of a log row as an event for notifications, and the effects that were requested with it.
  package static func recordedEvent(of log: UUID) -> SQL {
    SQL(file: PackageResources.event_recorded_sql, log)
  }
}
