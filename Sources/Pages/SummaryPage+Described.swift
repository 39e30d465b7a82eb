/// Where leads come from, why they are lost, what became of tours, and who has them in charge: only where systems tell
/// any of it.
extension SummaryPage {
  static func described(_ data: PageData) -> HTML {
    guard let described = data.described else { return .empty }
    return sources(described, isMature: data.shownFunnel.isMature) + lostReasons(described)
      + tours(described) + agents(described)
  }

  /// How many rows of each table are shown.
  private static let shownSources = 8
  private static let shownReasons = 3
  private static let shownAgents = 12

  // MARK: - Sources

  private static func sources(_ described: PageData.Described, isMature: Bool) -> HTML {
    let maturity = isMature ? "mature" : "all"
    let rows = described.sources.filter { $0.maturity == maturity && ($0.leads ?? 0) > 0 }
    guard !rows.isEmpty else { return .empty }
    let named = rows.filter { $0.kind == "source" }
    let heading =
      named.first.map { first in
        "\(Formatting.percent(first.share)) of the new leads came from "
          + "\(Formatting.cut(first.name ?? "")) first."
      } ?? "Of no new lead is it known where it came from."
    let rest = combined(Array(named.dropFirst(shownSources)) + rows.filter { $0.kind == "rest" })
    let shown = named.prefix(shownSources) + rest + rows.filter { $0.kind == "unknown" }
    return Section(
      id: "sources", subject: "Sources", heading: heading,
      lead: (isMature
        ? "Leads old enough for their whole course to be seen."
        : "Includes leads that came in recently; the shares will still rise.")
        + " Leased with the 95 % interval of its share. Leads without a known source have a row of "
        + "their own.",
      content: Table(
        caption: "New leads by where they came from first",
        heads: [
          ("Source", false), ("New leads", true), ("Had a tour booked", true), ("Leased", true),
          ("Share leased", true),
        ],
        rows: shown.map { row in
          [
            sourceName(row),
            Table.cell(Formatting.count(row.leads ?? 0), Formatting.percent(row.share)),
            "\(Formatting.count(row.toured ?? 0))", "\(Formatting.count(row.leased ?? 0))",
            Table.cell(Formatting.percent(row.rate), Formatting.interval(row.low, row.high)),
          ]
        }
      ).html
    ).html
  }

  private static func sourceName(_ row: PageData.Described.Source) -> HTML {
    switch row.kind {
    case "source": HTML.name(row.name ?? "")
    case "rest": "other sources"
    default: "not known"
    }
  }

  /// Those that are not shown, together; without an interval, for none was computed.
  private static func combined(
    _ rows: [PageData.Described.Source]
  ) -> [PageData.Described.Source] {
    guard !rows.isEmpty else { return [] }
    var rest = PageData.Described.Source(maturity: rows[0].maturity, kind: "rest")
    rest.leads = rows.reduce(0) { $0 + ($1.leads ?? 0) }
    rest.toured = rows.reduce(0) { $0 + ($1.toured ?? 0) }
    rest.leased = rows.reduce(0) { $0 + ($1.leased ?? 0) }
    rest.share = rows.reduce(0) { $0 + ($1.share ?? 0) }
    if let leads = rest.leads, let leased = rest.leased, leads > 0 {
      rest.rate = Double(leased) / Double(leads)
    }
    return [rest]
  }

  // MARK: - Lost reasons

  private static func lostReasons(_ described: PageData.Described) -> HTML {
    let rows = described.reasons.filter { $0.lost > 0 }
    guard !rows.isEmpty else { return .empty }
    let all = rows.reduce(0) { $0 + $1.lost }
    let named = rows.filter { $0.kind == "reason" }
    let heading =
      named.first.map { first in
        "The most frequent reason for a loss is “\(Formatting.cut(first.name ?? ""))”: "
          + "\(Formatting.count(first.lost)) of \(Formatting.count(all, "lost lead"))."
      } ?? "Why the \(Formatting.count(all, "lost lead")) were lost is not known."
    var cells = named.prefix(shownReasons).map { row in
      [
        HTML.name(row.name ?? ""), "\(Formatting.count(row.lost))",
        Table.cell(Formatting.percent(row.share), Formatting.interval(row.low, row.high)),
        "\(trend(row))",
      ]
    }
    let others = named.dropFirst(shownReasons) + rows.filter { $0.kind == "rest" }
    for (name, rest) in [
      ("other reasons", Array(others)), ("not known", rows.filter { $0.kind == "unknown" }),
    ] where !rest.isEmpty {
      let lost = rest.reduce(0) { $0 + $1.lost }
      cells.append([
        "\(name)", "\(Formatting.count(lost))",
        "\(Formatting.percent(Double(lost) / Double(all)))",
        "\(rest.count == 1 ? trend(rest[0]) : Formatting.dash)",
      ])
    }
    return Section(
      id: "reasons", subject: "Lost reasons", heading: heading,
      lead:
        "Leads that came to be lost in the period and still are, by the reason that was told last; each "
        + "share with its 95 % interval, and beside it the period before.",
      content: Table(
        caption: "Lost leads by reason",
        heads: [
          ("Reason", false), ("Lost leads", true), ("Share", true),
          ("Against the period before", false),
        ], rows: Array(cells)
      ).html
    ).html
  }

