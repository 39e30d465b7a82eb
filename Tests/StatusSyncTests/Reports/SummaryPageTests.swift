import Foundation
import Leads
import Testing

@testable import Pages  // uses `FunnelStep`, `alarms`, `changes` and others, internal
import Reports

@Suite("Summary page") struct SummaryPageTests {
  @Test("is what it was when it was last looked at")
  func golden() throws {
    try Golden.check(
      SummaryPage.render(.sample), equals: "Tests/StatusSyncTests/Reports/Golden/summary.html")
  }

  @Test("says what is not known instead of 0, with nothing measured at all")
  func empty() throws {
    let page = SummaryPage.render(PageData(asOf: "2026-03-02T02:00:00Z"))
    #expect(page.contains("no new lead came in"))
    #expect(page.contains("not known yet"))
    #expect(page.firstMatch(of: /[^0-9.]0(\.0)? %/) == nil)
    #expect(page.firstMatch(of: /\bnan\b/) == nil)
    try Markup(page).check()
  }

  /// The last is across a change of clocks in New York.
  @Test(
    "counts both days of a window of bare days",
    arguments: [
      ("2026-03-02", "2026-03-02", "1 day"),
      ("2026-03-01", "2026-03-31", "31 days"),
      ("2024-02-01", "2024-02-29", "29 days"),
      ("2026-03-07", "2026-03-09", "3 days"),
    ])
  func bareDays(first: String, last: String, days: String) throws {
    var data = PageData.sample
    let start = try #require(Instant(first, bareDay: .first))
    let end = try #require(Instant(last, bareDay: .last))
    data.windowStart = start.iso8601
    // As the statement prints it, to the second.
    data.windowEnd = String(end.iso8601.prefix(19)) + "Z"
    let words = SummaryPage.sentence(data)
    #expect(words.hasPrefix("In the \(days) to \(Formatting.day(last)), "), "\(words)")
    data.windowStart = "2026-03-07T09:00:00Z"
    data.windowEnd = "2026-03-09T08:00:00Z"
    #expect(SummaryPage.sentence(data).hasPrefix("In the 2 days to "))
  }

  @Test("reads well with one lead")
  func oneLead() throws {
    var data = PageData.sample
    data.funnel = [
      "all": ["new", "contacted", "qualified", "tour_scheduled", "application", "leased"].map {
        PageData.FunnelStep(
          status: $0, reached: $0 == "new" ? 1 : 0, visited: $0 == "new" ? 1 : 0, skipped: 0,
          overallRate: $0 == "new" ? 1 : 0, overallLow: 0, overallHigh: 0.79,
          lost: $0 == "leased" ? nil : 0, open: $0 == "new" ? 1 : 0)
      }
    ]
    data.properties = [PageData.property("The one", 1, 0)]
    let page = SummaryPage.render(data)
    #expect(page.contains("one new lead came in"))
    #expect(page.contains("none has leased so far"))
    #expect(page.contains("How far 1 new lead came."))
    #expect(page.contains("The one property has too few leads to tell."))
    try Markup(page).check()
  }

  @Test("escapes every name, and stays under 300 KB with 300 properties")
  func manyHostileNames() throws {
    var data = PageData.sample
    let names = [
      "<script>alert(1)</script>", "مساكن النخيل & \"شركاه\"", "'); --", "\u{202E}evil", "O’Hara’s",
    ]
    data.properties = (0..<300).map {
      PageData.property("\(names[$0 % names.count]) \($0)", 100 + $0, $0 % 40)
    }
    data.stalled[0].lead = "<img src=x onerror=alert(1)>"
    data.reviews[0].domiq = "<b>toured</b>"
    let page = SummaryPage.render(data)
    #expect(page.utf8.count < 300_000)
    #expect(!page.contains("<script"))
    #expect(!page.contains("<img"))
    #expect(!page.contains("<b>toured"))
    #expect(!page.contains("\u{202E}"))
    #expect(page.contains("<bdi>مساكن النخيل &amp; &quot;شركاه&quot; 1</bdi>"))
    #expect(page.contains("The other 280 properties"))
    try Markup(page).check()
  }

  @Test("cuts long names, and says in the files what they are in full")
  func longNames() throws {
    var data = PageData.sample
    data.properties = (0..<200).map {
      PageData.property(String(repeating: "é", count: 1_990) + " number \($0)", 100 + $0, $0 % 40)
    }
    data.stalled[0].lead = String(repeating: "L", count: 2_000)
    data.stalled[0].property = String(repeating: "a\u{301}", count: 1_000)
    data.reviews[0].domiq = String(repeating: "x", count: 2_000)
    let page = SummaryPage.render(data)
    #expect(page.utf8.count < 125_000)
    #expect(page.contains("<bdi>\(String(repeating: "é", count: 79))…</bdi>"))
    #expect(!page.contains(String(repeating: "L", count: 80)))
    #expect(!page.contains(String(repeating: "x", count: 80)))
    try Markup(page).check()
  }

