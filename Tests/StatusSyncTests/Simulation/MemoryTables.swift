import Foundation
import Leads
import Postgres
import Synchronization

import Analytics
@testable import Store  // uses `PendingRow`, `UnsettledChange`, internal

/// The store in memory: its tables, triggers and statements, written again in Swift.
final class MemoryTables: StoreTables {
  struct Row: Sendable {
    var change: LoggedChange
    var entry: LogEntry
    var createdAt: Int64
    var syncedAt: Int64?
  }

  struct LeadRow: Sendable {
    var property: UUID?
    var conversation: UUID?
    var base: Status?
    var baseSeq: Int?
    var baseDomIQVersion: String?
    var baseResManVersion: String?
    var baseIsBridged = false
    var domiqAgreed: Status?
    var resmanAgreed: Status?
    var domiqRaw: String?
    var domiqVersion: String?
    var resmanRaw: String?
    var resmanVersion: String?
    var lastSentAt: Int64?
  }

  struct Question: Sendable {
    var domiq: Status?
    var resman: Status?
    var domiqRaw: String?
    var resmanRaw: String?
    var domiqVersion: String?
    var resmanVersion: String?
    var isRefused: Bool
    /// True if the question exists because the lead was parked.
    var isParked: Bool
    var reason: String
  }

  struct RunRow: Sendable {
    var id: UUID
    var startedAt: Int64
    /// True if finished, or found interrupted.
    var isOver: Bool
    var isFinished = false
  }

  struct Contents: Sendable {
    var log: [Row] = []
    var leads: [String: LeadRow] = [:]
    var runs: [RunRow] = []
    var diff: [DiffRow] = []
    var plan: [String: PlannedLead] = [:]
    var drift: [UUID: [String: PlannedLead]] = [:]
    /// When the run began that judges.
    var judgedAt = Int64.max
    var questions: [String: Question] = [:]
    /// Rows of `conversation`; the log may name only these.
    var conversations: Set<UUID> = []
    /// When ResMan's property was last pulled completely.
    var lastComplete: [UUID: Int64] = [:]
  }

  let contents = Mutex(Contents())

  func begin(_ pending: LogEntry, after history: [LogEntry], now: Int64) throws -> Instant {
    try contents.withLock { try $0.begin(pending, after: history, now: now) }
    return Instant(microseconds: now)
  }

  func record(_ history: LogEntry, now: Int64) throws {
    contents.withLock { $0.append(history, status: "success", now: now) }
  }

  func sendingAgain(lead: String, after sentAt: Instant?, now: Int64) throws -> Instant? {
    contents.withLock { contents in
      let row = contents.leads[lead]
      guard row == nil || row?.lastSentAt == sentAt?.microseconds else { return nil }
      contents.leads[lead, default: MemoryTables.LeadRow()].lastSentAt = now
      return Instant(microseconds: now)
    }
  }

  func end(_ id: UUID, _ end: LogEnd, attempts: Int, now: Int64) throws -> Bool {
    contents.withLock { $0.end(id, end, attempts: attempts, now: now) }
  }

  func pending(now: Int64) throws -> [PendingRow] {
    contents.withLock { contents in
      contents.log.filter { $0.change.status == "pending" }.map { row in
        let sent = contents.leads[row.change.lead]?.lastSentAt
        let last = max(row.createdAt, sent ?? row.createdAt)
        return PendingRow(
          id: row.entry.id, conversationID: row.entry.conversationID, leadID: row.change.lead,
          propertyID: row.entry.propertyID, old: row.change.old, new: row.change.new,
          reason: row.entry.reason, direction: row.change.direction,
          attempts: row.change.attempts, domiqVersion: row.change.domiqVersion,
          resmanVersion: row.change.resmanVersion,
          quietSeconds: Double(now - last) / 1_000_000,
          sentAt: sent.map { Instant(microseconds: $0) }, updatedBy: row.entry.updatedBy,
          runID: row.entry.runID)
      }
    }
  }

  func log() throws -> [LoggedChange] { contents.withLock { $0.log.map(\.change) } }

