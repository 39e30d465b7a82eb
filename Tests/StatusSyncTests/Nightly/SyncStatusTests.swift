import Foundation
import Postgres
import TestDatabase
import Testing

import StatusSync
import Store

/// The targets that `status-sync status` shows, on a log with known figures.
@Suite struct SyncStatusTests {
  @Test func theCriteriaAreThoseOfTheLog() async throws {
    try await TestDatabase.with(
      template: "migrated", prepare: { _ = try await Migrator.migrate($0) }
    ) { database in
      let connection = try await database.connect()
      let now = RunClock.system().now()
      let empty = try await SyncStatus.read(connection, at: now)
      #expect(empty.criteria.count == 6)
      #expect(empty.stale_seconds == nil)
      // Ten changes by day, confirmed after 1 to 10 s; two of a night, one failed, one not settled.
      try await connection.script(
        """
        insert into status_sync_log (resman_lead_id, new_status, sync_direction, sync_status, created_at, synced_at)
        select 'L-' || i, 'contacted', 'to_resman', 'success', now() - interval '1 hour',
          now() - interval '1 hour' + i * interval '1 second' from generate_series(1, 10) i;
        insert into status_sync_log (resman_lead_id, new_status, sync_direction, sync_status, run_id)
        select 'N-' || i, 'contacted', 'from_resman', 'success', gen_random_uuid() from generate_series(1, 2) i;
        insert into status_sync_log (resman_lead_id, new_status, sync_status)
        values ('L-1', 'lost', 'failed'), ('L-2', 'lost', 'pending');
        insert into notification (
          log_id, channel, recipient, template_id, priority, subject, body, origin, origin_id, state, cause,
          finished_at)
        select id, 'in_app', 'x', 't', 'low', '', '', 'prospect', null::uuid, 'delivered', null, now()
        from status_sync_log where resman_lead_id like 'N-%'
        union all
        select id, 'email', 'x', 't', 'low', '', '', 'prospect', null, 'dead', 'failed', now()
        from status_sync_log where resman_lead_id = 'N-1'
        union all
        select null, 'email', 'owner', 't', 'low', '', '', 'report', gen_random_uuid(), 'dead', 'failed',
          now();
        insert into status_sync_log (resman_lead_id, new_status, sync_direction, sync_status, context_data)
        select 'B-' || i, 'contacted', 'from_resman', 'success', '{"backfilled": true}'
        from generate_series(1, 90) i;
        """)
      let status = try await SyncStatus.read(connection, at: now)
      let figures = Dictionary(
        uniqueKeysWithValues: status.criteria.map { ($0.criterion, $0.figure) })
      #expect(
        figures == [
          "status sync success": "92.3 %", "status update time": "9.55 s",
          "notification delivery": "66.66 %", "real-time sync": "83.33 %",
          "complete history": "0", "zero data loss": "1",
        ])
      // A lead whose side shows another status than its last logged change.
      try await connection.script("update lead set base = 'leased' where resman_lead_id = 'L-3'")
      let broken = try await SyncStatus.read(connection, at: now)
      #expect(broken.criteria.first { $0.criterion == "complete history" }?.figure == "1")
      await connection.close()
    }
  }
}
