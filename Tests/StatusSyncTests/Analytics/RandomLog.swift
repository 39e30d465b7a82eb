import Foundation
import Leads
import Postgres

import StandIns

/// A seeded log of about sixty leads at three properties and without a property: moves forwards and back,
/// retries, echoes, bridged rows, failures, pending rows, leads known only by their conversation, leads that change
/// their property, and rows in the future. No two rows that change something have the same time.
struct RandomLog {
  struct Row {
    var seq: Int
    var lead: String?
    var property: UUID?
    var old: String?
    var new: String
    var by: String
    var state: String
    var isBridged = false
    /// Seconds after `start`.
    var at: Double
    var syncedAfter: Double?
    var attempts = 1
  }

  /// 2025-01-01 00:00 UTC; the rows are in the 120 days from here.
  static let start = Instant(microseconds: 1_735_689_600_000_000)
  static let days = 120.0
  static let zones = ["Europe/Berlin", "America/Los_Angeles", nil]
  private static let statuses = [
    "new", "contacted", "qualified", "tour_scheduled", "application", "leased", "lost",
  ]

  private(set) var rows: [Row] = []
  private var random: SplitMix

  init(seed: UInt64, leads: Int = 60) {
    random = SplitMix(seed: seed)
    for lead in 0..<leads { live(lead) }
    // The order of the log: mostly that of the events, some rows days late.
    let arrivals = rows.map { row in
      row.at + (random.chance(0.15) ? Double(random.whole(1...20)) * 86_400 : 0)
    }
    rows = zip(rows, arrivals).sorted { ($0.1, $0.0.at) < ($1.1, $1.0.at) }.map(\.0)
    for index in rows.indices { rows[index].seq = index + 1 }
  }

  private mutating func live(_ lead: Int) {
    let name = "L-\(lead)"
    let first = lead % 4 == 3 ? nil : SmallLog.id(UInt8(lead % 4 + 1))
    let later = lead % 7 == 5 ? SmallLog.id(UInt8((lead + 1) % 3 + 1)) : first
    var status = random.chance(0.85) ? nil : Self.statuses[random.whole(0...4)]
    var at = Double(random.whole(0...(100 * 86_400))) + Double(lead) / 1000
    for step in 0..<random.whole(1...7) {
      let next =
        status == nil && step == 0 && random.chance(0.9)
        ? "new" : Self.statuses[random.whole(0...6)]
      let fate = random.unit()
      let isNoop = fate < 0.1 && status != nil
      let state = fate < 0.18 && !isNoop ? (fate < 0.13 ? "pending" : "failed") : "success"
      rows.append(
        Row(
          seq: 0, lead: name, property: step < 2 ? first : later,
          old: random.chance(0.05) ? "contacted" : status, new: isNoop ? status ?? next : next,
          by: random.choice([("chatbot", 5), ("resman_user", 3)], else: "system"), state: state,
          isBridged: state == "success" && status != nil && random.chance(0.08), at: at,
          syncedAfter: state == "success" && random.chance(0.9) ? random.exponential(mean: 6) : nil,
          attempts: random.whole(1...3)))
      if state == "success", !isNoop { status = next }
      if state == "pending" { break }
      at += random.exponential(mean: 6 * 86_400) + 1
    }
  }

  /// The same rows in another order of arrival.
  func shuffled(seed: UInt64) -> [Row] {
    var random = SplitMix(seed: seed)
    var other = rows.shuffled(using: &random)
    for index in other.indices { other[index].seq = index + 1 }
    return other
  }

  /// Repeats some success rows, at their own time, after everything else.
  func repeated(seed: UInt64) -> [Row] {
    var random = SplitMix(seed: seed)
    let again = rows.filter { $0.state == "success" && random.chance(0.5) }
    return rows
      + again.enumerated().map { index, row in
        var row = row
        row.seq = rows.count + index + 1
        return row
      }
  }

  /// A database with the properties and these rows.
  static func load(_ rows: [Row]) async throws -> MeasuredLog {
    let log = try await MeasuredLog.empty()
    for (index, zone) in zones.enumerated() {
      try await log.property(SmallLog.id(UInt8(index + 1)), "Property \(index)", timezone: zone)
    }
    try await append(rows, to: log)
    return log
  }

  static func append(_ rows: [Row], to log: MeasuredLog) async throws {
    try await log.database.pipeline(rows.map(insert))
  }

  private static func insert(_ row: Row) -> SQL {
    let at = start + .seconds(row.at)
    let direction = row.by == "resman_user" ? "from_resman" : "to_resman"
    return """
      insert into status_sync_log (
        resman_lead_id, property_id, old_status, new_status, updated_by, sync_direction,
        sync_status, bridged, attempts, seq, occurred_at, synced_at)
      values (
        \(row.lead), \(row.property), \(row.old), \(row.new), \(row.by), \(direction),
        \(row.state), \(row.isBridged), \(row.attempts), \(row.seq), \(at),
        \(at)::timestamptz + make_interval(secs => \(row.syncedAfter)::double precision))
      """
  }

  /// A workflow rule matched each row that succeeded, where the lead was then.
  static func matchRules(_ log: MeasuredLog) async throws {
    try await log.database.execute(
      """
      insert into workflow_execution (
        property_id, log_id, rule_id, action_index, event, state, created_at, finished_at)
      select property_id, id, \(SmallLog.id(9)), -1, '{}', 'unmet', occurred_at, occurred_at
      from status_sync_log
      where sync_status = 'success'
      """)
  }

  /// Settles every pending row: half of them succeed.
  static func settle(_ log: MeasuredLog) async throws {
    try await log.database.execute(
      """
      update status_sync_log
      set sync_status = case seq % 2 when 0 then 'success' else 'failed' end, attempts = 2
      where sync_status = 'pending'
      """)
  }
}
