import ArgumentParser
import Demo
import Foundation
import Leads
import Postgres
import PrivatePostgres
import Store
import VendorStandIns

/// The CPU time of two whole nights on the vendors' own interfaces, two calls of ResMan's partner interface at a time:
/// the first of an installation, and the next. The stand-ins work in processes of their own, so that their time is not the
/// job's.
struct VendorBench {
  /// One night.
  struct Night: Encodable {
    /// User and system time of the job.
    var cpu_seconds: Double
    /// The same, of a million prospects.
    var cpu_seconds_per_million: Double
    /// By stage.
    var seconds: [String: Double]
    var peak_mb: Double
    var verdicts: [String: Int]
  }

  /// What was measured, for a program.
  struct Measured: Encodable {
    /// On ResMan's side.
    var prospects: Int
    var conversations: Int
    var properties: Int
    var calls_at_once: Int
    var first: Night
    var second: Night
  }

  /// Leads of one property.
  static let each = 3_000
  private static let atOnce = 2

  let leads: Int
  /// Of each communication log.
  let entries: Int
  let now: Instant

  /// The leads as both stand-ins show them, one in a hundred differently.
  func world() -> VendorWorld {
    var world = VendorWorld(
      leads: leads, properties: max(1, (leads + Self.each - 1) / Self.each), now: now,
      differing: 100)
    // What prospects and notes say proves no status.
    let log = ["EmailFromProspect", "Note", "CallFromProspect", "TextFromProspect"]
    for index in world.cards.indices {
      let own = world.cards[index].log.count
      world.cards[index].log += (min(own, entries)..<entries).map { log[$0 % log.count] }
    }
    return world
  }

  func run(in folder: URL, on server: PrivateServer) async throws -> Measured {
    let own = try await DemoEnvironment.database("vendor", on: server)
    let connection = try await PostgresConnection(PostgresConfiguration(url: own))
    _ = try await Migrator.migrate(connection)
    await connection.close()
    let world = world()
    let domiq = try await DomIQStandIn.make(
      world, in: try await DemoEnvironment.database("domiq", on: server))
    let resman = try ServedBeside([
      "serve-partner", "--leads", "\(leads)", "--entries", "\(entries)", "--now",
      "\(now.microseconds)",
    ])
    defer { resman.stop() }
    let secret = folder.appending(path: "domiq.url")
    guard
      FileManager.default.createFile(
        atPath: secret.path(), contents: Data(domiq.readerURL.utf8),
        attributes: [.posixPermissions: 0o600])
    else { throw BenchError("\(secret.path()) cannot be written") }
    let account = PartnerStandIn.Account()
    let zones = world.properties.map { "    \($0.id): { timezone: \($0.timezone) }" }
    let job = NightJob(
      url: own, folder: folder,
      config: """
        resman:
          kind: partner
          url: "\(resman.line)"
          events_url: "\(resman.line)"
          account_id: "\(account.id)"
          partner_id: "\(account.partner)"
          requests_per_second: 100000
          concurrency: \(Self.atOnce)
          timeout_seconds: 600
          properties:
        \(zones.joined(separator: "\n"))
        domiq:
          kind: database
          database_url_file: "\(secret.path())"
          company_id: \(DomIQStandIn.company)
        """, secrets: ["STATUS_SYNC_RESMAN_TOKEN": account.key])
    let first = try night(job, world)
    let expected = Dictionary(grouping: world.expected.values, by: \.rawValue).mapValues(\.count)
    guard first.verdicts == expected else {
      throw BenchError("the first night found \(first.verdicts.sorted { $0.key < $1.key })")
    }
    return Measured(
      prospects: world.cards.count, conversations: world.conversations.count,
      properties: world.properties.count, calls_at_once: Self.atOnce, first: first,
      second: try night(job, world))
  }

  private func night(_ job: NightJob, _ world: VendorWorld) throws -> Night {
    let ended = try job.run()
    guard ended.summary.pull?.incomplete.isEmpty == true else {
      throw BenchError("a property was not read completely")
    }
    return Night(
      cpu_seconds: ended.cpuSeconds,
      cpu_seconds_per_million: ended.cpuSeconds / Double(world.cards.count) * 1_000_000,
      seconds: ended.summary.stages.mapValues(\.seconds), peak_mb: ended.peakMB,
      verdicts: ended.summary.verdicts)
  }
}

extension Benchmark {
  struct Vendor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Measure the job's CPU time for nights on the vendors' own interfaces; prints JSON."
    )
    @Option(help: "Leads, 3000 to a property.")
    var leads = 30_000
    @Option(help: "Entries of each communication log.")
    var entries = 4

    func validate() throws {
      guard (1...10_000_000).contains(leads), (0...100).contains(entries) else {
        throw ValidationError("--leads: 1 to 10000000; --entries: 0 to 100")
      }
    }

    func run() async throws {
      let bench = VendorBench(leads: leads, entries: entries, now: RunClock.system().now())
      try await Benchmark.withServer { folder, server in
        print(try JSON.encode(await bench.run(in: folder, on: server)))
      }
    }
  }

  /// The partner interface, until its input ends.
  struct ServePartner: AsyncParsableCommand {
    static let configuration = CommandConfiguration(shouldDisplay: false)
    @Option var leads: Int
    @Option var entries: Int
    @Option(help: "Microseconds since 1970.") var now: Int64

    func run() async throws {
      let bench = VendorBench(leads: leads, entries: entries, now: Instant(microseconds: now))
      let resman = try await PartnerStandIn.start(bench.world())
      FileHandle.standardOutput.write(Data("\(resman.url)\n".utf8))
      _ = FileHandle.standardInput.readDataToEndOfFile()
      await resman.stop()
    }
  }
}
