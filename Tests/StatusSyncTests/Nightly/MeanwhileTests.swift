import Changes
import Foundation
import Leads
import StandIns
import Synchronization
import Testing

import Nightly
import Settings
import Store
import Upstreams

/// What happens between the parts of a night, and between two nights.
@Suite struct MeanwhileTests {
  /// A lead that both sides and the log call new.
  private static func newLead(_ fixture: NightlyFixture) async throws -> String {
    try await fixture.value(
      """
      select resman_lead_id as value from lead
      where base = 'new' and domiq = 'new' and resman = 'new' and conversation_id is not null
      order by resman_lead_id limit 1
      """)
  }

  private static func logged(_ lead: String, _ fixture: NightlyFixture) async throws -> [String] {
    let connection = try await fixture.database.connect()
    let rows = try await connection.query(
      """
      select concat_ws(' ', old_status, new_status, updated_by) as row
      from status_sync_log where resman_lead_id = \(lead) and sync_status = 'success' order by seq
      """)
    await connection.close()
    return try rows.map { try $0["row"] }
  }

  /// Staff move a lead, and ResMan's webhook says so at once.
  private static func contact(_ lead: String, _ fixture: NightlyFixture) async throws {
    fixture.standIns.edit(
      Edit(.resman, lead: lead, status: "contacted", by: Author.resmanUser.rawValue))
    try await report(lead, fixture)
  }

  /// ResMan's webhook about what it shows of a lead.
  private static func report(_ lead: String, _ fixture: NightlyFixture) async throws {
    let record = try #require(fixture.standIns.resman.lead(lead))
    let pool = fixture.database.pool()
    let taken = try await WebhookReceiver(database: pool, clock: fixture.clock).receive(
      StatusWebhook(
        lead_id: lead, old_status: .new, new_status: .contacted,
        updated_by: Author.resmanUser.rawValue, updated_at: record.version),
      id: "webhook of \(lead)")
    await pool.close()
    #expect(taken.outcome == .applied)
  }

  /// The live service logs a change after the page was read that does not show it: the night neither takes the page for
  /// newer nor the log back.
  @Test(arguments: [true, false])
  func aChangeByDayIsNewerThanThePage(full: Bool) async throws {
    try await NightlyFixture.with(leads: 200) { fixture in
      _ = try await fixture.nightly().run(full: true)
      let lead = try await Self.newLead(fixture)
      let property = try #require(fixture.standIns.resman.lead(lead)?.propertyID)
      // It is shown again, as it was.
      fixture.standIns.edit(Edit(.resman, lead: lead, leadScore: 81))
      let before = try await Self.logged(lead, fixture)
      let isDone = Mutex(false)
      let night = try await fixture.nightly(hooked: {
        $0.afterPage = { read in
          guard read == property,
            isDone.withLock({ done in
              defer { done = true }; return !done
            })
          else { return }
          do { try await Self.contact(lead, fixture) } catch { Issue.record(error) }
        }
      }).run(full: full)
      #expect(try await Self.logged(lead, fixture) == before + ["new contacted resman_user"])
      let verdict: String = try await fixture.value(
        """
        select verdict as value from drift
        where run_id = \(night.summary.runID) and resman_lead_id = \(lead)
        """)
      #expect(verdict == "unsettled")
      let known: String = try await fixture.value(
        "select base || ' ' || resman as value from lead where resman_lead_id = \(lead)")
      #expect(known == "contacted contacted")
      // The next night reads both again, and DomIQ follows.
      let next = try await fixture.nightly().run(full: false)
      #expect(next.summary.verdicts["unsettled"] == nil)
      let domiq = try #require(fixture.standIns.domiq.lead(resman: lead))
      #expect(StatusMapping.standard.canonical(domiq: domiq.status) == .contacted)
    }
  }

  /// A webhook comes between a night's decision and its write: the write rested on another agreement.
  @Test func aChangeIsNotBegunOverAnotherAgreement() async throws {
    try await NightlyFixture.with(leads: 200) { fixture in
      _ = try await fixture.nightly().run(full: true)
      let lead = try await Self.newLead(fixture)
      // Staff move it; the webhook is late.
      fixture.standIns.edit(
        Edit(.resman, lead: lead, status: "contacted", by: Author.resmanUser.rawValue))
      let before = try await Self.logged(lead, fixture)
      let isDone = Mutex(false)
      let night = try await fixture.nightly(hooked: {
        $0.beforeLead = { read in
          guard read == lead,
            isDone.withLock({ done in
              defer { done = true }; return !done
            })
          else { return }
          do { try await Self.report(lead, fixture) } catch { Issue.record(error) }
        }
      }).run(full: false)
      let outcome: String = try await fixture.value(
        """
        select action || ' ' || outcome as value from drift
        where run_id = \(night.summary.runID) and resman_lead_id = \(lead)
        """)
      #expect(outcome == "pull stale")
      #expect(try await Self.logged(lead, fixture) == before + ["new contacted resman_user"])
    }
  }

