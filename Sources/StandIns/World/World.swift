import Foundation
import Leads

/// Made-up data of both systems and the log at one moment, with the number of leads of each verdict.
public struct World: Sendable {
  /// When the world stands still: the end of its history.
  public var now: Instant
  public var properties: [PropertyRecord]
  public var resman: [ResManLead]
  public var domiq: [DomIQLead]
  /// Rows of `status_sync_log`, in the order they were written.
  public var log: [LogRow]
  /// What each lead is made to be, in the order of the leads' numbers; a lead is in it once.
  public var judgements: [Judgement]

  public init(
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
  public var expectedVerdicts: [Verdict: Int] {
    judgements.reduce(into: [:]) { $0[$1.verdict, default: 0] += 1 }
  }

  /// What reconciliation must say of one lead.
  public struct Judgement: Sendable, Equatable {
    public var leadID: String
    public var verdict: Verdict
    /// The number of the rule (docs/rules.md#the-15-rules).
    public var rule: Int
    public var action: Action
  }

  /// One row of `status_sync_log`, named as its columns.
  public struct LogRow: Sendable, Equatable {
    public var id: UUID
    public var conversationID: UUID?
    public var resmanLeadID: String
    public var oldStatus: Status?
    public var newStatus: Status
    public var statusReason: String?
    /// chatbot, resman_user, or system.
    public var updatedBy: String
    /// to_resman or from_resman.
    public var syncDirection: String
    /// pending, success, or failed.
    public var syncStatus: String
    /// JSON text.
    public var contextData: String?
    /// Instants are microseconds since 1970 UTC.
    public var createdAt: Int64
    public var propertyID: UUID
    public var occurredAt: Int64
    public var syncedAt: Int64?
    public var attempts: Int
    public var resmanVersion: String?
    public var domiqVersion: String?
    public var bridged = false
    public var irregular = false
    public var failure: String?
  }
}
