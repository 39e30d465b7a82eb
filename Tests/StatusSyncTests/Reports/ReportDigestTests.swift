import Foundation
import Testing

@testable import Pages  // uses `described`, `Source` and others, internal

/// The report as a message: the same in every part, and nothing that a mail program would not show.
@Suite struct ReportDigestTests {
  private static var data: PageData {
    var data = PageData.sample
    data.described = .sample
    return data
  }

  @Test func theTextSaysItInTenLines() {
    let digest = ReportDigest(
      Self.data, property: nil, link: "https://intranet.example.com/x.html")
    let lines = digest.text.split(separator: "\n")
    #expect(lines.count <= 12)
    #expect(lines.first == "Lead status, 2 March 2026")
    #expect(lines[1].hasPrefix("In the 90 days to 2 March 2026, 4,812 new leads came in"))
    #expect(digest.text.contains("Leased: 585. 12.2 % of 4,812 new leads"))
    #expect(digest.text.contains("22 questions wait for a person."))
    #expect(
      digest.text.contains("Most frequent reason for a loss: Price, 410 of 1,200 lost leads."))
    #expect(digest.text.hasSuffix("The whole page: https://intranet.example.com/x.html"))
    #expect(!digest.text.contains("\u{A0}") && !digest.subject.contains("\u{A0}"))
  }

  @Test func thePageIsTablesAndInlineStyles() throws {
    let digest = ReportDigest(
      Self.data, property: nil, link: "https://intranet.example.com/x.html")
    for part in ["<script", "<style", "<img", "<svg", "<link", "url(", "@import", "javascript:"] {
      #expect(!digest.html.contains(part), "\(part)")
    }
    #expect(digest.html.matches(of: /https?:\/\//).count == 1)
    #expect(digest.html.utf8.count < 30_000)
    for said in ["4,812", "585", "Tour scheduled", "Zillow", "Price", "22 questions wait"] {
      #expect(digest.html.contains(said), "\(said)")
    }
    try Markup(ReportDigest(Self.data, property: nil, link: nil).html).check()
  }

  @Test func namesAreNoMarkup() throws {
    var data = Self.data
    data.described?.sources[0].name = "<img src=x>\u{202E}"
    data.described?.reasons[0].name = "<script>alert(1)</script>\u{202E}"
    let digest = ReportDigest(data, property: "<b>Oak</b>\u{202E}", link: nil)
    #expect(!digest.html.contains("<img") && !digest.html.contains("<script"))
    #expect(!digest.html.contains("<b>Oak"))
    #expect(!(digest.html + digest.text + digest.subject).contains("\u{202E}"))
    #expect(!digest.html.contains("<a "))
    try Markup(digest.html).check()
  }

  @Test func ofNothingItSaysNothingWrong() throws {
    let digest = ReportDigest(
      PageData(asOf: "2026-03-02T02:00:00Z"), property: nil, link: nil)
    #expect(digest.text.contains("no new lead came in"))
    #expect(!digest.text.contains("nan") && !digest.html.contains(" 0.0"))
    try Markup(digest.html).check()
  }

  /// - Parameter isCut: the figures have more staff members than those by name.
  @Test(arguments: [(0, false), (1, false), (12, false), (13, false), (100, true)])
  func thePageSaysWhatSystemsTellOfLeads(_ agents: Int, isCut: Bool) throws {
    var data = Self.data
    data.described?.agents = (0..<agents).map {
      .init(
        kind: "agent", id: "A-\($0)", name: "Agent \($0)", leads: 10 + $0, contacted: 9, toured: 4,
        leased: 1, rate: $0 > 9 ? 0.05 : nil, low: $0 > 9 ? 0.01 : nil, high: $0 > 9 ? 0.2 : nil)
    }
    if isCut {
      data.described?.agents.append(
        .init(kind: "rest", leads: 500, contacted: 400, toured: 90, leased: 20))
    }
    let page = SummaryPage.render(data)
    #expect(page.contains("40.0\u{A0}% of the new leads came from Zillow first."))
    #expect(page.contains("not known"))
    #expect(page.contains("“Price”: 410 of 1,200 lost leads."))
    #expect(page.contains("▲ up from 28.0\u{A0}%"))
    #expect(page.contains("Of 520 tours booked 300 are recorded as shown; of 60 no end is told."))
    #expect(page.contains("75.0\u{A0}% (70.0 to 79.0\u{A0}%) were shown."))
    #expect(page.contains("Agent 0") == (agents > 0))
    #expect(page.contains("staff members by name") == (agents > 12 && !isCut))
    #expect(page.contains("More than 100 staff members have new leads") == isCut)
    #expect(page.contains("Every staff member is in agents.csv") == (agents > 12 && !isCut))
    try Markup(page).check()
  }

  /// No time of a tour is known: whose end is not told may be over, and nobody came.
  @Test(
    arguments: [
      (10, 5, 5, 0, "Of 10 tours booked 5 are recorded as shown; of 5 no end is told."),
      (10, 5, 0, 5, "Of 10 tours booked 5 are recorded as shown; of 5 no end is told."),
      (1, 1, 0, 0, "Of 1 tour booked 1 is recorded as shown."),
      (3, 0, 3, 0, "Of 3 tours booked none is recorded as shown; of 3 no end is told."),
      (3, 0, 0, 3, nil),
    ] as [(Int, Int, Int, Int, String?)])
  func noTourIsSaidToBeOverOrToCome(
    _ booked: Int, _ showed: Int, _ upcoming: Int, _ unknown: Int, _ fact: String?
  ) {
    var data = Self.data
    data.described?.tours = .init(
      booked: booked, showed: showed, cancelled: 0, upcoming: upcoming, notRecordedAsShown: 0,
      noShow: 0, unknown: unknown, rate: showed > 0 ? 1 : nil)
    let page = SummaryPage.render(data)
    let text = ReportDigest(data, property: nil, link: nil).text
    for said in ["At least", "at least 100", "Still to come", "took place"] {
      #expect(!page.contains(said) && !text.contains(said), "\(said)")
    }
    #expect(page.contains("<h2 id=\"tours\">Of \(booked) tour"))
    if let fact {
      #expect(page.contains("<h2 id=\"tours\">\(fact)</h2>") && text.contains(fact))
    } else {
      #expect(!text.contains("tours booked"))
    }
  }

  /// Without a system that tells any of it the page is what it was.
  @Test func nothingToldIsNothingSaid() {
    let page = SummaryPage.render(.sample)
    for word in ["Sources", "Lost reasons", "Staff", "Tours"] {
      #expect(!page.contains("<p class=\"subject\">\(word)</p>"))
    }
  }
}