  private static func trend(_ row: PageData.Described.Reason) -> String {
    let before = row.shareBefore.map { " from \(Formatting.percent($0))" } ?? ""
    return switch row.verdict {
    case "up": "▲ up\(before)"
    case "down": "▼ down\(before)"
    case "no clear change": "no clear change\(before)"
    case "too few": "too few to compare"
    default: Formatting.unknown
    }
  }

  // MARK: - Tours

  private static func tours(_ described: PageData.Described) -> HTML {
    guard let tours = described.tours, tours.booked > 0 else { return .empty }
    let rows: [(String, Int, String?)] = [
      ("Recorded as shown", tours.showed, nil), ("Cancelled", tours.cancelled, nil),
      ("Booked, no end told", tours.upcoming, nil),
      (
        "Not recorded as shown", tours.notRecordedAsShown,
        tours.noShow > 0 ? "\(Formatting.count(tours.noShow)) recorded as not come" : nil
      ),
      ("Not known", tours.unknown, nil),
    ]
    let share: String? = tours.rate.map { rate in
      let interval = Formatting.interval(tours.low, tours.high).map { " (\($0))" } ?? ""
      return " Of those shown and those not recorded as shown together, "
        + "\(Formatting.percent(rate))\(interval) were shown."
    }
    return Section(
      id: "tours", subject: "Tours", heading: tours.sentence,
      lead:
        "Leads for whom a tour was booked in the period, each once. No time of a tour is known here: "
        + "one without an end is to come, or it is over and nobody told how it ended. Not recorded as "
        + "shown: recorded as not come, or only as booked though the lead has moved on; not every "
        + "system can record that nobody came." + (share ?? ""),
      content: Table(
        caption: "What became of \(Formatting.count(tours.booked, "tour"))",
        heads: [("Tour", false), ("Leads", true), ("Share", true)],
        rows: rows.map { name, count, small in
          [
            small.map { Table.cell(name, $0) } ?? "\(name)", "\(Formatting.count(count))",
            "\(Formatting.percent(Double(count) / Double(tours.booked)))",
          ]
        }
      ).html
    ).html
  }

  // MARK: - Agents

  private static func agents(_ described: PageData.Described) -> HTML {
    let rows = described.agents
    let named = rows.filter { $0.kind == "agent" }
    guard !named.isEmpty else { return .empty }
    let others = rows.filter { $0.kind != "agent" }
    let members = Formatting.count(named.count, "staff member")
    // The figures have so many by name, and the others together.
    let isCut = others.contains { $0.kind == "rest" }
    let content: HTML
    if named.count > shownAgents {
      let listed = isCut ? "\(members) with the most new leads" : members
      let written = isCut ? "The \(members) are" : "Every staff member is"
      content = """
        \(agentTable(others))\
        <details><summary>The \(listed) by name</summary>\
        \(agentTable(named))</details>
        <p class="how paper">\(written) in agents.csv.</p>

        """
    } else {
      content = agentTable(named + others)
    }
    return Section(
      id: "agents", subject: "Staff",
      heading: "\(isCut ? "More than \(members)" : members) "
        + "\(named.count == 1 ? "has" : "have") new leads of the period in charge.",
      lead:
        "New leads by who has them in charge now, by name. Leads differ between people and properties: "
        + "this is no ranking, and below 20 leads no share is given.",
      content: content
    ).html
  }

  private static func agentTable(_ rows: [PageData.Described.Agent]) -> HTML {
    guard !rows.isEmpty else { return .empty }
    return Table(
      caption: "New leads by staff member",
      heads: [
        ("Staff member", false), ("New leads", true), ("Contacted", true),
        ("Had a tour booked", true),
        ("Leased", true), ("Share leased", true),
      ],
      rows: rows.map { row in
        [
          row.kind == "agent"
            ? HTML.name(row.name ?? row.id ?? "")
            : row.kind == "rest" ? "others" : "not known",
          "\(Formatting.count(row.leads))", "\(Formatting.count(row.contacted))",
          "\(Formatting.count(row.toured))", "\(Formatting.count(row.leased))",
          row.rate == nil
            ? "\(Formatting.dash)"
            : Table.cell(Formatting.percent(row.rate), Formatting.interval(row.low, row.high)),
        ]
      }
    ).html
  }
}

extension PageData.Described.Tours {
  /// What is told of the tours.
  var sentence: String {
    let open = upcoming + unknown
    return "Of \(Formatting.count(booked, "tour")) booked "
      + (showed == 0 ? "none" : Formatting.count(showed)) + (showed < 2 ? " is" : " are")
      + " recorded as shown" + (open == 0 ? "." : "; of \(Formatting.count(open)) no end is told.")
  }
}
