import Foundation
import Leads
import Postgres
import Pulls
import TestDatabase
import Testing

@testable import Nightly  // uses `Diff`, internal
import StandIns
import Store

/// A full pull stages only leads that show anything new. Whatever it leaves out, every later stage must find exactly
/// what it would find with all records staged: the same worlds are read both ways.
@Suite struct AgreedLeadsTests {
  /// What the second night shows of one lead otherwise than the first; a world has each of them.
  private enum Turn: CaseIterable {
    case nothing, movedInDomIQ, movedInResMan, movedInBoth, newVersionInDomIQ, newVersionInResMan,
      newConversation, secondConversation, repeatedInResMan, anotherRowInResMan, goneFromDomIQ,
      goneFromResMan, goneFromBoth, shownElsewhereByDomIQ, shownElsewhereByResMan,
      shownElsewhereByBoth, movedAway, noVersion, otherZone, unusable, unusableAgain, unmapped,
      fromTheFuture, newScore, newFields, described, describedAnew, describedNoMore,
      pending, asked, added, idWithAnotherLastByte
  }

  /// One record of the pages.
  private struct Record {
    var lead: Int
    var status = "new"
    var version: String? = "2026-11-20T10:00:00Z"
    var conversation: Int
    var score = 70.0
    var more = ""

