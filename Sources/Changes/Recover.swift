import Foundation
import Leads
import Logging
import Store
import Upstreams

/// The outcome of changes that an earlier or killed run left pending.
package struct RecoverSummary: Codable, Sendable, Equatable {
  package var pending = 0
  package var succeeded = 0
  package var failed = 0
  package var unsettled = 0

  package init(pending: Int = 0, succeeded: Int = 0, failed: Int = 0, unsettled: Int = 0) {
    self.pending = pending
    self.succeeded = succeeded
    self.failed = failed
    self.unsettled = unsettled
  }
}

/// Stage 2: every pending row is resolved by reading back, and never sent again without evidence.
package struct Recover: Sendable {
  package let sender: ChangeSender
  /// By day: leave the rows of runs alone, for one may be under way.
  package var liveOnly = false

  package init(sender: ChangeSender, liveOnly: Bool = false) {
    self.sender = sender
    self.liveOnly = liveOnly
  }

  package func run(_ run: RunContext) async throws -> RecoverSummary {
    try await run.drain.onCancel {
      var summary = RecoverSummary()
      for row in try await rows() {
        try Task.checkCancellation()
        summary.pending += 1
        let isQuiet = row.quietSeconds >= sender.settleSeconds
        guard isQuiet, sender.clock.elapsed() < run.deadline else {
          summary.unsettled += 1
          continue
        }
        switch try await run.drain.finishing({ try await settle(row, run: run) }) {
        case .succeeded: summary.succeeded += 1
        case .failed: summary.failed += 1
        case .pending:
          summary.unsettled += 1
          sender.logger.notice("a change is still unsettled", metadata: ["intent": "\(row.id)"])
        }
      }
      return summary
    }
  }

  /// The rows to settle, oldest first. By day the time may not be enough for all: then each has its chance to be the first,
  /// so that rows whose lead cannot be read do not keep the others waiting.
  private func rows() async throws -> [PendingRow] {
    let rows = try await sender.log.pending()
    guard liveOnly else { return rows }
    let live = rows.filter { $0.runID == nil }
    let first = Int(sender.clock.random() * Double(live.count))
    return Array(live[first...] + live[..<first])
  }

  private enum End: Sendable { case succeeded, failed, pending }

  /// Resolves one row whose settle window has passed.
  private func settle(_ row: PendingRow, run: RunContext) async throws -> End {
    let side = row.direction.target
    let finding = await sender.readBack.look(
      at: ReadBack.Change(
        side: side, lead: row.leadID, property: row.propertyID, conversation: row.conversationID,
        intent: row.id, old: row.old, new: row.new))
    let end: LogEnd
    switch finding {
    case .applied(let evidence, let version, let shown):
      if side == .domiq { try await sender.keep(shown, of: row.leadID) }
      end = .success(
        evidence: evidence,
        domiqVersion: side == .domiq ? version : row.domiqVersion,
        resmanVersion: side == .resman ? version : row.resmanVersion)
    case .notApplied(certain: true): return try await sendAgain(row, run: run)
    case .notApplied(certain: false): end = .failed(.unknown)
    case .superseded: end = .failed(.superseded)
    case .missing: end = .failed(.missing)
    case .unreadable: return .pending
    }
    try await sender.log.end(row.id, end, attempts: row.attempts)
    if case .success = end { return .succeeded }
    return .failed
  }

  /// ResMan's complete history does not have the intent, and the lead has the old status: sends the same change again,
  /// under the same key and after a fresh read. A run's change rests on what DomIQ showed to that run: where it shows
  /// another status now (for a step of a push it always does), the row ends as stale, and the next plan decides.
  private func sendAgain(_ row: PendingRow, run: RunContext) async throws -> End {
    let entry = LogEntry(
      id: row.id, conversationID: row.conversationID, leadID: row.leadID,
      propertyID: row.propertyID, old: row.old, new: row.new, reason: row.reason,
      updatedBy: .system, direction: row.direction, runID: nil, occurredAt: nil,
      notAfter: run.startedAt)
    let change = StatusChange(
      intentID: row.id, leadID: row.leadID, propertyID: row.propertyID,
      conversationID: row.conversationID, old: row.old, new: row.new, reason: row.reason,
      notify: row.notify ?? sender.policy.notifyOnRepair, occurredAt: nil,
      updatedBy: row.runID == nil ? row.updatedBy : .system, context: row.context)
    let delivery = IntentExecution(
      sender: sender, entry: entry, change: change, side: .resman,
      expected: row.old?.rawValue ?? "", run: run, restsOnDomIQ: row.runID != nil)
    switch try await delivery.resume(sentAt: row.sentAt) {
    case .applied: return .succeeded
    case .stopped(.ended(.unknown, _), _): return .pending
    case .stopped: return .failed
    }
  }
}
