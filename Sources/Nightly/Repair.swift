import Changes
import Foundation
import Leads
import Logging
import Postgres
import Store

/// The result of the repairs.
package struct RepairSummary: Codable, Sendable, Equatable {
  package var attempted = 0
  package var refused = 0
  /// Leads that turned out unreadable one by one; they are `unread`, and no longer planned.
  package var unread = 0
  /// Directions that were stopped, and why; exit 4.
  package var stopped: [HeldCohort] = []
}

/// Stages 7 and 8: pulls, ordinary pushes, then pushes into leased and lost. With more than 50 repairs in a direction,
/// the first 5 and the next 25 are written and verified before the rest.
struct Repair: Sendable {
  /// The most leads of one batch, so that memory does not grow with the plan.
  static let batch = 500

  let drift: any DriftRows
  let sender: ChangeSender
  let verify: Verify
  let concurrency: Int
  let progress: @Sendable (Int) -> Void

  func run(_ run: RunContext) async throws -> RepairSummary {
    try await run.drain.onCancel {
      var summary = RepairSummary()
      for action in [Action.pull, .push] {
        try await repair(action, run: run, into: &summary)
      }
      try Task.checkCancellation()
      return summary
    }
  }

  private func repair(_ action: Action, run: RunContext, into summary: inout RepairSummary)
    async throws
  {
    let total = try await count(action, run: run)
    let canary = Canary.batches(of: total)
    var sizes = canary.dropLast()[...]
    while true {
      try Task.checkCancellation()
      guard sender.clock.elapsed() < run.deadline else {
        _ = try await drift.giveUp(
          action, of: run.id, outcome: .deferred, reason: "the run's deadline passed")
        return
      }
      let isCanary = !sizes.isEmpty
      let leads = try await drift.next(
        action, of: run.id, limit: sizes.popFirst() ?? Self.batch)
      guard !leads.isEmpty else { return }
      let results = try await send(leads, run: run)
      summary.attempted += results.count
      summary.unread += results.count { $0.isUnread }
      summary.refused += results.count { $0.isRefused }
      progress(results.count)
      guard let reason = stop(results, isCanary: isCanary || total > 50) else { continue }
      // Those that were not begun are no failed repairs: the next run tries them.
      let outcome: Outcome = reason.isUnauthorized ? .deferred : .held
      let held = try await drift.giveUp(
        action, of: run.id, outcome: outcome, reason: reason.text)
      if !reason.isUnauthorized {
        summary.stopped.append(
          HeldCohort(
            propertyID: nil,
            direction: (action == .push ? Direction.toResMan : .fromResMan).rawValue,
            leads: held, reason: reason.text))
      }
      return
    }
  }

  /// The outcome of one lead's repair.
  private struct Result: Sendable {
    var isVerified = false
    var isUnread = false
    var isRefused = false
    var isUnauthorized = false
    var sideEffects: String?

    /// No more writes in this direction.
    var stopsAll: Bool { isUnauthorized || sideEffects != nil }
  }

  /// Why a direction is stopped; nil: it continues.
  private func stop(
    _ results: [Result], isCanary: Bool
  ) -> (text: String, isUnauthorized: Bool)? {
    if results.contains(where: \.isUnauthorized) { return ("the token is not accepted", true) }
    if let effects = results.lazy.compactMap(\.sideEffects).first {
      return ("a response reports \(effects)", false)
    }
    let judged = results.count { !$0.isUnread }
    let verified = results.count { $0.isVerified }
    if isCanary, judged > 0, Double(verified) < Canary.requiredShare * Double(judged) {
      return ("only \(verified) of \(judged) repairs held", false)
    }
    return nil
  }

  /// Repairs several leads at a time. A lead that was begun is completed even when the run is told to stop; none is
  /// begun after a stop, after the deadline, or once an answer has stopped the direction.
  private func send(_ leads: [PlannedLead], run: RunContext) async throws -> [Result] {
    try await withThrowingTaskGroup(of: Result.self) { group in
      var results: [Result] = []
      var waiting = leads.makeIterator()
      for _ in 0..<max(concurrency, 1) {
        guard let lead = waiting.next() else { break }
        group.addTask { try await finishing(lead, run: run) }
      }
      var goesOn = true
      while let result = try await group.next() {
        results.append(result)
        goesOn = goesOn && !result.stopsAll && !run.drain.isRequested
        if goesOn, sender.clock.elapsed() < run.deadline, let lead = waiting.next() {
          group.addTask { try await finishing(lead, run: run) }
        }
      }
      return results
    }
  }

  private func finishing(_ lead: PlannedLead, run: RunContext) async throws -> Result {
    try await run.drain.finishing { try await repair(lead, run: run) }
  }

  private func repair(_ lead: PlannedLead, run: RunContext) async throws -> Result {
    var result = Result()
    switch try await sender.send(lead, run: run) {
    case .sent(let sideEffects):
      result.sideEffects = sideEffects
      let (outcome, reason) = try await verify.run(lead)
      result.isVerified = outcome == .verified
      try await record(lead, run: run, outcome: outcome, reason: reason)
    case .halted(let sideEffects):
      result.sideEffects = sideEffects
      try await record(
        lead, run: run, outcome: .held,
        reason: "stopped half-way: a response reports \(sideEffects)")
    case .ended(let outcome, let reason):
      try await record(lead, run: run, outcome: outcome, reason: reason)
    case .refused(let reasons):
      result.isRefused = true
      let reason = "ResMan refuses: \(reasons)"
      try await record(lead, run: run, outcome: .failed, reason: reason)
      try await drift.ask(
        about: lead.resmanLeadID, of: run.id, reason: reason, at: run.startedAt)
    case .unauthorized:
      result.isUnauthorized = true
      try await record(lead, run: run, outcome: .failed, reason: "the token is not accepted")
    case .unread:
      result.isUnread = true
      try await drift.markUnread(
        lead.resmanLeadID, of: run.id,
        reason: "single reads are not offered, so nothing was written")
    }
    return result
  }

  private func record(
    _ lead: PlannedLead, run: RunContext, outcome: Outcome, reason: String?
  ) async throws {
    try await drift.end(lead.resmanLeadID, of: run.id, outcome: outcome, reason: reason)
  }

  private func count(_ action: Action, run: RunContext) async throws -> Int {
    try await drift.cohorts(of: run.id).filter { $0.action == action }
      .reduce(0) { $0 + $1.repairs }
  }
}

extension NightlyJob {
  /// Stages 7 and 8: writes the planned repairs, reads the leads again, and closes the questions that are
  /// thereby resolved.
  func repairAndVerify(_ summary: inout RunSummary) async throws {
    let drift = DriftTable(connection: connection)
    let context = context(summary.runID)
    let repair = Repair(
      drift: drift, sender: sender,
      verify: Verify(
        drift: drift, resman: parts.resman, domiq: parts.domiq, mapping: mapping),
      concurrency: settings.resman.concurrency,
      progress: { parts.progress(.advanced(stage: Nightly.Stage.repair.rawValue, by: $0)) })
    let done = try await timed(.repair, expected: summary.planned, &summary) {
      try await repair.run(context)
    }
    summary.stopped = done.stopped
    summary.review.new += done.refused
    guard summary.mode != .resolve else { return }
    summary.review.healed += try await connection.execute(
      SQL(file: PackageResources.review_repaired_sql, summary.runID, startedAt.iso8601))
  }
}
