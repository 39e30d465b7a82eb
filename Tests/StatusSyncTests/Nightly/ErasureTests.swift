import Foundation
import Leads
import Postgres
import StandIns
import TestDatabase
import Testing

import Analytics
import Changes
import Nightly
import Reports
import Store

/// A person asks to be forgotten: nothing personal is left, no figure changes, and nothing comes back.
@Suite struct ErasureTests {
  /// Two leads that no system shows: Zebulon Xylander (L-Z), with personal words wherever the schema has a place for them, and
  /// another one whose words stay.
  private static func seed(_ fixture: NightlyFixture) async throws {
    let now = "'\(fixture.now().iso8601)'::timestamptz"
    let connection = try await fixture.database.connect()
    try await connection.script(
      """
      insert into property (id, name) values ('00000000-0000-4000-8000-00000000000a', 'Oak Court');
      insert into conversation (id, property_id, status, lead_name, resman_lead_id)
      values ('00000000-0000-4000-8000-00000000000c', '00000000-0000-4000-8000-00000000000a', 'new', 'Zebulon Xylander', 'L-Z'),
        ('00000000-0000-4000-8000-00000000000d', '00000000-0000-4000-8000-00000000000a', 'new', 'Other Person', 'L-Z0');
      insert into status_sync_log (id, conversation_id, resman_lead_id, old_status, new_status, status_reason, updated_by,
        sync_direction, sync_status, context_data, property_id, occurred_at, synced_at)
      values
        ('00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-00000000000c', null, null, 'new',
         'Zebulon wrote', 'chatbot', 'to_resman', 'success', null, '00000000-0000-4000-8000-00000000000a', \(now) - interval '10 days' + interval '0 s', \(now) - interval '10 days' + interval '1 s'),
        ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-00000000000c', 'L-Z', 'new', 'contacted',
         'Zebulon called', 'chatbot', 'to_resman', 'success',
         '{"conversation_summary": "Zebulon wants two rooms", "backfilled": true, "verdict": "baseline", "note": {"a": "Zebulon"}}',
         '00000000-0000-4000-8000-00000000000a', \(now) - interval '10 days' + interval '0 s', \(now) - interval '10 days' + interval '1 s'),
        ('00000000-0000-4000-8000-000000000003', null, 'L-Z0', null, 'new',
         'kept words', 'chatbot', 'to_resman', 'success', '{"a": "kept"}',
         '00000000-0000-4000-8000-00000000000a', \(now) - interval '10 days' + interval '0 s', \(now) - interval '10 days' + interval '1 s'),
        ('00000000-0000-4000-8000-000000000004', null, 'L-Z', 'contacted', 'lost',
         'baseline', 'system', 'from_resman', 'success', '{"verdict": "baseline"}',
         '00000000-0000-4000-8000-00000000000a', \(now) - interval '10 days' + interval '0 s', \(now) - interval '10 days' + interval '1 s');
      insert into conversation_context values ('00000000-0000-4000-8000-00000000000c', null, 'lost', 'Zebulon said no', \(now), 'chatbot');
      insert into lead_description (resman_lead_id, system, told, source, lost_reason, agent_name)
      values ('L-Z', 'resman', E'Web\\x1fZebulon moved to Austin\\x1f\\x1f\\x1f\\x1f\\x1f', 'Web', 'Zebulon moved to Austin', 'Pat Agent'),
        ('L-Z0', 'resman', E'web', 'web', null, 'Pat Agent');
      insert into review_item (resman_lead_id, verdict, rule, reason, first_seen, last_seen, refused, state, answer, answered_at, answer_reason)
      values ('L-Z', 'domiq_ahead', 11, 'ResMan: Zebulon has no phone', \(now), \(now), true, 'resolved', 'push', \(now), 'Zebulon phoned');
      insert into workflow_execution (id, log_id, rule_id, resman_lead_id, action_index, action_type, action, event, state)
      values ('00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-000000000002', gen_random_uuid(), 'L-Z', 0, 'create_task', '{}', '{"details": {"lead_name": "Zebulon Xylander"}}', 'done'),
        ('00000000-0000-4000-8000-0000000000e2', '00000000-0000-4000-8000-000000000002', gen_random_uuid(), 'L-Z', 0, 'schedule_follow_up', '{}', '{"details": {"lead_name": "Zebulon Xylander"}}', 'pending');
      insert into lead_task (execution_id, resman_lead_id, title, description, priority) values ('00000000-0000-4000-8000-0000000000e1', 'L-Z', 'Call Zebulon', 'on 555-0142', 'low');
      insert into follow_up (execution_id, resman_lead_id, status, note, assigned_to, due_at) values ('00000000-0000-4000-8000-0000000000e2', 'L-Z', 'new', 'Zebulon again', 'manager', \(now));
      insert into lead_score_change (execution_id, resman_lead_id, new_score, delta, reason) values ('00000000-0000-4000-8000-0000000000e1', 'L-Z', 50, 5, 'Zebulon is keen');
      insert into notification (log_id, resman_lead_id, origin, channel, recipient, address, template_id, priority, subject, body, html, state, mailbox, finished_at, last_error)
      values ('00000000-0000-4000-8000-000000000002', 'L-Z', 'workflow', 'email', 'zebulon@example.com', 'zebulon@example.com', 't', 'low', 'About Zebulon', 'Zebulon 555-0142', '<p>Zebulon</p>', 'pending', 'zebulon@example.com', null, 'no mailbox zebulon@example.com'),
       ('00000000-0000-4000-8000-000000000002', 'L-Z', 'workflow', 'sms', 'manager', '+15125550142', 't', 'low', 'About Zebulon', 'Zebulon 555-0142', null, 'delivered', '+15125550142', \(now), null);
      insert into webhook_delivery (webhook_id, resman_lead_id, occurred_at, new_status, outcome, payload) values ('w-1', 'L-Z', \(now), 'lost', 'applied', '{"status_reason": "Zebulon"}');
      insert into api_key (id, name, key_hash, hint, updated_by) values ('00000000-0000-4000-8000-0000000000a1', 'chat', 'x', 'y', 'chatbot');
      insert into idempotency (api_key_id, key, request_digest, intent_id, status, body) values ('00000000-0000-4000-8000-0000000000a1', 'zebulon-1', 'd', '00000000-0000-4000-8000-000000000002', 200, '{"a": "Zebulon"}');
      insert into stage_resman (property_id, resman_lead_id, raw, flags, description) values ('00000000-0000-4000-8000-00000000000a', 'L-Z', 'lost', 0, 'Zebulon');
      """)
    await connection.close()
  }

