import Foundation
import Leads
import Logging
import Postgres
import Pulls
import Synchronization
import TestDatabase

import Analytics
@testable import Nightly  // uses `Diff`, internal
import Settings
import Store
import Upstreams

/// The real store of the simulation: PostgreSQL, through the product's own code. The simulation is
/// synchronous here, so each call blocks its thread.
struct PostgresTables: StoreTables {
  let connection: PostgresConnection

  private var log_: SyncLog { SyncLog(connection) }
  private var drift: DriftTable { DriftTable(connection: connection) }
  private var plan: PlanTable { PlanTable(connection: connection) }

  private func wait<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) throws -> T {
    let result = Mutex<Result<T, any Error>?>(nil)
    let done = DispatchSemaphore(value: 0)
    Task.detached {
      let value: Result<T, any Error>
      do { value = .success(try await body()) } catch { value = .failure(error) }
      result.withLock { $0 = value }
      done.signal()
    }
    done.wait()
    guard let value = result.withLock({ $0 }) else { throw CancellationError() }
    return try value.get()
  }

  func begin(_ pending: LogEntry, after history: [LogEntry], now: Int64) throws -> Instant {
    try wait { try await log_.begin(pending, after: history) }
  }

  func record(_ history: LogEntry, now: Int64) throws {
    try wait { try await log_.record(history) }
  }

  func sendingAgain(lead: String, after sentAt: Instant?, now: Int64) throws -> Instant? {
    try wait { try await log_.sendingAgain(lead: lead, after: sentAt) }
  }

  func end(_ id: UUID, _ end: LogEnd, attempts: Int, now: Int64) throws -> Bool {
    try wait { try await log_.end(id, end, attempts: attempts) }
  }

  func pending(now: Int64) throws -> [PendingRow] { try wait { try await log_.pending() } }

  func log() throws -> [LoggedChange] {
    try wait {
      try await connection.query(
        """
        select id, resman_lead_id, old_status, new_status, sync_status, failure, updated_by,
          sync_direction, bridged, irregular, attempts, domiq_version, resman_version,
          context_data ->> 'evidence' as evidence
        from status_sync_log order by seq
        """
      ).map { row in
        LoggedChange(
          id: try row["id"], lead: try row["resman_lead_id"], old: try row.status("old_status"),
          new: try row.requiredStatus("new_status"), status: try row["sync_status"],
          failure: try (row["failure"] as String?).flatMap(FailureCause.init(rawValue:)),
          updatedBy: try row.author(),
          direction: try row.direction(), isBridged: try row["bridged"],
          isIrregular: try row["irregular"], attempts: try row["attempts"],
          domiqVersion: try row["domiq_version"], resmanVersion: try row["resman_version"],
          evidence: try (row["evidence"] as String?).flatMap(Evidence.init(rawValue:)))
      }
    }
  }

  func beginRun(_ run: UUID, now: Int64) throws {
    try wait {
      try await Runs(connection).begin(
        run, mode: .run, at: Instant(microseconds: now), full: true)
    }
  }

  func endRun(_ run: UUID, now: Int64) throws {
    try wait {
      try await Runs(connection).end(
        run, state: "finished", at: Instant(microseconds: now), exitCode: 0, summary: nil)
    }
  }

  func stage(_ pulled: Pulled, now: Int64) throws {
    try wait {
      _ = try await connection.execute("truncate stage_domiq, stage_resman")
      for (table, leads) in [("stage_domiq", pulled.domiq), ("stage_resman", pulled.resman)] {
        let rows = JSONText(try JSON.encode(leads.map(StagedLead.init)))
        _ = try await connection.execute(
          """
          insert into \(identifier: table)
          select * from jsonb_populate_recordset(null::\(identifier: table), \(rows)::jsonb)
          """)
      }
      _ = try await Diff(connection: connection).run(Self.summary(pulled))
    }
  }

  func take(_ run: UUID, pulled: Pulled, now: Int64) throws {
    let world = SimulatedWorld(seed: 0, tables: self, isTraced: false)
    let life = ProcessLife(number: 0, death: nil)
    let parts = Nightly.Dependencies(
      settings: Settings(), connect: { connection },
      resman: NoPages(resman: SimulatedResMan(world: world, life: life)),
      domiq: NoPages(domiq: SimulatedDomIQ(world: world, life: life)),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let startedAt = Instant(microseconds: now)
    try wait {
      let night = NightlyJob(
        parts: parts, connection: connection, startedAt: startedAt, startedElapsed: .zero,
        drain: Drain())
      var summary = RunSummary(runID: run, mode: .run, asOf: startedAt.iso8601)
      try await night.takePlan(Self.summary(pulled), &summary)
    }
  }

  private static func summary(_ pulled: Pulled) -> PullSummary {
    let properties = System.allCases.flatMap { system in
      pulled.properties.map { property in
        var pull = PropertyPull(system: system, propertyID: property.id, isIncremental: false)
        pull.named = (system == .domiq ? pulled.domiq : pulled.resman)
          .count { $0.property == property.id }
        if !pulled.isComplete(system, property.id) { pull.reason = "simulated" }
        return pull
      }
    }
    return PullSummary(listed: pulled.properties, properties: properties, isFull: true)
  }
}

