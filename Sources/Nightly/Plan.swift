import Changes
import Foundation
import Leads
import Logging
import Store
import Upstreams

/// The numbers of a plan.
package struct PlanCounts: Codable, Sendable, Equatable {
  package var verdicts: [String: Int] = [:]
  package var actions: [String: Int] = [:]
  package var parked = 0
  /// SHA-256 over the plan's rows, in hexadecimal.
  package var digest = ""

  /// Repairs: rows whose action is a push or a pull.
  package var planned: Int { (actions["push"] ?? 0) + (actions["pull"] ?? 0) }
}

/// Stage 5: a pure function decides each row's verdict and action; the plan is staged.
struct Planning: Sendable {
  let rows: any PlanRows
  let resman: any ResManAPI
  /// Asked where what it holds decides on a write; null: nobody is asked.
  var domiq: (any DomIQAPI)?
  let mapping: StatusMapping
  let policy: Policy
  /// What may be written to each system.
  var writing = Writing()
  let concurrency: Int
  let now: Instant
  /// ResMan's pages show only what was modified within 400 days: what was read of an older lead is asked for again in
  /// turn, not every night.
  var keepsOldReads = false
  /// False once the run's time is over: no more reads.
  var isInTime: @Sendable () -> Bool = { true }

  func run() async throws -> PlanCounts {
    var last = ""
    var settled: [String: Int] = [:]
    while true {
      try Task.checkCancellation()
      let page = try await rows.toJudge(after: last, now: now)
      guard let end = page.last else { break }
      last = end.resman_lead_id
      let judged = try await classify(page)
      let plans = judged.filter { $0.verdict != .inSync && $0.verdict != .resmanOnly }
      for lead in judged where lead.verdict == .inSync || lead.verdict == .resmanOnly {
        settled[lead.verdict.rawValue, default: 0] += 1
      }
      guard !plans.isEmpty else { continue }
      try await rows.add(plans)
    }
    let parked = try await park()
    return try await counts(settled, parked: parked)
  }

  /// Decides rows; leads that ResMan did not list are first read by id.
  private func classify(_ rows: [DiffRow]) async throws -> [PlannedLead] {
    let rows = rows.map(read)
    let missing = rows.filter { asksByID($0) }
    let kept =
      keepsOldReads && !missing.isEmpty
      ? try await self.rows.keptReads(of: missing.map(\.resman_lead_id), now: now) : [:]
    let asked = missing.filter { kept[$0.resman_lead_id] == nil }
    let places = Dictionary(
      asked.map { ($0.resman_lead_id, $0.property_id) }, uniquingKeysWith: { first, _ in first })
    let answers = try await read(asked.map(\.resman_lead_id)) { id in
      await resman.read(id, at: places[id] ?? nil)
    }
    let plans = rows.map { row in
      var row = row
      if asksByID(row) {
        if let read = kept[row.resman_lead_id] {
          take(read, into: &row)
        } else {
          // A lead that was not read by id counts as unread.
          take(answers[row.resman_lead_id] ?? .notOffered, into: &row)
        }
      }
      return plan(row)
    }
    return try await ruled(plans)
  }

  /// What may be written of each plan. Where that depends on what DomIQ holds, its chat is read alone; a lead whose chat
  /// could not be read is unread.
  private func ruled(_ plans: [PlannedLead]) async throws -> [PlannedLead] {
    var plans = plans
    let repairs = plans.indices.filter { [.push, .pull].contains(plans[$0].action) }
    let asked = repairs.filter { domiq != nil && writing.dependsOnGround(plans[$0].change) }
    let answers = try await read(asked) { [plans, domiq] place in
      guard let domiq, let chat = plans[place].conversationID else { return .missing }
      return await domiq.read(chat, of: plans[place].resmanLeadID)
    }
    for place in Set(repairs).subtracting(asked) {
      plans[place] = plans[place].ruled(writing, ground: nil)
    }
    for place in asked {
      if case .found(let snapshot) = answers[place] {
        plans[place] = plans[place].ruled(writing, ground: snapshot.ground(now: now))
        continue
      }
      plans[place].verdict = .unread
      plans[place].rule = 1
      plans[place].action = .none
      plans[place].target = nil
      plans[place].hops = []
      plans[place].reason =
        "DomIQ's chat could not be read alone, so nothing is claimed of this lead."
    }
    return plans
  }

  /// DomIQ names a lead that a complete pull of ResMan did not have (rule 4), and no earlier rule applies.
  private func asksByID(_ row: DiffRow) -> Bool {
    row.domiq_presence == "seen" && row.resman_presence == "missing" && !row.pending
      && row.problem == nil && row.domiq != nil
  }

  /// Reads several leads at a time, as long as the run's time is not over.
  private func read<Key: Hashable & Sendable>(
    _ keys: [Key], _ one: @escaping @Sendable (Key) async -> ReadAnswer
  ) async throws -> [Key: ReadAnswer] {
    var answers: [Key: ReadAnswer] = [:]
    try await keys.severalAtOnce(concurrency, while: isInTime) {
      (key: $0, answer: await one($0))
    } take: {
      answers[$0.key] = $0.answer
    }
    return answers
  }

  private func take(_ answer: ReadAnswer, into row: inout DiffRow) {
    switch answer {
    case .missing, .another: break
    case .notOffered, .failed: row.resman_presence = "unread"
    case .found(let snapshot):
      row.resman_presence = "seen"
      row.resman_raw = snapshot.raw
      row.resman = mapping.meaning(of: snapshot.raw, in: .resman, policy)
      row.resman_version = snapshot.version
      row.resman_moved = nil
      if let there = snapshot.propertyID, there != row.property_id {
        row.problem = "the two systems have it at different properties"
      }
    }
  }

