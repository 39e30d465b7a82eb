import Foundation
import Leads
import Postgres

/// A change log, the same for the same size: leads of 300 properties, each with 4 to 6 changes over a
/// few weeks, the last of them to leased or lost, their beginnings spread evenly; and a night in which
/// 1 % of the leads, of those that have not ended, change once more.
struct MadeUpLog: Sendable {
  let rows: Int
  let days: Int

  /// When the history ends; the night is the day after.
  static let end = Instant(microseconds: 1_790_000_000_000_000)
  private static let properties = 300
  private static let path = [
    "new", "contacted", "qualified", "tour_scheduled", "application", "leased",
  ]
  private var leads: Int { rows / 5 }

  /// One change, without its place in the log.
  private struct Change {
    var lead: Int
    var at: Int64
    var old: Int?
    var new: Int
    var byStaff: Bool
  }

  /// SplitMix64 of a lead and what is drawn for it: each number apart, so that order does not matter.
  private func draw(_ lead: Int, _ what: Int) -> UInt64 {
    var z = UInt64(lead) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(what) &* 0xD1B5_4A32_D192_ED03
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// The changes of a lead, as far as time has come: forwards, now and then over a step, then an end.
  private func changes(of lead: Int) -> [Change] {
    let end = Self.end.microseconds
    let span = UInt64(days) * 86_400_000_000
    var at = end - Int64(draw(lead, 0) % span)
    let count = 4 + Int(draw(lead, 1) % 3)
    var changes: [Change] = []
    var status: Int?
    for step in 0..<count {
      let skip = draw(lead, 10 + step) % 8 == 0 ? 2 : 1
      var next = min((status ?? -1) + (status == nil ? 1 : skip), 5)
      if step == count - 1 { next = status ?? 0 >= 3 && draw(lead, 2) % 2 == 0 ? 5 : 6 }
      guard next != status, at <= end else { break }
      changes.append(
        Change(
          lead: lead, at: at, old: status, new: next, byStaff: draw(lead, 20 + step) % 3 == 0))
      status = next
      // Minutes to two weeks.
      at += 60_000_000 + Int64(draw(lead, 30 + step) % 1_200_000_000_000)
    }
    return changes
  }

  /// The history, in the order in which it happened.
  func write(to connection: PostgresConnection) async throws {
    try await connection.script(
      """
      insert into property (id, name, timezone)
      select ('00000001-0000-4000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, 'Property ' || i, 'UTC'
      from generate_series(0, \(Self.properties - 1)) as i;
      set session_replication_role = replica;
      """)
    var all: [(at: Int64, lead: Int32, step: Int8)] = []
    all.reserveCapacity(rows)
    for lead in 0..<leads {
      for (step, change) in changes(of: lead).enumerated() {
        all.append((change.at, Int32(lead), Int8(step)))
      }
    }
    all.sort { ($0.at, $0.lead) < ($1.at, $1.lead) }
    try await copy(
      all.lazy.map { changes(of: Int($0.lead))[Int($0.step)] }, firstSeq: 1, to: connection)
    try await connection.script("vacuum analyze")
  }

  /// A hundredth of the leads, of those that have not ended, change once more in the day after the history.
  func writeNight(to connection: PostgresConnection) async throws {
    let row = try await connection.queryOne("select max(seq) as last from status_sync_log")
    let last: Int64 = try row?["last"] ?? 0
    let end = Self.end.microseconds
    let night = (0..<leads).lazy.compactMap { lead -> Change? in
      guard let latest = changes(of: lead).last, latest.new < 5 else { return nil }
      return Change(
        lead: lead, at: end + 1 + Int64(draw(lead, 3) % 80_000_000_000), old: latest.new,
        new: latest.new + 1, byStaff: draw(lead, 4) % 3 == 0)
    }
    try await copy(night.prefix(leads / 100), firstSeq: last + 1, to: connection)
  }

  private func copy(
    _ changes: some Sequence<Change>, firstSeq: Int64, to connection: PostgresConnection
  ) async throws {
    let table = CopyTable<(index: Int, change: Change)>(
      "status_sync_log",
      [
        .uuid("id") { _ in UUID() },
        .text("resman_lead_id") { "L-\($0.change.lead)" },
        .text("old_status") { $0.change.old.map(Self.name) },
        .text("new_status") { Self.name($0.change.new) },
        .text("updated_by") {
          $0.change.byStaff ? Author.resmanUser.rawValue : Author.chatbot.rawValue
        },
        .text("sync_direction") {
          $0.change.byStaff ? Direction.fromResMan.rawValue : Direction.toResMan.rawValue
        },
        .text("sync_status") { _ in "success" },
        .uuid("property_id") { property(of: $0.change.lead) },
        .timestamptz("occurred_at") { $0.change.at },
        .timestamptz("synced_at") { $0.change.at + 2_000_000 },
        .integer("attempts") { _ in 1 },
        .bigint("seq") { firstSeq + Int64($0.index) },
      ])
    // Not all at once, for the memory that they take.
    var rows: [(index: Int, change: Change)] = []
    for (index, change) in changes.enumerated() {
      rows.append((index, change))
      if rows.count < 100_000 { continue }
      try await connection.copy(rows, into: table)
      rows = []
    }
    try await connection.copy(rows, into: table)
  }

  private static func name(_ status: Int) -> String { status < 6 ? path[status] : "lost" }

  private func property(of lead: Int) -> UUID? {
    let digits = String(lead % Self.properties, radix: 16)
    return UUID(
      uuidString: "00000001-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count)
        + digits)
  }
}
