import Foundation
import Leads

import Analytics
import Store
import Upstreams

/// The invariants of docs/reliability.md#invariants that the night's core can violate; the numbers are those
/// of the list.
extension SimulatedWorld {
  private func violate(_ invariant: Int, _ what: String) {
    violations.append("invariant \(invariant): \(what)")
    note("VIOLATION \(invariant) \(what)")
  }

  /// Checked when a request that changes something is sent.
  func checkSending(_ sending: Sending, _ change: StatusChange, _ life: ProcessLife) {
    if !confirmed.contains(sending.intent) {
      violate(1, "\(sending.lead): sent without a pending row whose commit was confirmed")
    }
    if let first = changes[sending.intent], !first.hasSameBody(as: change, system: sending.system) {
      violate(3, "\(sending.lead): the same key with another body")
    }
    changes[sending.intent] = changes[sending.intent] ?? change
    checkFreshness(sending)
    if sending.system == .resman { checkTarget(sending, life) }
    if sending.system == .resman, sending.old.map({ $0.allows(sending.new) }) != true {
      violate(
        5, "\(sending.lead): pushed from \(sending.old?.rawValue ?? "?") to \(sending.new.rawValue)"
      )
    }
  }

  /// A read of the written side, or our own acknowledged write, at most 2 s old, that shows the status from
  /// which the change starts.
  private func checkFreshness(_ sending: Sending) {
    let key = "\(sending.system.rawValue) \(sending.lead)"
    let known = [truth.reads[key], truth.puts[key]].compactMap { $0 }.max { $0.at < $1.at }
    guard let known else { return violate(4, "\(sending.lead): written without a read") }
    let age = sending.at - known.at
    if age > 2_000_000 {
      violate(4, "\(sending.lead): written on a read \(Double(age) / 1e6) s old")
    }
    let status =
      sending.system == .resman
      ? StatusMapping.standard.canonical(resman: known.raw)
      : StatusMapping.standard.canonical(domiq: known.raw)
    if status != sending.old {
      violate(4, "\(sending.lead): written from \(sending.old?.rawValue ?? "?"), read \(known.raw)")
    }
  }

  /// A push rests on a read of DomIQ by this process, which shows the status or one that it is a step to.
  private func checkTarget(_ sending: Sending, _ life: ProcessLife) {
    let read = truth.reads["\(System.domiq.rawValue) \(sending.lead)"]
    guard let read, read.at >= life.startedAt else {
      return violate(4, "\(sending.lead): pushed without a read of DomIQ by this run")
    }
    let target = StatusMapping.standard.canonical(domiq: read.raw)
    if target != sending.new, target.map(sending.new.reaches) != true {
      violate(4, "\(sending.lead): pushed to \(sending.new.rawValue), read \(read.raw) in DomIQ")
    }
  }

  /// Checked when a change takes effect: a row may fail only when no request of its intent can still arrive.
  func checkWindow(_ change: StatusChange) {
    let row = (try? tables.log())?.last { $0.id == change.intentID }
    guard let row, row.status == "failed" else { return }
    violate(
      2,
      "\(change.leadID): failed as \(row.failure?.rawValue ?? "nothing"), and took effect afterwards"
    )
  }

  /// Checked after every run, finished or not.
  func check(_ ended: SimulatedNight.Ended, _ life: ProcessLife) throws {
    try checkEffects()
    try checkLog()
    let rows = try tables.drift(of: ended.run)
    checkAbsence(rows, life)
    guard ended.isFinished else { return }
    let planned = rows.filter { $0.action == .push || $0.action == .pull }
    let open = planned.filter { $0.outcome == nil }.map(\.resmanLeadID)
    if !open.isEmpty { violate(11, "planned without an outcome: \(open)") }
    let sent = truth.sendings.filter { $0.run == life.number }
    for (intent, sendings) in Dictionary(grouping: sent, by: \.intent) {
      let failures = failedAttempts["\(life.number) \(intent)", default: 0]
      if failures > 3 {
        violate(15, "\(sendings[0].lead): \(failures) attempts of one change failed")
      }
    }
  }

  /// At most one effective change per intent. A change that a server applies twice on its own is its fault;
  /// and without idempotency two attempts cannot be told apart after somebody moved the lead in between.
  private func checkEffects() throws {
    var counted: [UUID: Int] = [:]
    for effect in truth.effects where !effect.isLie {
      guard let intent = effect.intent else { continue }
      counted[intent, default: 0] += 1
      guard counted[intent, default: 0] > 1, !truth.liedAbout.contains(intent) else { continue }
      if effect.system == .resman, !profile.offersIdempotency, truth.edited.contains(effect.lead) {
        reach("twice without idempotency")
      } else {
        violate(3, "\(effect.lead): one intent took effect twice")
      }
    }
  }