  private static let words = ["zebulon", "xylander", "555-0142", "5125550142"]

  /// All rows of the database as text.
  private static func dump(_ fixture: NightlyFixture) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "pg_dump", "--data-only", "--exclude-table-data=job_lock", fixture.database.url,
    ]
    let out = Pipe()
    process.standardOutput = out
    try process.run()
    let text = out.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    // A key of the dump's session, and numbers that a transaction took and did not use.
    return String(decoding: text, as: UTF8.self).split(separator: "\n")
      .filter { !$0.hasPrefix("\\") && !$0.contains("pg_catalog.setval") }.joined(separator: "\n")
  }

  /// Every row of every figure as JSON, without the words that name a reason, and its place
  /// among those that are as frequent.
  private static func figures(_ fixture: NightlyFixture) async throws -> [String] {
    let connection = try await fixture.database.connect()
    var lines: [String] = []
    for table in Measure.tables {
      lines += try await connection.query(
        """
        select (to_jsonb(m) - 'reason' - 'place')::text as line from \(identifier: "metric_\(table)") m
        order by 1
        """
      ).map { "\(table) \(try $0["line"] as String)" }
    }
    await connection.close()
    return lines
  }

  private static func erase(
    _ lead: String, _ fixture: NightlyFixture, isDryRun: Bool = false
  ) async throws -> ErasedLead? {
    let connection = try await fixture.database.connect()
    let erased = try await Erasure(connection).erase(
      lead, reason: "asked for", by: "me", at: fixture.now(), isDryRun: isDryRun)
    await connection.close()
    return erased
  }

  @Test func nothingPersonalIsLeftAndNoFigureChanges() async throws {
    try await NightlyFixture.with(leads: 100) { fixture in
      try await Self.seed(fixture)
      let night = try await fixture.nightly().run(full: true)
      let before = try await Self.figures(fixture)
      let dumped = try Self.dump(fixture)
      let known = dumped.lowercased()
      #expect(Self.words.filter { !known.contains($0) } == [])

      let dry = try #require(try await Self.erase("L-Z", fixture, isDryRun: true))
      #expect(dry.id == nil)
      let isUnchanged = try Self.dump(fixture) == dumped
      #expect(isUnchanged)
      let erased = try #require(try await Self.erase("L-Z", fixture))
      #expect(erased.removed == dry.removed)
      #expect(erased.removed["status_sync_log"] == 2)
      #expect(erased.reworded == ["lost_reasons.csv"])

      let left = try Self.dump(fixture).lowercased()
      #expect(Self.words.filter { left.contains($0) } == [])
      // Another person's words stay, and those of staff.
      #expect(["other person", "kept words", "pat agent"].filter { !left.contains($0) } == [])
      #expect(try await Self.figures(fixture) == before)
      let connection = try await fixture.database.connect()
      // Computed again from the log, too.
      _ = try await Measure(database: connection).run(
        asOf: try #require(Instant(iso8601: night.summary.asOf)), runID: night.summary.runID,
        isStandard: true, rebuild: true)
      #expect(try await Self.figures(fixture) == before)
      let audit = try await Certificate(connection, reports: fixture.directory).verify(nil)
      #expect(audit.checks.filter { !$0.ok } == [])
      #expect(audit.notes.count == 1 && audit.notes[0].hasPrefix("lost_reasons.csv"))
      await connection.close()

      let again = try #require(try await Self.erase("L-Z", fixture))
      #expect(again.removed.isEmpty)
      #expect(try await Self.erase("L-nobody", fixture) == nil)
    }
  }

  /// The systems still tell of the lead: its status is taken, and nothing else.
  @Test func itDoesNotComeBackAsAPerson() async throws {
    try await NightlyFixture.with(leads: 100) { fixture in
      _ = try await fixture.nightly().run(full: true)
      let lead: String = try await fixture.value(
        """
        select l.resman_lead_id as value from lead l join lead_description d using (resman_lead_id)
        where d.system = 'resman' and l.base = 'contacted' and l.resman = l.base and l.domiq = l.base order by 1 limit 1
        """)
      _ = try await Self.erase(lead, fixture)
      _ = fixture.standIns.edit(Edit(.resman, lead: lead, status: "qualified"))
      _ = try await fixture.nightly().run(full: true)
      let base: String = try await fixture.value(
        "select base as value from lead where resman_lead_id = \(lead)")
      #expect(base == "qualified")

      let now = fixture.now().iso8601
      let connection = try await fixture.database.connect()
      let receiver = WebhookReceiver(database: connection, clock: fixture.clock)
      let received = try await receiver.receive(
        StatusWebhook(
          lead_id: lead, old_status: .qualified, new_status: .lost, status_reason: "Zebulon left",
          updated_by: "resman_user", updated_at: now,
          context_data: .object(["conversation_summary": .string("Zebulon")])),
        id: "w-2")
      #expect(received.outcome == .applied)
      await connection.close()
      let isBack = try Self.dump(fixture).contains("Zebulon")
      #expect(!isBack)
      let kept: Int = try await fixture.value(
        """
        select (select count(*) from lead_description where resman_lead_id = \(lead) and told <> '')
          + (select count(*) from stage_resman where resman_lead_id = \(lead) and description is not null)
          + (select count(*) from stage_domiq where resman_lead_id = \(lead) and description is not null)
          + (select count(*) from notification where resman_lead_id = \(lead) and body <> 'erased')
          as value
        """)
      #expect(kept == 0)
    }
  }

  /// Only webhooks that wait name the lead: they are emptied, and what comes afterwards waits without words.
  @Test func aLeadThatOnlyWebhooksNameIsErased() async throws {
    try await NightlyFixture.with(leads: 100) { fixture in
      let connection = try await fixture.database.connect()
      let receiver = WebhookReceiver(database: connection, clock: fixture.clock)
      let webhook = StatusWebhook(
        lead_id: "L-only", old_status: .new, new_status: .contacted,
        status_reason: "Zebulon called", updated_by: "resman_user",
        updated_at: fixture.now().iso8601,
        context_data: .object(["note": .string("Zebulon")]))
      #expect(try await receiver.receive(webhook, id: "w-1").outcome == .waiting)
      let erased = try #require(try await Self.erase("L-only", fixture))
      #expect(erased.removed == ["webhook_delivery": 1])
      #expect(try await receiver.receive(webhook, id: "w-2").outcome == .waiting)
      let isBack = try Self.dump(fixture).contains("Zebulon")
      #expect(!isBack)
      // Its status is taken when the lead becomes known.
      try await connection.execute(
        "insert into conversation (id, status, resman_lead_id) values (gen_random_uuid(), 'new', 'L-only')"
      )
      #expect(try await receiver.takeWaiting() == 1)
      await connection.close()
      let base: String = try await fixture.value(
        "select base as value from lead where resman_lead_id = 'L-only'")
      #expect(base == "contacted")
    }
  }

  /// The lead chats anew: nobody knew these conversations when it was erased.
  @Test func aChatThatBeginsAfterwardsKeepsNoWords() async throws {
    try await NightlyFixture.with(leads: 100) { fixture in
      try await Self.seed(fixture)
      _ = try await Self.erase("L-Z", fixture)
      let connection = try await fixture.database.connect()
      let (named, linked, other) = (UUID(), UUID(), UUID())
      let chats: [(id: UUID, lead: String?)] = [(named, "L-Z"), (linked, nil), (other, "L-Z0")]
      for chat in chats {
        try await connection.execute(
          """
          insert into conversation (id, status, resman_lead_id)
          values (\(chat.id), 'new', \(chat.lead))
          """)
      }
      try await connection.execute(
        "update lead set conversation_id = \(linked) where resman_lead_id = 'L-Z'")
      for chat in chats {
        try await connection.execute(
          SQL(
            file: StatementFile.bytes("conversation_context_save"), chat.id, nil as UUID?,
            "contacted", "Zebulon is back", "chatbot"))
      }
      let kept: [UUID] = try await connection.query(
        """
        select conversation_id from conversation_context
        where current_status = 'contacted' and status_reason is not null
        """
      ).map { try $0["conversation_id"] }
      #expect(kept == [other])
      let told: Int = try await fixture.value(
        "select count(*) as value from conversation_context where current_status = 'contacted'")
      #expect(told == 3)
      await connection.close()
    }
  }

  /// A reminder that is being written while the erasure begins is emptied, too.
  @Test func aReminderThatIsBeingWrittenIsEmptied() async throws {
    try await NightlyFixture.with(leads: 100) { fixture in
      try await Self.seed(fixture)
      let other = try await fixture.database.connect()
      try await other.script(
        """
        begin;
        select id from follow_up where resman_lead_id = 'L-Z' for update;
        insert into notification (log_id, resman_lead_id, origin, channel, recipient, address,
          template_id, priority, subject, body, state)
        values ('00000000-0000-4000-8000-000000000002', 'L-Z', 'follow_up', 'email', 'manager',
          'manager@example.com', 't', 'low', 'About Zebulon', 'Zebulon again', 'pending')
        """)
      let erased = Task { try await Self.erase("L-Z", fixture) }
      try await fixture.database.untilBlocked()
      try await other.script("commit")
      _ = try await erased.value
      await other.close()
      let left: Int = try await fixture.value(
        """
        select count(*) as value from notification
        where resman_lead_id = 'L-Z' and (body <> 'erased' or state = 'pending')
        """)
      #expect(left == 0)
    }
  }

  /// A change of a lead that no night has read is being begun while the erasure begins: its words are emptied, too.
  @Test func aChangeThatIsBeingBegunIsEmptied() async throws {
    try await NightlyFixture.with(leads: 100) { fixture in
      try await Self.seed(fixture)
      let now = fixture.now()
      let holder = try await fixture.database.connect()
      let caller = try await fixture.database.connect()
      try await holder.script(
        """
        insert into conversation (id, status, resman_lead_id)
        values ('00000000-0000-4000-8000-00000000000f', 'new', 'L-Y')
        """)
      try await holder.script("begin; lock table status_sync_log in share mode")
      let begun = Task {
        try await SyncLog(
          caller, following: nil, givingUp: nil, base: LeadBase(sightings: [])
        ).begin(
          LogEntry(
            id: UUID(), leadID: "L-Y", old: .new, new: .contacted, reason: "Zebulon called",
            updatedBy: .chatbot, direction: .toResMan, notAfter: now))
      }
      try await fixture.database.untilBlocked()
      let erased = Task { try await Self.erase("L-Y", fixture) }
      try await fixture.database.untilBlocked(2)
      try await holder.script("rollback")
      _ = try await begun.value
      #expect(try await erased.value?.removed["status_sync_log"] == 1)
      await holder.close()
      await caller.close()
      let left: Int = try await fixture.value(
        """
        select count(*) as value from status_sync_log
        where resman_lead_id = 'L-Y' and status_reason is not null
        """)
      #expect(left == 0)
    }
  }

  /// `serve` executes an action: it holds the action, and then wants the lead, which the erasure holds. The database ends
  /// the erasure, which is begun anew.
  @Test func anErasureThatWasEndedForAnotherIsBegunAnew() async throws {
    try await NightlyFixture.with(leads: 100) { fixture in
      try await Self.seed(fixture)
      let other = try await fixture.database.connect()
      try await other.execute(
        "alter database \(identifier: fixture.database.name) set deadlock_timeout = '3s'")
      // Only the erasure looks for a deadlock, after these seconds.
      try await other.script(
        """
        set deadlock_timeout = '1h';
        begin;
        select id from workflow_execution where resman_lead_id = 'L-Z' for update
        """)
      let erased = Task { try await Self.erase("L-Z", fixture) }
      try await fixture.database.untilBlocked()
      try await other.script(
        "select lead_score from lead where resman_lead_id = 'L-Z' for update; commit")
      await other.close()
      let removed = try await erased.value?.removed
      #expect(removed?["workflow_execution"] == 2)
    }
  }

  /// Killed while it waits in the middle, it has done nothing.
  @Test func nothingIsHalfDone() async throws {
    try await NightlyFixture.with(leads: 100) { fixture in
      try await Self.seed(fixture)
      let before = try Self.dump(fixture)
      let other = try await fixture.database.connect()
      try await other.script(
        "begin; select 1 from notification where resman_lead_id = 'L-Z' for update")
      let erased = Task { try await Self.erase("L-Z", fixture) }
      let watcher = try await fixture.database.connect()
      var isEnded = false
      while !isEnded {
        isEnded = try await !watcher.query(
          """
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'
          """
        ).isEmpty
      }
      await #expect(throws: PostgresError.self) { _ = try await erased.value }
      try await other.script("rollback")
      await other.close()
      await watcher.close()
      let isUnchanged = try Self.dump(fixture) == before
      #expect(isUnchanged)
    }
  }

  /// The log's one exception is for the words of an erased lead, and for nothing else.
  @Test(arguments: [
    "status_reason = null", "status_reason = 'other'", "context_data = '{}'",
    "context_data = null", "status_reason = null, context_data = context_data || '{\"a\": 1}'",
  ])
  func theLogRefusesEverythingElse(_ change: String) async throws {
    try await NightlyFixture.with(leads: 100) { fixture in
      try await Self.seed(fixture)
      let connection = try await fixture.database.connect()
      let update = SQL(
        stringLiteral:
          "update status_sync_log set \(change) where resman_lead_id = 'L-Z' and new_status = 'contacted'"
      )
      try await connection.execute("set role status_sync_eraser")
      // Without a row of erasure, and then with one.
      for _ in 1...2 {
        let error = await #expect(throws: PostgresError.self) {
          try await connection.execute(update)
        }
        #expect(error?.sqlState == "23001")
        try await connection.execute(
          """
          insert into erasure (resman_lead_id, conversation_ids, erased_at, erased_by, reason)
          values ('L-Z', '{}', now(), 'me', 'asked for')
          """)
      }
      await connection.close()
    }
  }

  @Test func theFilesThatHoldTheLeadAreNamed() throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "erasure-\(UUID())")
    let day = root.appending(path: "2026-11-28/excel")
    try FileManager.default.createDirectory(at: day, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: root) }
    for (name, text) in [
      ("drift.csv", "a,L-1,b"), ("excel/drift.csv", "L-1"), ("other.csv", "a,L-10,XL-1,L-1-2"),
      ("status-sync.xlsx", "zip"), ("leads.csv", "L-10 and L-1"),
    ] {
      try text.write(
        to: root.appending(path: "2026-11-28/\(name)"), atomically: true, encoding: .utf8)
    }
    let found = OutputDirectory.files(holding: "L-1", below: root.path())
    #expect(
      found.files?.map { $0.replacingOccurrences(of: root.path(), with: "") } == [
        "/2026-11-28/drift.csv", "/2026-11-28/excel/drift.csv", "/2026-11-28/leads.csv",
        "/2026-11-28/status-sync.xlsx",
      ])
    #expect(found.failure == nil)
    let other = OutputDirectory.files(holding: "L-2", below: root.path())
    #expect(other.files == [] && other.failure == nil)
    for unseen in ["/nowhere/at/all", "/dev/null/reports"] {
      let search = OutputDirectory.files(holding: "L-1", below: unseen)
      #expect(search.files == nil && search.failure != nil, "\(unseen)")
    }
  }

  /// Reports that cannot be seen are not said to be without the lead; what was erased is said all the same.
  @Test(arguments: ["/nowhere/at/all", "/dev/null/reports"])
  func reportsThatCannotBeSeenAreNamed(_ directory: String) async throws {
    try await NightlyFixture.with(leads: 100) { fixture in
      try await Self.seed(fixture)
      let environment = [
        "DATABASE_URL": fixture.database.url, "STATUS_SYNC_REPORTS_DIRECTORY": directory,
      ]
      let erased = try Program.run(
        ["erase", "L-Z", "--reason", "asked for"], environment: environment)
      #expect(erased.status == 0, "\(erased.err)")
      #expect(erased.out.contains("Of L-Z was emptied:"), "\(erased.out)")
      #expect(erased.out.contains("Reports in \(directory) were not looked at ("), "\(erased.out)")
      #expect(!erased.out.contains("No file of a report"), "\(erased.out)")
      // What a later call cannot find.
      #expect(erased.out.contains("its words are not known any more"), "\(erased.out)")
      let again = try Program.run(
        ["erase", "L-Z", "--reason", "asked for", "--json"], environment: environment)
      #expect(again.status == 0, "\(again.err)")
      #expect(again.out.contains(#""unsearched""#) && !again.out.contains(#""files""#))
    }
  }
}
