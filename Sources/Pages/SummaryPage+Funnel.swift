/// The funnel: how many new leads reached each step.
extension SummaryPage {
  static func funnel(_ data: PageData) -> HTML {
    let (steps, isMature) = data.shownFunnel
    guard let first = steps.first, first.reached > 0 else {
      return Section(
        id: "funnel", subject: "Funnel", heading: noFunnel(data), lead: history(data) ?? "",
        content: .empty
      ).html
    }
    let who =
      isMature
      ? "Leads old enough for their whole course to be seen."
      : "Includes leads that came in recently; later steps will still rise."
    return Section(
      id: "funnel", subject: "Funnel", heading: funnelHeading(steps),
      lead: who + " A lead that skipped a step counts as having reached it. The line on each bar "
        + "is the 95 % interval of its share of all new leads." + bounds(steps)
        + (history(data).map { " " + $0 } ?? ""),
      content: Section.figure(
        funnelChart(steps).html, funnelTable(steps), legend: funnelLegend)
    ).html
  }

  private static func noFunnel(_ data: PageData) -> String {
    isFirstSight(data)
      ? "There is no funnel yet: no lead is known from its creation."
      : "No new lead came in, so there is no funnel."
  }

  /// There are leads, but the beginning of none is known.
  static func isFirstSight(_ data: PageData) -> Bool {
    data.historySince == nil && (data.flaw("truncated")?.count ?? 0) > 0
  }

  /// Since when there is history, from when the funnel is complete, and what it lacks; nil where no lead is known.
  private static func history(_ data: PageData) -> String? {
    guard let flaw = data.flaw("truncated"), let lacking = flaw.count, let all = flaw.total, all > 0
    else { return nil }
    let lead = "\(Formatting.count(lacking)) of \(Formatting.count(all, "lead"))"
    guard let since = data.historySince else {
      return
        "All \(Formatting.count(lacking, "lead")) were taken over as they were found. The funnel begins with "
        + "the leads that are created from now on."
    }
    var lines = ["There is history since \(Formatting.day(since))."]
    if let whole = data.wholeSince, let from = LocalDay(whole) {
      if let start = data.windowStart.flatMap({ LocalDay($0) }), from > start {
        lines.append("The funnel is whole for leads created from \(Formatting.day(whole)) on.")
      }
    } else {
      lines.append("Too few leads are known from their creation for a whole funnel.")
    }
    if lacking > 0 {
      lines.append("Of \(lead) the beginning is not known; they are in no funnel.")
    }
    return lines.joined(separator: " ")
  }

  /// The step that loses the largest share, in words.
  private static func funnelHeading(_ steps: [PageData.FunnelStep]) -> String {
    let drops = zip(steps, steps.dropFirst()).filter { before, after in
      before.reached >= PageData.enough && after.stepRate != nil
    }
    guard
      let worst = drops.min(by: { ($0.1.stepRate ?? 1) < ($1.1.stepRate ?? 1) }),
      let rate = worst.1.stepRate
    else {
      return "How far \(Formatting.count(steps.first?.reached ?? 0, "new lead")) came."
    }
    let (from, to) = (
      Formatting.status(worst.0.status).lowercased(), Formatting.status(worst.1.status).lowercased()
    )
    return "The narrowest step is from \(from) to \(to): \(Formatting.percent(rate)) got through."
  }

  /// How far the open questions could change the leased share; empty where they cannot.
  private static func bounds(_ steps: [PageData.FunnelStep]) -> String {
    guard let last = steps.last, let low = last.overallMin, let high = last.overallMax, low < high,
      let range = Formatting.between(low, high)
    else { return "" }
    return " The open questions can move the share that leased only between \(range)."
  }

  private static let rowHeight = 52.0

