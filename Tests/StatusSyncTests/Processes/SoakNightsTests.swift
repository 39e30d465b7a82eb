import Foundation
import Leads
import StandIns
import Synchronization
import Testing

@testable import Nightly  // uses `contradictions`, internal
import Settings
import Store

/// Nights in a row, a day apart in virtual time: nothing grows but the log, what is derived from it, and what
/// every night adds by design. `make soak` asks for 1,000; the ordinary suite for a few.
@Suite struct SoakNightsTests {
  private static let nights =
    ProcessInfo.processInfo.environment["SOAK_NIGHTS"].flatMap(Int.init) ?? 4
  /// Fewer say nothing of memory, and others work in the same process.
  private static var isAlone: Bool { nights >= 40 }

  /// Tables that grow with every night or change, and why; each by no more in the second half than in the first.
  private static let growing: [String: String] = [
    "status_sync_log": "the log", "rollup": "a row a property and day",
    "drift": "a row a difference",
    "sync_run": "a row a night", "run_property": "a row a night and property",
    "run_pull": "a row a night, property and system", "review_item": "a row a question",
    "drift_alarm": "a row an alarm", "measurement": "a row a measurement",
  ]

  /// Why a table may grow; nil where it may not.
  private static func reason(_ table: String) -> String? {
    growing[table]
      ?? (table.hasPrefix("metric_") ? "the figures of a night, week or month that is kept" : nil)
  }

  struct Sample: Sendable {
    var night: Int
    var residentKiB: Int
    var descriptors: Int
    var temporary: Int
    var folders: Int
    var databaseBytes: Int
    /// Rows by table.
    var rows: [String: Int]
  }

  @Test func nothingGrowsButTheLog() async throws {
    let day = Atomic(0)
    var clock = ProcessClock.running(from: ProcessClock.start)
    let running = clock.now
    clock.now = {
      let days = Int64(day.load(ordering: .relaxed))
      return Instant(microseconds: running().microseconds + days * 86_400_000_000)
    }
    let samples = try await NightlyFixture.with(leads: 120, clock: clock) { town in
      var settings = town.settings
      // As installations keep it, but for the folders; fewer nights need to see something go.
      settings.keep =
        Self.isAlone
        ? KeepSettings(reportsDays: 10)
        : KeepSettings(reportsDays: 10, nights: 1, weeks: 1, months: 1, driftDays: 1)
      settings.reports.excel = false
      let nightly = try town.nightly(settings)
      let known = town.world.resman.map(\.id)
      var samples: [Sample] = []
      for night in 1...Self.nights {
        day.store(night, ordering: .relaxed)
        for number in 0..<3 {
          let lead = known[(night * 3 + number) % known.count]
          let isBack = town.standIns.resman.lead(lead)?.status == "qualified"
          _ = town.standIns.edit(
            Edit(.resman, lead: lead, status: isBack ? "contacted" : "qualified"))
        }
        let result = try await nightly.run(full: false)
        #expect([0, 3].contains(result.summary.exitCode) && result.summary.contradictions.isEmpty)
        town.standIns.ledger.clear()
        if night * 12 / Self.nights > (night - 1) * 12 / Self.nights {
          samples.append(try await Self.sample(night, town))
        }
      }
      return samples
    }
    Self.show(samples)
    try Self.check(samples)
  }

  private static func sample(_ night: Int, _ town: NightlyFixture) async throws -> Sample {
    let connection = try await town.database.connect()
    var rows: [String: Int] = [:]
    let tables: [String] = try await connection.query(
      """
      select relname::text as name from pg_class
      where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1
      """
    ).map { try $0["name"] }
    for table in tables {
      rows[table] =
        try await connection.queryOne("select count(*) as rows from \(identifier: table)")?["rows"]
        ?? 0
    }
    let bytes: Int =
      try await connection.queryOne("select pg_database_size(current_database()) as bytes")?[
        "bytes"]
      ?? 0
    await connection.close()
    func entries(_ path: String) -> Int {
      (try? FileManager.default.contentsOfDirectory(atPath: path))?.count ?? 0
    }
    return Sample(
      night: night, residentKiB: ProcessStatus.residentKiB(), descriptors: entries("/proc/self/fd"),
      temporary: entries(FileManager.default.temporaryDirectory.path()),
      folders: entries(town.directory), databaseBytes: bytes, rows: rows)
  }

  private static func show(_ samples: [Sample]) {
    print("night  resident KiB  descriptors  temporary files  report folders  database bytes")
    for sample in samples {
      print(
        sample.night, sample.residentKiB, sample.descriptors, sample.temporary, sample.folders,
        sample.databaseBytes, separator: "  ")
    }
    guard let first = samples.first, let last = samples.last else { return }
    let middle = samples[samples.count / 2 - 1]
    print("table: rows after night \(first.night), \(middle.night), \(last.night)")
    for (table, rows) in last.rows.sorted(by: { $0.key < $1.key }) {
      let before = middle.rows[table] ?? 0
      let why = rows > before ? reason(table).map { "  grows: \($0)" } ?? "" : ""
      print("  \(table): \(first.rows[table] ?? 0), \(before), \(rows)\(why)")
    }
  }

  private static func check(_ samples: [Sample]) throws {
    let first = try #require(samples.first)
    let last = try #require(samples.last)
    let middle = samples[samples.count / 2 - 1]
    for (table, rows) in last.rows {
      let before = middle.rows[table] ?? 0
      let early = before - (first.rows[table] ?? 0)
      if reason(table) != nil {
        // The second half has one sample's span more than the first, which begins at the first sample.
        let spans = Double(last.night - middle.night) / Double(max(middle.night - first.night, 1))
        #expect(
          Double(rows - before) <= Double(early) * spans * 1.2 + 20, "\(table) grows ever faster")
      } else {
        let peak = samples.prefix(samples.count / 2).compactMap { $0.rows[table] }.max() ?? 0
        #expect(Double(rows) <= Double(peak) * 1.1 + 5, "\(table) grows: \(before) to \(rows)")
      }
    }
    // As many as `reports.keep_days` keeps, the newest, and a few of its own.
    #expect(last.folders <= 10 + 5)
    guard isAlone else { return }
    let early = samples[samples.count / 3].residentKiB
    #expect(last.residentKiB <= early + early / 10 + 16 * 1024, "memory grows")
    #expect(last.descriptors <= middle.descriptors + 4, "descriptors leak")
    #expect(last.temporary <= middle.temporary + 1, "temporary files stay")
  }
}

/// What the kernel says of a process.
enum ProcessStatus {
  /// Memory in use, of this process or another.
  static func residentKiB(_ process: String = "self") -> Int {
    let text = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return line.flatMap { Int($0.split(separator: " ").dropFirst().first ?? "") } ?? 0
  }

  static func descriptors(_ process: String) -> Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd"))?.count ?? 0
  }
}
