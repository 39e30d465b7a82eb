import Leads

/// The page of one property: the portfolio's page in small, each figure beside where most properties stand.
package enum PropertyPage {
  /// One figure of a property beside those of the others.
  package struct Standing: Codable, Sendable, Equatable {
    var name: String
    /// The leads or stays that it rests on.
    var n: Int
    var value: Double?
    var low: Double?
    var high: Double?
    /// A quarter and three quarters of the properties are below; nil where fewer than four can be compared.
    var quarter: Double?
    var threeQuarters: Double?
    /// The portfolio's own.
    var portfolio: Double?
  }

  /// The whole document.
  /// - Parameter data: as of the portfolio's page, of this property alone.
  package static func render(
    id: String, name: String?, standing: [Standing], _ data: PageData
  ) -> String {
    let title = "\(Formatting.cut(name ?? id)), lead status, \(Formatting.day(data.asOf))"
    return SummaryPage.document(
      title,
      """
      <header>
      <h1>\(name.map(HTML.name) ?? "\(id)"), lead status, \(Formatting.day(data.asOf))</h1>
      <p class="sentence">\(SummaryPage.sentence(data))</p>
      <p class="how">\(SummaryPage.period(data)) <a href="../summary.html">All properties together</a>; \
      <a href="\(PageNames.index)">a page for each</a>.</p>
      </header>
      \(SummaryPage.unanswered(data))\(standings(standing))\(SummaryPage.week(data))\
      \(SummaryPage.funnel(data))\(SummaryPage.curves(data))\(SummaryPage.timeInStatus(data))\
      \(about(id, data))
      """)
  }

  /// How a figure is named, and whether more of it is better; times are in seconds.
  private enum Kind { case share, time }

  private static let figures: [(name: String, words: String, kind: Kind)] = [
    ("response_within_1h", "Answered within an hour", .share),
    ("response_within_1h_office_hours", "… of those that came in office hours", .share),
    ("response_within_1h_other_hours", "… of those that came outside them", .share),
    ("response_within_24h", "Answered within a day", .share),
    ("km_median_response_time", "Half of those not lost first answered within", .time),
    ("reached_contacted", "Contacted or further", .share),
    ("reached_tour_scheduled", "Tour scheduled or further", .share),
    ("reached_application", "Application or further", .share),
    ("reached_leased", "Leased", .share),
    ("median_contacted", "Half leave contacted within", .time),
    ("median_tour_scheduled", "Half leave tour scheduled within", .time),
  ]

  private static func standings(_ standing: [Standing]) -> HTML {
    let known = Dictionary(standing.map { ($0.name, $0) }) { first, _ in first }
    let rows = figures.compactMap { figure -> [HTML]? in
      guard let own = known[figure.name] else { return nil }
      let words: (Double?) -> String = {
        figure.kind == .share ? Formatting.percent($0) : Formatting.duration($0)
      }
      let band: String =
        zip(own.quarter, own.threeQuarters).map { "\(words($0)) to \(words($1))" }
        ?? Formatting.dash
      let interval: String? =
        figure.kind == .share
        ? Formatting.interval(own.low, own.high)
        : own.low.map { "\(words($0)) to \(own.high.map { words($0) } ?? "not known")" }
      return [
        "\(figure.words)", Table.cell(words(own.value), own.value == nil ? nil : interval),
        "\(Formatting.count(own.n))", "\(band)\(mark(own))", "\(words(own.portfolio))",
      ]
    }
    return Section(
      id: "standing", subject: "Beside the other properties", heading: heading(standing),
      lead:
        "Half of the properties with at least \(PageData.enough) leads are within the middle band: a quarter are below "
        + "it, a quarter above. Under each figure is its 95 % interval, and beside it how many leads it rests on; "
        + "those that came in recently are among them. ▼ and ▲ mark a figure outside the band that rests on at "
        + "least \(PageData.enough).",
      content: Table(
        caption: "The property’s figures beside those of the other properties",
        heads: [
          ("Figure", false), ("Here", true), ("Leads", true),
          ("Middle half of the properties", true),
          ("All together", true),
        ], rows: rows
      ).html
    ).html
  }

  /// Where the figure is outside the band and rests on enough.
  private static func mark(_ own: Standing) -> String {
    guard own.n >= PageData.enough, let value = own.value, let quarter = own.quarter,
      let threeQuarters = own.threeQuarters
    else { return "" }
    return value < quarter ? " ▼" : value > threeQuarters ? " ▲" : ""
  }

  private static func heading(_ standing: [Standing]) -> String {
    let leased = standing.first { $0.name == "reached_leased" }
    guard let leased, leased.n >= PageData.enough, let value = leased.value else {
      return "Too few leads to say where the property stands."
    }
    guard let quarter = leased.quarter, let threeQuarters = leased.threeQuarters else {
      return "\(Formatting.percent(value)) leased; too few properties to compare with."
    }
    let share = "\(Formatting.percent(value)) leased"
    if value < quarter { return "\(share): three in four properties lease a larger share." }
    if value > threeQuarters { return "\(share): three in four properties lease a smaller share." }
    return "\(share), as much as the middle half of the properties."
  }

  private static func about(_ id: String, _ data: PageData) -> HTML {
    """
    <p class="how after">Property \(id). Days are local days\(data.timezone.map { " in \($0)" } ?? ""). \
    “Not known yet” and “–” mean that there is no figure; they never mean 0. The definitions are \
    on the <a href="../summary.html#notes">portfolio’s page</a>; the same figures are in the CSV files there.</p>

    """
  }

  /// Both, where both are known.
  private static func zip(_ a: Double?, _ b: Double?) -> (Double, Double)? {
    guard let a, let b else { return nil }
    return (a, b)
  }
}
