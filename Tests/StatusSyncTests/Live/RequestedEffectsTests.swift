import Foundation
import Leads
import Postgres
import Testing

import Messaging
import Store

@Suite struct RequestedEffectsTests {
  private static func counts(_ fixture: NightlyFixture) async throws -> (
    rows: Int, changes: Int, expected: Int
  ) {
    (
      try await fixture.value("select count(*) as value from notification"),
      try await fixture.value("select count(distinct log_id) as value from notification"),
      try await fixture.value(
        """
        select count(*) as value from status_sync_log g join sync_run r on r.id = g.run_id
        where sync_status = 'success' and not bridged and context_data ? 'evidence'
        """)
    )
  }

  private static func prefer(_ fixture: NightlyFixture) async throws {
    let connection = try await fixture.database.connect()
    _ = try await connection.execute(
      """
      insert into status_notification_preferences
        (status_type, notification_method, recipients)
      select status, 'in_app', '["leasing_agent", "management"]'
      from unnest(array['new', 'contacted', 'qualified', 'tour_scheduled', 'application', 'leased',
        'lost']) status
      """)
    await connection.close()
  }

  @Test func aNightIsSilentUnlessItIsAskedToNotify() async throws {
    try await NightlyFixture.with(leads: 100) { fixture in
      try await Self.prefer(fixture)
      _ = try await fixture.nightly().run(full: true)
      let (rows, _, repairs) = try await Self.counts(fixture)
      #expect(rows == 0 && repairs > 0)
    }
  }

  @Test func aNightThatNotifiesDoesSoForEachRepair() async throws {
    try await NightlyFixture.with(leads: 100) { fixture in
      try await Self.prefer(fixture)
      var settings = fixture.settings
      settings.policy.notifyOnRepair = true
      _ = try await fixture.nightly(settings).run(full: true)
      let (rows, changes, repairs) = try await Self.counts(fixture)
      #expect(repairs > 0 && changes == repairs && rows == 2 * repairs)
      #expect(
        try await fixture.value(
          "select count(*) as value from notification where origin = 'prospect'")
          == 0)
      #expect(try await fixture.value("select count(*) as value from workflow_execution") == 0)
    }
  }

  /// Whoever settles a live change also carries out the effects that were requested with it.
  @Test func aRowThatIsSettledLaterHasItsMessagesThen() async throws {
    try await OutboxFixture.with { fixture in
      try await fixture.prefer(.qualified, "in_app", #"["a"]"#)
      try await fixture.rule(.qualified, actions: #"[{"type": "create_task"}]"#)
      let log = SyncLog(fixture.db, following: RequestedEffects.follow)
      var ids: [UUID] = []
      for asks in [true, false] {
        var entry = LogEntry(
          id: UUID(), leadID: "L-\(asks)", propertyID: fixture.property, old: .contacted,
          new: .qualified, reason: "r", updatedBy: .chatbot, direction: .toResMan,
          notAfter: RunClock.system().now())
        if asks { entry.context = ["trigger_notifications": "true", "trigger_workflows": "true"] }
        try await log.begin(entry)
        ids.append(entry.id)
      }
      #expect(try await fixture.texts("select id from notification").isEmpty)
      for id in ids {
        let success = LogEnd.success(evidence: .valueMatch, domiqVersion: nil, resmanVersion: nil)
        #expect(try await log.end(id, success, attempts: 1))
        #expect(try await !log.end(id, success, attempts: 1))
      }
      #expect(try await fixture.texts("select resman_lead_id from notification") == ["L-true"])
      #expect(
        try await fixture.texts("select resman_lead_id from workflow_execution") == ["L-true"])
    }
  }
}
