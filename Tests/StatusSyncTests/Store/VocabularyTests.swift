import Changes
import Foundation
import Leads
import Links
import Nightly
import Postgres
import Statistics
import Store
import TestDatabase
import Testing

// The bits and kinds that only the analytics have.
@testable import Analytics  // uses `DailyRollup`, internal

/// SQL repeats some of the vocabularies, transition rules and bits; they must equal those of Swift.
@Suite struct VocabularyTests {
  /// The words of each `check` of the schema, by column. Lists that name a type are its cases; the others
  /// exist only in SQL, or in several places of Swift.
  private static let vocabularies: [(columns: [String], words: [String])] = [
    (
      [
        "status_sync_log.old_status", "status_sync_log.new_status",
        "status_workflow_rules.trigger_status", "status_workflow_rules.target_status",
        "status_notification_preferences.status_type",
      ], Status.allCases.map(\.rawValue)
    ),
    (["status_sync_log.updated_by", "api_key.updated_by"], ["chatbot", "resman_user", "system"]),
    (["status_sync_log.sync_direction"], Direction.allCases.map(\.rawValue)),
    (["status_sync_log.sync_status"], LastChange.End.allCases.map(\.rawValue)),
    (
      [
        "status_notification_preferences.notification_method", "notification_contact.channel",
        "notification.channel",
      ], NotificationChannel.allCases.map(\.rawValue)
    ),
    (
      ["notification.priority", "lead_task.priority"],
      NotificationPriority.allCases.map(\.rawValue)
    ),
    (["notification.state"], ["pending", "accepted", "delivered", "dead", "suppressed"]),
    (["notification.cause"], ["failed", "bounced", "expired"]),
    (
      ["notification.origin"], ["preference", "workflow", "follow_up", "prospect", "report"]
    ),
    (["workflow_execution.action_type"], WorkflowAction.Kind.allCases.map(\.rawValue)),
    (["workflow_execution.state"], ["pending", "done", "failed", "unmet"]),
    (["lead_task.state"], ["open", "done", "cancelled"]),
    (["follow_up.state"], ["scheduled", "reminded", "moot"]),
    (["webhook_delivery.outcome"], WebhookReceiver.Outcome.allCases.map(\.rawValue)),
    (["job_lock.name"], JobLock.allCases.map(\.rawValue)),
    (["sync_run.mode"], RunMode.allCases.map(\.rawValue)),
    (["sync_run.state"], ["running", "finished", "failed", "interrupted"]),
    (
      ["run_pull.system", "pull_cursor.system", "lead_description.system"],
      System.allCases.map(\.rawValue)
    ),
    (["lead_description.tour_status"], TourStatus.allCases.map(\.rawValue)),
    (["drift.verdict"], Verdict.allCases.map(\.rawValue)),
    (["drift.action"], Action.allCases.map(\.rawValue)),
    (["drift.cause"], DriftCause.allCases.map(\.rawValue)),
    (["drift.outcome"], Outcome.allCases.map(\.rawValue)),
    (["drift_alarm.verdict"], DriftAlarm.Verdict.allCases.map(\.rawValue)),
    (["review_item.state"], ["open", "accepted", "ignored", "resolved", "healed"]),
    (
      ["review_item.answer"],
      [.push, .pull, .accept, .ignore(until: Instant(microseconds: 0), reason: "")]
        .map(\ReviewAnswer.name)
    ),
    (["stage_diff.domiq_presence", "stage_diff.resman_presence"], ["seen", "missing", "unread"]),
    (["stage_diff.plain"], [Verdict.inSync, .resmanOnly].map(\.rawValue)),
    (["lead_link.how"], LinkHow.allCases.map(\.rawValue)),
    (["link_proposal.how"], [LinkHow.email, .phone].map(\.rawValue)),
    (["rollup.kind"], DailyRollup.Kind.allCases.map(\.rawValue)),
    (["metric_alerts_revision.limit_kind"], Target.Limit.Kind.allCases.map(\.rawValue)),
    (["metric_alerts_revision.verdict"], TargetVerdict.Verdict.allCases.map(\.rawValue)),
    (
      ["metric_changes_revision.verdict", "metric_lost_reasons_revision.verdict"],
      PeriodChange.Verdict.allCases.map(\.rawValue)
    ),
    (["metric_cohorts_revision.grain"], CohortGrain.allCases.map(\.rawValue)),
    (
      [
        "metric_funnel_revision.maturity", "metric_cohorts_revision.maturity",
        "metric_sources_revision.maturity",
      ],
      ["mature", "all"]
    ),
    (["metric_sources_revision.kind"], ["source", "rest", "unknown"]),
    (["metric_lost_reasons_revision.kind"], ["reason", "rest", "unknown"]),
    (["metric_agents_revision.kind"], ["agent", "rest", "unknown"]),
    (["metric_curves_revision.curve"], CurveName.allCases.map(\.rawValue)),
    (["metric_weeks_revision.basis"], ["event", "cohort"]),
    (["metric_delivery_revision.kind"], ["sync", "notification"]),
    (Measure.tables.map { "metric_\($0)_revision.scope" }, ["portfolio", "property"]),
  ]

