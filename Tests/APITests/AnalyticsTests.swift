import Foundation
import Leads
import StandIns
import Testing

import Analytics

/// A window that no report has is measured on request; the figures equal those of a report of that window.
@Suite struct AnalyticsTests {
  private static let path = "/api/resman/analytics/\(APIFixture.elm.uuidString.lowercased())"

  @Test func anyWindowIsAnsweredWithTheFiguresOfAReport() async throws {
    try await APIFixture.with { fixture in
      for (lead, status) in [("L-new", "contacted"), ("L-1", "qualified"), ("L-3", "lost")] {
        #expect(try await fixture.put(lead, status).status == 200)
      }
      _ = try await fixture.nightly().run(full: true)
      let end: Instant = try await fixture.value(
        "select max(as_of) as value from metric_performance")
      let query = "?date_from=2026-10-01"
      var answers: [String: JSONValue] = [:]
      for name in ["metrics", "trends", "performance"] {
        let answer = try await fixture.call("GET", "\(Self.path)/\(name)\(query)")
        #expect(answer.status == 200)
        answers[name] = answer.json
      }
      #expect(answers["metrics"]?["window_start"] == .string("2026-10-31T08:00:00Z"))
      #expect(answers["metrics"]?["total_status_changes"] == .integer(3))
      guard case .array(let days) = answers["trends"]?["daily_status_changes"] else {
        Issue.record("no days")
        return
      }
      #expect(days.first?["date"] == .string("2026-10-31"))
      // The request stored nothing: the report of the same window is the first one stored.
      let kept: Int = try await fixture.value(
        "select count(distinct window_start)::int as value from metric_performance")
      #expect(kept == 1)
      let connection = try await fixture.database.connect()
      let first = try #require(Instant(iso8601: "2026-10-31T08:00:00Z"))
      _ = try await Measure(database: connection).run(
        asOf: end, window: MeasureWindow(start: first, end: end))
      await connection.close()
      for name in ["metrics", "trends", "performance"] {
        let report = try await fixture.call(
          "GET", "\(Self.path)/\(name)?date_from=\(first.iso8601)&date_to=\(end.iso8601)")
        #expect(report.json == answers[name], "\(name)")
      }
    }
  }

  /// A report that somebody makes after the night is the answer to a question for its window, and to no other.
  @Test(arguments: [true, false])
  func aReportByHandAnswersForItsOwnWindow(isStandard: Bool) async throws {
    try await APIFixture.with { fixture in
      #expect(try await fixture.put("L-1", "qualified").status == 200)
      _ = try await fixture.nightly().run(full: true)
      let night = try await fixture.call("GET", "\(Self.path)/metrics")
      #expect(night.status == 200)
      let later = fixture.clock.now()
      let start = try #require(Instant(iso8601: "2026-11-05T00:00:00Z"))
      let end = try #require(Instant(iso8601: "2026-11-10T00:00:00Z"))
      let connection = try await fixture.database.connect()
      _ = try await Measure(database: connection).run(
        asOf: later, window: isStandard ? nil : MeasureWindow(start: start, end: end))
      await connection.close()
      #expect(try await fixture.call("GET", "\(Self.path)/metrics").json == night.json)
      // As the figures print it.
      let moment = "\(later.iso8601.prefix(19))Z"
      let windows = [
        ("date_from=\(start.iso8601)", start.iso8601, moment),
        ("date_to=\(end.iso8601)", "2026-10-31T08:00:00Z", end.iso8601),
        ("date_from=2026-11-08", "2026-11-08T00:00:00Z", moment),
        ("date_from=\(start.iso8601)&date_to=\(end.iso8601)", start.iso8601, end.iso8601),
      ]
      for (query, first, last) in windows {
        let answer = try await fixture.call("GET", "\(Self.path)/metrics?\(query)")
        #expect(answer.status == 200, "\(query)")
        #expect(answer.json["as_of"]?.string == moment, "\(query)")
        #expect(answer.json["window_start"]?.string == first, "\(query)")
        #expect(answer.json["window_end"]?.string == last, "\(query)")
      }
    }
  }

