import Foundation
import Leads
import Logging
import StandIns
import Synchronization
import Testing

@testable import Nightly  // uses `contradictions`, internal

/// Fault tests 10, 11 and 12: a full disk, a clock that jumps, and people who work at night.
@Suite(.serialized) struct SurroundingsTests {
  /// Somebody moves a lead right after it was read: it is stale, and the move is kept.
  @Test(arguments: ProcessHarness.isWhole ? Array(0..<200) : [0, 1, 2])
  func aLeadEditedBetweenReadingAndWritingIsLeftAlone(_ number: Int) async throws {
    try await ProcessHarness.with { harness in
      let isStaff = number % 2 == 0
      let leads = harness.leads(.push).compactMap { lead in
        // After every second move by staff our push would still be an allowed step: only If-Match stops it.
        Self.edit(of: lead, harness, isStaff: isStaff, isLegal: number % 4 == 0)
      }
      let (lead, status) = leads[number % leads.count]
      let edit = Edit(isStaff ? .resman : .domiq, lead: lead, status: status)
      harness.standIns.faults.set([
        Fault(.edit, on: isStaff ? .resman : .domiq, route: .lead, lead: lead, count: 1, edit: edit)
      ])
      let ended = try await harness.run()
      #expect(ended.status == 3, "\(ended.err)")
      #expect(harness.standIns.faults.standings.first?.struck == 1)
      if isStaff {
        // If-Match: the write is refused, and nothing of ours follows the edit.
        #expect(harness.standIns.resman.lead(lead)?.status == status)
        let stale = try await harness.number(
          "select count(*) as value from drift where outcome = 'stale'")
        #expect(stale == 1)
      } else {
        #expect(harness.standIns.domiq.lead(resman: lead)?.status == "initial_contact")
      }
      try await harness.converge()
    }
  }

  /// A move by staff, or by the chatbot, that makes a push of this lead stale.
  /// - Parameter isLegal: one after which the push is still an allowed step; nil if there is none.
  private static func edit(
    of lead: String, _ harness: ProcessHarness, isStaff: Bool, isLegal: Bool
  ) -> (lead: String, status: String)? {
    guard isStaff else { return (lead, "initial_contact") }
    guard isLegal else { return (lead, "lost") }
    let mapping = StatusMapping.standard
    guard
      let resman = harness.standIns.resman.lead(lead).flatMap({
        mapping.canonical(resman: $0.status)
      }),
      let domiq = harness.standIns.domiq.lead(resman: lead)
        .flatMap({ mapping.canonical(domiq: $0.status) }),
      resman.allows(domiq),
      let between = Status.allCases.first(where: { resman.allows($0) && $0.allows(domiq) })
    else { return nil }
    return (lead, between.rawValue)
  }

  /// A lead is added while pages are read: no lead is wrongly called missing.
  @Test(arguments: ProcessHarness.isWhole ? Array(0..<10) : [0])
  func shiftedPagesProveNoAbsence(_ number: Int) async throws {
    try await ProcessHarness.with { harness in
      harness.standIns.faults.set([
        Fault(.hold, on: .resman, route: .leads, skip: 1 + number % 4, count: 1)
      ])
      let program = try harness.start()
      try await harness.untilHeld(1)
      for property in harness.world.properties {
        guard var lead = harness.world.resman.first(where: { $0.propertyID == property.id }) else {
          continue
        }
        lead.id = "L-new-\(property.name)"
        harness.standIns.resman.put(lead)
      }
      harness.standIns.holds.open()
      let ended = await program.ended()
      #expect([3, 5].contains(ended.status), "\(ended.err)")
      let missing = Set(
        harness.world.judgements.filter { $0.verdict == .missingInResman }.map(\.leadID))
      let claimed = try await harness.rows(
        "select resman_lead_id from drift where verdict = 'missing_in_resman'"
      ).map { try $0["resman_lead_id"] as String }
      #expect(missing.isSuperset(of: claimed))
      try await harness.converge()
    }
  }

  /// DomIQ's pages end too early: no unseen lead is classified as never having chatted.
  @Test func aPullCutShortProvesNoAbsence() async throws {
    try await ProcessHarness.with { harness in
      harness.standIns.faults.set([Fault(.shortPage, on: .domiq, route: .leads)])
      let ended = try await harness.run()
      #expect(ended.status == 5, "\(ended.err)")
      let file = URL(fileURLWithPath: harness.directory).appending(path: "latest/run.json")
      let run = try JSONDecoder().decode(RunSummary.self, from: try Data(contentsOf: file))
      let never = harness.world.expectedVerdicts[.resmanOnly] ?? 0
      #expect((run.verdicts["resman_only"] ?? 0) <= never)
      #expect((run.verdicts["unread"] ?? 0) > 0)
      try await harness.converge()
    }
  }

