import Leads

/// Leads to look at: questions for a person, and leads that have not changed for long.
extension SummaryPage {
  static func leads(_ data: PageData) -> HTML {
    var heading = [String]()
    if data.reviewCount > 0 {
      heading.append(
        "\(Formatting.count(data.reviewCount, "lead")) "
          + "\(data.reviewCount == 1 ? "waits" : "wait") for a person’s decision")
    }
    if data.stalledCount > 0 {
      heading.append(
        (heading.isEmpty
          ? Formatting.count(data.stalledCount, "lead") : Formatting.count(data.stalledCount))
          + " \(data.stalledCount == 1 ? "has" : "have") stood still for unusually long")
    }
    guard !heading.isEmpty else {
      return Section(
        id: "leads", subject: "Leads to look at",
        heading: "No lead waits for a person’s decision, and none has stood still for unusually "
          + "long.",
        lead: "", content: .empty
      ).html
    }
    return Section(
      id: "leads", subject: "Leads to look at", heading: Formatting.list(heading) + ".",
      lead: "Leads are named by their ResMan id; nothing personal is on this page.",
      content: """
        <div class="pair">\(reviews(data))\(stalled(data))</div>

        """
    ).html
  }

  private static func reviews(_ data: PageData) -> HTML {
    guard !data.reviews.isEmpty else { return .empty }
    let table = Table(
      caption: "The questions that have waited longest",
      heads: [("Lead", false), ("DomIQ and ResMan", false), ("Why", false)],
      rows: data.reviews.map { item in
        [
          lead(item.lead, item.property),
          "\(said(item.domiq))<small>ResMan: \(said(item.resman))</small>",
          Table.cell(
            NightWords.verdict(item.verdict), "since \(Formatting.shortDay(item.since))"),
        ]
      })
    return """
      <div><h3>For a person to decide</h3>
      <p class="how">\(shownOf(data.reviews.count, data.reviewCount, "oldest")) Answer with \
      status-sync review.</p>
      \(table.html)</div>
      """
  }

  private static func stalled(_ data: PageData) -> HTML {
    guard !data.stalled.isEmpty else { return .empty }
    let table = Table(
      caption: "The leads that have stayed longest in their status",
      heads: [("Lead", false), ("Status", false), ("For", true)],
      rows: data.stalled.map { item in
        [
          lead(item.lead, item.property), "\(Formatting.status(item.status ?? Formatting.unknown))",
          Table.cell(
            Formatting.duration(item.seconds),
            item.usual.map { "9 in 10 leave within \(Formatting.duration($0))" }),
        ]
      })
    return """
      <div><h3>Standing still</h3>
      <p class="how">\(shownOf(data.stalled.count, data.stalledCount, "longest")) Nine in ten \
      leads leave the status sooner.</p>
      \(table.html)</div>
      """
  }

  static func lead(_ id: String, _ property: String?) -> HTML {
    // Ids are short and stay on one line; should one not be, it may break.
    let named: HTML = id.unicodeScalars.count > 20 ? .name(id) : "<bdi class=\"id\">\(id)</bdi>"
    guard let property else { return named }
    return "\(named)<small>\(HTML.name(property))</small>"
  }

  /// One side's status of the lead.
  private static func said(_ status: String?) -> String {
    status.map(Formatting.status) ?? "nothing"
  }

  static func shownOf(_ shown: Int, _ all: Int, _ which: String) -> String {
    shown == all
      ? "All \(Formatting.count(all))." : "The \(shown) \(which) of \(Formatting.count(all))."
  }
}