extension PostgresTables {
  func toJudge(after lead: String, now: Int64) throws -> [DiffRow] {
    try wait { try await plan.toJudge(after: lead, now: Instant(microseconds: now)) }
  }

  func add(_ plans: [PlannedLead]) throws { try wait { try await plan.add(plans) } }

  func fights() throws -> [Fight] { try wait { try await plan.fights() } }

  func park(_ leads: [String], reason: String) throws {
    try wait { try await plan.park(leads, reason: reason) }
  }

  func counts() throws -> [PlanCount] { try wait { try await plan.counts() } }

  func cohorts(of run: UUID) throws -> [DriftCohort] {
    try wait { try await drift.cohorts(of: run) }
  }

  func next(_ action: Action, of run: UUID, limit: Int) throws -> [PlannedLead] {
    try wait { try await drift.next(action, of: run, limit: limit) }
  }

  func end(_ lead: String, of run: UUID, outcome: Outcome, reason: String?) throws {
    try wait { try await drift.end(lead, of: run, outcome: outcome, reason: reason) }
  }

  func hold(
    _ action: Action, of run: UUID, property: UUID?, terminalOnly: Bool, reason: String
  ) throws -> Int {
    try wait {
      try await drift.hold(
        action, of: run, property: property, terminalOnly: terminalOnly, reason: reason)
    }
  }

  func giveUp(_ action: Action, of run: UUID, outcome: Outcome, reason: String) throws -> Int {
    try wait { try await drift.giveUp(action, of: run, outcome: outcome, reason: reason) }
  }

  func markUnread(_ lead: String, of run: UUID, reason: String) throws {
    try wait { try await drift.markUnread(lead, of: run, reason: reason) }
  }

  func ask(about lead: String, of run: UUID, reason: String, now: Int64) throws {
    try wait {
      try await drift.ask(
        about: lead, of: run, reason: reason, at: Instant(microseconds: now))
    }
  }

  func saw(_ pair: SeenPair, lead: String) throws {
    try wait { try await drift.saw(pair, lead: lead) }
  }

  func drift(of run: UUID) throws -> [PlannedLead] {
    try wait {
      try await connection.query(SQL(file: PackageResources.drift_rows_sql, run))
        .map { try JSON.decode(try $0["lead"]) }
    }
  }

  func questions() throws -> [String] {
    try wait {
      try await connection.query(
        "select resman_lead_id from review_item where state = 'open' order by resman_lead_id"
      ).map { try $0["resman_lead_id"] }
    }
  }
}

/// A row of `stage_domiq` or `stage_resman`, by column name.
private struct StagedLead: Encodable {
  var property_id: UUID
  var resman_lead_id: String
  var conversation_id: UUID?
  var raw: String
  var status: String?
  var version: String?
  var lead_score: Double?
  var flags: Int

  init(_ lead: PulledLead) {
    property_id = lead.property
    resman_lead_id = lead.lead
    conversation_id = lead.conversation
    raw = lead.raw
    status = lead.status?.rawValue
    version = lead.version
    lead_score = lead.facts.leadScore
    flags = MemoryTables.Contents.bits(lead.facts.fields)
  }
}
