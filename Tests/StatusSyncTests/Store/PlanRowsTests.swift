import Foundation
import Leads
import Postgres
import TestDatabase
import Testing

@testable import Store  // uses `last_failure`, internal

/// Rows of a plan are transferred by binary COPY, column by column in a fixed order. The rows read equal the
/// rows as JSON, which is read by name.
@Suite struct PlanRowsTests {
  private static func plan(_ number: Int, hops: [Status]) -> PlannedLead {
    PlannedLead(
      propertyID: number == 0 ? nil : UUID(), resmanLeadID: "L-\(number)",
      conversationID: number == 0 ? nil : UUID(), base: number == 0 ? nil : .new,
      domiqRaw: "tour booked, \"naïve\"\n", domiq: .tourScheduled, resmanRaw: "Contacted",
      resman: .contacted, verdict: .domiqAhead, rule: 11, action: .push, target: .tourScheduled,
      hops: hops, irregular: number == 1, cause: "unknown", outcome: number == 2 ? .parked : nil,
      reason: number == 0 ? nil : "Because.", domiqVersion: "2026-11-02T10:00:00Z",
      resmanVersion: "2026-11-01T10:00:00+00:00")
  }

  @Test func aPlanComesBackAsItWasAdded() async throws {
    try await TestDatabase.migrated { connection in
      let plans = [
        Self.plan(0, hops: []), Self.plan(1, hops: [.qualified, .tourScheduled]),
        Self.plan(2, hops: [.tourScheduled]),
      ]
      try await connection.add(plans: plans)
      #expect(try await connection.stagedPlan() == plans)
      let byName: [PlannedLead] = try await connection.query(
        "select to_jsonb(p) as lead from stage_plan p order by resman_lead_id"
      ).map { try JSON.decode(try $0["lead"]) }
      #expect(byName == plans)
    }
  }

  /// Each column has a different value, so that swapped columns are detected.
  @Test func aLeadToCompareIsReadByColumnName() async throws {
    try await TestDatabase.migrated { connection in
      try await connection.script(Self.oneLead)
      let table = PlanTable(connection: connection)
      let now = Instant(microseconds: 1_790_000_000_000_000)
      let rows = try await table.toJudge(after: "", now: now)
      let query = String(decoding: StatementFile.bytes("diff_rows"), as: UTF8.self)
      let named = try await connection.query(
        SQL(stringLiteral: "select to_jsonb(d) as lead from (\(query)) d"))
      let byName: [DiffRow] = try named.map { try JSON.decode(try $0["lead"]) }
      #expect(rows.count == 2)
      #expect(rows.map { String(reflecting: $0) } == byName.map { String(reflecting: $0) })
      #expect(rows.first?.standing_reason == "asked" && rows.first?.last_failure == "unknown")
      #expect(rows.last?.lead_score == nil && rows.last?.standing == nil)
      #expect(try await table.toJudge(after: "L-1", now: now).map(\.resman_lead_id) == ["L-2"])
      #expect(try await table.toJudge(after: "L-2", now: now).isEmpty)
      let columns = try await connection.query(
        SQL(stringLiteral: "select d.* from (select 1) one left join (\(query)) d on true limit 1"))
      #expect(columns.first?.columns == DiffRow.columns)
    }
  }

  private static let oneLead = """
    insert into stage_diff (property_id, resman_lead_id, conversation_id, base, base_domiq_version,
      base_resman_version, domiq_presence, domiq_raw, domiq, domiq_version, resman_presence,
      resman_raw, resman, resman_version, lead_score, fields, pending, pushed_since_pull, problem,
      seen_domiq, seen_resman, plain, changed, base_bridged, domiq_moved, resman_moved)
    values
      ('00000001-0000-4000-8000-000000000001', 'L-1', '00000002-0000-4000-8000-000000000001', 'new',
        'v1', 'v2', 'seen', 'raw3', 'contacted', 'v4', 'missing', 'raw5', 'qualified', 'v6', 69.5, 5,
        true, false, 'problem7', true, false, null, true, true, true, false),
      (null, 'L-2', null, null, null, null, 'unread', null, null, null, 'unread', null, null, null,
        null, 0, false, true, null, false, false, null, false, false, null, null),
      (null, 'L-3', null, 'new', null, null, 'seen', 'new', 'new', null, 'seen', 'new', 'new', null,
        null, 0, false, true, null, true, true, 'in_sync', true, false, null, null);
    insert into review_item (resman_lead_id, domiq, resman, domiq_version, resman_version, refused,
      ignore_until, reason, domiq_raw, resman_raw, state, verdict, rule, first_seen, last_seen)
    values ('L-1', 'tour_scheduled', 'application', 'v8', 'v9', true, '2100-01-01', 'asked', 'raw10',
      'raw11', 'ignored', 'conflict', 15, now(), now());
    insert into status_sync_log (resman_lead_id, old_status, new_status, updated_by, sync_direction,
      sync_status, failure)
    values ('L-1', 'new', 'leased', 'chatbot', 'to_resman', 'failed', 'unknown');
    """
}