  /// A word was configured wrongly, and corrected later: what was seen in between means what it means now.
  @Test func aCorrectedWordIsNotWritten() async throws {
    let shift = ClockShift()
    try await NightlyFixture.with(leads: 200, clock: shift.now()) { fixture in
      _ = try await fixture.nightly().run(full: true)
      let lead: String = try await fixture.value(
        """
        select resman_lead_id as value from lead
        where base = 'contacted' and domiq = 'contacted' and resman = 'contacted'
        order by resman_lead_id limit 1
        """)
      func settings(_ meaning: Status) throws -> Settings {
        var settings = fixture.settings
        settings.mapping = try StatusMapping.standard.adding(
          domiq: ["nurturing": meaning], resman: [:])
        return settings
      }
      var wrong = try settings(.qualified)
      // Seen, and not written yet.
      wrong.resman.write = .none
      fixture.standIns.edit(Edit(.domiq, lead: lead, status: "nurturing", leadScore: 90))
      let first = try await fixture.nightly(wrong).run(full: false)
      func verdict(_ run: UUID) async throws -> [String] {
        let connection = try await fixture.database.connect()
        let rows = try await connection.query(
          """
          select concat_ws(' ', verdict, action, target) as row from drift
          where run_id = \(run) and resman_lead_id = \(lead)
          """)
        await connection.close()
        return try rows.map { try $0["row"] }
      }
      #expect(try await verdict(first.summary.runID) == ["domiq_ahead push qualified"])
      // No page shows it any more.
      shift.move(by: .seconds(4 * 86_400))
      let next = try await fixture.nightly(settings(.contacted)).run(full: false)
      #expect(try await verdict(next.summary.runID) == [])
      #expect(fixture.standIns.resman.lead(lead)?.status == "contacted")
      // A full pull stores what it means.
      _ = try await fixture.nightly(settings(.contacted)).run(full: true)
      let known: String = try await fixture.value(
        "select domiq as value from lead where resman_lead_id = \(lead)")
      #expect(known == "contacted")
    }
  }

  /// A property was sold, and its cursor deleted as docs/operations.md says: its open leads end no night with 5.
  @Test func aRetiredPropertyIsNotRead() async throws {
    try await NightlyFixture.with(leads: 400) { fixture in
      _ = try await fixture.nightly().run(full: true)
      let asked = try await fixture.questions()
      let property = try #require(asked.lazy.compactMap(\.propertyID).first)
      let connection = try await fixture.database.connect()
      _ = try await connection.execute(
        "delete from pull_cursor where property_id = \(property)")
      await connection.close()
      let night = try await fixture.nightly(hooked: { $0.hidden = property }).run(full: false)
      #expect(!night.summary.exitCodes.contains(5), "\(night.summary.verdicts)")
      #expect(night.summary.pull?.incomplete.isEmpty == true)
    }
  }

