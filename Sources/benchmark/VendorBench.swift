import ArgumentParser
import Demo
import Foundation
import HTTP
import Leads
import Store
import Upstreams
import VendorStandIns

/// The CPU time of the job for reading all prospects of ResMan's partner interface, both answers and their communication
/// logs, two calls at a time. The stand-in works in a process of its own, so that its time is not the job's.
struct VendorBench {
  /// What was measured, for a program.
  struct Measured: Encodable {
    var prospects: Int
    var properties: Int
    /// User and system time of this process while it read.
    var cpu_seconds: Double
    /// The same, of a million prospects.
    var cpu_seconds_per_million: Double
    var seconds: Double
    var megabytes: Double
    var peak_mb: Double
    var calls_at_once: Int
  }

  /// Prospects of one property.
  static let each = 3_000
  private static let atOnce = 2

  let prospects: Int
  let entries: Int

  private var properties: Int { max(1, (prospects + Self.each - 1) / Self.each) }

  /// The cards as the stand-in serves them; DomIQ's conversations are not needed.
  func world(now: Instant) -> VendorWorld {
    var world = VendorWorld(leads: prospects, properties: properties, now: now)
    world.conversations = []
    let log = ["EmailFromProspect", "Note", "CallToProspect", "TextFromProspect"]
    for index in world.cards.indices {
      world.cards[index].log = (0..<entries).map { log[$0 % log.count] }
    }
    return world
  }

  func run() async throws -> Measured {
    let server = Process()
    server.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
    server.arguments = [
      "serve-partner", "--prospects", "\(prospects)", "--entries", "\(entries)",
    ]
    let output = Pipe()
    server.standardOutput = output
    // It ends with its input.
    let input = Pipe()
    server.standardInput = input
    try server.run()
    defer {
      try? input.fileHandleForWriting.close()
      server.waitUntilExit()
    }
    var line = ""
    while !line.hasSuffix("\n") {
      let data = output.fileHandleForReading.availableData
      guard !data.isEmpty else { break }
      line += String(decoding: data, as: UTF8.self)
    }
    line = String(line.prefix { $0 != "\n" })
    guard line.hasPrefix("http") else { throw BenchError("the stand-in did not start") }
    return try await read(line)
  }

  private func read(_ url: String) async throws -> Measured {
    let client = UpstreamHTTP.makeClient(concurrency: Self.atOnce)
    let account = PartnerStandIn.Account()
    let clock = RunClock.system()
    let partner = PartnerClient(
      UpstreamSettings(
        url: url, token: "", requestsPerSecond: 1_000_000, concurrency: Self.atOnce,
        timeoutSeconds: 600, deadlineSeconds: 86_400),
      eventsURL: url,
      account: PartnerAccount(accountID: account.id, partnerID: account.partner, key: account.key),
      client: client, clock: clock)
    let list = try await partner.properties()
    let before = ProcessStatus.cpuSeconds()
    let start = clock.elapsed()
    var read = (records: 0, bytes: 0)
    try await list.properties.severalAtOnce(Self.atOnce) {
      try await Self.read($0.id, from: partner)
    } take: {
      read.records += $0.records
      read.bytes += $0.bytes
    }
    let cpu = ProcessStatus.cpuSeconds() - before
    let seconds = (clock.elapsed() - start) / .seconds(1)
    await client.shutdown()
    return Measured(
      prospects: read.records, properties: list.properties.count, cpu_seconds: cpu,
      cpu_seconds_per_million: cpu / Double(max(read.records, 1)) * 1_000_000, seconds: seconds,
      megabytes: Double(read.bytes) / 1_000_000, peak_mb: peakMemoryMB(),
      calls_at_once: Self.atOnce)
  }

  /// One property as the pull reads it: both answers put together, and the page parsed.
  private static func read(
    _ property: UUID, from partner: PartnerClient
  ) async throws -> (records: Int, bytes: Int) {
    let page = try await partner.page(property: property, updatedSince: nil, cursor: nil, limit: 0)
    guard let parser = PageParser() else { throw BenchError("no memory for a parser") }
    return (try parser.parse(page) { $0.leads.count }, page.count)
  }
}

extension Benchmark {
  struct Vendor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Measure the job's CPU time for reading ResMan's partner interface; prints JSON.")
    @Option(help: "Prospects, 3000 to a property.")
    var prospects = 30_000
    @Option(help: "Entries of each communication log.")
    var entries = 4

    func validate() throws {
      guard (1...10_000_000).contains(prospects), (0...100).contains(entries) else {
        throw ValidationError("--prospects: 1 to 10000000; --entries: 0 to 100")
      }
    }

    func run() async throws {
      print(try JSON.encode(await VendorBench(prospects: prospects, entries: entries).run()))
    }
  }

  /// The partner interface, until its input ends.
  struct ServePartner: AsyncParsableCommand {
    static let configuration = CommandConfiguration(shouldDisplay: false)
    @Option var prospects: Int
    @Option var entries: Int

    func run() async throws {
      let world = VendorBench(prospects: prospects, entries: entries)
        .world(now: RunClock.system().now())
      let resman = try await PartnerStandIn.start(world)
      FileHandle.standardOutput.write(Data("\(resman.url)\n".utf8))
      _ = FileHandle.standardInput.readDataToEndOfFile()
      await resman.stop()
    }
  }
}
