import Foundation
import HTTP
import Leads
import Logging
import Postgres
import StandIns
import Synchronization
import TestDatabase

import Demo
import Nightly
import Settings
import StatusSync
import Store
import Upstreams
import VendorStandIns

/// Both vendors' stand-ins with made-up data, and a database of StatusSync.
struct VendorFixture: Sendable {
  let world: VendorWorld
  let resman: PartnerStandIn
  let domiq: DomIQStandIn
  let database: TestDatabase
  let client: WebClient
  let clock: RunClock
  var settings: Settings

  static func with<T: Sendable>(
    leads: Int = 140, clock: RunClock? = nil, isLinked: Bool = true,
    prepare: @Sendable (inout VendorWorld) -> Void = { _ in },
    _ body: @Sendable (VendorFixture) async throws -> T
  ) async throws -> T {
    try await TestDatabase.with(
      template: "migrated", prepare: { _ = try await Migrator.migrate($0) }
    ) { database in
      let clock = clock ?? ProcessClock.running(from: ProcessClock.start)
      var made = VendorWorld(leads: leads, properties: 4, now: ProcessClock.start)
      prepare(&made)
      let world = made
      return try await TestDatabase.with { theirs in
        let domiq = try await DomIQStandIn.make(world, in: theirs.url, isLinked: isLinked)
        let resman = try await PartnerStandIn.start(world)
        let client = UpstreamHTTP.makeClient(concurrency: 16)
        let directory = FileManager.default.temporaryDirectory.appending(
          path: "status-sync-vendor-\(UUID().uuidString)"
        ).path()
        var settings = try Settings.vendors(resman, domiq, world)
        settings.reports.directory = directory
        settings.resman.timeoutSeconds = 300
        let fixture = VendorFixture(
          world: world, resman: resman, domiq: domiq, database: database, client: client,
          clock: clock, settings: settings)
        let result: Result<T, any Error>
        do { result = .success(try await body(fixture)) } catch { result = .failure(error) }
        await resman.stop()
        await client.shutdown()
        try? FileManager.default.removeItem(atPath: directory)
        return try result.get()
      }
    }
  }

  func nightly(_ settings: Settings? = nil) throws -> Nightly {
    try Nightly.connected(
      settings ?? self.settings, database: database.url, client: client, clock: clock,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  /// The same with both systems written: careful and guarded.
  func writing(settleSeconds: Int = 600) -> Settings {
    var settings = settings
    settings.resman.write = .careful
    settings.partner?.agentID = "EM-7"
    settings.partner?.sourceID = "SRC-1"
    settings.partner?.lostReasons = ["price": "REASON-4", "default": "REASON-3"]
    settings.domiq.write = .guarded
    settings.database?.url = Secret(domiq.writerURL)
    settings.limits.freshSeconds = 600
    settings.limits.settleSeconds = settleSeconds
    settings.limits.guards.repairPercent = 100
    return settings
  }

  /// The chat of a lead changes as DomIQ itself would change it; a tour is so many days from now, in the property's zone.
  func chat(
    _ lead: String, _ status: String, tourInDays days: Int? = nil, says: Bool = false
  ) async throws {
    let now = clock.now().iso8601
    try await domiq.change(
      """
      update conversation set status = \(status),
        tour_datetime = coalesce(
          ((\(now)::timestamptz + make_interval(days => \(days)::int))
            at time zone 'America/Chicago'), tour_datetime)
      where resman_lead_id = \(lead)
      """)
    guard says else { return }
    try await domiq.change(
      """
      insert into message (conversation_id, sender_type, message_text, created_at)
      select id, 'bot', 'Hello again', \(now)::timestamptz
      from conversation where resman_lead_id = \(lead)
      """)
  }

  /// Rows of one run's drift, or of one lead in it: lead, verdict, action, target, outcome.
  func drift(_ run: UUID, of lead: String? = nil) async throws -> [String] {
    let connection = try await database.connect()
    let rows = try await connection.query(
      """
      select concat_ws(' ', resman_lead_id, verdict, action, target, outcome) as row
      from drift where run_id = \(run) and (action <> 'none' or outcome is not null)
        and (\(lead)::text is null or resman_lead_id = \(lead)::text)
      order by resman_lead_id collate "C"
      """)
    await connection.close()
    return try rows.map { try $0["row"] as String }
  }

  /// Successes of the log of one lead but the first: old and new status, direction, evidence.
  func logged(_ lead: String) async throws -> [String] {
    let connection = try await database.connect()
    let rows = try await connection.query(
      """
      select concat_ws(' ', old_status, new_status, sync_direction, context_data ->> 'evidence',
        case when bridged then 'bridged' end, case when irregular then 'irregular' end) as row
      from status_sync_log
      where resman_lead_id = \(lead) and sync_status = 'success' and old_status is not null
      order by seq
      """)
    await connection.close()
    return try rows.map { try $0["row"] as String }
  }

  /// The client of ResMan's partner interface, with a clock of its own.
  /// - Parameters:
  ///   - isWritten: whether events may be written.
  ///   - seconds: how long a call waits for ResMan; nil: as by night.
  func partner(
    clock: RunClock? = nil, isWritten: Bool = false, waiting seconds: Double? = nil
  ) -> PartnerClient {
    PartnerClient(
      UpstreamSettings(
        url: resman.url, token: "", requestsPerSecond: 100_000, timeoutSeconds: 300,
        waitTimeoutSeconds: seconds),
      eventsURL: resman.url,
      account: PartnerAccount(
        accountID: resman.account.id, partnerID: resman.account.partner, key: resman.account.key,
        zones: settings.partner?.zones ?? [:],
        author: isWritten ? PartnerAccount.Author(agentID: "EM-7", sourceID: "SRC-1") : nil),
      client: client, clock: clock ?? self.clock)
  }

  /// The clock on which the minutes of waiting for the vendor's gateway pass at once, and how many of them there were.
  func countingOutages() -> (clock: RunClock, waits: @Sendable () -> Int) {
    let count = Count()
    var clock = self.clock
    let sleep = clock.sleep
    clock.sleep = { duration in
      guard duration == .seconds(60) else { return try await sleep(duration) }
      count.value.withLock { $0 += 1 }
    }
    return (clock, { count.value.withLock { $0 } })
  }

  private final class Count: Sendable {
    let value = Mutex(0)
  }

  /// Verdicts of a run by lead, of leads that have a row of drift.
  func verdicts(_ run: UUID) async throws -> [String: Verdict] {
    let connection = try await database.connect()
    let rows = try await connection.query(
      "select resman_lead_id, verdict from drift where run_id = \(run)")
    await connection.close()
    return try Dictionary(
      uniqueKeysWithValues: rows.map {
        (try $0["resman_lead_id"] as String, Verdict(rawValue: try $0["verdict"]) ?? .unread)
      })
  }
}
