import AsyncHTTPClient
import Demo
import Foundation
import HTTP
import Leads
import Logging
import NIOCore
import Postgres
import TestDatabase

import API
import Live
import Nightly
import Settings
@testable import StandIns  // uses `DomIQLead`, `LogRow`, `ResManLead`, internal
import Store
import Upstreams

/// The live service with a few leads: both systems as real servers, a database in the state that a night
/// leaves, and the API on a port of its own, composed as in `status-sync serve`.
struct APIFixture: Sendable {
  static let elm = UUID(uuidString: "00000000-0000-4000-8000-00000000000a") ?? UUID()
  static let oak = UUID(uuidString: "00000000-0000-4000-8000-00000000000b") ?? UUID()
  /// When every record was last changed, as ResMan prints it.
  static let before = "2026-11-01T08:00:00Z"

  let standIns: StandIns
  let database: TestDatabase
  let live: Live
  let log: LogCatcher
  let url: String
  /// The key that sees every property and writes as the chatbot.
  let chatbot: String
  /// The key that sees only Oak.
  let oakKey: String
  let chatbotID: UUID
  let oakID: UUID
  /// The API's client for the two systems.
  let client: WebClient
  /// Calls the API.
  var caller: HTTPClient
  let settings: Settings
  /// The clock of the API and of both systems.
  let clock: RunClock

  /// A nightly job with the same systems and database, and the same settings unless others are given.
  func nightly(_ other: Settings? = nil) throws -> Nightly {
    try Nightly.connected(
      other ?? settings, database: database.url, client: client, clock: clock, logger: log.logger)
  }

  /// The wall clock. It starts at a fixed instant, some weeks after every record's last change, so that no
  /// result depends on when the tests run.
  static func wall(since start: ContinuousClock.Instant) -> Instant {
    let elapsed = (ContinuousClock.now - start) / .microseconds(1)
    return Instant(microseconds: 1_795_608_000_000_000 + Int64(elapsed))
  }

  /// The options of a fixture.
  struct Making: Sendable {
    var statuses: [(id: String, status: Status)] = APIFixture.everyone
    var capabilities = Capabilities()
    /// How long a caller of the API waits at most.
    var timeout = Duration.seconds(900)
    /// The time limit of a call to ResMan.
    var resmanSeconds = 300.0
    var clock: RunClock = {
      var clock = RunClock.system()
      let start = ContinuousClock.now
      clock.now = { APIFixture.wall(since: start) }
      return clock
    }()
    /// The database role of the API; nil: the owner.
    var role: String?
    /// The time limit for a client's body.
    var bodyPatience = Duration.seconds(120)
    /// How many files the server counts with; nil: what the process may have open.
    var openFiles: Int?
    var change: @Sendable (inout Settings) -> Void = { _ in }
  }

  static let everyone: [(id: String, status: Status)] = [
    ("L-new", .new), ("L-1", .contacted), ("L-2", .contacted), ("L-3", .qualified),
    ("L-bare", .contacted), ("L-oak", .contacted),
  ]

