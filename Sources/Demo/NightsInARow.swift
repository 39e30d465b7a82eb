import Foundation
import Leads
import Logging
import Nightly
import Postgres
import Settings
import StandIns
import StatusSync
import Store
import Synchronization
import Upstreams

/// Nights of a small town, a day apart in virtual time, with a few changes between them: what must not grow with the
/// number of nights is sampled.
package struct NightsInARow: Sendable {
  /// Tables that grow with every night or change, and why; all others must not.
  private static let growing: [String: String] = [
    "status_sync_log": "the log", "rollup": "a row a property and day",
    "drift": "a row a difference",
    "sync_run": "a row a night", "run_property": "a row a night and property",
    "run_pull": "a row a night, property and system", "review_item": "a row a question",
    "drift_alarm": "a row an alarm", "measurement": "a row a measurement",
  ]

  /// What there was after a night.
  package struct Sample: Sendable {
    package var night: Int
    package var residentKiB: Int
    package var descriptors: Int
    /// Entries of the folder of temporary files.
    package var temporary: Int
    /// Entries of the folder of reports.
    package var folders: Int
    package var databaseBytes: Int
    /// Rows by table, and its bytes with those of its indexes. Also the views of figures, which have the rows of every
    /// measurement.
    package var tables: [String: Table]
    /// Processor time of this process since the first night, in seconds.
    package var cpuSeconds: Double
  }

  /// One table of a sample.
  package struct Table: Sendable {
    package var rows: Int
    package var bytes: Int
  }

  /// How many nights.
  package let nights: Int
  /// The folder of the reports.
  package let directory: String
  /// The time of the first night's day.
  let start: Instant

  /// Fewer nights say nothing of memory, and others may work in the same process.
  private var isLong: Bool { nights >= 40 }

  package init(_ nights: Int, directory: String, start: Instant) {
    self.nights = nights
    self.directory = directory
    self.start = start
  }

  /// Runs the nights on an empty, migrated database.
  /// - Parameter database: its connection string.
  /// - Returns: twelve samples, or one a night if there are fewer nights.
  /// - Throws: where a night ends with anything but success or open questions.
  package func run(on database: String) async throws -> [Sample] {
    let day = Atomic(0)
    var clock = RunClock.system()
    let elapsed = clock.elapsed
    clock.now = { [start] in
      let days = Int64(day.load(ordering: .relaxed))
      let running = Int64(elapsed() / .microseconds(1))
      return Instant(microseconds: start.microseconds + running + days * 86_400_000_000)
    }
    let connection = try await PostgresConnection(PostgresConfiguration(url: database))
    let world = World.demo(leads: 120, properties: 8, seed: 7, now: start)
    try await world.load(into: connection)
    let standIns = try await StandIns.start(
      world: world, clock: { [clock] in clock.now().microseconds })
    let client = UpstreamHTTP.makeClient(concurrency: 16)
    let outcome: Result<[Sample], any Error>
    do {
      let nightly = try Nightly.connected(
        settings(standIns), database: database, client: client, clock: clock,
        logger: Logger(label: "nights") { _ in SwiftLogNoOpLogHandler() })
      let known = world.resman.map(\.id)
      var samples: [Sample] = []
      for night in 1...nights {
        day.store(night, ordering: .relaxed)
        for number in 0..<3 {
          let lead = known[(night * 3 + number) % known.count]
          let isBack = standIns.resman.lead(lead)?.status == "qualified"
          _ = standIns.edit(Edit(.resman, lead: lead, status: isBack ? "contacted" : "qualified"))
        }
        let result = try await nightly.run(full: false)
        guard [0, 3].contains(result.summary.exitCode) else {
          throw NightFailed(night: night, status: result.summary.exitCode)
        }
        standIns.ledger.clear()
        if night * 12 / nights > (night - 1) * 12 / nights {
          samples.append(try await sample(night, connection))
        }
      }
      outcome = .success(samples)
    } catch { outcome = .failure(error) }
    await standIns.stop()
    await client.shutdown()
    await connection.close()
    return try outcome.get()
  }

  /// As installations keep it, but for the folders; fewer nights need to see something go.
  private func settings(_ standIns: StandIns) -> Settings {
    var settings = DemoFolder.Addresses(standIns).settings(reports: directory)
    // No result may depend on the speed of the machine.
    settings.resman.timeoutSeconds = 300
    settings.domiq.timeoutSeconds = 300
    // Every kind of drift in 120 leads would exceed a percentage meant for real data.
    settings.limits.guards.repairPercent = 100
    settings.limits.settleSeconds = 0
    settings.keep =
      isLong
      ? KeepSettings(reportsDays: 10)
      : KeepSettings(reportsDays: 10, nights: 1, weeks: 1, months: 1, driftDays: 1)
    settings.reports.excel = false
    return settings
  }

  private func sample(_ night: Int, _ connection: PostgresConnection) async throws -> Sample {
    var tables: [String: Table] = [:]
    let relations = try await connection.query(
      """
      select relname::text as name, pg_total_relation_size(oid) as bytes from pg_class
      where relnamespace = 'public'::regnamespace
        and (relkind = 'r' or relkind = 'v' and to_regclass(quote_ident(relname || '_revision')) is not null)
      order by 1
      """)
    for row in relations {
      let name: String = try row["name"]
      let rows: Int? =
        try await connection.queryOne("select count(*) as rows from \(identifier: name)")?["rows"]
      tables[name] = Table(rows: rows ?? 0, bytes: try row["bytes"])
    }
    let bytes: Int? =
      try await connection.queryOne("select pg_database_size(current_database()) as bytes")?[
        "bytes"]
    return Sample(
      night: night, residentKiB: ProcessStatus.residentKiB(),
      descriptors: ProcessStatus.descriptors(),
      temporary: ProcessStatus.entries(FileManager.default.temporaryDirectory.path()),
      folders: ProcessStatus.entries(directory), databaseBytes: bytes ?? 0, tables: tables,
      cpuSeconds: ProcessStatus.cpuSeconds())
  }

  // MARK: - What may grow

  /// Why a table may grow; nil where it may not.
  package static func reason(_ table: String) -> String? {
    growing[table]
      ?? (isOfMeasurements(table) ? "the figures of a night, week or month that is kept" : nil)
  }

  private static func isOfMeasurements(_ table: String) -> Bool { table.hasPrefix("metric_") }

  /// What grew that must not, or faster in the second half than in the first; one sentence each.
  /// - Parameter samples: at least two.
  package func faults(_ samples: [Sample]) -> [String] {
    guard let first = samples.first, let last = samples.last, samples.count > 1 else {
      return ["there are \(samples.count) samples"]
    }
    let middle = samples[samples.count / 2 - 1]
    var faults: [String] = []
    for (table, now) in last.tables.sorted(by: { $0.key < $1.key }) {
      let before = middle.tables[table]?.rows ?? 0
      if Self.isOfMeasurements(table), table.hasSuffix("_revision") {
        let shown = last.tables[String(table.dropLast("_revision".count))]?.rows ?? 0
        if now.rows > shown {
          faults.append("\(table) has \(now.rows) rows, and measurements show \(shown)")
        }
      } else if Self.isOfMeasurements(table) {
        // How many measurements are kept is the growth of `measurement` itself.
        let each = [middle, last].map { sample in
          (sample.tables[table]?.rows ?? 0) / max(sample.tables["measurement"]?.rows ?? 0, 1)
        }
        if Double(each[1]) > Double(each[0]) * 1.2 + 20 {
          faults.append("\(table) grows: from \(each[0]) to \(each[1]) rows a measurement")
        }
      } else if Self.reason(table) != nil {
        // The second half has one sample's span more than the first, which begins at the first sample.
        let early = max(before - (first.tables[table]?.rows ?? 0), 0)
        let spans = Double(last.night - middle.night) / Double(max(middle.night - first.night, 1))
        if Double(now.rows - before) > Double(early) * spans * 1.2 + 20 {
          faults.append("\(table) grows ever faster: \(early), then \(now.rows - before) rows")
        }
      } else {
        let peak = samples.prefix(samples.count / 2).compactMap { $0.tables[table]?.rows }.max()
        if Double(now.rows) > Double(peak ?? 0) * 1.1 + 5 {
          faults.append("\(table) grows: from \(before) to \(now.rows) rows")
        }
      }
    }
    // As many as `keep` says, the newest, and a few of its own.
    if last.folders > 10 + 5 { faults.append("\(last.folders) folders of reports stay") }
    guard isLong else { return faults }
    let early = samples[samples.count / 3].residentKiB
    if last.residentKiB > early + early / 10 + 16 * 1024 {
      faults.append("memory grows: from \(early) to \(last.residentKiB) KiB")
    }
    if last.descriptors > middle.descriptors + 4 {
      faults.append("descriptors leak: from \(middle.descriptors) to \(last.descriptors)")
    }
    if last.temporary > middle.temporary + 1 {
      faults.append("temporary files stay: from \(middle.temporary) to \(last.temporary)")
    }
    return faults
  }
}

/// A night that did not succeed.
package struct NightFailed: Error, CustomStringConvertible {
  var night: Int
  var status: Int

  package var description: String { "night \(night) ended with \(status)" }
}

/// What the kernel says of a process.
package enum ProcessStatus {
  /// Memory in use, of this process or another.
  package static func residentKiB(_ process: String = "self") -> Int {
    let text = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return line.flatMap { Int($0.split(separator: " ").dropFirst().first ?? "") } ?? 0
  }

  /// Open descriptors, of this process or another.
  package static func descriptors(_ process: String = "self") -> Int {
    entries("/proc/\(process)/fd")
  }

  /// Entries of a folder; 0 where there is none.
  package static func entries(_ path: String) -> Int {
    (try? FileManager.default.contentsOfDirectory(atPath: path))?.count ?? 0
  }

  /// Processor time of this process, in seconds.
  package static func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000
  }
}
