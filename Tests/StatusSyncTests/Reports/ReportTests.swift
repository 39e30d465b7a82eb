import Crypto
import CSV
import Foundation
import Leads
import Postgres
import Testing

import Outputs
import Pages
import Reports
import Settings
import Store

@Suite struct ReportTests {
  /// The columns that other programs rely on, as in reports/README.md; columns are only ever appended.
  @Test(arguments: [
    (
      "funnel.csv",
      "as_of,window_start,window_end,scope,property_id,property_name,step_order,status,maturity,"
        + "reached,visited,skipped,step_rate,step_lo95,step_hi95,overall_rate,overall_lo95,"
        + "overall_hi95,lost,open,overall_min,overall_max"
    ),
    (
      "time_in_status.csv",
      "as_of,window_start,window_end,scope,property_id,property_name,status,n_closed,n_open,"
        + "mean_seconds,km_median_seconds,km_lo95_seconds,km_hi95_seconds,p25_seconds,p75_seconds,"
        + "p90_seconds,rmst_90d_seconds,oldest_open_seconds"
    ),
    (
      "conversion.csv",
      "as_of,window_start,window_end,scope,property_id,property_name,status,entered,advanced,lost,"
        + "open,rate,lo95,hi95,advanced_7d,advanced_30d,advanced_90d"
    ),
    (
      "transitions.csv",
      "as_of,window_start,window_end,scope,property_id,property_name,from_status,to_status,count,"
        + "leads,share,lo95,hi95,legal,mean_seconds,median_seconds"
    ),
    (
      "daily.csv",
      "as_of,window_start,window_end,scope,property_id,property_name,day,timezone,direction,"
        + "updated_by,changes,creations,failed,revised_at"
    ),
    (
      "delivery.csv",
      "as_of,window_start,window_end,scope,property_id,property_name,kind,channel_or_direction,"
        + "delivered,failed,bounced,expired,pending,suppressed,rate,lo95,hi95,first_attempt_rate"
    ),
    (
      "performance.csv",
      "as_of,window_start,window_end,scope,property_id,property_name,metric,numerator,denominator,"
        + "value,lo95,hi95,unit,note"
    ),
    (
      "drift.csv",
      "run_id,property_id,resman_lead_id,conversation_id,base,domiq_raw,domiq,resman_raw,resman,"
        + "verdict,rule,action,target,hops,irregular,cause,outcome,reason"
    ),
  ])
  func columnsAreThoseOfTheContract(_ name: String, _ header: String) throws {
    let file = try #require(DataDictionary.files.first { $0.name == name })
    let columns = file.columns.map(\.name).joined(separator: ",")
    #expect(columns == header || columns.hasPrefix(header + ","))
  }

  @Test func theSameReportTwiceIsTheSameToTheByte() async throws {
    try await NightlyFixture.with(leads: 200) { fixture in
      let connection = try await fixture.database.connect()
      let asOf = try #require(Instant(iso8601: fixture.now().iso8601))
      let report = LogReport(connection, settings: fixture.settings.reports)
      let first = try await report.run(asOf: asOf, from: nil, to: nil, directory: nil, now: asOf)
      let second = try await report.run(asOf: asOf, from: nil, to: nil, directory: nil, now: asOf)
      #expect(first == second)
      #expect(first.files.contains { $0.name == "excel/funnel.csv" })
      let folder = URL(fileURLWithPath: first.directory)
      for file in first.files {
        let data = try Data(contentsOf: folder.appending(path: file.name))
        let digest = SHA256.hash(data: data).map {
          String($0 >> 4, radix: 16) + String($0 & 15, radix: 16)
        }.joined()
        #expect(digest == file.sha256, "\(file.name)")
        if file.name.hasSuffix(".csv"), !file.name.hasPrefix("excel/") {
          #expect(try CSVReader.rows(of: Array(data)).count == (file.rows ?? -1) + 1)
        }
      }
      let mode =
        try FileManager.default.attributesOfItem(
          atPath: folder.appending(path: "funnel.csv").path())[.posixPermissions] as? Int
      #expect(mode == 0o600)
      await connection.close()
    }
  }

