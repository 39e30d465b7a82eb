import Foundation
import Leads
import Postgres
import TestDatabase
import Testing

import Pages
import Reports
import Store

/// Sources and reasons for a loss in words that only the person's leads have.
extension ErasureTests {
  private static func withRows(
    _ rows: String, _ body: @Sendable (TestDatabase, PostgresConnection) async throws -> Void
  ) async throws {
    try await TestDatabase.with(
      template: "migrated", prepare: { _ = try await Migrator.migrate($0) }
    ) { database in
      let connection = try await database.connect()
      try await connection.script(rows)
      try await body(database, connection)
      await connection.close()
    }
  }

  private static func forget(_ lead: String, _ db: PostgresConnection) async throws -> ErasedLead {
    let erased = try await Erasure(db).erase(
      lead, reason: "asked for", by: "me", at: RunClock.system().now(), isDryRun: false)
    return try #require(erased)
  }

  private static func lines(_ sql: SQL, _ db: PostgresConnection) async throws -> [String] {
    try await db.query(sql).map { try $0["line"] }
  }

  private static func descriptions(_ db: PostgresConnection) async throws -> [String] {
    try await lines(
      """
      select concat_ws('|', resman_lead_id, source, lost_reason) as line
      from lead_description order by 1
      """, db)
  }

  private static func sources(_ db: PostgresConnection) async throws -> [String] {
    try await lines("select source as line from metric_sources_revision order by 1", db)
  }

  private static func reasons(_ db: PostgresConnection) async throws -> [String] {
    try await lines(
      "select coalesce(reason, '-') as line from metric_lost_reasons_revision order by 1", db)
  }

