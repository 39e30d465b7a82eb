import Foundation
import Leads
import Postgres
import Pulls
import Synchronization
import Testing

@testable import Nightly  // uses `conclude`, internal
import Store

/// What a pull does with the pages of the two systems.
@Suite struct PullTests {
  private typealias Pages = WrittenPages

  private static let nothing = WrittenPages { _ in WrittenPages.page([]) }

  /// A system that has these leads at every property, and returns the changed ones if it is asked for those.
  private static func system(_ leads: [(number: Int, at: String)]) -> WrittenPages {
    WrittenPages { question in
      let since = question.updatedSince
      let chosen = leads.filter { lead in
        since.map { $0 <= Instant(iso8601: lead.at) ?? $0 } ?? true
      }
      return Pages.page(chosen.map { Pages.lead($0.number, at: $0.at) })
    }
  }

  private static func leads(_ numbers: Range<Int>, at: String = "2026-11-20T10:00:00Z")
    -> [(number: Int, at: String)]
  { numbers.map { ($0, at) } }

  private func reasons(_ summary: PullSummary) -> [String] {
    summary.properties.compactMap { pulled in
      pulled.reason.map { "\(pulled.system.rawValue): \($0)" }
    }
  }

  // MARK: Endless pages

  /// Ever new cursors with empty or repeated pages: ten such pages end the pull.
  @Test(arguments: [true, false])
  func pagesThatBringNothingNewEnd(_ isEmpty: Bool) async throws {
    try await PullBench.with { bench in
      let resman = Pages { question in
        Pages.page(isEmpty ? [] : [Pages.lead(1)], next: "c\(question.number)", total: 500)
      }
      let pulled = try await bench.pull(resman: resman, domiq: Self.nothing)
      #expect(reasons(pulled).first?.contains("pages in a row brought nothing new") == true)
      #expect(resman.questions.count <= 11)
    }
  }

  /// Ever new leads: the pull ends at the announced number, plus a tenth and two pages.
  @Test func pagesThatBringMoreThanAnnouncedEnd() async throws {
    try await PullBench.with { bench in
      let resman = Pages { question in
        let first = question.number * 10
        return Pages.page(
          (first..<first + 10).map { Pages.lead($0) }, next: "c\(question.number)",
          total: 30 + question.number)
      }
      let pulled = try await bench.pull(resman: resman, domiq: Self.nothing)
      #expect(reasons(pulled) == ["resman: 60 records came of 30 announced, and no end"])
    }
  }

  /// Without an announced number the run's deadline ends the pull.
  @Test func thePullEndsWithTheRun() async throws {
    try await PullBench.with { bench in
      // Time moves only after DomIQ was asked, too; both systems are read in parallel.
      let domiq = Pages { _ in Pages.page([]) }
      let seconds = Mutex(0)
      let resman = Pages { question in
        if !domiq.questions.isEmpty {
          seconds.withLock { $0 += 1 }
          bench.time.advance(by: .seconds(1))
        }
        return #"{"leads":[\#(Pages.lead(question.number))],"next_cursor":"c\#(question.number)"}"#
      }
      let pulled = try await bench.pull(resman: resman, domiq: domiq, deadline: .seconds(15))
      #expect(reasons(pulled).first?.contains("limits.deadline_seconds") == true)
      #expect(seconds.withLock { $0 } == 15)
    }
  }

  @Test func aPageWithoutAUsableCursorKeepsItsLeads() async throws {
    try await PullBench.with { bench in
      let resman = Pages { _ in
        #"{"leads":[\#(Pages.lead(1))],"next_cursor":7,"total_count":"many"}"#
      }
      let domiq = Pages { _ in
        #"{"leads":[\#(Pages.lead(1))],"next_cursor":"","total_count":1.0}"#
      }
      let pulled = try await bench.pull(resman: resman, domiq: domiq)
      #expect(reasons(pulled) == ["resman: next_cursor is not a text"])
      #expect(pulled.properties.map(\.records) == [1, 1])
    }
  }

  // MARK: What is not JSON, and what cannot be used