  /// Checks every `check` that lists words; one that is not named above is a failure, too.
  @Test func checksAllowTheWordsOfSwift() async throws {
    try await Self.with { connection in
      let rows = try await connection.query(
        """
        select conrelid::regclass || '.' || attname as column, pg_get_constraintdef(c.oid) as def
        from pg_constraint c
        join pg_attribute a on a.attrelid = c.conrelid and array[a.attnum] = c.conkey
        where contype = 'c' and connamespace = current_schema()::regnamespace
        """)
      var found: [String: Set<String>] = [:]
      for row in rows {
        let words = (try row["def"] as String).matches(of: /'([^']*)'::/).map { String($0.1) }
        if words.count > 1 { found[try row["column"]] = Set(words) }
      }
      var expected: [String: Set<String>] = [:]
      for (columns, words) in Self.vocabularies {
        for column in columns { expected[column] = Set(words) }
      }
      #expect(found.count > 50)
      for column in Set(found.keys).union(expected.keys).sorted() {
        #expect(found[column] == expected[column], "\(column)")
      }
    }
  }

  @Test func ranksAndTransitionsAreThoseOfStatus() async throws {
    try await Self.with { connection in
      let words = Status.allCases.map(\.rawValue) + ["elsewhere", ""]
      let ranks = try await connection.query(
        "select word, status_rank(word) as rank from unnest(\(words)::text[]) as word")
      #expect(ranks.count == words.count)
      for row in ranks {
        let word: String = try row["word"]
        #expect(try row["rank"] == Status(rawValue: word)?.rank, "\(word)")
      }
      let moves = try await connection.query(
        """
        select a, b, status_allows(a, b) as allowed
        from unnest(\(words)::text[]) as a cross join unnest(\(words)::text[]) as b
        """)
      #expect(moves.count == words.count * words.count)
      for row in moves {
        let (a, b): (String, String) = (try row["a"], try row["b"])
        let isAllowed =
          Status(rawValue: a).flatMap { a in Status(rawValue: b).map(a.allows) } ?? false
        #expect(try row["allowed"] == isAllowed, "\(a) to \(b)")
      }
      let none = try await connection.queryOne(
        "select status_allows(null, 'new') as from_none, status_allows('new', null) as to_none")
      #expect(try none?["from_none"] == false)
      #expect(try none?["to_none"] == false)
    }
  }

  /// A list of statuses in a statement is one of these, in the order of the funnel where order matters.
  @Test(arguments: SQLFiles.all)
  func listsOfStatusesAreWhole(file: SQLFiles.File) throws {
    let all = Status.allCases.map(\.rawValue)
    let ranked = Status.allCases.filter { $0.rank != nil }.map(\.rawValue)
    let open = Status.allCases.filter { !$0.isTerminal }.map(\.rawValue)
    let closed = Status.allCases.filter(\.isTerminal).map(\.rawValue)
    let successors = Status.allCases.map { $0.successors.map(\.rawValue) }
    let ends = [ranked.first, ranked.last].compactMap(\.self)
    let allowed = [all, ranked, open, closed, ends] + successors
    for match in file.code.matches(of: /'[a-z_]+'(?:,\s*'[a-z_]+')+/) {
      let words = match.0.matches(of: /'([a-z_]+)'/).map { String($0.1) }
      guard words.contains(where: { Status(rawValue: $0)?.rank.map { $0 > 0 } == true }) else {
        continue
      }
      #expect(allowed.contains(words), "\(file.path): \(words)")
    }
    for match in file.code.matches(of: /\('([a-z_]+)', ([0-9]+)\)/) {
      guard let status = Status(rawValue: String(match.1)) else { continue }
      #expect(status.rank == Int(match.2), "\(file.path): \(match.0)")
    }
  }

  // MARK: - Bits

  /// For each bit, a log row with only that property.
  private static let oddities: [(bit: SettledRow.Oddities, change: String)] = [
    ([], "attempts = 1"),
    (.bridged, "bridged = true"),
    (.irregular, "irregular = true"),
    (.failed, "sync_status = 'failed'"),
    (.retried, "attempts = 2"),
    (.withoutTime, "occurred_at = null"),
    (.syncedBefore, "synced_at = '2026-10-31'"),
    (.takenOver, "old_status = null"),
    (.backfilled, #"context_data = '{"backfilled": true}'"#),
  ]

  @Test func odditiesOfTheLogHaveTheBitsOfSwift() async throws {
    try await Self.with { connection in
      for (bit, change) in Self.oddities {
        let parts = change.split(separator: " = ", maxSplits: 1)
        var values = [
          "old_status": "'new'", "new_status": "'contacted'", "updated_by": "'system'",
          "sync_direction": "'to_resman'", "sync_status": "'success'", "attempts": "1",
          "occurred_at": "'2026-11-01'", "synced_at": "'2026-11-02'", "bridged": "false",
          "irregular": "false", "context_data": "'{}'",
        ]
        values[String(parts[0])] = String(parts[1])
        let columns = values.keys.sorted()
        try await connection.script(
          """
          insert into status_sync_log (\(columns.joined(separator: ", ")))
          values (\(columns.compactMap { values[$0] }.joined(separator: ", ")))
          """)
        let row = try await connection.queryOne(
          "select coalesce(odd, 0) as odd from settled_change order by seq desc limit 1")
        #expect(try row?["odd"] == Int(bit.rawValue), "\(change)")
      }
    }
  }

  /// The bits that statements read from `stage_….flags` as a lead's fields are those that Swift reads.
  @Test func fieldsHaveTheBitsThatTheyAreCommentedBy() async throws {
    let names = Field.allCases.enumerated().map { "\(1 << $0.offset) \($0.element.rawValue)" }
    for (index, field) in Field.allCases.enumerated() {
      #expect(LeadFacts(leadScore: nil, bits: 1 << index).fields == [field])
    }
    #expect(LeadFacts(leadScore: nil, bits: 16 | 32).fields.isEmpty)
    let all = (1 << Field.allCases.count) - 1
    let masks = SQLFiles.all.flatMap { $0.code.matches(of: /& (15|7|31|63)\b/).map { $0.1 } }
    #expect(!masks.isEmpty && masks.allSatisfy { Int($0) == all })
    try await Self.with { connection in
      for (table, column) in [
        ("lead", "fields"), ("stage_domiq", "flags"), ("stage_resman", "flags"),
      ] {
        let row = try await connection.queryOne(
          """
          select col_description(attrelid, attnum) as words from pg_attribute
          where attrelid = to_regclass(\(table)) and attname = \(column)
          """)
        let words: String? = try row?["words"]
        #expect(words?.contains(names.joined(separator: ", ")) == true, "\(table)")
      }
    }
  }

  private static func with(
    _ body: @Sendable (PostgresConnection) async throws -> Void
  ) async throws {
    try await TestDatabase.with(
      template: "migrated", prepare: { _ = try await Migrator.migrate($0) }
    ) { database in try await body(try await database.connect()) }
  }
}
