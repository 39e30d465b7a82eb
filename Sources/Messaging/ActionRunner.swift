import Foundation
import Leads
import Logging
import Postgres
import Store

/// The result of one pass over due actions and follow-ups.
package struct ActionSummary: Codable, Sendable, Equatable {
  package var executed = 0
  /// Attempts that failed and will be repeated.
  package var retried = 0
  /// Given up; each with an alert.
  package var failed = 0
  /// Follow-ups with a reminder sent, and those whose lead has changed since.
  package var reminded = 0
  package var moot = 0
}

/// Executes the actions that `WorkflowEngine` recorded. An action only writes rows of this database, in the transaction
/// that marks it done, so each is executed once, however often it is attempted.
package struct ActionRunner: Sendable {
  /// The most attempts of one action.
  package static let maximumAttempts = 5

  package let connection: PostgresConnection
  package let logger: Logger

  /// Runs actions on this connection.
  package init(_ connection: PostgresConnection, logger: Logger) {
    self.connection = connection
    self.logger = logger
  }

  /// Executes everything that is due. An action that fails is repeated later and does not stop the others.
  /// - Throws: when the database is lost, or the task was cancelled.
  package func run() async throws -> ActionSummary {
    var summary = ActionSummary()
    while try await executeNext(&summary) { try Task.checkCancellation() }
    try await remind(&summary)
    return summary
  }

  /// An action that could not be executed.
  private struct Failed: Error {
    var id: UUID
    var reason: String
  }

  private func executeNext(_ summary: inout ActionSummary) async throws -> Bool {
    do {
      let found = try await connection.transaction { db in
        guard
          let row = try db.queryOne(SQL(file: PackageResources.workflow_execution_take_sql))
        else { return false }
        let id: UUID = try row["id"]
        do {
          try ActionEffect(execution: id, row: row).take(in: db)
          try db.execute(SQL(file: PackageResources.workflow_execution_done_sql, id))
        } catch let error as PostgresError where error.isConnectionFailure || error.isCancelled {
          throw error
        } catch {
          throw Failed(id: id, reason: String(describing: error))
        }
        return true
      }
      if found { summary.executed += 1 }
      return found
    } catch let failure as Failed {
      let row = try await connection.query(
        SQL(
          file: PackageResources.workflow_execution_failed_sql, failure.id,
          String(failure.reason.prefix(1000)), Self.maximumAttempts)
      ).first
      let isGivenUp = try row?["state"] == "failed"
      if isGivenUp { summary.failed += 1 } else { summary.retried += 1 }
      logger.log(
        level: isGivenUp ? .error : .warning,
        isGivenUp ? "alert: a workflow action was given up" : "a workflow action failed",
        metadata: ["execution": "\(failure.id)", "why": "\(failure.reason)"])
      return true
    }
  }

  /// Sends reminders for due follow-ups, unless the lead's status has changed. One that fails is skipped, and repeated
  /// by the next pass.
  private func remind(_ summary: inout ActionSummary) async throws {
    var after: (at: Instant?, id: UUID) = (nil, Reminder.first)
    while true {
      try Task.checkCancellation()
      let last = after
      do {
        let ended = try await connection.transaction { db in
          try Reminder.take(after: last.at, last.id, in: db)?.end(in: db)
        }
        guard let ended else { return }
        after = (ended.dueAt, ended.id)
        if ended.isMoot { summary.moot += 1 } else { summary.reminded += 1 }
      } catch let failure as Reminder.Failed {
        after = (failure.reminder.dueAt, failure.reminder.id)
        summary.retried += 1
        logger.warning(
          "a follow-up reminder could not be sent",
          metadata: ["follow_up": "\(failure.reminder.id)", "why": "\(failure.reason)"])
      }
    }
  }
}

/// One action to be executed.
struct ActionEffect {
  let execution: UUID
  let row: Row

  /// Writes the action's rows.
  func take(in db: isolated PostgresConnection) throws {
    let event: StatusChangeEvent = try JSON.decode(try row["event"])
    let action = try WorkflowRule.action(try JSON.decode(try row["action"]))
    switch action {
    case .sendNotification(let recipients, let template, let channel):
      let template = NotificationTemplate.choose(named: template, from: event.old, to: event.new)
      _ = try MessageWriter.of(event, in: db).spread(
        recipients.isEmpty ? template.roles : recipients, on: channel, template,
        origin: .workflow(execution: execution), in: db)
    case .scheduleFollowUp(let minutes, let note, let assignedTo):
      try db.execute(
        SQL(
          file: PackageResources.follow_up_insert_sql, event.propertyID, execution, event.leadID,
          event.conversationID, event.new.rawValue, note, assignedTo, minutes))
    case .updateLeadScore(let change): try score(change, event, in: db)
    case .createTask(let task):
      let priority = task.priority ?? NotificationPriority(entering: event.new)
      try db.execute(
        SQL(
          file: PackageResources.lead_task_insert_sql, event.propertyID, execution, event.leadID,
          event.conversationID, task.title, task.description, task.assignedTo, priority.rawValue,
          task.dueMinutes))
    }
  }

  private func score(
    _ change: WorkflowAction.ScoreChange, _ event: StatusChangeEvent,
    in db: isolated PostgresConnection
  ) throws {
    let row = try db.queryOne(SQL(file: PackageResources.lead_score_seen_sql, event.leadID))
    let seen: Double? = try event.details.score ?? row?["lead_score"]
    let old = try LeadScore.effective(seen, lead: event.leadID, in: db)
    let new = change.applied(to: old)
    try db.execute(
      SQL(
        file: PackageResources.lead_score_change_insert_sql, event.propertyID, execution,
        event.leadID, old, new, new - (old ?? 0), "entered \(event.new.rawValue)"))
  }
}

/// A due follow-up.
private struct Reminder: Sendable {
  /// Before every id.
  static let first = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))

  let id: UUID
  let dueAt: Instant
  let isMoot: Bool
  let note: String?
  let assignedTo: String
  let event: StatusChangeEvent

  static func take(
    after date: Instant?, _ id: UUID, in db: isolated PostgresConnection
  ) throws -> Reminder? {
    guard let row = try db.queryOne(SQL(file: PackageResources.follow_up_take_sql, date, id)) else {
      return nil
    }
    let base: String? = try row["base"]
    return Reminder(
      id: try row["id"], dueAt: try row["due_at"],
      isMoot: try base.map { $0 != (try row["status"] as String) } ?? false,
      note: try row["note"], assignedTo: try row["assigned_to"],
      event: try JSON.decode(try row["event"]))
  }

  /// A reminder that could not be completed.
  struct Failed: Error {
    var reminder: Reminder
    var reason: String
  }

  func end(in db: isolated PostgresConnection) throws -> Reminder {
    do {
      if !isMoot {
        _ = try MessageWriter.of(event, in: db).spread(
          [assignedTo], on: nil, .followUp, origin: .followUp(id), note: note, in: db)
      }
      try db.execute(
        SQL(file: PackageResources.follow_up_end_sql, id, isMoot ? "moot" : "reminded"))
      return self
    } catch let error as PostgresError where error.isConnectionFailure || error.isCancelled {
      throw error
    } catch {
      throw Failed(reminder: self, reason: String(describing: error))
    }
  }
}
