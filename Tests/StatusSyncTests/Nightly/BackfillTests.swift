import Foundation
import Leads
import struct StandIns.Capabilities
import Testing

@testable import Nightly  // uses `LeadCourse`, internal
import Upstreams

/// How a first night records the leads it finds, with and without a history in ResMan.
@Suite struct BackfillTests {
  private static func entry(
    _ old: String?, _ new: String, _ at: String?, by: String? = nil, direction: String? = nil
  ) -> HistoryEntry {
    HistoryEntry(
      oldStatus: old, newStatus: new, reason: nil, updatedBy: by, intentID: nil, createdAt: at,
      direction: direction)
  }

  private static func history(
    to status: Status, _ entries: [HistoryEntry], created: String? = "2026-01-01T08:00:00Z"
  ) -> [String]? {
    guard let until = Instant(iso8601: "2026-02-01T00:00:00Z") else { return nil }
    return LeadCourse.steps(
      to: status, entries: entries.reversed(),
      createdAt: created.flatMap { Instant(iso8601: $0) }, until: until, mapping: .standard
    )?.map {
      "\($0.old?.rawValue ?? "-") \($0.new.rawValue) \($0.updatedBy.rawValue) \($0.direction.rawValue) "
        + $0.at.iso8601.prefix(10)
    }
  }

  @Test func theHistoryOfResManIsUsed() {
    let contacted = Self.entry("new", "contacted", "2026-01-02T00:00:00Z", by: "chatbot")
    let lost = Self.entry("contacted", "Lost", "2026-01-05T00:00:00Z", by: "pat@example.com")
    #expect(
      Self.history(to: .lost, [contacted, lost]) == [
        "- new system from_resman 2026-01-01", "new contacted chatbot to_resman 2026-01-02",
        "contacted lost resman_user from_resman 2026-01-05",
      ])
    // Without a creation time the history begins with the first change; a lead that never moved was created.
    #expect(
      Self.history(to: .contacted, [contacted], created: nil)
        == ["new contacted chatbot to_resman 2026-01-02"])
    #expect(Self.history(to: .new, []) == ["- new system from_resman 2026-01-01"])
    let told = Self.entry(nil, "new", "2026-01-01T09:00:00Z", by: "system", direction: "to_resman")
    #expect(
      Self.history(to: .contacted, [told, contacted])?.first == "- new system to_resman 2026-01-01")
  }

  @Test func aHistoryThatDoesNotEndInTheStatusIsIgnored() {
    let contacted = Self.entry("new", "contacted", "2026-01-02T00:00:00Z")
    #expect(Self.history(to: .lost, [contacted]) == nil)
    #expect(Self.history(to: .lost, []) == nil)
    #expect(Self.history(to: .new, [], created: nil) == nil)
    #expect(Self.history(to: .contacted, [Self.entry("new", "contacted", nil)]) == nil)
    #expect(
      Self.history(to: .contacted, [Self.entry("nurturing", "contacted", "2026-01-02T00:00:00Z")])
        == nil)
    #expect(
      Self.history(to: .contacted, [Self.entry("new", "contacted", "2026-03-02T00:00:00Z")]) == nil)
    let gap = Self.entry("qualified", "lost", "2026-01-03T00:00:00Z")
    #expect(Self.history(to: .lost, [contacted, gap]) == nil)
    let back = Self.entry("qualified", "contacted", "2026-01-01T12:00:00Z")
    #expect(Self.history(to: .contacted, [contacted, back]) == nil)
  }

  @Test func aFirstNightWithHistoryKnowsHowLeadsBegan() async throws {
    try await NightlyFixture.with(leads: 300, hasLog: false) { fixture in
      let night = try await fixture.nightly().run(full: true)
      let backfill = try #require(night.summary.backfill)
      #expect(backfill.takenOver == night.summary.verdicts["baseline"])
      #expect(backfill.leads > 100 && backfill.asked <= backfill.takenOver)
      let rows: Int = try await fixture.value(
        "select count(*) as value from status_sync_log where context_data ? 'backfilled'")
      #expect(rows == backfill.changes)
      // The base of each lead is the status that both sides have, and it is logged once as an agreement.
      let wrong: Int = try await fixture.value(
        """
        select count(*) as value from lead
        where domiq = resman and base is distinct from resman and resman is not null
        """)
      #expect(wrong == 0)
      let agreed: Int = try await fixture.value(
        "select count(*) as value from status_sync_log where context_data ->> 'verdict' = 'baseline'"
      )
      #expect(agreed == backfill.takenOver && night.summary.logged == agreed)
      let truncated: Int = try await fixture.value(
        """
        select count as value from metric_data_quality_latest
        where scope = 'portfolio' and issue = 'truncated'
        """)
      #expect(truncated == backfill.takenOver - backfill.leads)
      let created: Int = try await fixture.value(
        """
        select reached as value from metric_funnel_latest
        where scope = 'portfolio' and maturity = 'all' and status = 'new'
        """)
      #expect(created > 50)
      #expect(night.funnel.first?.reached == created)
      // StatusSync did not carry these changes over.
      let delivered: Bool = try await fixture.value(
        """
        select sum(delivered) = (
          select count(*) from status_sync_log
          where sync_status = 'success' and occurred_at >= min(window_start)
            and occurred_at < min(window_end) and not context_data ? 'backfilled') as value
        from metric_delivery_latest
        where scope = 'portfolio' and kind = 'sync'
        """)
      #expect(delivered)
      let page = try String(
        contentsOfFile: night.report.directory + "/summary.html", encoding: .utf8)
      #expect(page.contains("There is history since"))
      #expect(page.contains("ResMan’s history shows all earlier statuses"))
      let verified = try await Certificate(
        try await fixture.database.connect(), reports: fixture.directory
      )
      .verify(nil)
      #expect(verified.checks.filter { !$0.ok } == [])
    }
  }

  @Test(arguments: [true, false])
  func aFirstNightWithoutHistoryTakesLeadsAsTheyAre(_ isOffered: Bool) async throws {
    try await NightlyFixture.with(
      leads: 200, hasLog: false, capabilities: Capabilities(history: isOffered)
    ) {
      fixture in
      var settings = fixture.settings
      if isOffered { settings.limits.backfillLeads = 0 }
      let night = try await fixture.nightly(settings).run(full: true)
      #expect(night.funnel.allSatisfy { $0.reached == 0 })
      let truncated: Int = try await fixture.value(
        """
        select count as value from metric_data_quality_latest
        where scope = 'portfolio' and issue = 'truncated'
        """)
      #expect(truncated == night.summary.verdicts["baseline"])
      let page = try String(
        contentsOfFile: night.report.directory + "/summary.html", encoding: .utf8)
      #expect(page.contains("were taken over as found"))
      #expect(!page.contains("▲ Up") && !page.contains("▼ Down"))
      // The agreement of the run equals that of the report.
      let agreement = try #require(night.summary.agreement)
      let said: String = try await fixture.value(
        """
        select string_agg(numerator || '/' || denominator, ' ' order by metric desc) as value
        from metric_performance_latest
        where scope = 'portfolio' and metric in ('agreement_before', 'agreement_after')
        """)
      #expect(
        said == "\(agreement.before)/\(agreement.seen) \(agreement.after)/\(agreement.seen)")
    }
  }
}
