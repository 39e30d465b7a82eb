import Foundation
import Leads
import Logging

/// What became of the changes that an earlier run, or a killed one, left pending.
public struct RecoverSummary: Codable, Sendable, Equatable {
  public var pending = 0
  public var succeeded = 0
  public var failed = 0
  public var unsettled = 0
}

/// Stage 2: every pending row is settled by reading back, never by sending again blindly.
struct Recover: Sendable {
  let log: any IntentLog
  let resman: any ResManAPI
  let domiq: any DomIQAPI
  let mapping: StatusMapping
  let policy: Policy
  /// Seconds of quiet after the last send before a row may be judged.
  let settleSeconds: Double
  let logger: Logger

  func run() async throws -> RecoverSummary {
    var summary = RecoverSummary()
    for row in try await log.pending() {
      summary.pending += 1
      guard row.quietSeconds >= settleSeconds else {
        summary.unsettled += 1
        continue
      }
      guard let end = await settle(row) else {
        summary.unsettled += 1
        logger.notice("a change is still unsettled", metadata: ["intent": "\(row.id)"])
        continue
      }
      try await log.end(row.id, end, attempts: row.attempts)
      if case .success = end { summary.succeeded += 1 } else { summary.failed += 1 }
    }
    return summary
  }

  /// How a row ends; nil where that is not known yet.
  private func settle(_ row: PendingRow) async -> LogEnd? {
    let side: Side = row.direction == .toResMan ? .resman : .domiq
    let finding = await Settle(resman: resman, domiq: domiq, mapping: mapping).look(
      at: side, lead: row.leadID, conversation: row.conversationID, intent: row.id,
      old: row.old, new: row.new)
    switch finding {
    case .applied(let evidence, let version):
      return .success(
        evidence: evidence,
        domiqVersion: side == .domiq ? version : row.domiqVersion,
        resmanVersion: side == .resman ? version : row.resmanVersion)
    case .notApplied(certain: true): return await sendAgain(row)
    case .notApplied(certain: false): return .failed("unknown")
    case .superseded: return .failed("superseded")
    case .missing: return .failed("missing")
    case .unreadable: return nil
    }
  }

  /// ResMan's complete history does not have the intent and the old value stands: the same
  /// change is sent once more under the same key.
  private func sendAgain(_ row: PendingRow) async -> LogEnd? {
    guard (try? await log.sendingAgain(lead: row.leadID)) != nil else { return nil }
    // What was looked at is old by now: a fresh read, or nothing is sent.
    guard case .found(let fresh) = await resman.lead(row.leadID),
      let old = row.old, mapping.canonical(resman: fresh.raw) == old
    else { return nil }
    let change = StatusChange(
      intentID: row.id, leadID: row.leadID, propertyID: row.propertyID,
      conversationID: row.conversationID, old: row.old, new: row.new, reason: row.reason,
      notify: policy.notifyOnRepair, occurredAt: nil)
    switch await resman.update(change, etag: fresh.etag) {
    case .acknowledged(let version, _, _):
      return .success(
        evidence: "acknowledged", domiqVersion: row.domiqVersion, resmanVersion: version)
    case .conditions: return .failed("conditions")
    case .refused: return .failed("refused")
    case .conflict, .changed: return .failed("superseded")
    case .unauthorized, .forbidden, .tryLater, .notSent, .uncertain: return nil
    }
  }
}