  private static func funnelChart(_ steps: [PageData.FunnelStep]) -> Chart {
    let all = Double(max(1, steps.first?.reached ?? 1))
    let share = { (count: Int) in Double(count) / all * 100 }
    var shapes: [HTML] = []
    for (index, step) in steps.enumerated() {
      let y = Double(index) * rowHeight
      let reached = share(step.reached)
      let isFirst = index == 0
      let count = Formatting.count(step.reached)
      shapes.append(Chart.text(Formatting.status(step.status), x: 0, y: y + 13, class: "strong"))
      shapes.append(
        Chart.text(
          isFirst ? count : "\(count) · \(Formatting.percent(step.overallRate))", x: 100, y: y + 13,
          anchor: "end"))
      shapes.append(
        Chart.bar(width: share(step.visited), y: y + 20, height: 15, fill: "#14505c"))
      shapes.append(
        Chart.bar(
          x: share(step.visited), width: share(step.skipped), y: y + 20, height: 15,
          fill: "url(#skipped)"))
      if let open = step.open, let lost = step.lost {
        let gone = reached - share(open) - share(lost)
        shapes.append(
          Chart.bar(x: gone, width: share(open), y: y + 37, height: 6, fill: "url(#open)"))
        shapes.append(
          Chart.bar(
            x: gone + share(open), width: share(lost), y: y + 37, height: 6, fill: "#85867f"))
      }
      if !isFirst, let low = step.overallLow, let high = step.overallHigh {
        shapes.append(Chart.line(low * 100, y + 27.5, high * 100, y + 27.5, class: "case"))
        shapes.append(Chart.line(low * 100, y + 27.5, high * 100, y + 27.5, class: "range"))
      }
    }
    let words = steps.map { "\(Formatting.status($0.status)) \(Formatting.count($0.reached))" }
    return Chart(
      id: "funnel-chart", title: "Leads that reached each step",
      description: "One bar a step, from the left, as long as its share of the new leads: "
        + Formatting.list(words) + ".",
      height: Int(rowHeight) * steps.count - 6, shapes: .join(shapes))
  }

  private static let funnelLegend: HTML = """
    <ul class="legend">
    <li>\(swatch("#14505c")) was in this status</li>
    <li>\(swatch("url(#skipped)")) skipped it</li>
    <li>\(swatch("url(#open)")) stopped here, still open</li>
    <li>\(swatch("#85867f")) stopped here, lost</li>
    </ul>

    """

  /// A sample of a fill, for a legend.
  static func swatch(_ fill: String) -> HTML {
    """
    <svg width="18" height="10" aria-hidden="true"><rect width="18" height="10" \
    fill="\(fill)" stroke="#14505c" stroke-width=".5"/></svg>
    """
  }

  private static func funnelTable(_ steps: [PageData.FunnelStep]) -> Table {
    Table(
      caption: "The funnel in figures; under each share its 95 % interval",
      heads: [
        ("Step", false), ("Reached", true), ("Of the step before", true),
        ("Of all new leads", true), ("Stopped here", true),
      ],
      rows: steps.enumerated().map { index, step in
        [
          "\(Formatting.status(step.status))",
          Table.cell(
            Formatting.count(step.reached),
            step.skipped > 0 ? "\(Formatting.count(step.skipped)) skipped it" : nil),
          index == 0
            ? "\(Formatting.dash)"
            : Table.cell(
              Formatting.percent(step.stepRate), Formatting.interval(step.stepLow, step.stepHigh)),
          index == 0
            ? Table.cell(Formatting.percent(step.overallRate), nil)
            : Table.cell(
              Formatting.percent(step.overallRate),
              Formatting.interval(step.overallLow, step.overallHigh)),
          ended(step),
        ]
      })
  }

  private static func ended(_ step: PageData.FunnelStep) -> HTML {
    guard let lost = step.lost, let open = step.open else { return "\(Formatting.dash)" }
    return "\(Formatting.count(lost)) lost<small>\(Formatting.count(open)) open</small>"
  }
}
