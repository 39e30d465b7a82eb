import Foundation
import Leads

import Analytics
import Store

/// The drift of a run, and taking a plan into it.
extension MemoryTables {
  func take(_ run: UUID, pulled: Pulled, now: Int64) throws {
    contents.withLock { contents in
      contents.drift[run] = contents.plan
      contents.keepSightings(pulled)
      contents.logAgreements(run, now: now)
      contents.askAndHeal(run, pulled)
      for property in pulled.properties where pulled.isComplete(.resman, property.id) {
        contents.lastComplete[property.id] = now
      }
    }
  }

  func cohorts(of run: UUID) throws -> [DriftCohort] {
    contents.withLock { contents in
      let open = (contents.drift[run] ?? [:]).values.filter(\.isOpenRepair)
      return Dictionary(grouping: open) { row in
        "\(row.propertyID?.uuidString ?? "~") \(row.action.rawValue) \(row.isTerminalMove)"
      }.sorted { $0.key < $1.key }.map { _, rows in
        DriftCohort(
          propertyID: rows[0].propertyID, action: rows[0].action,
          isTerminal: rows[0].isTerminalMove, repairs: rows.count)
      }
    }
  }

  func next(_ action: Action, of run: UUID, limit: Int) throws -> [PlannedLead] {
    contents.withLock { contents in
      let open = (contents.drift[run] ?? [:]).values
        .filter { $0.isOpenRepair && $0.action == action }
        .sorted {
          ($0.isTerminalMove ? 1 : 0, $0.resmanLeadID) < (
            $1.isTerminalMove ? 1 : 0, $1.resmanLeadID
          )
        }
      return Array(open.prefix(limit))
    }
  }

  func end(_ lead: String, of run: UUID, outcome: Outcome, reason: String?) throws {
    contents.withLock { contents in
      contents.drift[run]?[lead]?.outcome = outcome
      if let reason { contents.drift[run]?[lead]?.reason = reason }
    }
  }

  func hold(
    _ action: Action, of run: UUID, property: UUID?, terminalOnly: Bool, reason: String
  ) throws -> Int {
    endOpen(run, outcome: .held, reason: reason) {
      $0.action == action
        && (terminalOnly ? $0.isTerminalMove : $0.propertyID == property)
    }
  }

  func giveUp(_ action: Action, of run: UUID, outcome: Outcome, reason: String) throws -> Int {
    endOpen(run, outcome: outcome, reason: reason) { $0.action == action }
  }

  private func endOpen(
    _ run: UUID, outcome: Outcome, reason: String, where fits: (PlannedLead) -> Bool
  ) -> Int {
    contents.withLock { contents in
      let open = (contents.drift[run] ?? [:]).values.filter { $0.outcome == nil && fits($0) }
      for row in open {
        contents.drift[run]?[row.resmanLeadID]?.outcome = outcome
        contents.drift[run]?[row.resmanLeadID]?.reason = reason
      }
      return open.count
    }
  }

  func markUnread(_ lead: String, of run: UUID, reason: String) throws {
    contents.withLock { contents in
      guard var row = contents.drift[run]?[lead] else { return }
      row.verdict = .unread
      row.rule = 1
      row.action = .none
      row.target = nil
      row.hops = []
      row.outcome = nil
      row.reason = reason
      contents.drift[run]?[lead] = row
    }
  }

  func ask(about lead: String, of run: UUID, reason: String, now: Int64) throws {
    contents.withLock { contents in
      guard let row = contents.drift[run]?[lead] else { return }
      var question = contents.questions[lead] ?? Question(row)
      question.isRefused = true
      question.reason = reason
      question.domiqVersion = row.domiqVersion
      question.resmanVersion = row.resmanVersion
      contents.questions[lead] = question
    }
  }

  func saw(_ pair: SeenPair, lead: String) throws {
    contents.withLock { contents in
      guard var row = contents.leads[lead] else { return }
      row.sight(domiq: pair.domiqRaw)
      row.domiqVersion = pair.domiqVersion
      row.sight(resman: pair.resmanRaw)
      row.resmanVersion = pair.resmanVersion
      contents.leads[lead] = row
    }
  }

  func drift(of run: UUID) throws -> [PlannedLead] {
    contents.withLock {
      ($0.drift[run] ?? [:]).values.sorted { $0.resmanLeadID < $1.resmanLeadID }
    }
  }

  func questions() throws -> [String] { contents.withLock { $0.questions.keys.sorted() } }
}

extension PlannedLead {
  var isTerminalMove: Bool { target?.isTerminal ?? false }
  var isOpenRepair: Bool { (action == .push || action == .pull) && outcome == nil }
}

