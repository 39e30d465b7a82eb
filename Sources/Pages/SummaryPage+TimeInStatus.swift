import Leads

/// Time in status: where leads wait, as medians and quartiles.
extension SummaryPage {
  static func timeInStatus(_ data: PageData) -> HTML {
    let rows = data.timeInStatus.filter { $0.closed + $0.open > 0 }
    guard !rows.isEmpty else {
      return Section(
        id: "time", subject: "Time in status",
        heading: isFirstSight(data)
          ? "No time in status is known yet: no lead has been seen to enter one."
          : "No lead entered a status in the period, so no time is known.", lead: "",
        content: .empty
      ).html
    }
    return Section(
      id: "time", subject: "Time in status", heading: timeHeading(rows),
      lead:
        "Of the stays begun in the period half end within the median; the band runs from the first "
        + "quarter to the third. Leads still there are taken into account (Kaplan-Meier), so a median can "
        + "be “not reached”: fewer than half have left yet.",
      content: Section.figure(timeChart(rows).html, timeTable(rows))
    ).html
  }

  private static func timeHeading(_ rows: [PageData.TimeInStatus]) -> String {
    let unreached = rows.filter { $0.median == nil }.map {
      Formatting.status($0.status).lowercased()
    }
    guard let longest = rows.max(by: { ($0.median ?? -1) < ($1.median ?? -1) }),
      let median = longest.median
    else { return "In no status have half of the leads moved on yet." }
    let wait =
      "wait longest in \(Formatting.status(longest.status).lowercased()): "
      + "half are still there after \(Formatting.duration(median))."
    // A median that is not reached may be the longest of all.
    return unreached.isEmpty
      ? "Leads \(wait)"
      : "In \(Formatting.list(unreached)) fewer than half have moved on yet; of the others, leads \(wait)"
  }

  private static func timeChart(_ rows: [PageData.TimeInStatus]) -> Chart {
    let known = rows.flatMap { [$0.p25, $0.median, $0.p75].compactMap { $0 } }
    let most = axisEnd(max(1, known.max() ?? 1))
    let place = { (seconds: Double) in min(100, seconds / most * 100) }
    var shapes: [HTML] = []
    for (index, row) in rows.enumerated() {
      let y = Double(index) * 48
      shapes.append(Chart.text(Formatting.status(row.status), x: 0, y: y + 13, class: "strong"))
      shapes.append(
        Chart.text(
          row.median.map { "median \(Formatting.duration($0))" } ?? "median not reached",
          x: 100, y: y + 13, anchor: "end"))
      shapes.append(Chart.line(0, y + 30, 100, y + 30, class: "hair"))
      if let low = row.p25 {
        let high = row.p75 ?? most
        shapes.append(
          Chart.bar(
            x: place(low), width: place(high) - place(low), y: y + 24, height: 12,
            fill: row.p75 == nil ? "url(#open)" : "#9dbcc1"))
      }
      if let median = row.median {
        shapes.append(
          Chart.line(place(median), y + 21, place(median), y + 39, class: "median"))
      }
    }
    let bottom = Double(rows.count) * 48
    shapes.append(Chart.line(0, bottom, 100, bottom, class: "axis"))
    for (x, anchor) in [(0.0, "start"), (50, "middle"), (100, "end")] {
      shapes.append(
        Chart.text(
          x == 0 ? "0" : Formatting.duration(most * x / 100), x: x, y: bottom + 16, anchor: anchor,
          class: "quiet"))
    }
    let words = rows.map {
      "\(Formatting.status($0.status)) \($0.median.map { Formatting.duration($0) } ?? "not reached")"
    }
    return Chart(
      id: "time-chart", title: "Median and quartiles of the time in each status",
      description: "One band a status from the first to the third quartile, a mark at the median: "
        + Formatting.list(words) + ". A dotted band has no known end.",
      height: Int(bottom) + 22, shapes: .join(shapes))
  }

  /// A round end for an axis of times: the next of 1, 2, 4, 6, 10 … units that are whole halves.
  static func axisEnd(_ seconds: Double) -> Double {
    let units: [Double] = [
      10, 20, 60, 120, 240, 600, 1_200, 3_600, 7_200, 14_400, 28_800, 43_200, 86_400, 172_800,
      345_600, 691_200, 1_209_600, 1_728_000, 2_592_000, 3_456_000, 5_184_000, 6_912_000, 8_640_000,
    ]
    return units.first { $0 >= seconds } ?? seconds
  }

  private static func timeTable(_ rows: [PageData.TimeInStatus]) -> Table {
    Table(
      caption: "Time in status in figures; under each median its 95 % interval",
      heads: [("Status", false), ("Median", true), ("Quartiles", true), ("Stays", true)],
      rows: rows.map { row in
        [
          "\(Formatting.status(row.status))",
          Table.cell(
            row.median.map { Formatting.duration($0) } ?? "not reached",
            row.low.map { low in
              "\(Formatting.duration(low)) to \(row.high.map { Formatting.duration($0) } ?? "not known")"
            }),
          "\(row.p25.map { Formatting.duration($0) } ?? "not reached")"
            + "<small>to \(row.p75.map { Formatting.duration($0) } ?? "not reached")</small>",
          Table.cell(
            "\(Formatting.count(row.closed)) ended",
            row.open == 0
              ? "none still there"
              : "\(Formatting.count(row.open)) still there, the oldest for "
                + (row.oldestOpen.map { Formatting.duration($0) } ?? Formatting.unknown)),
        ]
      })
  }
}