  /// Invariant 19: on a night with many faults, neither log, output nor files contain personal data or
  /// secrets.
  @Test func aRunPrintsNoPersonalDataAndNoSecret() async throws {
    try await ProcessHarness.with { harness in
      harness.standIns.faults.set([
        Fault(.errorAfter, on: .resman, route: .status, count: 2),
        Fault(.torn, on: .domiq, route: .webhook, count: 1),
        Fault(
          .malformedRecord, on: .resman, route: .leads, count: 2, malformation: .statusIsNumber),
        Fault(.forbidden, on: .resman, route: .status, skip: 4, count: 1),
      ])
      let ended = await (try harness.start(["run", "--full", "--json", "--log-format", "json"]))
        .ended()
      #expect(ended.status == 3, "\(ended.err)")
      let files = try harness.latestFiles()
      let said = [ended.out, ended.err] + files.values.map { String(decoding: $0, as: UTF8.self) }
      let credentials = harness.standIns.credentials
      var secrets = [credentials.resmanToken, credentials.domiqToken, credentials.webhookSecret]
      for lead in harness.world.resman {
        secrets += ["\(lead.firstName) \(lead.lastName)", lead.email, lead.phone].compactMap { $0 }
      }
      #expect(files.count > 15 && secrets.count > 100)
      for secret in Set(secrets) {
        #expect(!said.contains { $0.contains(secret) }, "\(secret)")
      }
    }
  }

  /// No disk space for the reports: the old files stay complete, and the repairs stay recorded.
  @Test(arguments: ProcessHarness.isWhole ? Array(0..<10) : [0])
  func withoutSpaceTheOldReportsStay(_ number: Int) async throws {
    try await ProcessHarness.with { harness in
      try await harness.run()
      let before = try harness.latestFiles()
      #expect(!before.isEmpty)
      let lead = harness.leads(.none).first { harness.standIns.resman.lead($0) != nil } ?? ""
      #expect(harness.standIns.edit(Edit(.resman, lead: lead, status: "lost")))
      let ended = await (try harness.start(limit: 512 * (1 + number))).ended()
      #expect(ended.status != 0 && ended.status != 3, "\(ended.status)")
      #expect(try harness.latestFiles() == before)
      let repaired = try await harness.number(
        """
        select count(*) as value from drift
        where resman_lead_id = \(lead) and outcome = 'verified'
        """)
      #expect(repaired == 1)
      try await harness.converge()
    }
  }

  /// The wall clock of all programs jumps during a run: the result is the same.
  @Test(arguments: ProcessHarness.isWhole ? Array(0..<20) : [0, 1])
  func aJumpOfTheClockChangesNoOutcome(_ number: Int) async throws {
    let wall = JumpingWall(
      by: [-7_200, 7_200, 864_000, 3_600, -3_600][number % 5], atLook: 2 + number % 18)
    var clock = ProcessClock.running(from: ProcessClock.start)
    clock.now = { Instant(microseconds: wall.microseconds) }
    try await NightlyFixture.with(leads: 200, clock: clock) { fixture in
      // One lead at a time: a webhook signed before the jump and checked after it is refused.
      var settings = fixture.settings
      settings.resman.concurrency = 1
      var looking = fixture.clock
      looking.now = { Instant(microseconds: wall.look()) }
      let nightly = try Nightly.connected(
        settings, database: fixture.database.url, client: fixture.client, clock: looking,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      let night = try await nightly.run(full: true)
      let expected = Dictionary(
        uniqueKeysWithValues: fixture.world.expectedVerdicts.map { ($0.key.rawValue, $0.value) })
      #expect(night.summary.verdicts == expected.filter { $0.value > 0 })
      #expect(night.summary.outcomes == ["verified": night.summary.planned])
      #expect(night.summary.contradictions.isEmpty)
      #expect(wall.hasJumped)
      let second = try await nightly.run(full: true)
      #expect(second.summary.planned == 0)
    }
  }
}

/// A wall clock that jumps once, after the program has read it this many times.
final class JumpingWall: Sendable {
  private let state = Mutex((looks: 0, offset: Int64(0)))
  private let jump: Int64
  private let at: Int

  init(by seconds: Int64, atLook look: Int) {
    jump = seconds * 1_000_000
    at = look
  }

  var hasJumped: Bool { state.withLock { $0.offset != 0 } }

  /// The time that it shows.
  var microseconds: Int64 { ProcessClock.wall() + state.withLock { $0.offset } }

  /// The time that it shows to the program.
  func look() -> Int64 {
    state.withLock { state in
      state.looks += 1
      if state.looks == at { state.offset = jump }
    }
    return microseconds
  }
}
