import Foundation
import Leads
import Postgres
import Testing

import Nightly

/// Nights that begin just before a change in the calendar: of the day, month, year, or of the clocks. `make
/// test-hours` runs whole suites at every hour.
@Suite struct HoursTests {
  @Test(arguments: [
    "2024-02-29T23:59:58Z", "2025-12-31T23:59:58Z", "2025-03-09T07:59:58Z", "2025-11-02T06:59:58Z",
    "2025-03-30T00:59:58Z", "2025-11-20T00:00:00Z",
  ])
  func aNightOfAnyHourEndsWell(_ text: String) async throws {
    let start = try #require(Instant(iso8601: text))
    try await NightlyFixture.with(leads: 200, at: start) { fixture in
      let first = try await fixture.nightly().run(full: true)
      let expected = Dictionary(
        uniqueKeysWithValues: fixture.world.expectedVerdicts.map { ($0.key.rawValue, $0.value) })
      #expect(first.summary.verdicts == expected.filter { $0.value > 0 })
      #expect(first.summary.outcomes == ["verified": first.summary.planned])
      let second = try await fixture.nightly().run(full: false)
      #expect(second.summary.planned == 0 && second.summary.exitCode == 0)
      let connection = try await fixture.database.connect()
      let verified = try await Certificate(connection, reports: fixture.directory).verify(nil)
      await connection.close()
      #expect(verified.checks.filter { !$0.ok } == [])
    }
  }
}
