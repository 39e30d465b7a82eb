import Foundation
import Leads
import Postgres
import Pulls
import StandIns
import TestDatabase
import Testing

import Demo
import Nightly
import Reports
import Settings
import Store
import Upstreams

/// Nights on the vendors' own interfaces.
@Suite struct VendorNightTests {
  /// Every kind of lead is found as it is, nothing is written, and the next night has nothing new.
  @Test func everyLeadIsFoundAsItIs() async throws {
    try await VendorFixture.with { fixture in
      let first = try await fixture.nightly().run(full: true)
      let expected = fixture.world.expected
      #expect(first.summary.pulled == expected.count)
      #expect(
        first.summary.verdicts
          == Dictionary(grouping: expected.values, by: \.rawValue).mapValues(\.count))
      let found = try await fixture.verdicts(first.summary.runID)
      for (lead, verdict) in expected where verdict != .resmanOnly {
        #expect(found[lead] == verdict, "\(lead)")
      }
      #expect(first.summary.pull?.incomplete.isEmpty == true)
      // There are questions of kinds that no lens makes equal.
      #expect(first.summary.exitCode == 3)
      #expect(fixture.resman.ledger.violations == [])

      // A lead that only a lens makes equal is in sync, night after night: in full and incremental ones.
      for full in [true, false] {
        let next = try await fixture.nightly().run(full: full)
        #expect(next.summary.planned == 0)
        #expect(next.summary.logged == 0)
        #expect(next.summary.review.new == 0)
        #expect(next.summary.exitCode == 0)
        #expect(next.summary.verdicts["unlogged"] == nil)
      }
      let bases: Int = try await fixture.database.value(
        """
        select count(*) as value from lead
        where base = 'qualified' and domiq = 'qualified' and resman = 'contacted'
        """)
      #expect(bases == expected.count / 14)
      #expect(fixture.resman.ledger.violations == [])
    }
  }

  /// A day of changes: what can be written is listed and not written; what a system cannot show is logged.
  @Test func aDayOfChangesIsListedAndLogged() async throws {
    try await VendorFixture.with { fixture in
      _ = try await fixture.nightly().run(full: true)
      let now = fixture.clock.now()
      fixture.resman.edit("PR-14") { card in
        card.events.append(.init("CallToProspect", now.iso8601))
        card.modified = now.microseconds
      }
      fixture.resman.edit("PR-1") { card in
        card.status = "Lost"
        card.events.append(.init("Cancel", now.iso8601, reasons: "Prospect Lost: Price"))
        card.modified = now.microseconds
      }
      for lead in ["PR-15", "PR-0"] {
        try await fixture.domiq.change(
          """
          update conversation set status = 'qualified', updated_at = \(now.iso8601)::timestamptz
          where resman_lead_id = \(lead)
          """)
      }
      let night = try await fixture.nightly().run(full: false)
      let connection = try await fixture.database.connect()
      let rows = try await connection.query(
        """
        select resman_lead_id || ' ' || verdict || ' ' || action || ' ' || target || ' '
          || coalesce(outcome, '-') || ' ' || array_to_string(hops, '>') as row
        from drift where run_id = \(night.summary.runID) and action in ('push', 'pull', 'log')
        order by resman_lead_id
        """)
      #expect(
        try rows.map { try $0["row"] as String } == [
          "PR-0 domiq_ahead push qualified not_written contacted",
          "PR-1 unlogged log lost - ",
          "PR-14 resman_moved pull contacted not_written contacted",
          "PR-15 unlogged log qualified - ",
        ])
      // A status that ResMan does not show changed when DomIQ says so.
      let times = try await connection.query(
        """
        select occurred_at = domiq_version::timestamptz and occurred_at <> resman_version::timestamptz
          as own
        from status_sync_log
        where run_id = \(night.summary.runID) and new_status = 'qualified'
        """)
      #expect(try times.map { try $0["own"] as Bool } == [true])
      let lost = try await connection.queryOne(
        "select told from lead_description where resman_lead_id = 'PR-1' and system = 'resman'")
      #expect((try lost?["told"] as String?)?.contains("Price") == true)
      await connection.close()
      #expect(night.summary.outcomes == ["not_written": 2])
      #expect(night.summary.logged == 2)
      #expect(night.summary.review.new == 0)
      #expect(night.summary.exitCode == 0)
      #expect(!night.summary.converged)

      // What was logged is in sync now; what was not written is found again, and asks nobody.
      let next = try await fixture.nightly().run(full: true)
      #expect(next.summary.outcomes == ["not_written": 2])
      #expect(next.summary.logged == 0 && next.summary.review.new == 0)
      #expect(fixture.resman.ledger.violations == [])

      // The chat of the lost lead goes on: DomIQ moved, from what it last showed in agreement.
      try await fixture.domiq.change(
        """
        update conversation set status = 'tour_booked', updated_at = updated_at + interval '1 hour'
        where resman_lead_id = 'PR-1'
        """)
      for _ in 0..<2 {
        let moved = try await fixture.nightly().run(full: true)
        #expect(try await fixture.verdicts(moved.summary.runID)["PR-1"] == .domiqRegressed)
      }
    }
  }

  /// A prospect of v2 whose events v1 does not show is unread, and so nothing is claimed of its property's absences.
  @Test func aCardWithoutEventsIsUnread() async throws {
    try await VendorFixture.with(leads: 56) { fixture in
      // DomIQ names no lead at its property that ResMan does not have.
      fixture.resman.faults.hidden = ["PR-4"]
      let night = try await fixture.nightly().run(full: true)
      let found = try await fixture.verdicts(night.summary.runID)
      #expect(found["PR-4"] == .unread)
      let property = fixture.world.cards.first { $0.id == "PR-4" }?.propertyID
      for (lead, verdict) in fixture.world.expected where verdict != .resmanOnly && lead != "PR-4" {
        #expect(found[lead] == verdict, "\(lead)")
      }
      let gaps = try #require(night.summary.pull?.incomplete)
      #expect(gaps.map(\.propertyID) == [property].compactMap { $0 })
      #expect(gaps.first?.reason.contains("announced") == true)
      #expect(night.summary.exitCodes.contains(5))
      fixture.resman.faults.hidden = []
      let next = try await fixture.nightly().run(full: false)
      #expect(next.summary.pull?.incomplete.isEmpty == true)
      #expect(try await fixture.verdicts(next.summary.runID)["PR-4"] == .baseline)
    }
  }

  /// Cards merge and move: nobody takes another card for the lead.
  @Test func cardsThatMergeOrMoveAreQuestions() async throws {
    try await VendorFixture.with(leads: 56) { fixture in
      _ = try await fixture.nightly().run(full: true)
      // PR-1 is merged into PR-5 of the same property; PR-2 moves to another one.
      fixture.resman.faults.merged = ["PR-1": "PR-5"]
      let now = fixture.clock.now().microseconds
      let elsewhere = fixture.world.properties[3].id
      fixture.resman.edit("PR-2") { card in
        card.propertyID = elsewhere
        card.modified = now
      }
      let night = try await fixture.nightly().run(full: true)
      let found = try await fixture.verdicts(night.summary.runID)
      #expect(found["PR-1"] == .missingInResman)
      #expect(found["PR-2"] == .unmapped)
      #expect(night.summary.review.new == 2)
      let reasons: Int = try await fixture.database.value(
        """
        select count(*) as value from review_item
        where resman_lead_id = 'PR-2' and reason like 'the two systems have it at different%'
        """)
      #expect(reasons == 1)
      // No later night finds the card that is gone again, and a person's answer stays.
      for full in [false, true, false] {
        let next = try await fixture.nightly().run(full: full)
        #expect(try await fixture.verdicts(next.summary.runID)["PR-1"] == .missingInResman)
        #expect(next.summary.review.new == 0)
        let state: String = try await fixture.database.value(
          "select state as value from review_item where resman_lead_id = 'PR-1'")
        #expect(state == "open")
      }
    }
  }

  /// A chat that DomIQ does not have any more is not compared, whatever staff do with its card.
  @Test func aChatThatIsGoneIsNotCompared() async throws {
    try await VendorFixture.with(leads: 56) { fixture in
      let settings = fixture.writing()
      _ = try await fixture.nightly(settings).run(full: true)
      try await fixture.domiq.change(
        "update conversation set resman_lead_id = 'PR-GONE' where resman_lead_id = 'PR-14'")
      _ = try await fixture.nightly(settings).run(full: true)
      let now = fixture.clock.now()
      fixture.resman.edit("PR-14") { card in
        card.events.append(.init("CallToProspect", now.iso8601))
        card.modified = now.microseconds
      }
      let next = try await fixture.nightly(settings).run(full: false)
      #expect(try await fixture.verdicts(next.summary.runID)["PR-14"] == nil)
      #expect(next.summary.planned == 0)
    }
  }

  /// A lead whose card is gone is a question. When its chat is gone as well, the next night that reads everything closes the
  /// question, and nobody asks for the lead any more.
  @Test func aLeadThatIsGoneOnBothSidesIsLeftAlone() async throws {
    try await VendorFixture.with(leads: 56) { fixture in
      _ = try await fixture.nightly().run(full: true)
      fixture.resman.edit("PR-1") { $0.propertyID = UUID() }
      let found = try await fixture.nightly().run(full: true)
      #expect(try await fixture.verdicts(found.summary.runID)["PR-1"] == .missingInResman)
      try await fixture.domiq.change(
        "update conversation set resman_lead_id = null where resman_lead_id = 'PR-1'")
      var asked: [Int] = []
      var verdicts: [Verdict?] = []
      var healed: [Int] = []
      for full in [false, true, false, true] {
        let before = fixture.resman.ledger.asked.count { $0 == "PR-1" }
        let night = try await fixture.nightly().run(full: full)
        asked.append(fixture.resman.ledger.asked.count { $0 == "PR-1" } - before)
        verdicts.append(try await fixture.verdicts(night.summary.runID)["PR-1"])
        healed.append(night.summary.review.healed)
        #expect(night.summary.pull?.incomplete.isEmpty == true)
      }
      #expect(asked.dropFirst() == [0, 0, 0])
      #expect(verdicts == [.missingInResman, nil, nil, nil])
      #expect(healed == [0, 1, 0, 0])
      let state: String = try await fixture.database.value(
        """
        select concat_ws('|', i.state, l.domiq_raw, l.resman_raw) as value
        from review_item i join lead l on l.resman_lead_id = i.resman_lead_id
        where i.resman_lead_id = 'PR-1'
        """)
      #expect(state == "healed")
    }
  }

  /// A property that DomIQ does not have is named, and the night ends with 5.
  @Test func anUnmappedPropertyIsNamed() async throws {
    try await VendorFixture.with(leads: 56) { fixture in
      let property = fixture.world.properties[2].id
      try await fixture.domiq.change(
        "update property set company_id = (select id from company where name = 'Another') where id = \(property)"
      )
      let night = try await fixture.nightly().run(full: true)
      let gaps = try #require(night.summary.pull?.incomplete)
      #expect(gaps.map(\.propertyID) == [property])
      #expect(
        gaps.first?.reason.contains(
          "has no property \(property.uuidString.lowercased()); map it in domiq.properties") == true
      )
      #expect(night.summary.exitCodes.contains(5))
      // Leads of the property are in ResMan only as far as is known: nothing is claimed of DomIQ.
      let claimed: Int = try await fixture.database.value(
        """
        select count(*) as value from drift
        where run_id = \(night.summary.runID) and property_id = \(property)
          and verdict not in ('unread', 'unmapped')
        """)
      #expect(claimed == 0)
    }
  }

  /// A lead that no page shows, because nobody modified it for 400 days, is asked for once and then in turn.
  @Test func anOldLeadIsAskedForInTurn() async throws {
    let shift = ClockShift()
    try await VendorFixture.with(
      leads: 14, clock: shift.now(),
      prepare: { world in
        world.cards[0].modified = ProcessClock.start.microseconds - 500 * 86_400_000_000
      }
    ) { fixture in
      func asked(full: Bool) async throws -> (count: Int, night: RunSummary) {
        let before = fixture.resman.ledger.asked.count { $0 == "PR-0" }
        let night = try await fixture.nightly().run(full: full)
        return (fixture.resman.ledger.asked.count { $0 == "PR-0" } - before, night.summary)
      }
      let first = try await asked(full: true)
      #expect(first.count == 1 && first.night.verdicts["baseline"] == 9)
      let kept: String = try await fixture.database.value(
        "select resman_raw as value from lead where resman_lead_id = 'PR-0'")
      #expect(kept == "Prospect")
      for full in [true, false, true] {
        let next = try await asked(full: full)
        #expect(next.count == 0)
        #expect(next.night.verdicts["unread"] == nil)
        #expect(next.night.logged == 0 && next.night.exitCode == 0)
      }
      // Its turn has come, and somebody merged the card away meanwhile.
      shift.move(by: .seconds(29 * 86_400))
      fixture.resman.edit("PR-0") { $0.propertyID = UUID() }
      let turn = try await asked(full: true)
      #expect(turn.count == 1)
      #expect(try await fixture.verdicts(turn.night.runID)["PR-0"] == .missingInResman)
      // What it showed once is not kept any more.
      for full in [true, false] {
        let next = try await asked(full: full)
        #expect(next.count == 1)
        #expect(try await fixture.verdicts(next.night.runID)["PR-0"] == .missingInResman)
      }
    }
  }

  /// Times that named no zone are counted, and read as the property's.
  @Test func timesWithoutAZoneAreCounted() async throws {
    try await VendorFixture.with(leads: 28) { fixture in
      let night = try await fixture.nightly().run(full: true)
      let times: Int = try await fixture.database.value(
        """
        select sum(zoneless_times)::int as value from run_pull
        where run_id = \(night.summary.runID) and system = 'resman'
        """)
      // Each card has a date of its first contact; no visit proves a status, so its time is not read.
      let cards = fixture.world.cards
      let losses = cards.count { $0.lostDate != nil }
      let midnights = cards.reduce(0) { sum, card in
        sum + card.events.count { $0.type != "WalkIn" && $0.date.hasSuffix("T00:00:00") }
      }
      #expect(times == cards.count + losses + midnights)
      let quality: Int = try await fixture.database.value(
        """
        select count::int as value from metric_data_quality_latest
        where issue = 'zoneless_time' and scope = 'portfolio'
        """)
      #expect(quality == times)
      let others: Int = try await fixture.database.value(
        """
        select count(zoneless_times)::int as value from run_pull
        where run_id = \(night.summary.runID) and system = 'domiq'
        """)
      #expect(others == 0)
    }
  }

  /// A window that fails inside HTTP 200 makes its property incomplete: nothing is claimed there, and the watermark stays.
  @Test func aWindowThatFailsMovesNoWatermark() async throws {
    try await VendorFixture.with { fixture in
      fixture.resman.faults.failsAfter = ProcessClock.start.microseconds - 86_400_000_000
      // The last window of every property fails.
      await #expect(throws: PullError.self) { try await fixture.nightly().run(full: true) }
      let cursors: Int = try await fixture.database.value(
        "select count(*) as value from pull_cursor where watermark is not null")
      #expect(cursors == 0)
      fixture.resman.faults.failsAfter = .max
      let night = try await fixture.nightly().run(full: true)
      #expect(night.summary.pulled == fixture.world.expected.count)
    }
  }

  /// Too wide a window is halved until it fits.
  @Test func tooWideAWindowIsHalved() async throws {
    try await VendorFixture.with(leads: 280) { fixture in
      let property = fixture.world.properties[0].id
      let whole = try await fixture.partner().page(
        property: property, updatedSince: nil, cursor: nil, limit: 0)
      let windows = fixture.resman.ledger.windows.count
      #expect(windows == 14)
      fixture.resman.faults.mostCards = 2
      let halved = try await fixture.partner().page(
        property: property, updatedSince: nil, cursor: nil, limit: 0)
      #expect(halved == whole)
      #expect(fixture.resman.ledger.windows.count > 2 * windows)
      #expect(fixture.resman.ledger.violations == [])
    }
  }

  /// Two cards of one second do not fit into any window: the property cannot be read.
  @Test func aWindowOfAMinuteIsGivenUp() async throws {
    try await VendorFixture.with(leads: 28) { fixture in
      fixture.resman.faults.mostCards = 0
      await #expect(throws: CallFailure.self) {
        _ = try await fixture.partner().page(
          property: fixture.world.properties[0].id, updatedSince: nil, cursor: nil, limit: 0)
      }
    }
  }

  /// The vendor's gateway is waited for, a minute each time.
  @Test func anOutageIsWaitedFor() async throws {
    try await VendorFixture.with(leads: 28) { fixture in
      let (clock, waits) = fixture.countingOutages()
      fixture.resman.faults.outages = 3
      let partner = fixture.partner(clock: clock)
      let list = try await partner.properties()
      #expect(list.properties.count == 4)
      #expect(waits() == 3)
      fixture.resman.faults.outages = 4
      await #expect(throws: CallFailure.self) { _ = try await partner.properties() }
    }
  }
}