    func json(_ system: Leads.System) -> String {
      let digits = String(conversation)
      let id = String(repeating: "0", count: 12 - digits.count) + digits
      let stamp = version.map { #""\#($0)""# } ?? "null"
      let known = system == .domiq ? Status(rawValue: status) : nil
      let word = known.map { StatusMapping.standard.domiq($0) } ?? status
      return #"{"resman_lead_id":"L-\#(lead)","status":"\#(word)","updated_at":\#(stamp),"#
        + #""lead_score":\#(score)\#(more)"#
        + (system == .domiq ? #","conversation_id":"00000000-0000-4000-8000-\#(id)"}"# : "}")
    }
  }

  /// The records of both systems, by property.
  private struct World {
    var records = PerSystem { _ in [UUID: [Record]]() }
    /// A side that announces more records than it shows.
    var short: (system: Leads.System, property: UUID)?

    func pages(_ system: Leads.System) -> WrittenPages {
      let (records, short) = (records[system], short)
      return WrittenPages { question in
        let all = records[question.property] ?? []
        let first = question.cursor.flatMap { Int($0) } ?? 0
        let end = min(first + 7, all.count)
        let isShort = short?.system == system && short?.property == question.property
        let ids = Set(all.map { system == .domiq ? $0.conversation : $0.lead }).count
        return WrittenPages.page(
          all[first..<end].map { $0.json(system) }, next: end < all.count ? String(end) : nil,
          total: ids + (isShort ? 1 : 0))
      }
    }
  }

  private static let properties = (1...3).map { PullBench.property($0) }

  /// The first night: every lead agrees on both sides.
  private static func first(_ leads: Int, _ random: inout SplitMix) -> World {
    var world = World()
    for lead in 0..<leads {
      var record = Record(lead: 10 * lead, conversation: lead)
      record.status = ["new", "contacted", "qualified"].randomElement(using: &random) ?? "new"
      if Bool.random(using: &random) { record.more = #","source":"Zillow","agent_id":"A-1""# }
      let property = properties[Int.random(in: 0..<3, using: &random)]
      for system in Leads.System.allCases {
        world.records[system][property, default: []].append(record)
      }
    }
    return world
  }

  /// The second night, and the leads that something else is known about.
  private static func second(
    _ before: World, _ random: inout SplitMix
  ) -> (world: World, turns: [Int: Turn]) {
    var world = World()
    var turns: [Int: Turn] = [:]
    let elsewhere = { (property: UUID) in
      properties[((properties.firstIndex(of: property) ?? 0) + 1) % properties.count]
    }
    for property in properties {
      for record in before.records.domiq[property] ?? [] {
        let changes = record.lead % 30 == 0
        let turn = changes ? Turn.allCases.randomElement(using: &random) ?? .nothing : .nothing
        turns[record.lead] = turn
        let place = turn == .movedAway ? elsewhere(property) : property
        for system in Leads.System.allCases {
          for (shown, there) in shown(record, turn, system) {
            world.records[system][there ? elsewhere(place) : place, default: []].append(shown)
          }
        }
      }
      for system in Leads.System.allCases {
        world.records[system][property]?.shuffle(using: &random)
      }
    }
    if Int.random(in: 0..<3, using: &random) == 0 {
      world.short = (Bool.random(using: &random) ? .domiq : .resman, properties[0])
    }
    return (world, turns)
  }

  /// The records of a lead in one system, and whether they are of another property.
  private static func shown(
    _ record: Record, _ turn: Turn, _ system: Leads.System
  ) -> [(Record, elsewhere: Bool)] {
    var one = record
    var another = record
    another.conversation += 5000
    let isDomIQ = system == .domiq
    switch turn {
    case .nothing, .movedAway, .pending, .asked: break
    case .movedInDomIQ: if isDomIQ { one.status = "application" }
    case .movedInResMan: if !isDomIQ { one.status = "application" }
    case .movedInBoth: one.status = "lost"
    case .newVersionInDomIQ: if isDomIQ { one.version = "2026-11-23T10:00:00Z" }
    case .newVersionInResMan: if !isDomIQ { one.version = "2026-11-23T10:00:00Z" }
    case .newConversation: one.conversation += 5000
    case .secondConversation: return isDomIQ ? [(one, false), (another, false)] : [(one, false)]
    case .repeatedInResMan: return isDomIQ ? [(one, false)] : [(one, false), (one, false)]
    case .anotherRowInResMan:
      another.status = "lost"
      return isDomIQ ? [(one, false)] : [(one, false), (another, false)]
    case .goneFromDomIQ: if isDomIQ { return [] }
    case .goneFromResMan: if !isDomIQ { return [] }
    case .goneFromBoth: return []
    case .shownElsewhereByDomIQ:
      return isDomIQ ? [(one, false), (another, true)] : [(one, false)]
    case .shownElsewhereByResMan: return isDomIQ ? [(one, false)] : [(one, false), (one, true)]
    case .shownElsewhereByBoth: return [(one, false), (another, true)]
    case .noVersion: if isDomIQ { one.version = nil }
    case .otherZone: one.version = "2026-11-20T10:00:00+00:00"
    case .unusable: if isDomIQ { one.version = "yesterday" }
    case .unusableAgain:
      another.version = "yesterday"
      return isDomIQ ? [(one, false), (another, false)] : [(one, false)]
    case .unmapped: one.status = "waitlisted"
    case .fromTheFuture: one.version = "2027-01-01T00:00:00Z"
    case .newScore: one.score = 71.5
    case .newFields: one.more += #","email":"a@example.com""#
    case .described: one.more = #","source":"Website","tour_status":"booked""#
    case .describedAnew:
      one.more = #","source":"Website""#
      one.version = "2026-11-23T10:00:00Z"
    case .describedNoMore: one.more = ""
    case .added:
      another.lead += 1
      return [(one, false), (another, false)]
    case .idWithAnotherLastByte: one.lead += 1
    }
    return [(one, false)]
  }

  @Test(arguments: 1...16)
  func whatIsNotStagedChangesNothing(_ seed: UInt64) async throws {
    var random = SplitMix(seed: seed)
    let before = Self.first(240, &random)
    let (after, turns) = Self.second(before, &random)
    try await PullBench.with { bench in
      try await bench.pull(
        resman: before.pages(.resman), domiq: before.pages(.domiq), of: Self.properties,
        keeping: true)
      try await agree(bench, turns)
      var found: [(all: Found, agreed: Int)] = []
      for full in [true, false] {
        // Without a cursor an incremental pull reads everything too, and stages it.
        let connection = try await bench.database.connect()
        _ = try await connection.execute("delete from pull_cursor")
        let pulled = try await bench.pull(
          resman: after.pages(.resman), domiq: after.pages(.domiq), of: Self.properties, full: full)
        let agreed = pulled.properties.reduce(0) { $0 + $1.agreed }
        found.append((try await self.found(pulled, on: connection), agreed))
        await connection.close()
      }
      #expect(found[0].all == found[1].all, "seed \(seed)")
      #expect(found[1].agreed == 0)
      #expect(found[0].agreed > 200)
    }
  }

  /// The log of the first night's agreements, an unsettled change, and a question.
  private func agree(_ bench: PullBench, _ turns: [Int: Turn]) async throws {
    let named = { (turn: Turn) in turns.filter { $0.value == turn }.map { "L-\($0.key)" }.sorted() }
    let connection = try await bench.database.connect()
    _ = try await connection.execute(.keepDescriptions(readAt: PullBench.now))
    _ = try await connection.execute(
      """
      insert into status_sync_log (
        resman_lead_id, new_status, updated_by, sync_direction, sync_status, property_id,
        resman_version, domiq_version)
      select resman_lead_id, domiq, 'system', 'from_resman', 'success', property_id,
        resman_version, domiq_version
      from lead
      """)
    _ = try await connection.execute(
      """
      insert into status_sync_log (
        resman_lead_id, new_status, updated_by, sync_direction, sync_status, property_id)
      select resman_lead_id, 'lost', 'system', 'to_resman', 'pending', property_id
      from lead where resman_lead_id = any(\(named(.pending))::text[])
      """)
    _ = try await connection.execute(
      """
      insert into review_item (
        property_id, resman_lead_id, verdict, rule, reason, first_seen, last_seen)
      select property_id, resman_lead_id, 'conflict', 15, 'made up', now(), now()
      from lead where resman_lead_id = any(\(named(.asked))::text[])
      """)
    await connection.close()
  }

  /// What the stages after the pull find, and what they would keep.
  private struct Found: Equatable {
    var reasons: [String]
    var counts: DiffCounts
    var diff: String
    var kept: String
  }

  private func found(_ pulled: PullSummary, on connection: PostgresConnection) async throws -> Found
  {
    let counts = try await Diff(connection: connection).run(pulled)
    let diff: String? = try await connection.query(
      "select string_agg(d::text, E'\n' order by resman_lead_id) as rows from stage_diff d"
    ).first?["rows"]
    let run = UUID()
    let kept: String? = try await connection.transaction(isRehearsal: true) { db in
      _ = try db.execute(
        "insert into sync_run (id, mode, as_of) values (\(run)::uuid, 'run', now())")
      _ = try db.execute(SQL(file: StatementFile.bytes("sightings")))
      _ = try db.execute(.keepDescriptions(readAt: PullBench.now))
      _ = try db.execute(SQL(file: StatementFile.bytes("review_heal"), run, PullBench.now.iso8601))
      _ = try db.execute(
        SQL(file: StatementFile.bytes("run_property_insert"), run, PullBench.now.iso8601))
      _ = try db.execute(try pulled.saveCursors())
      return try db.query(
        """
        select concat_ws(E'\n',
          (select string_agg(l::text, E'\n' order by resman_lead_id) from lead l),
          (select string_agg(k::text, E'\n' order by system, resman_lead_id)
           from lead_description k),
          (select string_agg(concat_ws('|', resman_lead_id, state), E'\n' order by resman_lead_id)
           from review_item),
          (select string_agg((p.property_id, complete, domiq_records, resman_records,
             domiq_digest, resman_digest, leads, drifted, in_sync, resman_only,
             duplicate_conversations)::text, E'\n' order by property_id)
           from run_property p where run_id = \(run)::uuid),
          (select string_agg((system, property_id, watermark, leads, recent)::text, E'\n'
             order by system, property_id) from pull_cursor)) as kept
        """
      ).first?["kept"]
    }
    return Found(
      reasons: pulled.properties.compactMap(\.reason), counts: counts, diff: diff ?? "",
      kept: kept ?? "")
  }
}