  /// A report of the past does not know what became of its leads since: it answers no later question for its window.
  @Test func anOldReportDoesNotAnswerForItsWindow() async throws {
    try await APIFixture.with { fixture in
      _ = try await fixture.nightly().run(full: true)
      let start = try #require(Instant(iso8601: "2026-11-05T00:00:00Z"))
      let end = try #require(Instant(iso8601: "2026-11-10T00:00:00Z"))
      let connection = try await fixture.database.connect()
      let measure = Measure(database: connection)
      _ = try await measure.run(asOf: end, window: MeasureWindow(start: start, end: end))
      let later = fixture.clock.now()
      _ = try await measure.run(asOf: later)
      await connection.close()
      let answer = try await fixture.call(
        "GET", "\(Self.path)/metrics?date_from=\(start.iso8601)&date_to=\(end.iso8601)")
      #expect(answer.status == 200)
      #expect(answer.json["as_of"]?.string == "\(later.iso8601.prefix(19))Z")
      #expect(answer.json["window_end"]?.string == end.iso8601)
    }
  }

  @Test func aWindowWithoutAnythingIsNotFound() async throws {
    try await APIFixture.with { fixture in
      let before = try await fixture.call("GET", "\(Self.path)/trends?date_from=2026-11-01")
      #expect(before.status == 404)
      _ = try await fixture.nightly().run(full: true)
      for query in ["date_to=2020-01-01", "date_from=2099-01-01"] {
        let answer = try await fixture.call("GET", "\(Self.path)/trends?\(query)")
        #expect(answer.status == 404, "\(query)")
        #expect(answer.json["detail"] != nil)
      }
      // An end before the start is a client error, even where there is no data.
      let reversed = try await fixture.call(
        "GET", "\(Self.path)/trends?date_from=2026-11-10&date_to=2026-11-05")
      #expect(reversed.status == 422)
      #expect(reversed.json["errors"] == ["date_from: is after date_to"])
      // A day given as the end is included completely, as in a report.
      let day = try await fixture.call(
        "GET", "\(Self.path)/trends?date_from=2026-11-01&date_to=2026-11-03")
      #expect(day.json["window_end"] == .string("2026-11-03T23:59:59Z"))
    }
  }

  /// One key requests many windows at once: its own limit refuses some of them, and another key's request is
  /// served after one of them, not after all.
  @Test func aKeyHasItsShareOfTheWindows() async throws {
    try await APIFixture.with { fixture in
      _ = try await fixture.nightly().run(full: true)
      let oak = APIFixture.oak.uuidString.lowercased()
      let holder = try await fixture.database.connect()
      try await holder.script("begin; lock table status_sync_log in access exclusive mode")
      async let first = fixture.call("GET", "\(Self.path)/metrics?date_from=2026-10-01")
      async let second = fixture.call("GET", "\(Self.path)/metrics?date_from=2026-10-02")
      while fixture.live.analytics.shares.limit(of: fixture.chatbotID).remaining > 0 {
        await Task.yield()
      }
      let third = try await fixture.call("GET", "\(Self.path)/metrics?date_from=2026-10-03")
      #expect(third.status == 429)
      #expect(third.json["detail"]?.string?.hasPrefix("this key has 2 windows under way") == true)
      #expect(third.headers["ratelimit-policy"] == #""windows";q=2;qu="concurrent-requests""#)
      #expect(third.headers["ratelimit"] == #""windows";r=0"#)
      #expect(third.headers["retry-after"] == "1")
      async let other = fixture.call(
        "GET", "/api/resman/analytics/\(oak)/metrics?date_from=2026-10-01", key: fixture.oakKey)
      while fixture.live.analytics.shares.limit(of: fixture.oakID).remaining == 2 {
        await Task.yield()
      }
      try await holder.script("rollback")
      await holder.close()
      #expect(try await [first.status, second.status, other.status] == [200, 200, 200])
      let after = try await fixture.call("GET", "\(Self.path)/metrics")
      #expect(after.headers["ratelimit"] == #""windows";r=2"#)
    }
  }
}
