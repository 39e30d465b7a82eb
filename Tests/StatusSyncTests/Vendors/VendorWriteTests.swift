import Changes
import Foundation
import Leads
import Live
import Logging
import Postgres
import StandIns
import TestDatabase
import Testing

import Nightly
import Settings
import Store
import Upstreams
import VendorStandIns

/// Nights that write to the vendors' own interfaces.
@Suite struct VendorWriteTests {
  /// From nothing: a night logs, a day changes both systems, the next night writes what may be written and asks about the
  /// rest, and the one after it finds nothing.
  @Test func aNightWritesWhatMayBeWritten() async throws {
    try await VendorFixture.with { fixture in
      let settings = fixture.writing()
      let first = try await fixture.nightly(settings).run(full: true)
      #expect(first.summary.planned == 0)
      // What it asks about is answered, so that the rest stands alone.
      let now = fixture.clock.now()
      // DomIQ moves.
      try await fixture.chat("PR-0", "contacted")
      try await fixture.chat("PR-14", "active", says: true)
      try await fixture.chat("PR-28", "qualified", says: true)
      try await fixture.chat("PR-42", "tour_booked", tourInDays: 3)
      try await fixture.chat("PR-29", "tour_booked", tourInDays: 4)
      try await fixture.chat("PR-1", "tour_booked", tourInDays: -2)
      try await fixture.chat("PR-15", "qualified")
      try await fixture.chat("PR-3", "contacted")
      // Staff move.
      for (lead, event) in [("PR-56", "CallToProspect"), ("PR-43", "Appointment")] {
        fixture.resman.edit(lead) { card in
          card.events.append(.init(event, now.iso8601))
          card.modified = now.microseconds
        }
      }
      let night = try await fixture.nightly(settings).run(full: false)
      let rows = try await fixture.drift(night.summary.runID)
      let moved = [
        "PR-0", "PR-1", "PR-3", "PR-14", "PR-15", "PR-28", "PR-29", "PR-42", "PR-43", "PR-56",
      ]
      #expect(
        rows.filter { row in moved.contains { row.hasPrefix("\($0) ") } } == [
          "PR-0 domiq_ahead review",
          "PR-1 domiq_ahead review",
          "PR-14 domiq_ahead push contacted verified",
          "PR-15 unlogged log qualified",
          "PR-28 domiq_ahead push qualified verified",
          "PR-29 domiq_ahead push tour_scheduled verified",
          "PR-3 domiq_regressed review",
          "PR-42 domiq_ahead push tour_scheduled verified",
          "PR-43 resman_moved pull tour_scheduled verified",
          "PR-56 resman_moved pull contacted verified",
        ])
      #expect(night.summary.outcomes == ["verified": 6])
      #expect(night.summary.review.new == 3 && night.summary.logged == 1)
      #expect(fixture.resman.ledger.violations == [])
      // One event each: a tour claims no contact before it.
      let written = fixture.resman.ledger.written.map {
        $0.split(separator: " ").prefix(2).joined(separator: " ")
      }
      #expect(
        written.sorted() == [
          "PR-14 TextToProspect", "PR-28 TextToProspect", "PR-29 Appointment",
          "PR-42 Appointment",
        ])
      let tour = Instant(microseconds: now.microseconds + 3 * 86_400_000_000)
      let booked = try #require(
        fixture.resman.ledger.written.first { $0.hasPrefix("PR-42") }?.split(separator: " ").last)
      let time = try #require(Instant(iso8601: booked))
      #expect(abs(time.microseconds - tour.microseconds) < 60_000_000)
      #expect(try await fixture.logged("PR-42") == ["new tour_scheduled to_resman acknowledged"])
      #expect(try await fixture.logged("PR-28") == ["new qualified to_resman acknowledged"])
      #expect(try await fixture.logged("PR-0") == [])
      #expect(
        try await fixture.logged("PR-43") == ["contacted tour_scheduled from_resman acknowledged"])
      // A tour is booked without a notice, and no flag is set.
      let chat: String = try await fixture.domiq.value(
        """
        select status || ' ' || coalesce(is_book_tour, false) || ' '
          || (select count(*) from lead_notification n where n.conversation_id = c.id) as value
        from conversation c where resman_lead_id = 'PR-43'
        """)
      #expect(chat == "tour_booked false 0")
      // The version that is logged is the one of the update.
      let isUpdated: Bool = try await fixture.database.value(
        """
        select base_domiq_version = domiq_version as value from lead where resman_lead_id = 'PR-43'
        """)
      #expect(isUpdated)
      // A person is told what to do.
      for (lead, words) in [
        ("PR-0", "enter the contact in ResMan"), ("PR-1", "enter the appointment in ResMan"),
        ("PR-3", "cancel it in ResMan"),
      ] {
        let reason: String = try await fixture.database.value(
          "select reason as value from review_item where resman_lead_id = \(lead)")
        #expect(reason.contains(words), "\(reason)")
      }
      for full in [true, false] {
        let next = try await fixture.nightly(settings).run(full: full)
        #expect(next.summary.planned == 0 && next.summary.logged == 0)
        #expect(next.summary.review.new == 0)
      }
      #expect(fixture.resman.ledger.written.count == 4)
      #expect(fixture.resman.ledger.violations == [])
    }
  }

  // MARK: - Faults

  /// A night, then one lead that DomIQ contacted.
  private static func contacted(
    _ body: @Sendable (VendorFixture) async throws -> Void
  ) async throws {
    try await VendorFixture.with(leads: 28) { fixture in
      _ = try await fixture.nightly(fixture.writing()).run(full: true)
      try await fixture.chat("PR-14", "active", says: true)
      try await body(fixture)
      #expect(fixture.resman.ledger.violations == [])
      let pending: Int = try await fixture.database.value(
        "select count(*) as value from status_sync_log where sync_status = 'pending'")
      #expect(pending == 0)
      // One event, however often it was tried, and the end is the same.
      #expect(fixture.resman.card("PR-14")?.events.count { $0.type == "TextToProspect" } == 1)
      let last = try await fixture.nightly(fixture.writing()).run(full: true)
      #expect(last.summary.planned == 0 && last.summary.logged == 0)
    }
  }

  private static func outcome(
    _ fixture: VendorFixture, settleSeconds: Int = 600
  ) async throws -> String {
    let night = try await fixture.nightly(fixture.writing(settleSeconds: settleSeconds))
      .run(full: false)
    let rows = try await fixture.drift(night.summary.runID)
    return rows.first { $0.hasPrefix("PR-14 ") }
      .map { String($0.dropFirst(6)) } ?? "none"
  }

  /// The answer is lost after the change was made: the comment of the event proves it, or else the status.
  @Test(arguments: [false, true])
  func aLostAnswerIsReadBack(_ hidesComments: Bool) async throws {
    try await Self.contacted { fixture in
      fixture.resman.faults.hidesComments = hidesComments
      fixture.resman.faults.lostAnswers = 1
      let outcome = try await Self.outcome(fixture)
      #expect(outcome == "domiq_ahead push contacted verified")
      let evidence = hidesComments ? "value_match" : "history"
      #expect(try await fixture.logged("PR-14") == ["new contacted to_resman \(evidence)"])
    }
  }

  /// The write is lost on its way: nothing is sent again within the window, and afterwards the change is a new one.
  @Test func aLostWriteIsLeftAloneForItsWindow() async throws {
    try await Self.contacted { fixture in
      fixture.resman.faults.lostWrites = 1
      #expect(try await Self.outcome(fixture) == "domiq_ahead push contacted unknown")
      let waiting = try await fixture.nightly(fixture.writing()).run(full: false)
      #expect(waiting.summary.recovered.unsettled == 1)
      #expect(try await fixture.verdicts(waiting.summary.runID)["PR-14"] == .unsettled)
      #expect(fixture.resman.ledger.written == [])
      #expect(
        try await Self.outcome(fixture, settleSeconds: 0) == "domiq_ahead push contacted verified")
      let failures: String = try await fixture.database.value(
        """
        select string_agg(failure, ',') as value from status_sync_log
        where resman_lead_id = 'PR-14' and sync_status = 'failed'
        """)
      #expect(failures == "unknown")
    }
  }

  /// A failure inside HTTP 200 is a failure; the next night tries again.
  @Test func aFailureInsideASuccessIsOne() async throws {
    try await Self.contacted { fixture in
      fixture.resman.faults.failedWrites = 1
      let outcome = try await Self.outcome(fixture)
      #expect(outcome == "domiq_ahead push contacted failed")
      #expect(try await fixture.logged("PR-14") == [])
      #expect(try await Self.outcome(fixture) == "domiq_ahead push contacted verified")
    }
  }

  /// Staff lose the prospect between our read and our write: the night says so, and the next one follows ResMan.
  @Test func aLostRaceIsFound() async throws {
    try await Self.contacted { fixture in
      let now = fixture.clock.now()
      fixture.resman.faults.editsBeforeWrite["PR-14"] = { card in
        card.status = "Lost"
        card.lostDate = now.iso8601
        card.events.append(.init("Cancel", now.iso8601, reasons: "Prospect Lost: Price"))
      }
      #expect(try await Self.outcome(fixture) == "domiq_ahead push contacted failed")
      let reason: String = try await fixture.database.value(
        """
        select reason as value from drift
        where resman_lead_id = 'PR-14' and outcome = 'failed'
        """)
      #expect(reason.contains("not held: Lost in ResMan"), "\(reason)")
      #expect(try await Self.outcome(fixture) == "unlogged log lost")
      #expect(
        try await fixture.logged("PR-14") == [
          "new contacted to_resman history", "contacted lost from_resman",
        ])
    }
  }

  /// The night is killed between the write and its end: the next one finds the comment, and sends nothing.
  @Test func aKilledWriteIsSettledByTheNextNight() async throws {
    try await Self.contacted { fixture in
      let card = try #require(fixture.resman.card("PR-14"))
      let intent = UUID()
      let connection = try await fixture.database.connect()
      let chat: UUID = try await fixture.database.value(
        "select conversation_id as value from lead where resman_lead_id = 'PR-14'")
      let entry = LogEntry(
        id: intent, conversationID: chat, leadID: "PR-14", propertyID: card.propertyID, old: .new,
        new: .contacted, reason: "", updatedBy: .chatbot, direction: .toResMan,
        occurredAt: nil, notAfter: fixture.clock.now())
      try await SyncLog(connection).begin(entry)
      await connection.close()
      let answer = await fixture.partner(isWritten: true).update(
        Self.change(card, .contacted, .contact(at: ProcessClock.start), intent: intent),
        etag: nil, until: .seconds(1e9))
      guard case .acknowledged = answer else {
        Issue.record("\(answer)")
        return
      }
      let night = try await fixture.nightly(fixture.writing(settleSeconds: 0)).run(full: false)
      #expect(night.summary.recovered.succeeded == 1)
      #expect(night.summary.planned == 0)
      #expect(try await fixture.logged("PR-14") == ["new contacted to_resman history"])
    }
  }

  private static func change(
    _ card: VendorWorld.Card, _ new: Status, _ event: PartnerEvent, intent: UUID = UUID()
  ) -> StatusChange {
    var change = StatusChange(
      intentID: intent, leadID: card.id, propertyID: card.propertyID, conversationID: nil,
      old: nil, new: new, reason: "", notify: false, occurredAt: nil)
    change.event = event
    return change
  }

  /// Somebody was at the card since the plan's read: nothing is sent.
  @Test func anEditedCardIsNotWritten() async throws {
    try await VendorFixture.with(leads: 14) { fixture in
      let partner = fixture.partner(isWritten: true)
      let card = try #require(fixture.resman.card("PR-0"))
      guard case .found(let read) = await partner.read("PR-0", at: card.propertyID) else {
        Issue.record("not found")
        return
      }
      fixture.resman.edit("PR-0") { $0.events.append(.init("Note", "2026-01-01T00:00:00Z")) }
      let change = Self.change(card, .contacted, .contact(at: ProcessClock.start))
      let answer = await partner.update(change, etag: read.etag, until: .seconds(1e9))
      #expect(answer == .changed)
      #expect(fixture.resman.ledger.written == [])
      // A client that may not write sends nothing at all.
      let reader = await fixture.partner().update(change, etag: nil, until: .seconds(1e9))
      #expect(reader == .refused(status: 405, reasons: "the partner interface is only read"))
      #expect(fixture.resman.ledger.violations == [])
    }
  }

  // MARK: - Losses

  @Test func aLossNamesItsReason() async throws {
    try await VendorFixture.with(leads: 14) { fixture in
      let card = try #require(fixture.resman.card("PR-1"))
      let answer = await fixture.partner(isWritten: true).update(
        Self.change(card, .lost, .cancel(reasonID: "REASON-4", at: fixture.clock.now())),
        etag: nil, until: .seconds(1e9))
      guard case .acknowledged = answer else {
        Issue.record("\(answer)")
        return
      }
      let lost = try #require(fixture.resman.card("PR-1"))
      #expect(lost.status == "Lost" && lost.lostReason == "Price" && lost.types == ["lost"])
      #expect(lost.lastName == "Sample & Sons")
      #expect(fixture.resman.ledger.violations == [])
    }
  }

  /// DomIQ's chat of a lost lead goes on: nothing is pushed by itself; the answer push reactivates, if the chat is newer.
  @Test(arguments: [true, false])
  func aPersonReopensALostLead(_ isNewer: Bool) async throws {
    try await VendorFixture.with(leads: 28) { fixture in
      let settings = fixture.writing()
      _ = try await fixture.nightly(settings).run(full: true)
      try await fixture.chat("PR-4", "tour_booked", tourInDays: 5, says: isNewer)
      if !isNewer {
        // The chat's last message is older than the loss.
        fixture.resman.edit("PR-4") { card in
          card.events[1].date = ProcessClock.start.iso8601
          card.lostDate = ProcessClock.start.iso8601
        }
      }
      let asked = try await fixture.nightly(settings).run(full: true)
      #expect(try await fixture.verdicts(asked.summary.runID)["PR-4"] == .domiqRegressed)
      #expect(fixture.resman.ledger.written == [])
      let connection = try await fixture.database.connect()
      let items = try await ReviewQueue(connection).items(
        ReviewSelection(leads: ["PR-4"]), now: fixture.clock.now())
      await connection.close()
      #expect(items.first?.reason.contains("answer push to reactivate it") == true)
      let resolved = try await Resolution(try fixture.nightly(settings)).run(
        items, answer: .push, reason: nil)
      #expect(fixture.resman.ledger.violations == [])
      guard isNewer else {
        #expect(resolved.map(\.result) == ["failed"])
        #expect(resolved.first?.reason?.contains("is not newer than the loss") == true)
        #expect(fixture.resman.ledger.written == [])
        return
      }
      #expect(resolved.map(\.result) == ["verified"], "\(resolved)")
      #expect(
        fixture.resman.ledger.written.map { $0.split(separator: " ")[1] } == [
          "ReActivate", "Appointment",
        ])
      #expect(
        try await fixture.logged("PR-4").last
          == "lost tour_scheduled to_resman acknowledged irregular")
      let next = try await fixture.nightly(settings).run(full: true)
      #expect(next.summary.planned == 0 && next.summary.logged == 0)
      #expect(next.summary.review.new == 0)
    }
  }

  /// Nothing says that an event moves `lastModified`. One that is gone, or new, with the same `lastModified` is a move by
  /// staff: what they took back is not written again.
  @Test(arguments: [false, true])
  func anEventThatMovesNoTimeIsAMove(_ isTakenBack: Bool) async throws {
    try await VendorFixture.with(leads: 28) { fixture in
      let settings = fixture.writing()
      _ = try await fixture.nightly(settings).run(full: true)
      try await fixture.chat("PR-14", "active", says: true)
      let pushed = try await fixture.nightly(settings).run(full: false)
      #expect(
        try await fixture.drift(pushed.summary.runID, of: "PR-14") == [
          "PR-14 domiq_ahead push contacted verified"
        ])
      fixture.resman.edit("PR-14") { card in
        if isTakenBack {
          card.events.removeAll { $0.type == "TextToProspect" }
        } else {
          card.events.append(.init("Appointment", "2027-01-10T15:00:00Z"))
        }
      }
      let night = try await fixture.nightly(settings).run(full: true)
      #expect(
        try await fixture.drift(night.summary.runID, of: "PR-14") == [
          isTakenBack
            ? "PR-14 resman_moved review" : "PR-14 resman_moved pull tour_scheduled verified"
        ])
      #expect(fixture.resman.ledger.written.count == 1)
      #expect(fixture.resman.ledger.violations == [])
    }
  }

  // MARK: - DomIQ's database

  @Test func aStatusIsSetOverTheOneThatWasRead() async throws {
    try await VendorFixture.with(leads: 14) { fixture in
      let settings = fixture.writing()
      let database = DomIQDatabase(
        url: fixture.domiq.writerURL, company: DomIQStandIn.company, properties: [:],
        zones: settings.partner?.zones ?? [:], mapping: settings.mapping, clock: fixture.clock,
        deadlineSeconds: 600)
      let chat: UUID = try await fixture.domiq.value(
        "select id as value from conversation where resman_lead_id = 'PR-0'")
      func read() async throws -> LeadSnapshot {
        guard case .found(let snapshot) = await database.read(chat, of: "PR-0") else {
          throw CallFailure(.malformed, "not found")
        }
        return snapshot
      }
      let before = try await read()
      #expect(before.details.messageCount == 1)
      var change = StatusChange(
        intentID: UUID(), leadID: "PR-0", propertyID: nil, conversationID: chat, old: nil,
        new: .contacted, reason: "", notify: false, occurredAt: nil)
      change.basis = before.etag
      // The score moves the version, and the status of another company's chat is not ours.
      try await fixture.chat("PR-0", "active", tourInDays: 2)
      #expect(await database.send(change, until: .seconds(1e9)) == .changed)
      let other = DomIQDatabase(
        url: fixture.domiq.writerURL, company: UUID().uuidString, properties: [:],
        mapping: settings.mapping, clock: fixture.clock, deadlineSeconds: 600)
      let now = try await read()
      change.basis = now.etag
      #expect(await other.send(change, until: .seconds(1e9)) == .changed)
      #expect(await database.send(change, until: .zero) == .late)
      guard
        case .acknowledged(let version, _, _, _) = await database.send(change, until: .seconds(1e9))
      else {
        Issue.record("not written")
        return
      }
      let after = try await read()
      #expect(after.raw == "contacted" && after.version == version && after.version != now.version)
      // The time of the tour is the property's, told in UTC.
      let tour = try #require(after.details.tourDatetime.flatMap { Instant(iso8601: $0) })
      let wished = fixture.clock.now().microseconds + 2 * 86_400_000_000
      #expect(abs(tour.microseconds - wished) < 60_000_000)
      // A role that may only read is told so.
      let reader = DomIQDatabase(
        url: fixture.domiq.readerURL, company: DomIQStandIn.company, properties: [:],
        mapping: settings.mapping, clock: fixture.clock, deadlineSeconds: 600)
      change.basis = after.etag
      #expect(await reader.send(change, until: .seconds(1e9)) == .forbidden)
      change.basis = nil
      guard case .refused = await database.send(change, until: .seconds(1e9)) else {
        Issue.record("written over nothing")
        return
      }
    }
  }

  // MARK: - By day

  /// A change by day takes the same path: an event, nothing where ResMan shows it already, or a sentence.
  @Test func aDayWritesTheSame() async throws {
    try await VendorFixture.with(leads: 28) { fixture in
      let settings = fixture.writing()
      _ = try await fixture.nightly(settings).run(full: true)
      for (lead, status) in [("PR-14", "active"), ("PR-1", "qualified")] {
        try await fixture.chat(lead, status, says: true)
      }
      try await fixture.chat("PR-0", "contacted")
      let night = try fixture.nightly(settings)
      let pool = fixture.database.pool()
      func put(_ lead: String, _ status: Status, _ writing: Writing) async throws -> String {
        let update = StatusUpdate(
          sender: ChangeSender(
            log: SyncLog(pool), resman: night.parts.resman, domiq: night.parts.domiq,
            mapping: settings.mapping, policy: settings.policy, budget: RetryBudget(),
            clock: fixture.clock, logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() },
            freshness: .seconds(600), writing: writing),
          database: pool, budget: .seconds(600))
        let caller = Caller(id: UUID(), name: "t", updatedBy: .chatbot, properties: nil)
        do {
          return try await update.run(
            lead: lead,
            StatusUpdate.Request(
              status: status, reason: nil, context: nil, updatedBy: .chatbot, notify: false),
            caller: caller, intent: UUID(), onSending: {}
          ).new_status
        } catch let problem as Problem {
          return "\(problem.kind.rawValue): \(problem.detail ?? "")"
        }
      }
      #expect(
        try await put("PR-14", .contacted, Writing(resman: .none))
          == "not-written: resman.write is none, so ResMan is only read")
      #expect(try await put("PR-14", .contacted, settings.writing) == "contacted")
      #expect(
        try await put("PR-0", .contacted, settings.writing).hasPrefix("not-written: DomIQ sent"))
      // ResMan shows qualified as contacted: it is logged, without a call that writes.
      #expect(try await put("PR-1", .qualified, settings.writing) == "qualified")
      #expect(
        try await put("PR-1", .qualified, settings.writing)
          == "illegal-transition: the lead is qualified already")
      await pool.close()
      #expect(fixture.resman.ledger.written.count == 1)
      #expect(try await fixture.logged("PR-1") == ["contacted qualified to_resman value_match"])
      #expect(fixture.resman.ledger.violations == [])
      let next = try await fixture.nightly(settings).run(full: true)
      let rows = try await fixture.drift(next.summary.runID)
      #expect(!rows.contains { $0.hasPrefix("PR-14 ") || $0.hasPrefix("PR-1 ") }, "\(rows)")
    }
  }
}