  /// A client for calling the API.
  static func caller(connections: Int) -> HTTPClient {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.httpVersion = .http1Only
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
    configuration.connectionPool.retryConnectionEstablishment = false
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  /// Runs `body` with a fixture, and shuts everything down afterwards.
  static func with<T: Sendable>(
    _ making: Making = Making(), _ body: @Sendable (APIFixture) async throws -> T
  ) async throws -> T {
    try await TestDatabase.with(
      template: "migrated", prepare: { _ = try await Migrator.migrate($0) }
    ) { database in
      let world = World.fixture(making.statuses)
      try await fill(database, world)
      let clock = making.clock
      let standIns = try await StandIns.start(
        world: world, capabilities: making.capabilities, clock: { clock.now().microseconds })
      let client = UpstreamHTTP.makeClient(concurrency: 64, forCallers: true)
      let caller = Self.caller(connections: 64)
      let result: Result<T, any Error>
      do {
        result = .success(
          try await served(making, database, standIns, client, caller, body))
      } catch { result = .failure(error) }
      await standIns.stop()
      try await caller.shutdown()
      await client.shutdown()
      return try result.get()
    }
  }

  private static func served<T: Sendable>(
    _ making: Making, _ database: TestDatabase, _ standIns: StandIns, _ client: WebClient,
    _ caller: HTTPClient,
    _ body: @Sendable (APIFixture) async throws -> T
  ) async throws -> T {
    var settings = Settings()
    settings.resman = SystemSettings(
      url: standIns.resmanURL, token: Secret(standIns.credentials.resmanToken),
      requestsPerSecond: 100_000, concurrency: 64, timeoutSeconds: 300)
    settings.domiq = SystemSettings(
      url: standIns.domiqURL, token: Secret(standIns.credentials.domiqToken),
      webhookSecret: Secret(standIns.credentials.webhookSecret), requestsPerSecond: 100_000,
      concurrency: 64)
    settings.limits.settleSeconds = 0
    settings.limits.freshSeconds = 600
    settings.api.port = 0
    settings.limits.guards.repairPercent = 100
    settings.reports.directory =
      FileManager.default.temporaryDirectory.appending(
        path: "status-sync-api-\(database.name)-reports"
      )
      .path()
    making.change(&settings)
    let log = LogCatcher()
    // No result may depend on the speed of the machine.
    var timeouts = AnswerTimeouts()
    timeouts.timeout = making.timeout
    timeouts.budget = .seconds(600)
    timeouts.resmanSeconds = making.resmanSeconds
    timeouts.domiqSeconds = 300
    let role = making.role.map { "&options=-c%20role%3D\($0)" } ?? ""
    let live = try Live(
      settings, database: database.url + role, client: client, clock: making.clock,
      timeouts: timeouts,
      logger: log.logger)
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let api = settings.api
    let serving = Task {
      defer { port.finish() }
      try await serve(
        live, settings: api, logger: log.logger, timeout: making.bodyPatience,
        openFiles: making.openFiles ?? OpenFiles.raiseLimit()
      ) { port.yield($0) }
    }
    var bound = 0
    for await number in ports {
      bound = number
      break
    }
    let connection = try await database.connect()
    let keys = APIKeys(connection)
    let chatbot = try await keys.create(name: "chatbot", updatedBy: .chatbot, properties: nil)
    let oakKey = try await keys.create(name: "oak", updatedBy: .chatbot, properties: [oak])
    await connection.close()
    let fixture = APIFixture(
      standIns: standIns, database: database, live: live, log: log,
      url: "http://127.0.0.1:\(bound)", chatbot: chatbot?.key ?? "", oakKey: oakKey?.key ?? "",
      chatbotID: chatbot?.id ?? UUID(), oakID: oakKey?.id ?? UUID(),
      client: client, caller: caller, settings: settings, clock: making.clock)
    let result: Result<T, any Error>
    do { result = .success(try await body(fixture)) } catch { result = .failure(error) }
    serving.cancel()
    try await serving.value
    return try result.get()
  }

  /// Puts the database into the state that a night leaves: the log, and both sides as last seen.
  private static func fill(_ database: TestDatabase, _ world: World) async throws {
    let connection = try await database.connect()
    try await world.load(into: connection)
    for lead in world.resman {
      _ = try await connection.execute(
        """
        update lead set domiq_raw = \(StatusMapping.standard.domiq(Status(rawValue: lead.status) ?? .new)),
          domiq = \(lead.status), resman_raw = \(lead.status), resman = \(lead.status),
          domiq_version = \(before), resman_version = \(before), lead_score = \(lead.leadScore),
          fields = \(lead.email == nil ? 0 : 15)
        where resman_lead_id = \(lead.id)
        """)
    }
    await connection.close()
  }
}

extension World {
  /// One lead per id at Elm Court, `L-oak` at Oak Row; `L-bare` has only its id.
  static func fixture(_ statuses: [(id: String, status: Status)]) -> World {
    let at = Instant(iso8601: APIFixture.before)?.microseconds ?? 0
    var world = World(now: Instant(microseconds: at))
    world.properties = [
      PropertyRecord(id: APIFixture.elm, name: "Elm Court", timezone: "America/Chicago"),
      PropertyRecord(id: APIFixture.oak, name: "Oak Row", timezone: "America/New_York"),
    ]
    for (number, (id, status)) in statuses.enumerated() {
      let property = id == "L-oak" ? APIFixture.oak : APIFixture.elm
      let isBare = id == "L-bare"
      let conversation = APIFixture.conversation(number)
      world.resman.append(
        ResManLead(
          id: id, propertyID: property, status: status.rawValue, updatedAt: at, createdAt: at,
          firstName: "Ada", lastName: "Canary\(number)",
          email: isBare ? nil : "ada\(number)@example.com", phone: isBare ? nil : "555-0100",
          leadScore: isBare ? nil : 80, tourDatetime: isBare ? nil : "2026-12-05T15:00:00Z",
          incomeVerification: !isBare, history: []))
      world.domiq.append(
        DomIQLead(
          conversationID: conversation, resmanLeadID: id, propertyID: property,
          status: StatusMapping.standard.domiq(status), updatedAt: at, createdAt: at,
          name: "Ada Canary\(number)", email: isBare ? nil : "ada\(number)@example.com",
          phone: isBare ? nil : "555-0100", leadScore: isBare ? nil : 80, messageCount: 3,
          conversationDuration: 5, tourDatetime: nil, incomeVerification: false))
      world.log.append(
        LogRow(
          id: UUID(), conversationID: conversation, resmanLeadID: id, oldStatus: nil,
          newStatus: status, statusReason: "baseline", updatedBy: "system",
          syncDirection: "from_resman", syncStatus: "success", contextData: nil, createdAt: at,
          propertyID: property, occurredAt: at, syncedAt: at, attempts: 0,
          resmanVersion: APIFixture.before, domiqVersion: APIFixture.before))
    }
    return world
  }
}

extension APIFixture {
  /// The conversation of the lead with this number.
  static func conversation(_ number: Int) -> UUID {
    let digits = String(number + 1)
    let zeros = String(repeating: "0", count: 12 - digits.count)
    return UUID(uuidString: "10000000-0000-4000-8000-\(zeros)\(digits)") ?? UUID()
  }
}