  func beginRun(_ run: UUID, now: Int64) throws {
    contents.withLock { contents in
      // A run that begins ends the runs that a killed process left open.
      for index in contents.runs.indices { contents.runs[index].isOver = true }
      contents.runs.append(RunRow(id: run, startedAt: now, isOver: false))
    }
  }

  func endRun(_ run: UUID, now: Int64) throws {
    contents.withLock { contents in
      for index in contents.runs.indices where contents.runs[index].id == run {
        contents.runs[index].isOver = true
        contents.runs[index].isFinished = true
      }
    }
  }
}

// MARK: - The log

extension MemoryTables.Contents {
  mutating func begin(_ pending: LogEntry, after history: [LogEntry], now: Int64) throws {
    let hasPending = log.contains {
      $0.change.lead == pending.leadID && $0.change.status == "pending"
    }
    guard !hasPending else { throw UnsettledChange() }
    for entry in history { append(entry, status: "success", now: now) }
    append(pending, status: "pending", now: now)
    let unread = MemoryTables.LeadRow(
      property: pending.propertyID, conversation: pending.conversationID)
    leads[pending.leadID, default: unread].lastSentAt = now
  }

  mutating func append(_ entry: LogEntry, status: String, now: Int64) {
    var entry = entry
    entry.conversationID = entry.conversationID.flatMap { conversations.contains($0) ? $0 : nil }
    log.append(
      MemoryTables.Row(
        change: LoggedChange(
          id: entry.id, lead: entry.leadID, old: entry.old, new: entry.new, status: status,
          failure: nil, updatedBy: entry.updatedBy, direction: entry.direction,
          isBridged: entry.bridged, isIrregular: entry.irregular, attempts: 0,
          domiqVersion: entry.domiqVersion, resmanVersion: entry.resmanVersion, evidence: nil),
        entry: entry, createdAt: now, syncedAt: status == "success" ? now : nil))
    if status == "success" { follow(log.count - 1) }
  }

  /// A success row moves its lead's base, unless a later one already did: then DomIQ agreed on what it was last seen to show.
  /// - Parameter version: with which DomIQ showed it, where it was read back.
  mutating func follow(_ seq: Int, version: String? = nil) {
    let row = log[seq]
    var lead = leads[row.change.lead] ?? MemoryTables.LeadRow()
    guard lead.baseSeq.map({ $0 <= seq }) ?? true else {
      guard !row.change.isBridged, lead.domiq == row.change.new else { return }
      lead.domiqAgreed = row.change.new
      if row.change.direction == .fromResMan {
        lead.baseDomIQVersion = version ?? lead.baseDomIQVersion
      }
      leads[row.change.lead] = lead
      return
    }
    lead.property = row.entry.propertyID ?? lead.property
    lead.conversation = row.entry.conversationID ?? lead.conversation
    lead.keepAgreed(following: row.change)
    lead.base = row.change.new
    lead.baseSeq = seq
    lead.baseDomIQVersion = row.change.isBridged ? nil : row.change.domiqVersion
    lead.baseResManVersion = row.change.resmanVersion
    lead.baseIsBridged = row.change.isBridged
    leads[row.change.lead] = lead
  }

  mutating func end(_ id: UUID, _ end: LogEnd, attempts: Int, now: Int64) -> Bool {
    guard
      let seq = log.firstIndex(where: { $0.entry.id == id && $0.change.status == "pending" })
    else { return false }
    log[seq].change.attempts = attempts
    switch end {
    case .success(let evidence, let domiqVersion, let resmanVersion):
      log[seq].change.status = "success"
      log[seq].change.evidence = evidence
      log[seq].change.domiqVersion = domiqVersion ?? log[seq].change.domiqVersion
      log[seq].change.resmanVersion = resmanVersion ?? log[seq].change.resmanVersion
      log[seq].syncedAt = now
      follow(seq, version: domiqVersion)
    case .failed(let failure):
      log[seq].change.status = "failed"
      log[seq].change.failure = failure
    }
    return true
  }
}