  /// A run dies after its change was made. By day staff set another status, whose webhook is logged first. The next night
  /// learns that its own change was made before: that is no move of DomIQ's, and DomIQ follows staff.
  @Test(arguments: [Direction.toResMan, .fromResMan])
  func aChangeThatEndsLateIsNoMoveOfDomIQ(_ direction: Direction) async throws {
    try await NightlyFixture.with(leads: 200) { fixture in
      _ = try await fixture.nightly().run(full: true)
      let lead = try await Self.newLead(fixture)
      for system in StandInSystem.allCases {
        fixture.standIns.edit(
          Edit(
            system, lead: lead, leadScore: 90, email: "ada@example.com", phone: "555-0100"))
      }
      fixture.standIns.edit(
        Edit(direction == .toResMan ? .domiq : .resman, lead: lead, status: "qualified"))
      await #expect(throws: StoppedAsAsked.self) {
        _ = try await fixture.nightly().stopping(after: "take").run(full: true)
      }
      try await Self.change(lead, direction, fixture)
      try await Self.contact(lead, fixture)
      let night = try await fixture.nightly().run(full: true)
      #expect(night.summary.recovered.succeeded == 1)
      let done: String = try await fixture.value(
        """
        select concat_ws(' ', verdict, action, target, outcome) as value from drift
        where run_id = \(night.summary.runID) and resman_lead_id = \(lead)
        """)
      #expect(done == "phantom pull contacted verified")
      #expect(fixture.standIns.resman.lead(lead)?.status == "contacted")
      #expect(fixture.standIns.domiq.lead(resman: lead)?.status == "engaged")
    }
  }

  /// A run's change from new to qualified is made, and the run dies before it can know.
  private static func change(
    _ lead: String, _ direction: Direction, _ fixture: NightlyFixture
  ) async throws {
    let connection = try await fixture.database.connect()
    let rows = try await connection.query(
      """
      select conversation_id, property_id, domiq_version, resman_version
      from lead where resman_lead_id = \(lead)
      """)
    let row = try #require(rows.first)
    let id = UUID()
    var entry = LogEntry(
      id: id, conversationID: try row["conversation_id"], leadID: lead,
      propertyID: try row["property_id"], old: .new, new: .qualified,
      reason: "[\(id.uuidString.lowercased())]", updatedBy: .system, direction: direction,
      runID: UUID(), notAfter: fixture.now())
    entry.domiqVersion = try row["domiq_version"]
    entry.resmanVersion = try row["resman_version"]
    try await SyncLog(connection).begin(entry)
    await connection.close()
    let change = StatusChange(
      intentID: id, leadID: lead, propertyID: entry.propertyID,
      conversationID: entry.conversationID, old: .new, new: .qualified, reason: entry.reason,
      notify: false, occurredAt: nil)
    let parts = try fixture.nightly().parts
    let answer =
      direction == .toResMan
      ? await parts.resman.update(change, etag: nil, until: .seconds(1e9))
      : await parts.domiq.send(change, until: .seconds(1e9))
    guard case .acknowledged = answer else {
      Issue.record("\(answer)")
      return
    }
  }

  /// A lead that is on no page any more, and that could not be asked for by its id either: the next night asks again,
  /// though it does not read everything.
  @Test func aLeadThatCouldNotBeAskedForIsAskedAgain() async throws {
    try await NightlyFixture.with(leads: 200) { fixture in
      let first = try await fixture.nightly().run(full: true)
      let lead: String = try await fixture.value(
        """
        select resman_lead_id as value from drift
        where run_id = \(first.summary.runID) and verdict = 'missing_in_resman'
        order by resman_lead_id limit 1
        """)
      // Before it was gone, ResMan had shown it, and both sides agreed.
      let connection = try await fixture.database.connect()
      _ = try await connection.execute(
        """
        update lead set base = domiq, resman_raw = domiq, resman = domiq,
          resman_version = '2026-11-01T08:00:00Z'
        where resman_lead_id = \(lead)
        """)
      await connection.close()
      func night(full: Bool, _ answer: ReadAnswer) async throws -> String {
        let night = try await fixture.nightly(hooked: { resman in
          resman.instead = { id in id == lead ? answer : nil }
        }).run(full: full)
        return try await fixture.value(
          """
          select verdict as value from drift
          where run_id = \(night.summary.runID) and resman_lead_id = \(lead)
          """)
      }
      let failed = ReadAnswer.failed(CallFailure(.timeout, "made up"))
      #expect(try await night(full: true, failed) == "unread")
      #expect(try await night(full: false, failed) == "unread")
      #expect(try await night(full: false, .missing) == "missing_in_resman")
    }
  }

  /// A status that ResMan acknowledged by day, and that a night then sees, is a sighting.
  @Test func anAcknowledgedStatusIsSeen() async throws {
    try await NightlyFixture.with(leads: 120) { fixture in
      _ = try await fixture.nightly().run(full: true)
      let lead = try await Self.newLead(fixture)
      let connection = try await fixture.database.connect()
      _ = try await connection.execute(
        "update lead set resman_acknowledged = true where resman_lead_id = \(lead)")
      await connection.close()
      let night = try await fixture.nightly().run(full: true)
      #expect(night.summary.planned == 0)
      let isAcknowledged: Bool = try await fixture.value(
        "select resman_acknowledged as value from lead where resman_lead_id = \(lead)")
      #expect(!isAcknowledged)
    }
  }
}