extension PageData.Described {
  /// What systems could tell of the sample's leads; every figure invented.
  static var sample: Self {
    var sample = Self()
    sample.sources = [
      source("Zillow", 1_925, 800, 230), source("Website chat", 1_443, 620, 180),
      source("Referral", 481, 300, 110), source(nil, 963, 294, 65),
    ]
    sample.reasons = [
      reason("Price", 410, "up", 0.28), reason("No reply", 300, "no clear change", 0.24),
      reason("Pet policy", 60, "too few", 0.05), reason(nil, 430, "down", 0.43),
    ]
    sample.tours = .init(
      booked: 520, showed: 300, cancelled: 60, upcoming: 40, notRecordedAsShown: 100, noShow: 30,
      unknown: 20, rate: 0.75, low: 0.7, high: 0.79)
    sample.agents = [
      .init(
        kind: "agent", id: "A-1", name: "Ann", leads: 400, contacted: 380, toured: 160, leased: 48,
        rate: 0.12, low: 0.09, high: 0.16),
      .init(
        kind: "agent", id: "A-2", name: "Bo", leads: 12, contacted: 10, toured: 5, leased: 2),
    ]
    return sample
  }

  private static func source(
    _ name: String?, _ leads: Int, _ toured: Int, _ leased: Int
  ) -> Source {
    Source(
      maturity: "all", kind: name == nil ? "unknown" : "source", name: name,
      share: Double(leads) / 4_812, leads: leads, toured: toured, leased: leased,
      rate: Double(leased) / Double(leads), low: 0.1, high: 0.15)
  }

  private static func reason(
    _ name: String?, _ lost: Int, _ verdict: String, _ before: Double
  ) -> Reason {
    Reason(
      kind: name == nil ? "unknown" : "reason", name: name, lost: lost,
      share: Double(lost) / 1_200, low: 0.3, high: 0.37, shareBefore: before, verdict: verdict)
  }
}