  /// As long as another lead has the words they are a category; one that was erased is no other lead.
  @Test func wordsOfSeveralLeadsGoWithTheLast() async throws {
    try await Self.withRows(
      """
      insert into lead (resman_lead_id) values ('L-1'), ('L-2'), ('L-3');
      insert into lead_description (resman_lead_id, system, told, source, lost_reason)
      values ('L-1', 'resman', 'x', 'Referred by Jane Doe, 4B', 'Jane moved'), ('L-1', 'domiq', 'x', 'Web', null),
        ('L-2', 'domiq', 'x', 'referred by Jane Doe, 4B', 'Jane moved'), ('L-3', 'resman', 'x', 'Web', 'Price');
      insert into metric_sources_revision (since, scope, kind, source, step_order, status, maturity, reached)
      values ('2026-05-01Z', 'portfolio', 'source', 'Referred by Jane Doe, 4B', 0, 'new', 'all', 2),
        ('2026-05-01Z', 'portfolio', 'source', 'Web', 0, 'new', 'all', 1);
      insert into metric_lost_reasons_revision (since, scope, kind, reason, lost)
      values ('2026-05-01Z', 'portfolio', 'reason', 'Jane moved', 2);
      """
    ) { _, db in
      let before = (
        try await Self.descriptions(db), try await Self.sources(db), try await Self.reasons(db)
      )
      let first = try await Self.forget("L-1", db)
      #expect(first.removed == ["lead_description": 2] && first.words == [])
      #expect(try await Self.descriptions(db) == before.0)
      #expect(try await Self.sources(db) == before.1)
      #expect(try await Self.reasons(db) == before.2)

      let second = try await Self.forget("L-2", db)
      let label = "erased \(second.id ?? 0)"
      #expect(
        second.removed == [
          "lead_description": 2, "metric_lost_reasons": 1, "metric_sources": 1,
        ])
      #expect(second.reworded == ["lost_reasons.csv", "sources.csv"])
      // One word has one label, so that the leads that had it are counted together as before.
      #expect(
        try await Self.descriptions(db) == [
          "L-1|Web", "L-1|\(label)|\(label)", "L-2|\(label)|\(label)", "L-3|Web|Price",
        ])
      #expect(try await Self.sources(db) == ["Web", label])
      #expect(try await Self.reasons(db) == [label])
      for lead in ["L-1", "L-2"] { #expect(try await Self.forget(lead, db).removed.isEmpty) }
    }
  }

  /// What staff corrected is not told any more, and nobody knows whose it was: published since the lead came, it goes.
  @Test func wordsThatNobodyTellsAnyMoreGo() async throws {
    try await Self.withRows(
      """
      insert into status_sync_log (resman_lead_id, new_status, updated_by, sync_direction, sync_status, occurred_at, synced_at)
      values ('L-1', 'new', 'chatbot', 'to_resman', 'success', '2026-05-01Z', '2026-05-01Z');
      insert into lead_description (resman_lead_id, system, told, source, lost_reason)
      values ('L-1', 'resman', 'x', 'Web', 'Moved'), ('L-2', 'resman', 'x', 'web', 'moved');
      insert into metric_lost_reasons_revision (since, until, scope, property_id, kind, reason, lost)
      values ('2026-04-01Z', '2026-04-20Z', 'portfolio', null, 'reason', 'Former category', 1),
        ('2026-05-02Z', '2026-05-10Z', 'portfolio', null, 'reason', 'Zebulon moved to Austin', 1),
        ('2026-05-02Z', '2026-05-10Z', 'portfolio', null, 'reason', 'Zebulon lost his job', 1),
        ('2026-05-02Z', '2026-05-10Z', 'portfolio', null, 'unknown', null, 1),
        ('2026-05-02Z', '2026-05-10Z', 'property', '00000000-0000-4000-8000-00000000000a', 'reason', 'Zebulon moved to Austin', 1),
        ('2026-05-10Z', 'infinity', 'portfolio', null, 'reason', 'Moved', 2);
      """
    ) { _, db in
      let erased = try await Self.forget("L-1", db)
      #expect(erased.removed["metric_lost_reasons"] == 3)
      #expect(erased.reworded == ["lost_reasons.csv"])
      #expect(erased.words.sorted() == ["Zebulon lost his job", "Zebulon moved to Austin"])
      // Two words of one measurement stay two.
      let label = "erased \(erased.id ?? 0)"
      #expect(
        try await Self.reasons(db) == [
          "-", "Former category", "Moved", "\(label).1", "\(label).2", "\(label).2",
        ])
      #expect(try await Self.descriptions(db) == ["L-1|Web|Moved", "L-2|web|moved"])
      #expect(try await Self.forget("L-1", db).removed.isEmpty)
    }
  }

  /// As CSV files quote a word, and as pages cut and escape it.
  @Test(arguments: [
    "Zebulon moved", "=Zebulon's \"<flat>\", 4B",
    String(repeating: "Zebulon & sons, ", count: 6) + "4B",
  ])
  func filesThatHoldAWordAreNamed(_ word: String) throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "erasure-\(UUID())")
    let day = root.appending(path: "2026-11-28/excel")
    try FileManager.default.createDirectory(at: day, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: root) }
    let quoted = word.replacing("\"", with: "\"\"")
    let heading: HTML = "The most frequent reason is “\(Formatting.cut(word))”: 1 of 1 lost lead."
    for (name, text) in [
      ("lost_reasons.csv", "1,\"\(quoted)\",2"), ("excel/lost_reasons.csv", "1,\"'\(quoted)\",2"),
      ("summary.html", heading.text), ("page.html", HTML.name(word).text),
      ("other.csv", "1,\"X\(quoted)\",2"), ("statussync-2026-11-28.xlsx", "zip"),
    ] {
      try text.write(
        to: root.appending(path: "2026-11-28/\(name)"), atomically: true, encoding: .utf8)
    }
    let found = OutputDirectory.files(holding: "L-1", words: [word], below: root.path())
    #expect(
      found.files?.map { $0.replacingOccurrences(of: root.path(), with: "") } == [
        "/2026-11-28/excel/lost_reasons.csv", "/2026-11-28/lost_reasons.csv",
        "/2026-11-28/page.html", "/2026-11-28/statussync-2026-11-28.xlsx",
        "/2026-11-28/summary.html",
      ])
    #expect(OutputDirectory.files(holding: "L-1", below: root.path()).files == [])
  }

  /// The words themselves are in no output of the command.
  @Test func theCommandNamesFilesThatHoldAWord() async throws {
    try await Self.withRows(
      """
      insert into lead (resman_lead_id) values ('L-1');
      insert into lead_description (resman_lead_id, system, told, lost_reason)
      values ('L-1', 'resman', 'x', 'Zebulon moved');
      insert into metric_lost_reasons_revision (since, scope, kind, reason, lost)
      values ('2026-05-01Z', 'portfolio', 'reason', 'Zebulon moved', 1);
      """
    ) { database, _ in
      let root = FileManager.default.temporaryDirectory.appending(path: "erasure-\(UUID())")
      let day = root.appending(path: "2026-11-28")
      try FileManager.default.createDirectory(at: day, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: root) }
      for (name, text) in [("lost_reasons.csv", "reason\r\nZebulon moved\r\n"), ("other.csv", "")] {
        try text.write(to: day.appending(path: name), atomically: true, encoding: .utf8)
      }
      let environment = [
        "DATABASE_URL": database.url, "STATUS_SYNC_REPORTS_DIRECTORY": root.path(),
      ]
      let named = "\(root.path())/2026-11-28/lost_reasons.csv"
      let program = try Program.run(
        ["erase", "L-1", "--reason", "asked for", "--dry-run", "--json"], environment: environment)
      #expect(program.out.contains(named) && !program.out.contains("Zebulon"), "\(program.out)")
      for more in [["--dry-run"], []] {
        let ended = try Program.run(
          ["erase", "L-1", "--reason", "asked for"] + more, environment: environment)
        #expect(ended.status == 0, "\(ended.err)")
        #expect(ended.out.contains("Its words stood in lost_reasons.csv of earlier reports"))
        #expect(ended.out.contains("These files hold the lead's id or its words"))
        #expect(ended.out.contains(named) && !ended.out.contains("other.csv"), "\(ended.out)")
        #expect(!ended.out.contains("Zebulon"))
      }
      // Nothing knows the words any more, and nothing is said of them.
      let again = try Program.run(
        ["erase", "L-1", "--reason", "asked for"], environment: environment)
      #expect(again.out.contains("No file of a report holds the lead's id."), "\(again.out)")
    }
  }
}
