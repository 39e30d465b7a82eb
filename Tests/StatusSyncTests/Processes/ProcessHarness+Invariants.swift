import Foundation
import Leads
import Postgres
import StandIns
import Testing

import Nightly

extension ProcessHarness {
  /// From now on without faults: at most two runs end the drift, and the next one writes nothing (invariant
  /// 12); then all other invariants are checked.
  func converge(
    exempt: Set<String> = [], sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    standIns.faults.clear()
    standIns.holds.open()
    try await untilAlone()
    var statuses: [Int32] = []
    for attempt in 1...3 {
      let before = writes
      let ended = try await run()
      statuses.append(ended.status)
      #expect([0, 3].contains(ended.status), "\(ended.err)", sourceLocation: sourceLocation)
      if ended.status == 0, writes == before { break }
      #expect(attempt < 3, "\(statuses), still writing", sourceLocation: sourceLocation)
    }
    try await checkInvariants(exempt: exempt, sourceLocation: sourceLocation)
    try await checkEnds(exempt: exempt, sourceLocation: sourceLocation)
  }

  /// - Parameter exempt: leads about which a server gave false answers.
  func checkInvariants(
    exempt: Set<String> = [], sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let rows = try await rows(
      """
      select id::text as id, resman_lead_id, sync_status, failure, attempts,
        coalesce(context_data ->> 'evidence', '') as evidence
      from status_sync_log where run_id is not null
      """)
    var status: [String: String] = [:]
    for row in rows { status[try row["id"]] = try row["sync_status"] }
    let reading = standIns.ledger.reading
    let sent = reading.arrivals.filter { [.status, .webhook].contains($0.route) }
    for arrival in sent {
      let key = arrival.key ?? ""
      // 1: no request without its row; 2: every row has ended.
      #expect(status[key] != nil, "no row for \(arrival.target)", sourceLocation: sourceLocation)
      #expect(status[key] != "pending", "\(arrival.target)", sourceLocation: sourceLocation)
    }
    // 3: at most one effect per intent.
    let effects = reading.effects.filter { $0.cause != .edit && !exempt.contains($0.lead ?? "") }
    let repeated = Dictionary(grouping: effects) { $0.key ?? "" }.filter { $0.value.count > 1 }
    #expect(repeated.isEmpty, "\(repeated.keys)", sourceLocation: sourceLocation)
    // 2: success only on evidence.
    let applied = Set(effects.compactMap(\.key))
    let keys = Dictionary(sent.map { ($0.seq, $0.key ?? "") }) { $1 }
    let acknowledged = Set(
      reading.replies.filter(\.isAcknowledgement).compactMap { keys[$0.arrival] })
    for row in rows where try row["sync_status"] as String == "success" {
      let lead: String = try row["resman_lead_id"]
      guard try row["attempts"] as Int > 0, !exempt.contains(lead) else { continue }
      let id: String = try row["id"]
      let evidence: String = try row["evidence"]
      let isTrue = applied.contains(id) || acknowledged.contains(id) || evidence == "value_match"
      #expect(isTrue, "\(lead): success by \(evidence)", sourceLocation: sourceLocation)
    }
    try await checkChains(sourceLocation)
    try await checkCounts(sourceLocation)
  }

  /// 5 and 6: old and new statuses form a chain for each lead, in the rows that runs wrote; no push violated
  /// the transition rules; no run is still marked as running.
  private func checkChains(_ sourceLocation: SourceLocation) async throws {
    let breaks = try await number(
      """
      select count(*) as value from (
        select old_status, run_id, lag(new_status) over lead as before, row_number() over lead as n
        from status_sync_log where sync_status = 'success'
        window lead as (partition by resman_lead_id order by seq)) l
      where run_id is not null and n > 1 and old_status is distinct from before
      """)
    #expect(breaks == 0, sourceLocation: sourceLocation)
    for row in try await rows(
      """
      select resman_lead_id, old_status, new_status from status_sync_log
      where run_id is not null and sync_direction = 'to_resman'
      """)
    {
      let old = try row.requiredStatus("old_status")
      let new = try row.requiredStatus("new_status")
      #expect(old.allows(new), sourceLocation: sourceLocation)
    }
    let running = try await number(
      "select count(*) as value from sync_run where state = 'running'")
    #expect(running == 0, sourceLocation: sourceLocation)
  }

  /// 11: the last run's files, its run.json and Postgres agree, and the counts add up.
  private func checkCounts(_ sourceLocation: SourceLocation) async throws {
    let connection = try await connect()
    let verified = try await Certificate(connection, reports: directory).verify(nil)
    await connection.close()
    let wrong = verified.checks.filter { !$0.ok }
    #expect(wrong == [] && verified.notes == [], sourceLocation: sourceLocation)
    #expect(verified.checks.count > 40, sourceLocation: sourceLocation)
  }
}