  @Test(
    "says of properties what differs from the portfolio, and from how much",
    arguments: [
      ([100, 101], "No property differs clearly from the portfolio (12.2\u{A0}% leased)."),
      ([10, 100], "1 property clearly below the portfolio (12.2\u{A0}% leased), none above."),
      ([300, 10], "1 property clearly below the portfolio (12.2\u{A0}% leased), 1 above."),
    ])
  func propertiesAgainstThePortfolio(_ leased: [Int], _ heading: String) {
    var data = PageData.sample
    data.properties = leased.enumerated().map {
      PageData.property("P\($0.offset)", 820, $0.element)
    }
    let page = SummaryPage.render(data)
    #expect(page.contains(heading))
  }

  @Test("says of the first night that nothing is known of how leads began, and compares nothing")
  func firstNight() throws {
    var data = PageData.sample
    data.funnel = [:]
    data.figures = [:]
    data.timeInStatus = []
    data.properties = []
    (data.historySince, data.wholeSince) = (nil, nil)
    data.quality = [
      .init(issue: "truncated", count: 4_729, total: 4_729, note: "leads; of all leads in it")
    ]
    let page = SummaryPage.render(data)
    #expect(page.contains("4,729 leads were taken over as found"))
    #expect(page.contains("There is no funnel yet: no lead is known from its creation."))
    #expect(page.contains("The funnel begins with the leads that are created from now on."))
    #expect(!page.contains("no new lead came in"))
    #expect(!page.contains("▲ Up"))
    try Markup(page).check()

    data = .sample
    data.wholeSince = "2026-01-15"
    #expect(
      SummaryPage.render(data).contains(
        "There is history since 3\u{A0}November 2025. The funnel is whole for leads created from "
          + "15\u{A0}January 2026 on. Of 61 of 5,012 leads the beginning is not known"))
    data.wholeSince = nil
    #expect(SummaryPage.render(data).contains("Too few leads are known from their creation"))
  }

  @Test(
    "rounds shares, and calls nothing all or none that is not",
    arguments: [
      (0.5555, "55.6"), (0.5556, "55.6"), (0.614, "61.4"), (0.99949, "99.9"), (0.9999, "99.9"),
      (1, "100.0"), (0.0004, "under 0.1"), (0.0006, "0.1"), (0, "0.0"),
    ])
  func shares(_ rate: Double, _ text: String) {
    #expect(Formatting.percent(rate) == "\(text)\u{A0}%")
  }

  @Test(
    "shows no value that misses a limit as the limit",
    arguments: [
      (0.62, 0.8, "rate", "62.0\u{A0}%", "80.0\u{A0}%"),
      (0.7996, 0.8, "rate", "79.96\u{A0}%", "80.00\u{A0}%"),
      (0.12341, 0.1234, "rate", "12.341\u{A0}%", "12.340\u{A0}%"),
      (0.9996, 0.9999, "rate", "99.96\u{A0}%", "99.99\u{A0}%"),
      (3_605, 3_600, "seconds", "3605.0\u{A0}s", "3600.0\u{A0}s"),
      (7_200, 3_600, "seconds", "2\u{A0}h", "60\u{A0}min"),
      (5.04, 5, "count", "5.04", "5.00"),
    ] as [(Double, Double, String, String, String)])
  func missedLimits(
    _ value: Double, _ limit: Double, _ unit: String, _ shown: String, _ beside: String
  ) {
    let texts = Formatting.missed(value, limit, unit: unit)
    #expect(texts.value == shown && texts.limit == beside, "\(texts)")
    var data = PageData(asOf: "2026-03-02T02:00:00Z")
    data.targets = .init(
      met: 0, missedCount: 1, open: 0,
      missed: [
        .init(
          target: "t", figure: "f", value: value, unit: unit,
          limitKind: value < limit ? "at_least" : "at_most", limit: limit, weeks: 1)
      ])
    let sentence =
      value < limit
      ? "f is \(shown), under the target of at least \(beside) [t]."
      : "f is \(shown), over the target of at most \(beside) [t]."
    #expect(SummaryPage.render(data).contains(sentence))
  }

  @Test(
    "judges the sync by what it shows",
    arguments: [
      (9_896, "98.96\u{A0}%", "✗ Misses the target of 99\u{A0}%."),
      (9_900, "99.0\u{A0}%", "✓ Meets the target of 99\u{A0}%."),
      (9_500, "95.0\u{A0}%", "✗ Misses the target of 99\u{A0}%."),
    ])
  func syncTarget(_ delivered: Int, _ value: String, _ target: String) {
    var data = PageData.sample
    data.deliveries = [
      .init(
        kind: "sync", channel: "to_resman", delivered: delivered, failed: 10_000 - delivered)
    ]
    let page = SummaryPage.render(data)
    #expect(page.contains("<b>Sync success</b><strong>\(value)</strong>"))
    #expect(page.contains(target))
  }

  /// The median leaves lost leads out: where six of ten are lost after ten minutes, it is that of the other four.
  @Test("claims no answer for leads that were lost first")
  func lostBeforeAnAnswer() {
    let data = PageData.sample
    let property = PropertyPage.render(
      id: "id", name: nil,
      standing: [.init(name: "km_median_response_time", n: 40, value: 3_600)], data)
    #expect(SummaryPage.sentence(data).contains("half of the leads not lost first are answered"))
    #expect(SummaryPage.render(data).contains("Half of the new leads that are not lost first"))
    #expect(property.contains("Half of those not lost first answered within"))
    for page in [SummaryPage.render(data), property] {
      #expect(page.firstMatch(of: /[Hh]alf (were|of the new leads are|answered)/) == nil)
    }
  }

  @Test("calls no status the longest where another is not left by half yet")
  func longestWait() {
    var data = PageData.sample
    #expect(
      SummaryPage.render(data).contains(
        "In application fewer than half have moved on yet; of the others, leads wait longest in tour scheduled"
      ))
    data.timeInStatus.removeLast()
    #expect(SummaryPage.render(data).contains(">Leads wait longest in tour scheduled: half are"))
  }

  @Test("says of the leads to look at only what that part knows, not that nobody waits")
  func noLeadToLookAt() {
    var data = PageData.sample
    (data.reviews, data.reviewCount) = ([], 0)
    (data.stalled, data.stalledCount) = ([], 0)
    let page = SummaryPage.render(data)
    #expect(page.contains("Nobody has answered 1 lead for 48 hours, and 2 more for 24."))
    #expect(
      page.contains(
        "No lead waits for a person’s decision, and none has stood still for unusually long."))
    #expect(!page.contains("No lead needs a look"))
  }

  @Test("tells changes with what was before, and what the open reviews could change")
  func changes() {
    var data = PageData.sample
    data.changes = [
      .init(
        metric: "funnel_overall", status: "leased", previous: 0.142, current: 0.1216,
        verdict: "down"),
      .init(metric: "km_median_response_time", previous: 400, current: 252, verdict: "down"),
      .init(
        metric: "sync_success_rate", previous: 0.99, current: 0.996, verdict: "no clear change"),
      .init(metric: "notification_delivery_rate", verdict: "too few"),
    ]
    data.funnel["all"]?[5].overallMin = 0.1205
    data.funnel["all"]?[5].overallMax = 0.1262
    data.deliveries.append(.init(kind: "notification", channel: "email", delivered: 20))
    data.restatedCount = 3
    data.restatedDays = 1
    let page = SummaryPage.render(data)
    #expect(page.contains("▼ Down from 14.2\u{A0}% in the period before."))
    #expect(page.contains("▼ Down from 7\u{A0}min in the period before."))
    #expect(page.contains("No clear change from 99.0\u{A0}% in the period before."))
    #expect(page.contains("Too few to compare with the period before."))
    #expect(!page.contains("Changes are known once"))
    #expect(page.contains("only between 12.1 and 12.6\u{A0}%."))
    #expect(page.contains("3 figures of 1 day already reported"))
    #expect(!page.contains("Leads of every age"))
    // The tile is then of mature leads, the change is not.
    data.funnel["mature"] = data.funnel["all"]
    data.funnel["mature"]?[5].overallRate = 0.31
    let mature = SummaryPage.render(data)
    #expect(mature.contains("31.0\u{A0}% of 4,812 new leads"))
    #expect(
      mature.contains(
        "Leads of every age, 12.2\u{A0}%: ▼ Down from 14.2\u{A0}% in the period before."))
  }

  @Test("says of drift against history what is known, and what is not yet")
  func driftAlarms() throws {
    var data = PageData.sample
    let page = SummaryPage.render(data)
    #expect(
      page.contains(
        "At <bdi>Harbor Point</bdi> drift jumped: 41 of 812 leads had newly drifted apart "
          + "(5.0\u{A0}%), where its own nights made 1.1\u{A0}% likely."))
    #expect(page.contains("At <bdi>Sable &amp; Finch</bdi> drift has crept up"))
    #expect(page.contains("The other 5 properties judged did not drift apart more than usual."))
    #expect(page.contains("Alarms per property start after 14 nights for 1 property (now: 6)."))
    try Markup(page).check()

    data.alarms?.standouts = [
      .init(id: "id-1", property: nil, verdict: .jump, leads: 1, drifted: 1, expected: nil)
    ]
    data.alarms?.unread = 2
    let hidden = SummaryPage.render(data)
    #expect(hidden.contains("At id-1 drift jumped: 1 of 1 lead had newly drifted apart"))
    #expect(hidden.contains("1 more property does so as well."))
    #expect(hidden.contains("2 properties were not read completely and are not judged."))

    data.alarms = .init(
      judged: 0, raised: 0, standouts: [], insufficient: 8, longest: 0, unread: 0)
    let first = SummaryPage.render(data)
    #expect(first.contains("Alarms per property start after 14 nights (now: 0)."))
    #expect(!first.contains("likely"))
    try Markup(first).check()

    data.alarms = .init(judged: 8, raised: 0, standouts: [], insufficient: 0, unread: 0)
    #expect(
      SummaryPage.render(data).contains(
        "Of 8 properties judged none drifted apart more than its own nights made likely."))
  }

  @Test("has no text lighter than 4.5 to 1 on its paper")
  func contrast() throws {
    let style = SummaryPage.style.text
    var colours: [String: String] = [:]
    for match in style.matches(of: /--(\w+):(#[0-9a-f]{3,6})/) {
      colours[String(match.1)] = String(match.2)
    }
    var checked = 0
    for match in style.matches(of: /[;{\n ](?:color|fill):(?:var\(--(\w+)\)|(#[0-9a-f]+))/) {
      let colour = try #require(match.1.map { colours[String($0)] } ?? match.2.map(String.init))
      let ratio = 1.05 / (Self.luminance(colour) + 0.05)
      #expect(ratio >= 4.5, "\(match.0): \(ratio)")
      checked += 1
    }
    #expect(checked >= 8)
  }

  /// Relative luminance of a colour `#rgb` or `#rrggbb` (WCAG 2.2).
  private static func luminance(_ colour: String) -> Double {
    var digits = colour.dropFirst().compactMap(\.hexDigitValue)
    if digits.count == 3 { digits = digits.flatMap { [$0, $0] } }
    let channels = stride(from: 0, to: 6, by: 2).map { index -> Double in
      let value = Double(digits[index] * 16 + digits[index + 1]) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
  }
}

/// The structure of the page, which users of screen readers depend on.
struct Markup {
  private let page: String

  init(_ page: String) { self.page = page }

  func check() throws {
    try checkNesting()
    let ids = page.matches(of: /\sid="([^"]+)"/).map { String($0.1) }
    #expect(Set(ids).count == ids.count, "every id once")
    for match in page.matches(of: /aria-labelledby="([^"]+)"/) {
      #expect(match.1.split(separator: " ").allSatisfy { ids.contains(String($0)) })
    }
    let drawings = page.matches(of: /<svg role="img"[^>]*>\s*<title id/).count
    #expect(drawings == page.matches(of: /role="img"/).count, "every drawing has its title")
    #expect(page.matches(of: /<table>/).count == page.matches(of: /<table><caption>\S/).count)
    #expect(page.matches(of: /<th(?! scope=)[ >]/).isEmpty, "every head says what it heads")
    #expect(page.matches(of: /<h1/).count == 1)
    #expect(
      page.matches(of: /<[a-z][^>]*\s(?:src|href)=/).count
        == page.matches(
          of: /<a href="(?:\.\.\/|property\/)?[a-z0-9-]+\.html(?:#[a-z]+)?">/
        ).count, "nothing is fetched, and links stay in the folder")
    #expect(page.matches(of: /url\((?!#)/).isEmpty, "nothing is fetched")
  }

  /// Every element is closed, in the reverse order of opening.
  private func checkNesting() throws {
    let void: Set<Substring> = ["meta", "rect", "line", "circle", "path", "br"]
    var open: [Substring] = []
    for tag in page.matches(of: /<(\/?)([a-z0-9]+)[^>]*>/) {
      if void.contains(tag.2) { continue }
      if tag.1.isEmpty {
        open.append(tag.2)
      } else {
        let last = open.popLast()
        #expect(last == tag.2)
      }
    }
    #expect(open.isEmpty)
  }
}
