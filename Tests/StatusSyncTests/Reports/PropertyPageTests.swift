import Foundation
import Testing

@testable import Pages  // uses `PageNames`, `Standing`, `meanOfFour`, internal

/// The pages of the properties: their names, what stands on them, and that names from outside do no harm.
@Suite struct PropertyPageTests {
  static let names: [(String?, String)] = [
    ("The Larkspur", "the-larkspur-0badcafe.html"),
    ("Sable & Finch", "sable-finch-0badcafe.html"),
    ("../../etc/passwd", "etc-passwd-0badcafe.html"),
    ("<script>alert(1)</script>", "script-alert-1-script-0badcafe.html"),
    ("مساكن النخيل", "property-0badcafe.html"), ("\u{202E}evil\u{0}", "evil-0badcafe.html"),
    ("", "property-0badcafe.html"), (nil, "property-0badcafe.html"),
    ("...", "property-0badcafe.html"), ("CON", "con-0badcafe.html"),
    ("A\nB\tC", "a-b-c-0badcafe.html"),
    (
      String(repeating: "Very long ", count: 40),
      "very-long-very-long-very-long-very-long-0badcafe.html"
    ),
  ]

  @Test(arguments: names)
  func filesAreNamedSafely(_ name: String?, _ file: String) {
    let id = "0badcafe-0000-4000-8000-000000000001"
    #expect(PageNames.names(of: [(id, name)]) == [id: file])
    #expect(file.wholeMatch(of: /[a-z0-9-]{1,60}\.html/) != nil)
  }

  /// Two properties of one name and one beginning of the id have a file each.
  @Test func noTwoPropertiesShareAFile() {
    let ids = (0..<300).map { "0badcafe-0000-4000-8000-" + String(format: "%012d", $0) }
    let names = PageNames.names(of: ids.map { ($0, "Court <\(Int($0.suffix(3)) ?? 0 > 150)>") })
    #expect(Set(names.values).count == 300)
  }

  static let hostile = [
    "<script>alert(1)</script>", "مساكن النخيل & \"شركاه\"", "../../x'); --", "\u{202E}evil",
  ]

  @Test(arguments: hostile)
  func aPageEscapesItsName(_ name: String) throws {
    let data = PageData.sample
    let page = PropertyPage.render(
      id: "0badcafe-0000-4000-8000-000000000001", name: name, standing: Self.standing, data)
    #expect(!page.contains("<script") && !page.contains("\u{202E}"))
    #expect(page.utf8.count < 150_000)
    try Markup(page).check()
    var index = PropertyIndex(asOf: data.asOf)
    index.add(
      .init(
        file: "x-0badcafe.html", id: "0badcafe", name: name, over24h: 1, over48h: 2,
        standing: Self.standing))
    #expect(!index.html.contains("<script") && !index.html.contains("\u{202E}"))
    try Markup(index.html).check()
  }

  static let standing: [PropertyPage.Standing] = [
    .init(
      name: "reached_leased", n: 812, value: 0.161, low: 0.138, high: 0.188, quarter: 0.09,
      threeQuarters: 0.14, portfolio: 0.12),
    .init(
      name: "response_within_1h", n: 29, value: 0.2, low: 0.1, high: 0.4, quarter: 0.5,
      threeQuarters: 0.8, portfolio: 0.7),
    .init(name: "median_contacted", n: 40, quarter: nil, threeQuarters: nil),
  ]

  /// Below 30 leads, and where fewer than four properties can be compared, nothing is marked.
  @Test func onlyAFigureThatRestsOnEnoughIsMarked() {
    let page = PropertyPage.render(
      id: "id", name: "Harbor Point", standing: Self.standing, .sample)
    #expect(page.contains("9.0\u{A0}% to 14.0\u{A0}% ▲"))
    #expect(page.contains("50.0\u{A0}% to 80.0\u{A0}%</td>"))
    #expect(page.contains("16.1\u{A0}% leased: three in four properties lease a smaller share."))
  }

  @Test(arguments: [0, 1, 8, 300])
  func theIndexHoldsEveryProperty(_ count: Int) throws {
    var index = PropertyIndex(asOf: "2026-03-02T02:00:00Z")
    for number in 0..<count {
      index.add(
        .init(
          file: "p-\(number).html", id: "\(number)", name: "Property \(number)", over24h: number,
          over48h: 0, standing: Self.standing))
    }
    #expect(index.html.matches(of: /href="p-/).count == count)
    #expect(index.html.utf8.count < 150_000)
    try Markup(index.html).check()
  }

  /// A property about which nothing is known yet.
  @Test func aPageSaysWhatIsNotKnown() throws {
    let page = PropertyPage.render(
      id: "id", name: nil, standing: [], PageData(asOf: "2026-03-02T02:00:00Z"))
    #expect(page.contains("No new lead has waited for an answer for 24 hours."))
    #expect(page.contains("No week is known from its Monday on yet."))
    #expect(page.contains("Too few leads to say where the property stands."))
    #expect(page.firstMatch(of: /[^0-9.]0(\.0)? %/) == nil)
    try Markup(page).check()
  }

  /// Shares of several weeks are those of all their leads, not the mean of shares.
  @Test func theMeanOfFourWeeksIsOfAllTheirLeads() {
    let weeks = [(2, 1, 10), (3, 90, 100), (4, 0, 0), (5, 5, 10)].map {
      ago, numerator, denominator in
      PageData.Week(
        metric: "response_within_1h", basis: "cohort", start: "2026-01-05", ago: ago,
        isComplete: true, numerator: numerator, denominator: denominator,
        value: denominator > 0 ? Double(numerator) / Double(denominator) : nil)
    }
    let mean = SummaryPage.meanOfFour(weeks, "response_within_1h")
    #expect(mean.value == 96.0 / 120 && mean.base == 120)
    #expect(SummaryPage.meanOfFour(Array(weeks.dropLast()), "response_within_1h").value == nil)
  }
}
