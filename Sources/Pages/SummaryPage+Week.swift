import Leads

/// This week, last week, and the four before.
extension SummaryPage {
  /// A figure of the weeks, as the page names it.
  private static let weekFigures: [(metric: String, words: String)] = [
    ("new_leads", "New leads"), ("tours", "Tours scheduled"), ("applications", "Applications"),
    ("leases", "Leased"), ("losses", "Lost"), ("response_within_1h", "Answered within an hour"),
    ("response_within_24h", "Answered within a day"),
  ]

  static func week(_ data: PageData) -> HTML {
    let known = data.weeks.filter { $0.value != nil }
    guard let running = data.weeks.first(where: { $0.ago == 0 }), !known.isEmpty else {
      return Section(
        id: "week", subject: "The week",
        heading: "No week is known from its Monday on yet.", lead: "", content: .empty
      ).html
    }
    let last = data.weeks.first { $0.ago == 1 }
    let table = Table(
      caption: "This week, last week and the mean of the four weeks before",
      heads: [
        ("Figure", false), ("This week so far, from \(Formatting.shortDay(running.start))", true),
        ("Last week" + (last.map { ", from \(Formatting.shortDay($0.start))" } ?? ""), true),
        ("Mean of the four before", true),
      ],
      rows: weekFigures.compactMap { row(data.weeks, $0.metric, $0.words) })
    let unfinished = (last.map { !$0.isComplete } ?? false)
    return Section(
      id: "week", subject: "The week", heading: weekHeading(data.weeks),
      lead: "Weeks run from Monday to Sunday. This week is not over, so its counts will still rise"
        + (unfinished ? "; neither is last week at every property" : "")
        + ". Counted by event: what happened in the week. Counted by cohort: what became of the leads that came "
        + "in that week and are old enough.",
      content: table.html
    ).html
  }

  private static func weekHeading(_ weeks: [PageData.Week]) -> String {
    guard let last = weeks.first(where: { $0.ago == 1 && $0.metric == "new_leads" })?.value else {
      return "Last week is not known from its Monday on."
    }
    let came = Formatting.count(Int(last), "new lead") + " came in last week"
    guard let mean = meanOfFour(weeks, "new_leads").value else { return came + "." }
    return came + ", against \(Formatting.decimal(mean)) a week in the four weeks before."
  }

  /// Of counts the mean, of shares the share of all leads of those weeks; nil where one of them is not known.
  static func meanOfFour(_ weeks: [PageData.Week], _ metric: String) -> (value: Double?, base: Int?)
  {
    let four = weeks.filter { $0.metric == metric && (2...5).contains($0.ago) }
    guard four.count == 4 else { return (nil, nil) }
    if four[0].basis == "event" {
      let values = four.compactMap(\.value)
      return (values.count == 4 ? values.reduce(0, +) / 4 : nil, nil)
    }
    let (numerators, denominators) = (four.compactMap(\.numerator), four.compactMap(\.denominator))
    let base = denominators.reduce(0, +)
    guard denominators.count == 4, base > 0 else { return (nil, nil) }
    return (Double(numerators.reduce(0, +)) / Double(base), base)
  }

  private static func row(
    _ weeks: [PageData.Week], _ metric: String, _ words: String
  ) -> [HTML]? {
    let own = weeks.filter { $0.metric == metric }
    guard let basis = own.first?.basis else { return nil }
    let isShare = basis == "cohort"
    func cell(_ value: Double?, _ base: Int?) -> HTML {
      guard let value else { return "\(Formatting.dash)" }
      return isShare
        ? Table.cell(Formatting.percent(value), base.map { "of \(Formatting.count($0))" })
        : "\(value == value.rounded() ? Formatting.count(Int(value)) : Formatting.decimal(value))"
    }
    let shown = [0, 1].map { ago -> HTML in
      let week = own.first { $0.ago == ago }
      return cell(week?.value, week?.denominator)
    }
    let mean = meanOfFour(weeks, metric)
    return [Table.cell(words, isShare ? "by cohort" : "by event")] + shown
      + [cell(mean.value, mean.base)]
  }
}
