import Leads

/// Four weeks of changes, with the days that are out of line.
extension SummaryPage {
  static func days(_ data: PageData) -> HTML {
    let days = data.days.filter { LocalDay($0.day) != nil }
    guard !days.isEmpty, days.contains(where: { $0.changes > 0 }) else {
      return Section(
        id: "days", subject: "Day by day",
        heading: "No status change was logged in the four weeks before this report.", lead: "",
        content: .empty
      ).html
    }
    let flagged = days.filter { $0.flag != nil }
    let marks =
      flagged.isEmpty
      ? "No day was unusual."
      : "▲ marks unusual days, as listed below."
    let zone =
      switch data.timezone {
      case "mixed": "Each change is counted on its own property’s local day."
      case let name?: "Days are local days in \(name)."
      case nil: "Days are local days."
      }
    return Section(
      id: "days", subject: "Day by day", heading: daysHeading(days),
      lead: "Status changes per day, without new leads. \(marks) \(zone)",
      content: Section.figure(daysChart(days).html, daysTable(days)) + remarks(flagged)
    ).html
  }

  private static func daysHeading(_ days: [PageData.Day]) -> String {
    let total = days.reduce(0) { $0 + $1.changes }
    let all =
      "\(Formatting.count(total, "status change")) in \(Formatting.count(days.count, "day"))"
    guard days.count >= 14 else { return all + "." }
    let last = days.suffix(7).reduce(0) { $0 + $1.changes }
    let before = days.suffix(14).prefix(7).reduce(0) { $0 + $1.changes }
    return all + ": \(Formatting.count(last)) in the last seven, "
      + "\(Formatting.count(before)) in the seven before."
  }

  private static func daysChart(_ days: [PageData.Day]) -> Chart {
    let most = Double(max(1, days.map(\.changes).max() ?? 1))
    let width = 100 / Double(days.count)
    let (top, bottom) = (30.0, 170.0)
    var shapes: [HTML] = []
    if let peak = days.max(by: { $0.changes < $1.changes }) {
      shapes.append(Chart.line(0, top, 100, top, class: "hair"))
      shapes.append(
        Chart.text(
          "peak: \(Formatting.count(peak.changes)) on \(Formatting.shortDay(peak.day))", x: 0,
          y: 12,
          class: "quiet"))
    }
    for (index, day) in days.enumerated() {
      let x = Double(index) * width
      let height = Double(day.changes) / most * (bottom - top)
      shapes.append(
        Chart.bar(
          x: x + width * 0.12, width: width * 0.76, y: bottom - height, height: height,
          fill: "#14505c"))
      if day.flag != nil {
        shapes.append(
          Chart.text("▲", x: x + width / 2, y: bottom - height - 4, anchor: "middle"))
      }
      if LocalDay(day.day)?.weekday == 0 {
        shapes.append(Chart.line(x, bottom, x, bottom + 5, class: "axis"))
        // Further right it would leave the page at 320 px, or run into the one before.
        if x < 84 {
          shapes.append(
            Chart.text(Formatting.shortDay(day.day), x: x, y: bottom + 18, class: "quiet"))
        }
      }
    }
    shapes.append(Chart.line(0, bottom, 100, bottom, class: "axis"))
    let total = days.reduce(0) { $0 + $1.changes }
    return Chart(
      id: "days-chart", title: "Status changes a day",
      description: "One column a day from \(Formatting.day(days.first?.day ?? "")) to "
        + "\(Formatting.day(days.last?.day ?? "")), \(Formatting.count(total)) in all; "
        + "ticks mark Mondays.",
      height: Int(bottom) + 24, shapes: .join(shapes))
  }

  /// The days as a calendar: a row a week, a column a weekday.
  private static func daysTable(_ days: [PageData.Day]) -> Table {
    var weeks: [(start: String, cells: [HTML], total: Int)] = []
    for day in days {
      guard let weekday = LocalDay(day.day)?.weekday else { continue }
      if weeks.isEmpty || weekday == 0 {
        weeks.append((day.day, Array(repeating: .empty, count: 7), 0))
      }
      let mark = day.flag == nil ? "" : " ▲"
      weeks[weeks.count - 1].cells[weekday] = "\(Formatting.count(day.changes))\(mark)"
      weeks[weeks.count - 1].total += day.changes
    }
    let names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    return Table(
      caption: "Status changes a day, a row a week",
      heads: [("From", false)] + names.map { ($0, true) } + [("Sum", true)],
      rows: weeks.map { week in
        ["\(Formatting.shortDay(week.start))"] + week.cells + ["\(Formatting.count(week.total))"]
      })
  }

  private static func remarks(_ flagged: [PageData.Day]) -> HTML {
    guard !flagged.isEmpty else { return .empty }
    let lines = flagged.map { day -> HTML in
      "<li>▲ \(Formatting.day(day.day)): \(day.flag ?? "")</li>\n"
    }
    return "<ul class=\"legend\">\n\(lines)</ul>\n"
  }
}
