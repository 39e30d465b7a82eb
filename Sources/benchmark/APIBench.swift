import AsyncHTTPClient
import Demo
import Foundation
import Leads
import NIOCore
import Postgres
import PrivatePostgres
import StandIns
import Store
import Upstreams

/// How many status changes and webhooks `status-sync serve` answers, and how fast, while ResMan takes
/// its time. The callers are wrk's connections; each asks for another lead, once.
struct APIBench {
  static let connections = 64

  /// Seconds of each phase; those in which ResMan takes 5 s last a little longer.
  let seconds: Int
  let folder: URL
  let server: PrivateServer

  /// One kind of request against one kind of ResMan.
  struct Phase {
    var name: String
    /// Seconds before ResMan answers.
    var delay = 0.0
    /// Which of its routes; nil: every one.
    var route: StandInRoute?
    var isWebhook = false
    var seconds: Int
    /// More than can be asked for.
    var leads: Int
  }

  private var phases: [Phase] {
    let slow = max(seconds, 12)
    return [
      Phase(name: "webhook", isWebhook: true, seconds: seconds, leads: seconds * 4_000),
      Phase(name: "put_0ms", seconds: seconds, leads: seconds * 2_000),
      Phase(name: "put_200ms", delay: 0.2, seconds: seconds, leads: seconds * 400),
      Phase(name: "put_5s_write", delay: 5, route: .status, seconds: slow, leads: 1_000),
      Phase(name: "put_5s", delay: 5, seconds: slow, leads: 1_000),
    ]
  }

  func run() async throws {
    let url = try await DemoEnvironment.database("bench", on: server)
    let world = World.even(
      leads: phases.reduce(0) { $0 + $1.leads }, properties: 8, now: RunClock.system().now())
    let connection = try await PostgresConnection(PostgresConfiguration(url: url))
    _ = try await Migrator.migrate(connection)
    try await world.load(into: connection)
    try await connection.script("vacuum analyze")
    let key = try await APIKeys(connection).create(
      name: "bench", updatedBy: .chatbot, properties: nil)
    let standIns = try await StandIns.start(world: world)
    let (api, address) = try ServedAPI.start(standIns, database: url)
    defer { api.stop() }
    let client = HTTPClient(eventLoopGroupProvider: .singleton)
    var results: [(Phase, Load)] = []
    var first = 0
    for phase in phases {
      let file = folder.appending(path: phase.name).path()
      try requests(phase, leads: first..<(first + phase.leads), standIns, key: key?.key ?? "")
        .write(toFile: file, atomically: true, encoding: .utf8)
      first += phase.leads
      standIns.faults.set(
        phase.delay > 0
          ? [Fault(.delay, on: .resman, route: phase.route, seconds: phase.delay)] : []
      )
      results.append((phase, try await load(phase, file: file, address, client)))
      standIns.faults.clear()
      try await rest(address, client)
    }
    let written = try await connection.queryOne(
      """
      select count(*) as rows from status_sync_log
      where sync_status = 'success' and status_reason = 'bench' and new_status = 'contacted'
      """)
    try await client.shutdown()
    await standIns.stop()
    await connection.close()
    try show(results, written: try written?["rows"] ?? 0)
  }

  /// One request a line, as `load.lua` reads them.
  private func requests(
    _ phase: Phase, leads: Range<Int>, _ standIns: StandIns, key: String
  ) throws -> String {
    let signature = WebhookSignature(secrets: [standIns.credentials.webhookSecret])
    let now = RunClock.system().now()
    return leads.map { number in
      guard phase.isWebhook else {
        let body = #"{"new_status":"contacted","updated_by":"chatbot","status_reason":"bench"}"#
        let headers = "Content-Type=application/json|Authorization=Bearer \(key)"
        return "PUT\t/api/resman/leads/L-\(number)/status\t\(headers)\t\(body)"
      }
      let body = """
        {"lead_id":"L-\(number)","old_status":"new","new_status":"contacted",\
        "status_reason":"bench","updated_by":"resman_user","updated_at":"\(now.iso8601)"}
        """
      let stamp = now.microseconds / 1_000_000
      let sign =
        signature?.sign(id: "bench-\(number)", timestamp: stamp, body: Array(body.utf8)) ?? ""
      let headers = [
        "Content-Type=application/json", "webhook-id=bench-\(number)",
        "webhook-timestamp=\(stamp)", "webhook-signature=\(sign)",
      ]
      let path = "/api/resman/webhooks/status-update"
      return "POST\t\(path)\t\(headers.joined(separator: "|"))\t\(body)"
    }.joined(separator: "\n") + "\n"
  }

  /// wrk for the phase's time, and how long `/health` and `/ready` took meanwhile.
  private func load(
    _ phase: Phase, file: String, _ address: String, _ client: HTTPClient
  ) async throws -> Load {
    let watch = Task {
      var longest = Duration.zero
      while !Task.isCancelled {
        for path in ["/health", "/ready"] {
          let start = ContinuousClock.now
          let answer = try await client.execute(
            HTTPClientRequest(url: address + path), timeout: .seconds(30))
          guard answer.status == .ok else { throw BenchError("\(path) did not answer") }
          longest = max(longest, ContinuousClock.now - start)
        }
        try? await Task.sleep(for: .milliseconds(100))
      }
      return longest / .milliseconds(1)
    }
    let wrk = Process()
    wrk.executableURL = URL(fileURLWithPath: "/usr/bin/wrk")
    wrk.arguments = [
      "--threads", "2", "--connections", "\(Self.connections)", "--duration", "\(phase.seconds)s",
      "--timeout", "20s", "--script", "Sources/benchmark/wrk/load.lua", address, "--", file, "2",
    ]
    let out = Pipe()
    wrk.standardOutput = out
    let (ends, end) = AsyncStream.makeStream(of: Void.self)
    wrk.terminationHandler = { _ in end.finish() }
    try wrk.run()
    for await _ in ends {}
    watch.cancel()
    let text = String(
      decoding: try out.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    guard let line = text.split(separator: "\n").last(where: { $0.hasPrefix("{") }) else {
      throw BenchError("wrk said: \(text)")
    }
    var load = try JSON.decode(line.utf8, as: Load.self)
    load.probe_max_ms = try await watch.value
    return load
  }

  /// Waits until no change is under way: a phase does not suffer from the one before it.
  private func rest(_ address: String, _ client: HTTPClient) async throws {
    while true {
      let answer = try await client.execute(
        HTTPClientRequest(url: address + "/metrics"), timeout: .seconds(30))
      let text = String(buffer: try await answer.body.collect(upTo: 1 << 20))
      if text.contains("status_sync_changes_in_flight 0\n") { return }
      try await Task.sleep(for: .milliseconds(200))
    }
  }
}
