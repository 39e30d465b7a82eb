import Foundation
import Postgres
import TestDatabase
import Testing

/// What a run saw on both sides, and which leads it counted as new.
@Suite struct AgreementTests {
  private static let run = SmallLog.id(0xEE)

  private static func begin(_ log: MeasuredLog) async throws {
    try await log.database.script(
      """
      insert into sync_run (id, mode, state, started_at, as_of)
      values ('\(run)', 'run', 'finished', '\(SmallLog.asOf)', '\(SmallLog.asOf)')
      """)
  }

  /// Of two properties with forty leads, one could not be read: its agreement is not known, and the
  /// portfolio's is that of the other property.
  @Test func agreementIsOfLeadsSeenOnBothSides() async throws {
    let log = try await MeasuredLog.empty()
    try await log.property(SmallLog.berlin, "Read")
    try await log.property(SmallLog.utc, "Unread")
    try await Self.begin(log)
    try await log.database.script(
      """
      insert into lead (resman_lead_id, property_id, base, domiq_raw, domiq, resman_raw, resman)
      select 'L' || i, case when i <= 40 then '\(SmallLog.berlin)' else '\(SmallLog.utc)' end::uuid,
        'new', 'initial_contact', 'new', 'new', 'new'
      from generate_series(1, 80) as i;
      insert into run_property (run_id, property_id, as_of, complete, domiq_records, resman_records,
        leads, drifted, in_sync, resman_only)
      values
        ('\(Self.run)', '\(SmallLog.berlin)', '\(SmallLog.asOf)', true, 42, 42, 40, 10, 28, 2),
        ('\(Self.run)', '\(SmallLog.utc)', '\(SmallLog.asOf)', false, 40, 0, 40, 0, 0, 0);
      insert into drift (run_id, property_id, resman_lead_id, verdict, rule, action, outcome)
      select '\(Self.run)'::uuid, '\(SmallLog.berlin)'::uuid, 'L' || i, 'domiq_ahead', 11, 'push',
        case when i <= 4 then 'verified' else 'stale' end
      from generate_series(1, 10) as i
      union all
      select '\(Self.run)'::uuid, '\(SmallLog.berlin)'::uuid, 'L' || i, 'baseline', 7, 'log', null
      from generate_series(11, 12) as i
      union all
      select '\(Self.run)'::uuid, '\(SmallLog.berlin)'::uuid, 'M' || i, 'missing_in_resman', 4, 'review', null
      from generate_series(1, 3) as i
      union all
      select '\(Self.run)'::uuid, '\(SmallLog.utc)'::uuid, 'L' || i, 'unread', 1, 'none', null
      from generate_series(41, 80) as i
      """)
    try await log.measure(asOf: SmallLog.asOf, runID: Self.run)
    #expect(
      try await log.lines(
        ["property_name", "metric", "numerator", "denominator", "value", "left(note, 9)"],
        of: "metric_performance", where: "metric like 'agreement%'",
        order: "scope, property_name, metric desc")
        == [
          "- agreement_before 30 40 0.75 of the le", "- agreement_after 34 40 0.85 of the le",
          "Read agreement_before 30 40 0.75 of the le", "Read agreement_after 34 40 0.85 of the le",
          "Unread agreement_before - - - not known", "Unread agreement_after - - - not known",
        ].map { $0 })
  }

  /// A lead is new if ResMan changed it after everything that it had shown before; otherwise it existed
  /// unseen.
  @Test func aLeadSinceTheLastCompletePullIsCreated() async throws {
    let log = try await MeasuredLog.empty()
    try await log.property(SmallLog.utc, "Maple Row")
    try await Self.begin(log)
    try await log.database.script(
      """
      insert into pull_cursor (system, property_id, watermark, last_complete_at)
      values ('resman', '\(SmallLog.utc)', '2025-03-31 02:00Z', '2025-03-31 02:05Z');
      insert into drift (run_id, property_id, resman_lead_id, verdict, rule, action, target, resman_version)
      values
        ('\(Self.run)', '\(SmallLog.utc)', 'came', 'baseline', 7, 'log', 'new', '2025-03-31T09:00:00Z'),
        ('\(Self.run)', '\(SmallLog.utc)', 'was there', 'baseline', 7, 'log', 'new', '2025-03-30T09:00:00Z'),
        ('\(Self.run)', '\(SmallLog.utc)', 'moved', 'baseline', 7, 'log', 'contacted',
          '2025-03-31T09:00:00Z'),
        ('\(Self.run)', '\(SmallLog.berlin)', 'elsewhere', 'baseline', 7, 'log', 'new',
          '2025-03-31T09:00:00Z')
      """)
    try await log.database.execute(
      SQL(file: StatementFile.bytes("log_agreements"), Self.run, SmallLog.asOf))
    try await log.measure(asOf: SmallLog.asOf)
    #expect(
      try await log.lines(["lead", "truncated"], of: "stays", order: "lead")
        == ["came false", "elsewhere true", "moved true", "was there true"])
  }
}
