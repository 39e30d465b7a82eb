import Foundation
import Leads

/// Made-up data of both systems and the log at one moment, with the number of leads of each verdict.
package struct World: Sendable {
  /// The time of the world: the end of its history.
  package var now: Instant
  package var properties: [PropertyRecord]
  package var resman: [ResManLead]
  package var domiq: [DomIQLead]
  /// Rows of `status_sync_log`, in the order they were written.
  package var log: [LogRow]
  /// What each lead is made to be, in the order of the leads' numbers; a lead is in it once.
  package var judgements: [Judgement]

  package init(
    now: Instant, properties: [PropertyRecord] = [], resman: [ResManLead] = [],
    domiq: [DomIQLead] = [], log: [LogRow] = [], judgements: [Judgement] = []
  ) {
    self.now = now
    self.properties = properties
    self.resman = resman
    self.domiq = domiq
    self.log = log
    self.judgements = judgements
  }

  /// How many leads reconciliation must give each verdict, with the default policies and both
  /// pulls complete. Verdicts that no lead has are left out.
  package var expectedVerdicts: [Verdict: Int] {
    judgements.reduce(into: [:]) { $0[$1.verdict, default: 0] += 1 }
  }

  /// The expected result of reconciliation for one lead.
  package struct Judgement: Sendable, Equatable {
    package var leadID: String
    package var verdict: Verdict
    /// The number of the rule (docs/rules.md#the-15-rules).
    package var rule: Int
    package var action: Action
  }

  /// One row of `status_sync_log`, named as its columns.
  package struct LogRow: Sendable, Equatable {
    package var id: UUID
    package var conversationID: UUID?
    package var resmanLeadID: String
    package var oldStatus: Status?
    package var newStatus: Status
    package var statusReason: String?
    /// chatbot, resman_user, or system.
    package var updatedBy: String
    /// to_resman or from_resman.
    package var syncDirection: String
    /// pending, success, or failed.
    package var syncStatus: String
    /// JSON text.
    package var contextData: String?
    /// Instants are microseconds since 1970 UTC.
    package var createdAt: Int64
    package var propertyID: UUID
    package var occurredAt: Int64
    package var syncedAt: Int64?
    package var attempts: Int
    package var resmanVersion: String?
    package var domiqVersion: String?
    package var bridged = false
    package var irregular = false
    package var failure: String?
  }
}