extension MemoryTables.Question {
  init(_ row: PlannedLead) {
    self.init(
      domiq: row.domiq, resman: row.resman, domiqRaw: row.domiqRaw, resmanRaw: row.resmanRaw,
      domiqVersion: row.domiqVersion, resmanVersion: row.resmanVersion, isRefused: false,
      isParked: row.outcome == .parked, reason: row.reason ?? "")
  }
}

/// The status of each side when both were last seen to agree.
extension MemoryTables.LeadRow {
  var domiq: Status? { domiqRaw.flatMap { StatusMapping.standard.canonical(domiq: $0) } }
  var resman: Status? { resmanRaw.flatMap { StatusMapping.standard.canonical(resman: $0) } }
  private var lastDomIQ: Status? { domiq == base && base != nil ? base : domiqAgreed }
  private var lastResMan: Status? { resman == base && base != nil ? base : resmanAgreed }

  mutating func sight(domiq raw: String) {
    domiqAgreed = lastDomIQ
    domiqRaw = raw
  }

  mutating func sight(resman raw: String) {
    resmanAgreed = lastResMan
    resmanRaw = raw
  }

  /// What the trigger stores when a row moves the base.
  mutating func keepAgreed(following change: LoggedChange) {
    domiqAgreed = domiq == change.new ? change.new : lastDomIQ
    resmanAgreed =
      change.direction == .fromResMan || resman == change.new ? change.new : lastResMan
  }

  /// Null: not known.
  func hasMoved(domiq seen: PulledLead?) -> Bool? {
    Self.hasMoved(seen?.raw, seen?.status, before: domiqRaw, domiq, agreed: lastDomIQ)
  }

  func hasMoved(resman seen: PulledLead?) -> Bool? {
    Self.hasMoved(seen?.raw, seen?.status, before: resmanRaw, resman, agreed: lastResMan)
  }

  private static func hasMoved(
    _ raw: String?, _ status: Status?, before: String?, _ statusBefore: Status?, agreed: Status?
  ) -> Bool? {
    if let raw, let before, raw != before, status == nil || status != statusBefore { return true }
    guard let agreed, let now = status ?? statusBefore else { return nil }
    return now != agreed
  }
}

extension MemoryTables.Contents {
  mutating func keepSightings(_ pulled: Pulled) {
    for seen in pulled.domiq {
      var lead = leads[seen.lead] ?? MemoryTables.LeadRow()
      lead.property = seen.property
      lead.conversation = seen.conversation ?? lead.conversation
      if let id = seen.conversation { conversations.insert(id) }
      lead.sight(domiq: seen.raw)
      lead.domiqVersion = seen.version ?? lead.domiqVersion
      leads[seen.lead] = lead
    }
    for seen in pulled.resman {
      var lead = leads[seen.lead] ?? MemoryTables.LeadRow()
      lead.property = lead.property ?? seen.property
      lead.sight(resman: seen.raw)
      lead.resmanVersion = seen.version ?? lead.resmanVersion
      leads[seen.lead] = lead
    }
  }

  /// `log_agreements.sql`: both sides agree, and the log does not show it.
  mutating func logAgreements(_ run: UUID, now: Int64) {
    for row in plan.values.sorted(by: { $0.resmanLeadID < $1.resmanLeadID })
    where row.action == .log {
      guard let target = row.target else { continue }
      var entry = LogEntry(
        id: UUID(), conversationID: row.conversationID, leadID: row.resmanLeadID,
        propertyID: row.propertyID, old: row.base, new: target, reason: row.verdict.rawValue,
        updatedBy: .system, direction: .fromResMan, runID: run, occurredAt: nil,
        notAfter: Instant(microseconds: now))
      entry.domiqVersion = row.domiqVersion
      entry.resmanVersion = row.resmanVersion
      append(entry, status: "success", now: now)
      log[log.count - 1].change.id = nil
    }
  }

  /// `review_upsert.sql` and `review_heal.sql`.
  mutating func askAndHeal(_ run: UUID, _ pulled: Pulled) {
    for row in plan.values where row.action == .review || row.outcome == .parked {
      var question = MemoryTables.Question(row)
      question.isRefused = questions[row.resmanLeadID]?.isRefused ?? false
      questions[row.resmanLeadID] = question
    }
    let seen = Set(pulled.domiq.map(\.lead)).union(pulled.resman.map(\.lead))
    for lead in questions.keys where seen.contains(lead) {
      let asks = plan[lead].map { $0.action != .log } ?? false
      if !asks { questions[lead] = nil }
    }
  }
}
