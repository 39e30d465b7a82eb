import Foundation
import Leads

@testable import Store  // uses `DiffRow`, `Fight`, `PlanCount`, internal

/// `diff.sql` for full pulls, and the plan made from it.
extension MemoryTables {
  func stage(_ pulled: Pulled, now: Int64) throws {
    contents.withLock { contents in
      contents.plan = [:]
      contents.diff = contents.join(pulled)
    }
  }

  func toJudge(after lead: String, now: Int64) throws -> [DiffRow] {
    contents.withLock { contents in
      contents.judgedAt = now
      return contents.diff.filter { $0.resman_lead_id > lead }
    }
  }

  func add(_ plans: [PlannedLead]) throws {
    contents.withLock { for plan in plans { $0.plan[plan.resmanLeadID] = plan } }
  }

  func fights() throws -> [Fight] {
    contents.withLock { contents in
      let recent = contents.runs.filter { run in
        run.isOver && run.startedAt <= contents.judgedAt
          && (run.isFinished || contents.drift[run.id]?.isEmpty == false)
      }.sorted { $0.startedAt > $1.startedAt }.prefix(5).map(\.id)
      let planned = contents.plan.values.filter { $0.action == .push || $0.action == .pull }
      return planned.compactMap { plan in
        let lead = plan.resmanLeadID
        let attempts = recent.count { run in
          guard let row = contents.drift[run]?[lead] else { return false }
          switch row.outcome {
          case .verified, .failed, .unknown: return contents.hasSent(row, in: run)
          default: return false
          }
        }
        let last = contents.log.filter { $0.change.lead == lead }.suffix(2)
        let unknowns = last.count { $0.change.failure == .unknown }
        let isParked = contents.questions[lead]?.isParked ?? false
        let stales = recent.prefix(3).count { run in
          let row = contents.drift[run]?[lead]
          return row?.outcome == .stale && row?.domiqRaw == plan.domiqRaw
            && row?.domiqVersion == plan.domiqVersion && row?.resmanRaw == plan.resmanRaw
            && row?.resmanVersion == plan.resmanVersion
        }
        guard attempts >= 2 || unknowns >= 2 || stales >= 3 || isParked else { return nil }
        return Fight(
          leadID: lead, attempts: attempts, unknowns: unknowns, stales: stales, isParked: isParked)
      }.sorted { $0.leadID < $1.leadID }
    }
  }

  func park(_ leads: [String], reason: String) throws {
    contents.withLock { contents in
      for lead in leads {
        contents.plan[lead]?.outcome = .parked
        contents.plan[lead]?.reason = reason
      }
    }
  }

  func counts() throws -> [PlanCount] {
    contents.withLock { contents in
      Dictionary(grouping: contents.plan.values) { "\($0.verdict.rawValue) \($0.action.rawValue)" }
        .sorted { $0.key < $1.key }
        .map { PlanCount(verdict: $1[0].verdict, action: $1[0].action, leads: $1.count) }
    }
  }
}

extension MemoryTables.Contents {
  /// The run's change of a lead was made, may have been made, or was refused for what it is.
  fileprivate func hasSent(_ row: PlannedLead, in run: UUID) -> Bool {
    let direction: Direction = row.action == .push ? .toResMan : .fromResMan
    let counting: [FailureCause] = [.unknown, .superseded, .refused, .conditions]
    return log.contains { logged in
      logged.change.lead == row.resmanLeadID && logged.entry.runID == run
        && logged.change.direction == direction
        && (logged.change.failure.map { counting.contains($0) } ?? true)
    }
  }

  func join(_ pulled: Pulled) -> [DiffRow] {
    let domiq = Dictionary(uniqueKeysWithValues: pulled.domiq.map { ($0.lead, $0) })
    let resman = Dictionary(uniqueKeysWithValues: pulled.resman.map { ($0.lead, $0) })
    let unsettled = Set(log.filter { $0.change.status == "pending" }.map(\.change.lead))
    return Set(domiq.keys).union(resman.keys).union(unsettled).sorted().compactMap { lead in
      let row = join(
        lead, domiq[lead], resman[lead], isPending: unsettled.contains(lead), pulled: pulled)
      return isPlain(row) ? nil : row
    }
  }

  private func join(
    _ lead: String, _ d: PulledLead?, _ r: PulledLead?, isPending: Bool, pulled: Pulled
  ) -> DiffRow {
    let known = leads[lead]
    let property = d?.property ?? r?.property ?? known?.property
    func presence(_ seen: PulledLead?, _ system: System) -> String {
      if seen != nil { return "seen" }
      return property.map { pulled.isComplete(system, $0) } ?? false ? "missing" : "unread"
    }
    let question = questions[lead]
    let last = log.last { $0.change.lead == lead }?.change
    let fields = (d?.facts.fields ?? []).union(r?.facts.fields ?? [])
    return DiffRow(
      property_id: property, resman_lead_id: lead,
      conversation_id: d?.conversation ?? known?.conversation, base: known?.base,
      base_domiq_version: known?.baseDomIQVersion, base_resman_version: known?.baseResManVersion,
      base_bridged: known?.baseIsBridged ?? false,
      domiq_presence: presence(d, .domiq), domiq_raw: d?.raw, domiq: d?.status,
      domiq_version: d?.version, resman_presence: presence(r, .resman), resman_raw: r?.raw,
      resman: r?.status, resman_version: r?.version,
      domiq_moved: known?.hasMoved(domiq: d), resman_moved: known?.hasMoved(resman: r),
      lead_score: d?.facts.leadScore ?? r?.facts.leadScore, fields: Self.bits(fields),
      pending: isPending,
      pushed_since_pull: pushedSincePull(lead, property, known, r: r), problem: nil,
      standing: question == nil ? nil : "open", standing_domiq: question?.domiq,
      standing_resman: question?.resman, standing_domiq_version: question?.domiqVersion,
      standing_resman_version: question?.resmanVersion,
      standing_refused: question?.isRefused ?? false, standing_ignored: false,
      standing_reason: question?.reason, standing_domiq_raw: question?.domiqRaw,
      standing_resman_raw: question?.resmanRaw, last_direction: last?.direction.rawValue,
      last_status: last?.status, last_failure: last?.failure?.rawValue, last_new: last?.new)
  }

  private func isPlain(_ row: DiffRow) -> Bool {
    if row.pending { return false }
    let agree =
      row.base != nil && row.domiq == row.base && row.resman == row.base
      && row.domiq_presence == "seen" && row.resman_presence == "seen"
    let isResManOnly =
      row.resman != nil && row.resman_presence == "seen" && row.domiq_presence == "missing"
    return agree || isResManOnly
  }

  /// Needed only where rule 14 may have no version to compare.
  private func pushedSincePull(
    _ lead: String, _ property: UUID?, _ known: MemoryTables.LeadRow?, r: PulledLead?
  ) -> Bool {
    guard let base = known?.base, r?.status != base else { return false }
    guard let property, let last = lastComplete[property] else { return true }
    return log.contains {
      $0.change.lead == lead && $0.change.direction == .toResMan && $0.change.status == "success"
        && ($0.syncedAt ?? .min) > last
    }
  }

  static func bits(_ fields: Set<Field>) -> Int {
    (fields.contains(.email) ? 1 : 0) | (fields.contains(.phone) ? 2 : 0)
      | (fields.contains(.tourDatetime) ? 4 : 0) | (fields.contains(.incomeVerification) ? 8 : 0)
  }
}