  /// The report of one property compares it with the portfolio, not with itself.
  @Test func onePropertyAgainstThePortfolio() async throws {
    let log = try await MeasuredLog.empty()
    for (number, name, leased) in [(UInt8(1), "Strong", 60), (2, "Weak", 5)] {
      try await log.property(SmallLog.id(number), name)
      try await log.cohort(SmallLog.id(number), name, leads: 100, reaching: ["leased": leased])
    }
    let asOf = try #require(Instant(iso8601: "2025-03-01T00:00:00Z"))
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "one-property-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let settings = ReportSettings(directory: folder.path())
    let written = try await LogReport(log.database, settings: settings).run(
      asOf: asOf, from: nil, to: nil, property: SmallLog.id(2), directory: nil, now: asOf)
    let page = try String(
      contentsOf: URL(fileURLWithPath: written.directory).appending(path: "summary.html"),
      encoding: .utf8)
    #expect(page.contains("clearly below the portfolio (32.5\u{A0}% leased), none above."))
    #expect(page.contains("▼ below the portfolio"))
    let digest = try await Report(log.database, settings: settings).digest(
      asOf: asOf, runID: nil, property: (SmallLog.id(2), "Weak"), link: nil)
    #expect(digest.text.contains("Clearly below the portfolio: Weak."))
    // The portfolio's own figure is the same.
    let all = try await Report(log.database, settings: settings).digest(
      asOf: asOf, runID: nil, link: nil)
    #expect(all.text.contains("32.5 % of 200 new leads"))
    #expect(all.text.contains("Clearly below the portfolio: Weak."))
  }

  /// A report by hand that is being written keeps its figures: another of the same instant, a night that measures or
  /// prunes, and an erasure wait for it.
  @Test func nobodyMeasuresUntilTheFilesAreWritten() async throws {
    let log = try await SmallLog.load()
    let (holder, other) = (
      try await PostgresConnection(log.database.configuration),
      try await PostgresConnection(log.database.configuration)
    )
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "locked-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let asOf = try #require(Instant(iso8601: SmallLog.asOf))
    // Read for a file, and not to measure.
    try await holder.script("begin; lock table drift_alarm in access exclusive mode")
    async let written = LogReport(log.database, settings: ReportSettings(directory: folder.path()))
      .run(asOf: asOf, from: asOf - .seconds(86_400 * 7), to: nil, directory: nil, now: asOf)
    let waiting: SQL = """
      select from pg_locks
      where relation = 'drift_alarm'::regclass and not granted
        and database = (select oid from pg_database where datname = current_database())
      """
    while try await other.query(waiting).isEmpty { await Task.yield() }
    #expect(try await other.query("select from measurement").count == 1)
    await #expect(throws: LockHeld.self) { try await JobLock.measurement.held(on: other) {} }
    try await holder.script("rollback")
    _ = try await written
    try await JobLock.measurement.held(on: other) {}
    await holder.close()
    await other.close()
  }

  /// The leads of a report of the past are as of its instant. Afterwards the stays, which the live API's windows and
  /// `lead_times` are read from, are the newest again, also where the report could not be written.
  @Test(arguments: [false, true])
  func aReportOfThePastLeavesTheNewestStays(rebuild: Bool) async throws {
    let log = try await SmallLog.load()
    try await log.measure(asOf: SmallLog.asOf)
    let newest = try #require(Instant(iso8601: SmallLog.asOf))
    let past = try #require(Instant(iso8601: "2025-02-01T12:30:00Z"))
    func stays() async throws -> [String] {
      try await log.lines(
        """
        select concat_ws(' ', as_of, resman_lead_id, status, status_since, changes) as line
        from lead_times
        union all
        select concat_ws(' ', property_id, kind, day, key, n) from rollup where n <> 0
        order by 1
        """)
    }
    let before = try await stays()
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "past-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let report = LogReport(log.database, settings: ReportSettings(directory: folder.path()))
    let written = try await report.run(
      asOf: past, from: nil, to: nil, directory: nil, rebuild: rebuild, now: newest)
    // A, B, E, F and G; C and D came later.
    #expect(written.files.first { $0.name == "leads.csv" }?.rows == 5)
    #expect(try await stays() == before)
    let taken = folder.appending(path: "taken")
    try FileManager.default.createDirectory(at: taken, withIntermediateDirectories: true)
    try Data("kept".utf8).write(to: taken.appending(path: "letter.txt"))
    await #expect(throws: ReportError.self) {
      try await report.run(
        asOf: past, from: nil, to: nil, directory: taken.path(), rebuild: rebuild, now: newest)
    }
    #expect(try await stays() == before)
  }

  @Test func aFullDirectoryLeavesTheOldReportWhole() async throws {
    try await NightlyFixture.with(leads: 120) { fixture in
      let night = try await fixture.nightly().run(full: true)
      let manifest = URL(fileURLWithPath: night.report.directory).appending(path: "manifest.json")
      let before = try Data(contentsOf: manifest)
      var settings = fixture.settings
      // A file is in the place of the folder: nothing can be written there.
      settings.reports.directory = manifest.path()
      await #expect(throws: ReportError.self) {
        try await fixture.nightly(settings).run(full: true)
      }
      #expect(try Data(contentsOf: manifest) == before)
    }
  }
}