  /// Success only on evidence, and old and new statuses form a chain.
  private func checkLog() throws {
    let log = try tables.log()
    let applied = Set(truth.effects.compactMap(\.intent))
    for row in log where row.status == "failed" {
      guard let id = row.id, let failure = row.failure, applied.contains(id) else { continue }
      if !failure.mayBeApplied {
        violate(2, "\(row.lead): failed as \(failure.rawValue), and yet it was applied")
      }
    }
    var last: [String: Status] = [:]
    for row in log where row.status == "success" {
      if let before = last[row.lead], row.old != before {
        violate(
          6, "\(row.lead): \(row.old?.rawValue ?? "none") follows \(before.rawValue) in the log")
      }
      last[row.lead] = row.new
      guard let id = row.id, changes[id] != nil else { continue }
      let isTrue: Bool =
        switch row.evidence {
        case .acknowledged: truth.acknowledged.contains(id)
        case .history: applied.contains(id)
        case .valueMatch: held(row)
        case nil: false
        }
      if !isTrue {
        violate(2, "\(row.lead): success by \(row.evidence?.rawValue ?? "nothing"), not true")
      }
      if row.evidence == .acknowledged, row.direction == .toResMan, !applied.contains(id),
        !truth.liedAbout.contains(id)
      {
        violate(2, "\(row.lead): a success that never took, and no server lied")
      }
    }
    let ids = log.compactMap(\.id)
    if Set(ids).count != ids.count { violate(2, "one intent has two rows") }
  }

  /// The written side really had the new status at some time.
  private func held(_ row: LoggedChange) -> Bool {
    let system = row.direction.target
    return truth.effects.contains { effect in
      guard effect.system == system, effect.lead == row.lead else { return false }
      return system == .resman
        ? StatusMapping.standard.canonical(resman: effect.to) == row.new
        : StatusMapping.standard.canonical(domiq: effect.to) == row.new
    }
  }

  /// No lead is called absent at a property that was not read completely.
  private func checkAbsence(_ rows: [PlannedLead], _ life: ProcessLife) {
    guard let pulled = pulls[life.number] else { return }
    for row in rows {
      guard let property = row.propertyID else { continue }
      let verdicts: [System: Verdict] = [.resman: .missingInResman, .domiq: .resmanOnly]
      for (system, verdict) in verdicts
      where !pulled.isComplete(system, property) && row.verdict == verdict {
        violate(10, "\(row.resmanLeadID): \(verdict.rawValue) after an incomplete pull")
      }
    }
  }

  /// After the last fault and two runs, nothing is sent, planned, or left open. Parked leads are excepted:
  /// they are tried again when the runs that parked them are long past.
  func checkConverged(
    _ ended: SimulatedNight.Ended, sendingsBefore: Int, parked: Set<String>
  ) throws {
    guard ended.isFinished else { return violate(12, "the last run did not end") }
    let sent = truth.sendings.dropFirst(sendingsBefore).map(\.lead)
    if !parked.isSuperset(of: sent) { violate(12, "still sent: \(sent)") }
    let open = try tables.log().filter { $0.status == "pending" }
    if !open.isEmpty { violate(2, "still pending: \(open.map(\.lead))") }
    let rows = try tables.drift(of: ended.run)
    let asking = rows.filter { $0.action == .review || $0.outcome == .parked }.map(\.resmanLeadID)
    let questions = Set(try tables.questions())
    for lead in Set(asking).subtracting(questions) {
      violate(12, "\(lead) is left to a person whom nobody asked")
    }
    let aside = parked.union(asking)
    for row in rows where !aside.contains(row.resmanLeadID) && row.verdict != .resmanOnly {
      violate(12, "\(row.resmanLeadID) is still \(row.verdict)")
    }
    for lead in truth.domiq.values where truth.resman[lead.lead] != nil {
      let d = StatusMapping.standard.canonical(domiq: lead.raw)
      let r = truth.resman[lead.lead].flatMap { StatusMapping.standard.canonical(resman: $0.raw) }
      if d == nil || d != r, !aside.contains(lead.lead) {
        violate(12, "\(lead.lead): \(lead.raw) in DomIQ, \(r?.rawValue ?? "?") in ResMan, unasked")
      }
    }
  }
}

extension StatusChange {
  /// What is sent over the network is the same.
  fileprivate func hasSameBody(as other: StatusChange, system: System) -> Bool {
    let (one, two) =
      system == .resman
      ? (try? ResManClient.body(self), try? ResManClient.body(other))
      : (try? DomIQClient.body(self), try? DomIQClient.body(other))
    return one == two
  }
}
