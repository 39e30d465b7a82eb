import Foundation
import Leads
import Postgres
import StandIns
import Testing

@testable import Nightly  // uses `badValues`, `described`, internal
import Store

/// What systems tell of leads beside their status: kept with the lead, and no reason for anything.
@Suite struct DescriptionTests {
  typealias Pages = WrittenPages

  /// A record of lead 1 that tells this.
  private static func pages(_ more: String, at: String = "2026-11-20T10:00:00Z") -> Pages {
    Pages { _ in Pages.page([Pages.lead(1, at: at).dropLast() + ",\(more)}"]) }
  }

  private static let nothing = Pages { _ in Pages.page([]) }

  /// Pulls, keeps what was told, and says what is known of lead 1.
  private func told(
    _ bench: PullBench, resman: Pages = nothing, domiq: Pages = nothing, full: Bool = true,
    at now: Instant = PullBench.now
  ) async throws -> String {
    try await bench.pull(resman: resman, domiq: domiq, full: full, at: now, keeping: true)
    _ = try await bench.database.connect().execute(.keepDescriptions(readAt: now))
    return try await bench.value(
      """
      select concat_ws('|', coalesce(source, '-'), coalesce(lost_reason, '-'),
        coalesce(agent_id, '-'), coalesce(agent_name, '-'), coalesce(tour_status, '-'),
        coalesce((last_contact_at at time zone 'UTC')::text, '-'),
        coalesce((first_contact_at at time zone 'UTC')::text, '-')) as value
      from described_lead where resman_lead_id = 'L-1'
      """)
  }

