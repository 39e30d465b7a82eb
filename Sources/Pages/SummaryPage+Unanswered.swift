import Leads

/// The red list: leads that nobody has answered for a day, and how soon the others were.
extension SummaryPage {
  /// How many properties and staff members are shown.
  private static let shownGroups = 20
  /// How many leads are shown before the rest is folded away.
  private static let shownLeads = 10

  static func unanswered(_ data: PageData) -> HTML {
    let over48h = data.unansweredByProperty.reduce(0) { $0 + $1.over48h }
    let over24h = data.unansweredByProperty.reduce(0) { $0 + $1.over24h }
    let quick = quickShares(data.figures)
    let tables: HTML =
      over48h + over24h == 0
      ? .empty
      : """
      <div class="pair">\(newest(data, of: over48h + over24h))\(groups(data))</div>

      """
    return Section(
      id: "unanswered", subject: "Waiting for an answer",
      heading: unansweredHeading(over48h: over48h, over24h: over24h),
      lead: (quick.map { $0 + " " } ?? "")
        + "A lead is answered when either system shows it in another status than new. Leads that stand still in "
        + "any status for unusually long are further down.",
      content: tables
    ).html
  }

  private static func unansweredHeading(over48h: Int, over24h: Int) -> String {
    let leads = { (count: Int) in Formatting.count(count, "lead") }
    switch (over48h, over24h) {
    case (0, 0): return "No new lead has waited for an answer for 24 hours."
    case (0, _): return "Nobody has answered \(leads(over24h)) for 24 hours."
    case (_, 0): return "Nobody has answered \(leads(over48h)) for 48 hours."
    default:
      return
        "Nobody has answered \(leads(over48h)) for 48 hours, and \(Formatting.count(over24h)) more for 24."
    }
  }

  /// The shares answered within an hour with what they rest on; nil where no lead came in.
  private static func quickShares(_ figures: [String: PageData.Figure]) -> String? {
    let parts = [
      ("in office hours", PageData.FigureName.quickInOfficeHours),
      ("outside them", .quickInOtherHours),
    ].compactMap { words, name -> String? in
      guard let figure = figures[name.rawValue], let value = figure.value,
        let all = figure.denominator
      else { return nil }
      return "\(Formatting.percent(value)) of \(Formatting.count(Int(all))) that came \(words)"
    }
    guard !parts.isEmpty else { return nil }
    return "Answered within an hour: \(Formatting.list(parts))."
  }

  private static func newest(_ data: PageData, of all: Int) -> HTML {
    let first = waiting(data.unanswered.prefix(shownLeads), of: data)
    let rest = data.unanswered.dropFirst(shownLeads)
    let folded: HTML =
      rest.isEmpty
      ? .empty
      : """
      <details><summary>The next \(rest.count)</summary>\(waiting(rest, of: data).html)</details>

      """
    return """
      <div><h3>Not answered for 24 hours</h3>
      <p class="how">\(shownOf(data.unanswered.count, all, "newest")) All are in unanswered.csv.</p>
      \(first.html)\(folded)</div>
      """
  }

  private static func waiting(
    _ leads: ArraySlice<PageData.Unanswered>, of data: PageData
  ) -> Table {
    let knowsAgents = data.unanswered.contains { $0.agent != nil }
    return Table(
      caption: "The newest of the leads that nobody has answered",
      heads: [("Lead", false)] + (knowsAgents ? [("In charge", false)] : []) + [
        ("Waits for", true)
      ],
      rows: leads.map { item in
        [lead(item.lead, item.property)]
          + (knowsAgents ? [item.agent.map(HTML.name) ?? "not known"] : [])
          + [Table.cell(Formatting.duration(item.seconds), item.atLeast ? "at least" : nil)]
      })
  }

  /// By property and, where it is known, by the staff member in charge.
  private static func groups(_ data: PageData) -> HTML {
    let names = data.pageNames
    let properties = data.unansweredByProperty.prefix(shownGroups).map { group in
      [PageNames.link(group.id, group.name, names: names, folder: PageNames.folder + "/")]
        + counts(group) + [
          quickCell(group, .quickInOfficeHours), quickCell(group, .quickInOtherHours),
        ]
    }
    let byProperty = Table(
      caption: "Leads that nobody has answered by property",
      heads: [
        ("Property", false), ("24 to 48 h", true), ("Over 48 h", true),
        ("Within 1 h, office open", true),
        ("office closed", true),
      ], rows: properties)
    let known = data.unansweredByAgent.contains { $0.name != nil }
    let byAgent = Table(
      caption: "Leads that nobody has answered by staff member",
      heads: [("In charge", false), ("24 to 48 h", true), ("Over 48 h", true)],
      rows: data.unansweredByAgent.prefix(shownGroups).map { group in
        [group.name.map(HTML.name) ?? "not known"] + counts(group)
      })
    let hidden = max(0, data.unansweredByProperty.count - shownGroups)
    let more: HTML =
      hidden == 0
      ? .empty
      : "<p class=\"how after\">\(Formatting.count(hidden, "more property", "more properties")) in unanswered.csv.</p>"
    return """
      <div>\(data.unansweredByProperty.count > 1 ? "<h3>By property</h3>\n\(byProperty.html)\(more)" : HTML.empty)\
      \(known ? "<h3>By staff member</h3>\n\(byAgent.html)" : HTML.empty)</div>
      """
  }

  private static func counts(_ group: PageData.UnansweredGroup) -> [HTML] {
    ["\(Formatting.count(group.over24h))", "\(Formatting.count(group.over48h))"]
  }

  /// A property's share answered within an hour, with what it rests on.
  private static func quickCell(
    _ group: PageData.UnansweredGroup, _ name: PageData.FigureName
  ) -> HTML {
    let figure = group.answered[name.rawValue]
    return Table.cell(
      Formatting.percent(figure?.value),
      (figure?.denominator).map { "of \(Formatting.count(Int($0)))" })
  }
}
