import Foundation
import Leads
import Testing

@testable import Nightly  // uses `ReportTime`, internal
import Settings
import Store

/// The report of a night goes to those who are named for it.
@Suite struct TellTests {
  @Test(arguments: [
    ("2026-11-29", "2026-W48"), ("2026-11-30", "2026-W49"), ("2026-12-31", "2026-W53"),
    ("2027-01-03", "2026-W53"), ("2027-01-04", "2027-W01"), ("2024-12-30", "2025-W01"),
    ("1969-12-29", "1970-W01"), ("2021-01-01", "2020-W53"),
  ])
  func weeksAreThoseOfISO8601(_ day: String, _ week: String) {
    #expect(ReportTime(day, .weekly)?.key == "weekly/\(week)")
    #expect(ReportTime(day, .nightly)?.key == "nightly/\(day)")
  }

  /// One row a mailbox and report, however often the night is run on that day.
  @Test func aNightTellsEachMailboxOnce() async throws {
    try await NightlyFixture.with(leads: 200) { fixture in
      var settings = fixture.settings
      settings.reports.recipients = ReportRecipients(
        portfolio: [.nightly: ["boss@example.com"], .weekly: ["boss@example.com", "slack"]],
        property: [.weekly: ["property_manager"]])
      settings.reports.linkBase = "https://intranet.example.com/leads"
      settings.reports.attachWorkbook = true
      let property = try #require(fixture.world.properties.first)
      let connection = try await fixture.database.connect()
      _ = try await connection.execute(
        """
        insert into notification_contact (property_id, role, channel, address)
        values (\(property.id), 'property_manager', 'email', 'here@example.com')
        """)
      let first = try await fixture.nightly(settings).run(full: true)
      _ = try await fixture.nightly(settings).run(full: true)
      let rows = try await connection.query(
        """
        select concat_ws('|', template_id, channel, coalesce(address, '-'), state,
          property_id is not null, html is not null, attachment is not null) as line, subject, body
        from notification where origin = 'report' order by 1
        """)
      let lines: [String] = try rows.map { try $0["line"] }
      #expect(
        lines == [
          "report_nightly|email|boss@example.com|pending|f|t|t",
          "report_weekly|email|boss@example.com|pending|f|t|t",
          "report_weekly|email|here@example.com|pending|t|t|f",
          "report_weekly|slack|-|pending|f|f|f",
        ])
      let day = first.report.day
      let own = try #require(
        try rows.first { row in
          let line: String = try row["line"]
          return line.contains("here@")
        })
      let subject: String = try own["subject"]
      #expect(subject.hasSuffix(": \(property.name)"))
      let body: String = try own["body"]
      #expect(body.contains("https://intranet.example.com/leads/\(day)/"))
      // The night is that of all properties.
      #expect(!body.contains("disagreed"), "\(body)")
      let whole: String = try await fixture.value(
        "select body as value from notification where template_id = 'report_nightly'")
      #expect(whole.contains("disagreed"), "\(whole)")
      let notify: Int = try await fixture.value(
        """
        select coalesce(sum(delivered + failed + pending), 0)::int as value
        from metric_delivery_latest where kind = 'notification'
        """)
      #expect(notify == 0)
      await connection.close()
    }
  }

  @Test func nobodyNamedIsNobodyTold() async throws {
    try await NightlyFixture.with(leads: 120) { fixture in
      _ = try await fixture.nightly().run(full: true)
      let told: Int = try await fixture.value(
        "select count(*)::int as value from notification where origin = 'report'")
      #expect(told == 0)
    }
  }
}