  @Test func ResMansWordCountsAndAnAgentIsOfOneSystem() async throws {
    try await PullBench.with { bench in
      let domiq =
        #""source":"Website chat","agent_id":"7","agent_name":"Bo","tour_status":"no_show","#
        + #""last_contact_at":"2026-11-03T00:00:00Z","first_contact_at":"2026-11-02T00:00:00Z""#
      let first = try await told(bench, domiq: Self.pages(domiq))
      #expect(
        first == "Website chat|-|7|Bo|no_show|2026-11-03 00:00:00|2026-11-02 00:00:00")
      let resman =
        #""source":"Zillow","agent_name":"Ann","tour_status":"booked","lost_reason":"Price","#
        + #""last_contact_at":"2026-11-02T00:00:00Z","first_contact_at":"2026-11-01T00:00:00Z""#
      let both = try await told(bench, resman: Self.pages(resman), domiq: Self.pages(domiq))
      #expect(
        both == "Zillow|Price|-|Ann|no_show|2026-11-03 00:00:00|2026-11-01 00:00:00")
      let showed = try await told(bench, resman: Self.pages(#""tour_status":"showed""#))
      #expect(
        showed == "Zillow|Price|-|Ann|showed|2026-11-03 00:00:00|2026-11-01 00:00:00")
    }
  }

  /// Neither absent nor null takes back what was told; each value knows since which version it is the one.
  @Test func whatIsNotToldStays() async throws {
    try await PullBench.with { bench in
      let first = #""source":"Zillow","agent_id":"A-1","lost_reason":"Price""#
      _ = try await told(bench, resman: Self.pages(first, at: "2026-11-20T10:00:00Z"))
      for (more, expected) in [
        (#""source":null,"agent_id":"A-2""#, "Zillow|Price|A-2|-|-|-|-"),
        (#""x":1"#, "Zillow|Price|A-2|-|-|-|-"),
        (#""source":"","agent_id":7,"lost_reason":"a\nb""#, "Zillow|Price|A-2|-|-|-|-"),
        (#""source":"Google""#, "Google|Price|A-2|-|-|-|-"),
      ] {
        let pages = Self.pages(more, at: "2026-11-21T10:00:00Z")
        #expect(try await told(bench, resman: pages, full: false) == expected)
      }
      // An older record says nothing new.
      let older = Self.pages(#""source":"Walk-in""#, at: "2026-11-19T10:00:00Z")
      #expect(try await told(bench, resman: older) == "Google|Price|A-2|-|-|-|-")
      let since: String = try await bench.value(
        """
        select concat_ws('|', source_since at time zone 'UTC', agent_id_since at time zone 'UTC',
          lost_reason_since at time zone 'UTC') as value
        from lead_description where system = 'resman'
        """)
      #expect(since == "2026-11-21 10:00:00|2026-11-21 10:00:00|2026-11-20 10:00:00")
    }
  }

  @Test func badValuesAreCountedAndCostNoRecord() async throws {
    try await PullBench.with { bench in
      let pulled = try await bench.pull(
        resman: Self.pages(
          #""source":7,"agent_name":"a\u0000b","tour_status":"seen","lost_reason":"Price""#),
        domiq: Self.pages(#""x":1"#))
      let side = try #require(pulled.properties.first { $0.system == .resman })
      #expect(side.badValues == 3)
      #expect(side.described == 1)
      #expect(side.quarantined == 0)
      let other = try #require(pulled.properties.first { $0.system == .domiq })
      #expect(other.badValues == 0)
      #expect(other.described == 0)
    }
  }

  /// Of several conversations the one with the latest activity tells.
  @Test func theLatestConversationTells() async throws {
    try await PullBench.with { bench in
      @Sendable func chat(_ at: String, _ conversation: Int, _ source: String) -> String {
        Pages.lead(1, at: at, conversation: conversation).dropLast() + #","source":"\#(source)"}"#
      }
      let domiq = Pages { _ in
        Pages.page([
          chat("2026-11-20T10:00:00Z", 8, "a"), chat("2026-11-21T10:00:00Z", 9, "b"),
          chat("2026-11-19T10:00:00Z", 7, "c"),
        ])
      }
      for _ in 1...2 {
        let known = try await told(bench, domiq: domiq)
        #expect(known.hasPrefix("b|"))
      }
    }
  }

  /// A night keeps what both systems tell; the plan is the one of systems that tell nothing.
  @Test func descriptionsChangeNoPlan() async throws {
    try await NightlyFixture.with(leads: 200) { fixture in
      let described = try await fixture.nightly().plan(full: true)
      var silent = fixture.world
      for index in silent.resman.indices {
        silent.resman[index].notes = nil
        fixture.standIns.resman.put(silent.resman[index])
      }
      for index in silent.domiq.indices {
        silent.domiq[index].notes = nil
        fixture.standIns.domiq.put(silent.domiq[index])
      }
      #expect(try await fixture.nightly().plan(full: true).digest == described.digest)
      _ = try await fixture.nightly().run(full: true)
      let none: Int = try await fixture.value(
        "select count(*)::int as value from lead_description")
      #expect(none == 0)
      let quality: [String] = try await Self.issues(fixture)
      #expect(quality.count > 10 && !quality.contains("bad_value"))

      for lead in fixture.world.resman { fixture.standIns.resman.put(lead) }
      for lead in fixture.world.domiq { fixture.standIns.domiq.put(lead) }
      _ = try await fixture.nightly().run(full: true)
      let known: Int = try await fixture.value(
        "select count(*)::int as value from described_lead where source is not null")
      #expect(known > 150)
      #expect(try await Self.issues(fixture).contains("bad_value"))
      let lead = try #require(fixture.world.resman.first { $0.notes?.lostReason != nil })
      let reason: String = try await fixture.value(
        "select lost_reason as value from described_lead where resman_lead_id = \(lead.id)")
      #expect(reason == lead.notes?.lostReason)
    }
  }

  private static func issues(_ fixture: NightlyFixture) async throws -> [String] {
    let text: String = try await fixture.value(
      """
      select string_agg(issue, ',') as value from metric_data_quality_latest where scope = 'portfolio'
      """)
    return text.split(separator: ",").map(String.init)
  }
}
