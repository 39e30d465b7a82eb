import Foundation
import Leads
import Postgres
import Testing

import Analytics
import Nightly
@testable import Reports  // uses `mayReplace`, `moveLatest`, `pruneReports`, internal

/// A report replaces only its own folder, and old folders are removed only by the clock.
@Suite struct ReportPlaceTests {
  /// A directory with folders as reports leave them.
  private struct Reports {
    let url = FileManager.default.temporaryDirectory.appending(
      path: "status-sync-places-\(UUID().uuidString)")

    func directory() throws -> OutputDirectory { try OutputDirectory.create(at: url.path()) }

    func add(_ name: String, day: String, run: UUID? = nil) throws {
      let folder = url.appending(path: name)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let manifest = ReportManifest(as_of: day + "T02:00:00Z", day: day, files: [])
      try Report.json(manifest).write(to: folder.appending(path: "manifest.json"))
      guard let run else { return }
      let summary = RunSummary(runID: run, mode: .run, asOf: day + "T02:00:00Z")
      try Report.json(summary).write(to: folder.appending(path: "run.json"))
    }

    func remove() { try? FileManager.default.removeItem(at: url) }
  }

  private static func at(_ text: String) throws -> Instant {
    try #require(Instant(iso8601: text))
  }

  @Test func aRunsFolderIsReplacedByItsOwnRunAlone() throws {
    let reports = Reports()
    defer { reports.remove() }
    let (first, second) = (UUID(), UUID())
    try reports.add("2026-03-02", day: "2026-03-02", run: first)
    let root = try reports.directory()
    let asOf = try Self.at("2026-03-02T10:15:02Z")
    let place = ReportPlace.night
    #expect(try place.name(in: root, asOf: asOf, run: first) == "2026-03-02")
    #expect(try place.name(in: root, asOf: asOf, run: second) == "2026-03-02T101502Z")
    try reports.add("2026-03-02T101502Z", day: "2026-03-02", run: second)
    let third = UUID()
    #expect(
      try place.name(in: root, asOf: asOf, run: third)
        == "2026-03-02T101502Z-\(third.uuidString.lowercased())")
    #expect(throws: ReportError.self) {
      try ReportPlace.folder(reports.url.appending(path: "2026-03-02"))
        .name(in: root, asOf: asOf, run: nil)
    }
  }

  /// Folders that are not our reports are never removed.
  @Test func aFolderThatIsNoReportIsNotReplaced() throws {
    let reports = Reports()
    defer { reports.remove() }
    let root = try reports.directory()
    let mine = reports.url.appending(path: "mine")
    try FileManager.default.createDirectory(at: mine, withIntermediateDirectories: true)
    #expect(try root.mayReplace("mine", by: nil))
    try Data("kept".utf8).write(to: mine.appending(path: "letter.txt"))
    try Data("kept".utf8).write(to: reports.url.appending(path: "file"))
    try FileManager.default.createSymbolicLink(
      at: reports.url.appending(path: "link"), withDestinationURL: mine)
    try reports.add("by-hand", day: "2026-03-02")
    for (name, may) in [
      ("mine", false), ("file", false), ("link", false), ("by-hand", true), ("new", true),
    ] {
      #expect(try root.mayReplace(name, by: nil) == may, "\(name)")
      #expect(try root.mayReplace(name, by: UUID()) == may, "\(name)")
    }
  }

  /// The second night ran under a clock set ahead by months.
  @Test func latestIsTheReportWrittenLast() throws {
    let reports = Reports()
    defer { reports.remove() }
    let root = try reports.directory()
    for day in ["2026-03-01", "2026-12-24", "2026-03-03"] {
      try reports.add(day, day: day, run: UUID())
      try root.moveLatest(to: day)
      #expect(root.target(ofLink: "latest") == day)
    }
  }

  @Test func oldReportsAreRemovedByTheClock() throws {
    let reports = Reports()
    defer { reports.remove() }
    let days = ["2026-01-30", "2026-01-31", "2026-02-28", "2026-03-02"]
    for day in days { try reports.add(day, day: day, run: UUID()) }
    try reports.add("2026-01-30T101502Z", day: "2026-01-30", run: UUID())
    try reports.add("report-2026-01-01T000000Z", day: "2026-01-01")
    try FileManager.default.createDirectory(
      at: reports.url.appending(path: "2025-01-01"), withIntermediateDirectories: true)
    let root = try reports.directory()
    let now = try Self.at("2026-03-02T02:00:00Z")
    let before = try root.names()
    #expect(try root.pruneReports(keeping: 30, now: now, isDryRun: true).count == 2)
    #expect(try root.names() == before)
    let pruned = try root.pruneReports(keeping: 30, now: now)
    #expect(pruned == ["2026-01-30", "2026-01-30T101502Z"])
    #expect(
      try root.names() == [
        "2025-01-01", "2026-01-31", "2026-02-28", "2026-03-02", "report-2026-01-01T000000Z",
      ])
  }

  /// A removal that ends halfway leaves nothing that looks like a report, and nothing for ever.
  @Test func anInterruptedRemovalIsFinished() throws {
    let reports = Reports()
    defer { reports.remove() }
    for day in ["2026-01-30", "2026-03-02"] { try reports.add(day, day: day, run: UUID()) }
    let pages = reports.url.appending(path: "2026-01-30/property")
    try FileManager.default.createDirectory(at: pages, withIntermediateDirectories: false)
    // A name that is no UTF-8 is not found again, so its directory, which comes after the manifest, is never empty.
    func nameless(in folder: String) -> [CChar] { folder.utf8CString.dropLast() + [0x2F, -1, 0] }
    let file = open(nameless(in: pages.path()), O_WRONLY | O_CREAT, 0o600)
    #expect(file >= 0)
    close(file)
    let root = try reports.directory()
    let now = try Self.at("2026-03-02T02:00:00Z")
    #expect(throws: ReportError.self) { try root.pruneReports(keeping: 30, now: now) }
    #expect(try root.names() == [".2026-01-30.old", "2026-03-02"])
    let left = reports.url.appending(path: ".2026-01-30.old")
    #expect(!FileManager.default.fileExists(atPath: left.appending(path: "manifest.json").path()))
    #expect(unlink(nameless(in: left.appending(path: "property").path())) == 0)
    #expect(try root.pruneReports(keeping: 30, now: now) == [])
    #expect(try root.names() == ["2026-03-02"])
  }

  /// `reports.funnel_window_days` is how long a lead's progress counts; the window stays the 90 days before.
  @Test func theFunnelWindowIsNotTheWindow() async throws {
    try await NightlyFixture.with(leads: 200) { fixture in
      var settings = fixture.settings
      settings.reports.funnelWindowDays = 30
      _ = try await fixture.nightly(settings).run(full: true)
      let connection = try await fixture.database.connect()
      let now = fixture.clock.now()
      _ = try await LogReport(connection, settings: settings.reports).run(
        asOf: now, from: nil, to: nil, directory: nil, now: now)
      let rows = try await connection.query(
        """
        select extract(epoch from m.window_end - m.window_start) / 86400 = 90 as is_whole,
          (select sum(f.reached) from metric_funnel f
           where f.as_of = m.as_of and f.scope = 'portfolio' and f.maturity = 'mature') > 0 as has_mature
        from measurement m
        """)
      await connection.close()
      #expect(rows.count == 2)
      for row in rows {
        #expect(try row["is_whole"] as Bool)
        #expect(try row["has_mature"] as Bool)
      }
    }
  }

  /// Reports by hand after a night: the night's folder, `latest`, and the analysts' views do not change.
  @Test func reportsByHandTouchNothingOfANight() async throws {
    try await NightlyFixture.with(leads: 200) { fixture in
      let night = try await fixture.nightly().run(full: true)
      let asOf = try #require(Instant(iso8601: night.summary.asOf))
      let folder = URL(fileURLWithPath: night.report.directory)
      let manifest = try Data(contentsOf: folder.appending(path: "manifest.json"))
      let connection = try await fixture.database.connect()
      let report = LogReport(connection, settings: fixture.settings.reports)
      let now = fixture.clock.now()
      let week = Instant(microseconds: asOf.microseconds - 7 * 86_400_000_000)
      let earlier = Instant(microseconds: asOf.microseconds - 3 * 86_400_000_000)
      var folders: Set<String> = [night.report.directory]
      for (pinned, from) in [(now, nil), (now, week), (earlier, nil)] as [(Instant, Instant?)] {
        let made = try await report.run(
          asOf: pinned, from: from, to: nil, directory: nil, now: now)
        #expect(folders.insert(made.directory).inserted, "\(made.directory)")
      }
      await #expect(throws: ReportError.self) {
        try await report.run(asOf: now, from: nil, to: nil, directory: folder.path(), now: now)
      }
      await #expect(throws: MeasureError.self) {
        let later = Instant(microseconds: now.microseconds + 1_000_000)
        _ = try await report.run(asOf: later, from: nil, to: nil, directory: nil, now: now)
      }
      // The measurement of the run stays the run's.
      await #expect(throws: MeasureError.self) {
        _ = try await report.run(asOf: asOf, from: week, to: nil, directory: nil, now: now)
      }
      await #expect(throws: MeasureError.self) {
        _ = try await report.run(
          asOf: asOf, from: nil, to: nil, cohort: .week, directory: nil, now: now)
      }
      // Its figures are written as they were published, whatever is known by now.
      let sum: SQL = "select sum(reached)::bigint as value from metric_funnel where as_of = \(asOf)"
      let published: Int = try await fixture.value(sum)
      _ = try await connection.execute(
        """
        insert into status_sync_log (
          resman_lead_id, property_id, new_status, updated_by, sync_direction, sync_status, occurred_at)
        select 'late-' || i, (select id from property order by id limit 1), 'new', 'chatbot',
          'to_resman', 'success', \(asOf)::timestamptz - interval '10 days'
        from generate_series(1, 50) i
        """)
      let made = try await report.run(asOf: asOf, from: nil, to: nil, directory: nil, now: now)
      let again: Int = try await fixture.value(sum)
      #expect(again == published && published > 0)
      #expect(
        try Data(contentsOf: folder.appending(path: "funnel.csv"))
          == Data(contentsOf: URL(fileURLWithPath: made.directory).appending(path: "funnel.csv")))
      #expect(try Data(contentsOf: folder.appending(path: "manifest.json")) == manifest)
      let verified = try await Certificate(connection, reports: fixture.directory)
        .verify(night.summary.runID)
      #expect(verified.checks.filter { !$0.ok } == [] && verified.notes.isEmpty)
      let root = try OutputDirectory.create(at: fixture.directory)
      #expect(root.target(ofLink: "latest") == folder.lastPathComponent)
      for table in Measure.tables where table != "restatements" && table != "cohorts" {
        let shown = try await connection.query(
          SQL(
            stringLiteral: """
              select distinct as_of = '\(night.summary.asOf)' as is_of_night
              from metric_\(table)_latest
              """))
        for row in shown { #expect(try row["is_of_night"] as Bool, "\(table)") }
      }
      await connection.close()
    }
  }
}
