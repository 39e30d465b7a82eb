import Leads

/// How soon new leads come to a tour and to a lease: cumulative incidence with its interval.
extension SummaryPage {
  private static let curveNames = [("tour", "A tour"), ("lease", "A lease")]
  /// The days in the table.
  private static let tabledDays = [1, 3, 7, 14, 30, 60, 90]

  static func curves(_ data: PageData) -> HTML {
    guard let leads = data.curves.first?.leads, leads > 0 else {
      return Section(
        id: "curves", subject: "Time to convert",
        heading: "No new lead came in, so there is no curve.", lead: "", content: .empty
      ).html
    }
    return Section(
      id: "curves", subject: "Time to convert", heading: curveHeading(data.curves),
      lead:
        "Of \(Formatting.count(leads, "new lead")): the probability of a tour, and of a lease, within so many "
        + "days of coming in. Leads that are still open count for as long as they were seen, and lost ones "
        + "cannot come any more (Aalen-Johansen). The band is the 95 % interval.",
      content: Section.figure(curveChart(data.curves), curveTable(data.curves), legend: curveLegend)
    ).html
  }

  private static func curveHeading(_ points: [PageData.CurvePoint]) -> String {
    let clauses = curveNames.compactMap { curve, words -> String? in
      guard
        let point = points.last(where: {
          $0.curve == curve && $0.day <= 30 && $0.probability != nil
        }), let probability = point.probability
      else { return nil }
      return "\(Formatting.percent(probability)) come to \(words.lowercased()) within "
        + Formatting.count(point.day, "day")
    }
    return clauses.isEmpty
      ? "No lead has been seen for a day yet." : "Of new leads \(Formatting.list(clauses))."
  }

  private static let height = 180.0

  private static func curveChart(_ points: [PageData.CurvePoint]) -> HTML {
    let most = points.compactMap { $0.high ?? $0.probability }.max() ?? 0
    let top = [0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75].first { $0 >= most } ?? 1
    let shares = [0.5, 1.0].map { share in (share: share, y: 20 + height * (1 - share)) }
    var shapes = shares.map { Chart.line(0, $0.y, 100, $0.y, class: "hair") }
    let drawn = curveNames.enumerated().map { index, name -> HTML in
      let own = points.filter { $0.curve == name.0 && $0.probability != nil }
      return drawing(own, top: top, isSecond: index == 1)
    }
    shapes.append(
      """
      <svg x="0" y="20" width="100%" height="\(Chart.pixels(height))" viewBox="0 0 90 100" \
      preserveAspectRatio="none">\(drawn)</svg>

      """)
    // Over the curves, which rise steeply where the labels stand.
    for (share, y) in shares {
      shapes.append(
        Chart.text(Formatting.percent(top * share), x: 0, y: y - 4, class: "quiet over"))
    }
    shapes.append(Chart.line(0, 20 + height, 100, 20 + height, class: "axis"))
    for (day, anchor) in [(0, "start"), (30, "middle"), (60, "middle"), (90, "end")] {
      shapes.append(
        Chart.text(
          day == 0 ? "0" : Formatting.count(day, "day"), x: Double(day) / 90 * 100,
          y: 20 + height + 16, anchor: anchor, class: "quiet"))
    }
    return Chart(
      id: "curves-chart",
      title: "Probability of a tour and of a lease by days since a lead came in",
      description:
        "Two rising curves with their intervals, a tour as a full line, a lease as a broken one. "
        + curveHeading(points),
      height: Int(height) + 42, shapes: .join(shapes)
    ).html
  }

  /// A step curve and the band around it, in a box of 90 days and 100 parts of `top`.
  private static func drawing(
    _ points: [PageData.CurvePoint], top: Double, isSecond: Bool
  ) -> HTML {
    guard !points.isEmpty else { return .empty }
    let place = { (share: Double) in Chart.pixels(100 - min(1, share / top) * 100) }
    func steps(_ value: (PageData.CurvePoint) -> Double?) -> String {
      points.map { "H\($0.day)V\(place(value($0) ?? $0.probability ?? 0))" }.joined()
    }
    // Each value holds until the next one, on the way back as well.
    let back = points.reversed().map { "V\(place($0.low ?? $0.probability ?? 0))H\($0.day)" }
      .joined()
    let second = isSecond ? " second" : ""
    return """
      <path fill="\(isSecond ? "#e4e3dd" : "#cfe0e2")" d="M0 100\(steps(\.high))\(back)V100H0Z"/>\
      <path class="curve\(second)" vector-effect="non-scaling-stroke" d="M0 100\(steps(\.probability))"/>
      """
  }

  private static let curveLegend: HTML = """
    <ul class="legend">
    <li><svg width="26" height="10" aria-hidden="true"><path class="curve" d="M0 5H26"/></svg> tour scheduled, or \
    further</li>
    <li><svg width="26" height="10" aria-hidden="true"><path class="curve second" d="M0 5H26"/></svg> leased</li>
    </ul>

    """

  private static func curveTable(_ points: [PageData.CurvePoint]) -> Table {
    let byDay = Dictionary(grouping: points) { $0.day }
    return Table(
      caption: "The curves in figures; under each probability its 95 % interval",
      heads: [("Within", false)] + curveNames.map { ($0.1, true) } + [("Still watched", true)],
      rows: tabledDays.compactMap { day -> [HTML]? in
        guard let here = byDay[day] else { return nil }
        let cells = curveNames.map { curve, _ -> HTML in
          let point = here.first { $0.curve == curve }
          return Table.cell(
            Formatting.percent(point?.probability), Formatting.interval(point?.low, point?.high))
        }
        let waiting = here.first { $0.curve == "lease" }?.waiting
        return ["\(Formatting.count(day, "day"))"] + cells
          + ["\(waiting.map { Formatting.count($0) } ?? Formatting.dash)"]
      })
  }
}
