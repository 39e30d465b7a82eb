import Leads

/// The properties, those clearly below the portfolio first.
extension SummaryPage {
  /// How many are shown before the rest is folded away.
  private static let shownProperties = 20

  static func properties(_ data: PageData) -> HTML {
    let maturity = data.shownFunnel.isMature ? "mature" : "all"
    let rate = data.portfolioRate
    let ranked = rank(data.properties.filter { $0.maturity == maturity }, against: rate)
    guard ranked.contains(where: { $0.leads > 0 }) else {
      return Section(
        id: "properties", subject: "Properties",
        heading: isFirstSight(data)
          ? "No property has a lead known from its creation yet."
          : "No property had a new lead in the period.", lead: "", content: .empty
      ).html
    }
    let scale = max(
      0.01,
      ranked.prefix(shownProperties).filter { $0.leads >= PageData.enough }.compactMap(\.high).max()
        ?? 1)
    let names = data.pageNames
    var content = propertyTable(
      ranked.prefix(shownProperties), portfolio: rate, scale: scale, names: names
    ).html
    let rest = ranked.dropFirst(shownProperties)
    if !rest.isEmpty {
      let folded = propertyTable(rest, portfolio: rate, scale: nil, names: names).html
      content =
        content
          + """
          <details><summary>The other \(Formatting.count(rest.count, "property", "properties"))\
          </summary>\(folded)</details>
          <p class="how paper">The other \(Formatting.count(rest.count, "property", "properties")) \
          are in funnel.csv.</p>

          """
    }
    return Section(
      id: "properties", subject: "Properties", heading: propertyHeading(ranked, against: rate),
      lead: "Share of the new leads that have leased, with its 95 % interval"
        + (rate.map { "; the upright line is the portfolio’s \(Formatting.percent($0))" } ?? "")
        + ". Sorted from weakest to strongest, allowing for small numbers.",
      content: content
    ).html
  }

  /// Clearly below first, the lowest of them first; then by the upper end of the interval; those with too few leads last.
  static func rank(
    _ properties: [PageData.Property], against portfolio: Double?
  ) -> [PageData.Property] {
    let order: [PageData.Property.Reading: Int] = [
      .below: 0, .noClearDifference: 1, .above: 2, .tooFew: 3,
    ]
    let keyed = properties.map { property in
      (
        order[property.reading(against: portfolio)] ?? 3, property.high ?? 1, property.name ?? "",
        property.id ?? "", property
      )
    }
    return keyed.sorted { ($0.0, $0.1, $0.2, $0.3) < ($1.0, $1.1, $1.2, $1.3) }.map(\.4)
  }

  private static func propertyHeading(
    _ ranked: [PageData.Property], against portfolio: Double?
  ) -> String {
    var counts: [PageData.Property.Reading: Int] = [:]
    for property in ranked { counts[property.reading(against: portfolio), default: 0] += 1 }
    let total = ranked.count
    if counts[.tooFew] == total {
      return total == 1
        ? "The one property has too few leads to tell."
        : "Each of the \(Formatting.count(total)) properties has too few leads to tell."
    }
    let share = portfolio.map { " (\(Formatting.percent($0)) leased)" } ?? ""
    func count(_ reading: PageData.Property.Reading) -> String {
      Formatting.count(counts[reading] ?? 0, "property", "properties")
    }
    let tooFew =
      counts[.tooFew].map {
        "; \(Formatting.count($0)) \($0 == 1 ? "has" : "have") too few leads to tell"
      } ?? ""
    switch (counts[.below], counts[.above]) {
    case (nil, nil): return "No property differs clearly from the portfolio\(share)\(tooFew)."
    case (_?, nil):
      return "\(count(.below)) clearly below the portfolio\(share), none above\(tooFew)."
    case (nil, _?):
      return "\(count(.above)) clearly above the portfolio\(share), none below\(tooFew)."
    case (_?, let above?):
      return
        "\(count(.below)) clearly below the portfolio\(share), \(Formatting.count(above)) above\(tooFew)."
    }
  }

  private static func propertyTable(
    _ rows: ArraySlice<PageData.Property>, portfolio: Double?, scale: Double?,
    names: [String: String]
  ) -> Table {
    var heads: [(text: String, isNumber: Bool)] = [
      ("Property", false), ("New leads", true), ("Leased", true), ("Share", true),
    ]
    if scale != nil { heads.append(("Interval", false)) }
    heads.append(("Reading", false))
    return Table(
      caption: "New leads and leased by property", heads: heads,
      wideOnly: scale == nil ? nil : 4,
      rows: rows.map { row in
        var cells: [HTML] = [
          PageNames.link(row.id, row.name, names: names, folder: PageNames.folder + "/"),
          "\(Formatting.count(row.leads))", "\(Formatting.count(row.leased))",
          Table.cell(Formatting.percent(row.rate), Formatting.interval(row.low, row.high)),
        ]
        if let scale { cells.append(intervalMark(row, portfolio: portfolio, scale: scale)) }
        cells.append("\(mark(row.reading(against: portfolio)))")
        return cells
      })
  }

  /// The reading, with a mark where it is a clear one.
  private static func mark(_ reading: PageData.Property.Reading) -> String {
    switch reading {
    case .below: "▼ " + reading.rawValue
    case .above: "▲ " + reading.rawValue
    case .noClearDifference, .tooFew: reading.rawValue
    }
  }

  /// The interval drawn small; the figures stand beside it, so it is hidden from readers aloud.
  private static func intervalMark(
    _ row: PageData.Property, portfolio: Double?, scale: Double
  ) -> HTML {
    guard let rate = row.rate, let low = row.low, let high = row.high else { return .empty }
    let place = { (rate: Double) in min(1, rate / scale) * 100 }
    let line = portfolio.map { Chart.line(place($0), 0, place($0), 18, class: "axis") }
    return """
      <svg width="100%" height="18" aria-hidden="true">\(line)\
      \(Chart.line(place(low), 9, place(high), 9, class: "range"))\
      <circle cx="\(Chart.percent(place(rate)))" cy="9" r="4" fill="#14505c"/></svg>
      """
  }
}