  @Test func aPageThatIsNotJSONIsNamedAndItsPropertyIncomplete() async throws {
    try await PullBench.with { bench in
      let resman = Pages { question in
        question.property == PullBench.elm
          ? #"{"leads":[{"resman_lead_id":NaN}]}"# : Pages.page([Pages.lead(2)])
      }
      let pulled = try await bench.pull(
        resman: resman, domiq: Self.nothing, of: [PullBench.elm, PullBench.oak])
      #expect(
        reasons(pulled) == ["resman: a page cannot be read: not JSON at byte 28: no JSON value"])
      #expect(pulled.properties.reduce(0) { $0 + $1.records } == 1)
    }
  }

  @Test func anUnusableIDAffectsOnlyItsRecord() async throws {
    try await PullBench.with { bench in
      let resman = Pages { _ in
        Pages.page([
          Pages.lead(1), #"{"resman_lead_id":"..","status":"new"}"#,
          #"{"resman_lead_id":".","status":"new"}"#,
        ])
      }
      let pulled = try await bench.pull(resman: resman, domiq: Self.nothing)
      #expect(reasons(pulled) == [])
      #expect(pulled.figures.quarantined == 2)
      let problems: Int = try await bench.value(
        "select count(problem)::int as value from stage_resman")
      #expect(problems == 2)
    }
  }

  @Test func scoresKeepTheirFractions() async throws {
    try await PullBench.with { bench in
      let resman = Pages { _ in
        Pages.page([#"{"resman_lead_id":"L-1","status":"new","lead_score":69.99}"#])
      }
      try await bench.pull(resman: resman, domiq: Self.nothing, keeping: true)
      let score: Double = try await bench.value("select lead_score as value from lead")
      #expect(score == 69.99)
    }
  }

  // MARK: Timestamps from the future

  @Test func noStampMovesTheNextPullPastTheRun() async throws {
    try await PullBench.with { bench in
      let leads = Self.leads(0..<12) + [(99, "2206-11-20T10:00:00Z")]
      let pulled = try await bench.pull(
        resman: Self.system(leads), domiq: Self.system(leads), keeping: true)
      #expect(pulled.figures.futureVersions == 2)
      #expect(pulled.figures.incomplete.isEmpty)
      let kept: Int = try await bench.value(
        "select count(*)::int as value from lead where resman_version = '2206-11-20T10:00:00Z'")
      #expect(kept == 1)
      let next = Self.system(leads)
      try await bench.pull(resman: next, domiq: Self.system(leads), full: false)
      #expect(next.questions.map(\.updatedSince) == [Instant(iso8601: "2026-11-18T10:00:00Z")])
    }
  }

  /// A timestamp between the start of the run and the read is not unusual, but it moves no watermark.
  @Test func aChangeDuringTheRunIsReadAgain() async throws {
    try await PullBench.with { bench in
      let leads = [(1, "2026-11-24T01:00:00Z"), (2, "2026-11-24T02:04:00Z")]
      let pulled = try await bench.pull(
        resman: Self.system(leads), domiq: Self.system(leads), keeping: true)
      #expect(pulled.figures.futureVersions == 0)
      let watermark: String = try await bench.value(
        """
        select to_char(watermark at time zone 'UTC', 'HH24:MI') as value from pull_cursor
        where system = 'resman'
        """)
      #expect(watermark == "01:00")
    }
  }

  /// A watermark in the future, from an earlier version: everything is read once, and the watermark is
  /// corrected.
  @Test func aCursorFromTheFutureIsCorrected() async throws {
    try await PullBench.with { bench in
      let leads = Self.leads(0..<12) + [(99, "2206-11-20T10:00:00Z")]
      try await bench.pull(resman: Self.system(leads), domiq: Self.system(leads), keeping: true)
      let connection = try await bench.database.connect()
      try await connection.script("update pull_cursor set watermark = '2206-11-20T10:00:00Z'")
      await connection.close()
      let first = Self.system(leads)
      try await bench.pull(
        resman: first, domiq: Self.system(leads), full: false, keeping: true)
      #expect(first.questions.map(\.updatedSince) == [nil])
      let second = Self.system(leads)
      try await bench.pull(resman: second, domiq: Self.system(leads), full: false, keeping: true)
      #expect(second.questions.map(\.updatedSince) == [Instant(iso8601: "2026-11-18T10:00:00Z")])
    }
  }

  /// Of two conversations the one with the latest activity counts; a timestamp from the future does not.
  @Test func aConversationFromTheFutureIsNotChosen() async throws {
    try await PullBench.with { bench in
      let domiq = Pages { _ in
        Pages.page([
          Pages.lead(1, status: "lost", at: "2206-11-20T10:00:00Z", conversation: 1),
          Pages.lead(1, status: "engaged", at: "2026-11-20T10:00:00Z", conversation: 2),
          Pages.lead(1, status: "qualified", at: "2026-11-19T10:00:00Z", conversation: 3),
        ])
      }
      try await bench.pull(
        resman: Self.system([(1, "2026-11-20T10:00:00Z")]), domiq: domiq, keeping: true)
      let raw: String = try await bench.value("select domiq_raw as value from lead")
      #expect(raw == "engaged")
    }
  }

  // MARK: An empty answer is not agreement

  @Test func anEmptyListAfterLeadsWereShownIsIncomplete() async throws {
    try await PullBench.with { bench in
      let leads = Self.system(Self.leads(0..<12))
      // Before the first pull there may really be no leads.
      let first = try await bench.pull(resman: leads, domiq: leads, of: [])
      #expect(first.figures.properties == 0)
      try await bench.pull(resman: leads, domiq: leads, keeping: true)
      let error = await #expect(throws: PullError.self) {
        try await bench.pull(resman: leads, domiq: leads, of: [])
      }
      #expect(error.map { ExitStatus(of: $0) } == .unreachable)
      #expect(error?.description.contains("1 were read before") == true)
      await #expect(throws: PullError.self) {
        try await bench.pull(resman: leads, domiq: leads, of: [], faults: ["element 1: bad"])
      }
    }
  }

  @Test func aPropertyThatIsNotListedAnyMoreIsNamed() async throws {
    try await PullBench.with { bench in
      let leads = Self.system(Self.leads(0..<12))
      try await bench.pull(
        resman: leads, domiq: Self.nothing, of: [PullBench.elm, PullBench.oak], keeping: true)
      let pulled = try await bench.pull(
        resman: leads, domiq: Self.nothing, of: [PullBench.elm], faults: ["element 2: bad"])
      #expect(
        reasons(pulled) == ["resman: ResMan's list of properties does not name it any more"])
      #expect(pulled.figures.incomplete.map(\.propertyID) == [PullBench.oak])
      var summary = RunSummary(runID: UUID(), mode: .run, asOf: "")
      summary.pull = pulled.figures
      summary.conclude()
      #expect(summary.exitCodes == [5])
      summary.pull?.incomplete = []
      summary.conclude()
      #expect(summary.exitCodes == [5])
      summary.pull?.propertyFaults = []
      summary.conclude()
      #expect(summary.exitCodes == [])
    }
  }

  @Test(arguments: [true, false])
  func aSideThatLostMostLeadsAtOnceIsIncomplete(_ full: Bool) async throws {
    try await PullBench.with { bench in
      let leads = Self.system(Self.leads(0..<20))
      try await bench.pull(resman: leads, domiq: leads, keeping: true)
      let gone = try await bench.pull(
        resman: leads, domiq: Self.nothing, full: full, keeping: true)
      #expect(reasons(gone).count == 1)
      #expect(reasons(gone).first?.hasPrefix("domiq: 20 of 20 leads it showed before") == true)
      // Nothing was stored, so it is reported again, until a person confirms it.
      let again = try await bench.pull(
        resman: leads, domiq: Self.nothing, full: full, keeping: true)
      #expect(reasons(again).count == 1)
      var allowed = bench
      allowed.settings.limits.vanishedPercent = 100
      let right = try await allowed.pull(
        resman: leads, domiq: Self.nothing, full: true, keeping: true)
      #expect(reasons(right) == [])
      let after = try await bench.pull(
        resman: leads, domiq: Self.nothing, full: full, keeping: true)
      #expect(reasons(after) == [])
    }
  }

  /// Other leads with other ids do not replace lost ones; a few that go, or move to another property, are no
  /// loss.
  @Test func otherLeadsDoNotReplaceLostOnes() async throws {
    try await PullBench.with { bench in
      let leads = Self.system(Self.leads(0..<20))
      try await bench.pull(resman: leads, domiq: leads, keeping: true)
      let renamed = Self.system(Self.leads(100..<125))
      let pulled = try await bench.pull(resman: renamed, domiq: leads)
      #expect(reasons(pulled).first?.hasPrefix("resman: 20 of 20") == true)
      let fewer = try await bench.pull(resman: Self.system(Self.leads(0..<10)), domiq: leads)
      #expect(reasons(fewer) == [])
    }
  }

  /// Known leads of a property from which nothing was read are counted; they get no verdict.
  @Test func leadsNotComparedAreCounted() async throws {
    try await PullBench.with { bench in
      let leads = Self.system(Self.leads(0..<12))
      try await bench.pull(resman: leads, domiq: leads, keeping: true)
      let pulled = try await bench.pull(
        resman: leads, domiq: leads, of: [PullBench.oak], faults: [])
      let connection = try await bench.database.connect()
      _ = try await connection.execute("truncate stage_domiq, stage_resman")
      let counts = try await Diff(connection: connection).run(pulled)
      await connection.close()
      #expect(counts.unseen == 12)
    }
  }
}