  private func take(_ read: KeptRead, into row: inout DiffRow) {
    row.resman_presence = "seen"
    row.resman_raw = read.raw
    row.resman = mapping.meaning(of: read.raw, in: .resman, policy)
    row.resman_version = read.version
  }

  /// A text that was last seen in an earlier run means what the mapping says now.
  private func read(_ row: DiffRow) -> DiffRow {
    var row = row
    row.domiq = row.domiq_raw.flatMap { mapping.meaning(of: $0, in: .domiq, policy) }
    row.resman = row.resman_raw.flatMap { mapping.meaning(of: $0, in: .resman, policy) }
    return row
  }

  private func plan(_ row: DiffRow) -> PlannedLead {
    let state = row.state(asOf: now)
    var decision = reconcile(state, policy: policy, mapping: mapping, lenses: mapping.lenses)
    let cause = DriftCause.proven(by: row.lastChange, decision: decision, state: state)
    if let reason = standing(row, decision) {
      decision.action = reason.action
      decision.because = reason.text
      decision.hops = []
      decision.target = nil
    }
    var because = decision.because
    if decision.verdict == .phantom, let since = row.shownSince(rule: decision.rule) {
      because += " It has shown that since \(since)."
    }
    if decision.action == .review, !decision.unmet.isEmpty {
      because += " (unmet: \(decision.unmet.map(\.description).joined(separator: ", ")))"
    }
    if decision.action == .review, row.standing != "accepted",
      let advice = writing.advice(decision.verdict, domiq: row.domiq, resman: row.resman)
    {
      because += " \(advice)"
    }
    return PlannedLead(
      propertyID: row.property_id, resmanLeadID: row.resman_lead_id,
      conversationID: row.conversation_id, base: row.base,
      domiqRaw: row.domiq_raw, domiq: row.domiq, resmanRaw: row.resman_raw, resman: row.resman,
      verdict: decision.verdict, rule: decision.rule, action: decision.action,
      target: decision.target, hops: decision.hops, irregular: decision.irregular,
      cause: cause.rawValue, outcome: nil, reason: because,
      domiqVersion: row.domiq_version, resmanVersion: row.resman_version)
  }

  /// A person's decision about this lead holds until either side changes; so does a refusal by ResMan.
  private func standing(_ row: DiffRow, _ decision: Decision) -> (action: Action, text: String)? {
    if row.standing == "accepted", row.isStandingPair {
      return (.none, "accepted as agreed-different")
    }
    if row.standing == "ignored", row.standing_ignored { return (.none, "ignored by a person") }
    if row.standing == "open", row.standing_refused, decision.action == .push,
      row.standing_domiq_version == row.domiq_version,
      row.standing_resman_version == row.resman_version
    {
      return (.review, row.standing_reason ?? "ResMan refused the conditions")
    }
    return nil
  }

  /// Flap detection: a lead that was written to in 3 of its last 5 runs, twice without a known outcome, or was stale in
  /// 3 successive runs though nothing changed, is left to a person.
  private func park() async throws -> Int {
    var flapping: [String] = []
    var unknown: [String] = []
    var stale: [String] = []
    var waiting: [String] = []
    for fight in try await rows.fights() {
      if FlapDetector.isFlapping(attempted: Array(repeating: true, count: fight.attempts)) {
        flapping.append(fight.leadID)
      } else if fight.unknowns >= 2 {
        unknown.append(fight.leadID)
      } else if FlapDetector.isStuck(stale: fight.stales) {
        stale.append(fight.leadID)
      } else if fight.isParked {
        waiting.append(fight.leadID)
      }
    }
    for (leads, reason) in [
      (flapping, "flapping: written to in 3 of its last 5 runs"),
      (unknown, "two changes in a row ended unknown"),
      (stale, "stale in 3 runs running, though both sides still show what they did"),
      (waiting, "parked before, and not answered yet"),
    ] where !leads.isEmpty {
      try await rows.park(leads, reason: reason)
    }
    return flapping.count + unknown.count + stale.count + waiting.count
  }

  private func counts(_ settled: [String: Int], parked: Int) async throws -> PlanCounts {
    var counts = PlanCounts()
    counts.verdicts = settled
    counts.parked = parked
    for row in try await rows.counts() {
      counts.verdicts[row.verdict.rawValue, default: 0] += row.leads
      counts.actions[row.action.rawValue, default: 0] += row.leads
    }
    counts.digest = try await rows.digest()
    return counts
  }
}

extension NightlyJob {
  /// Stage 5: the rules decide on each lead.
  func plan(_ seen: DiffCounts, _ summary: inout RunSummary) async throws {
    let plan = try await timed(.plan, expected: seen.judged, &summary) {
      try await Planning(
        rows: PlanTable(connection: connection), resman: parts.resman, domiq: parts.domiq,
        mapping: mapping, policy: settings.policy, writing: settings.writing,
        concurrency: settings.resman.concurrency, now: startedAt,
        keepsOldReads: settings.resmanKind == .partner,
        isInTime: { [clock = parts.clock, deadline] in clock.elapsed() < deadline }
      ).run()
    }
    summary.verdicts = plan.verdicts
    summary.verdicts[Verdict.inSync.rawValue, default: 0] += seen.inSync
    summary.verdicts[Verdict.resmanOnly.rawValue, default: 0] += seen.resmanOnly
    summary.verdicts = summary.verdicts.filter { $0.value > 0 }
    summary.digests["plan"] = plan.digest
    summary.planned = plan.planned
  }
}
