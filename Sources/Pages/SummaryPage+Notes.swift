import Outputs

/// Data quality, what the words mean, and what the figures are pinned to.
extension SummaryPage {
  static func notes(_ data: PageData) -> HTML {
    let found = data.quality.filter { ($0.count ?? 0) > 0 }
    let table = Table(
      caption: "Quirks found in the data",
      heads: [("Quirk", false), ("Seen", true), ("What it is", false)],
      rows: found.map { flaw in
        [
          QuirkWords.named(flaw.issue),
          Table.cell(
            Formatting.count(flaw.count ?? 0), flaw.total.map { "of \(Formatting.count($0))" }),
          "\(flaw.note ?? "")",
        ]
      })
    let heading =
      data.quality.isEmpty
      ? "The data’s quality has not been measured yet."
      : found.isEmpty
        ? "No quirk was found in the data."
        : "\(Formatting.small(found.count).capitalized) known \(found.count == 1 ? "quirk was" : "quirks were") "
          + "found in the data."
    return Section(
      id: "notes", subject: "Data quality and definitions", heading: heading,
      lead: restated(data),
      content: (found.isEmpty ? .empty : table.html) + """
        <h3>What the words mean</h3>
        <dl>
        \(glossary)</dl>
        <h3>About this page</h3>
        <p class="how">\(about(data))</p>

        """
    ).html
  }

  /// The changes of figures that were published before; empty where there are none.
  private static func restated(_ data: PageData) -> String {
    guard data.restatedCount > 0 else { return "" }
    return "Repairs and late rows changed \(Formatting.count(data.restatedCount, "figure")) of "
      + "\(Formatting.count(data.restatedDays, "day")) already reported; restatements.csv has them, old "
      + "and new."
  }

  /// The dictionary's own words for what the page shows.
  private static var glossary: HTML {
    let terms: [(String, OutputFile, String)] = [
      ("Reached a step", DataDictionary.funnel, "reached"),
      ("Skipped", DataDictionary.funnel, "skipped"),
      ("Share of the step before", DataDictionary.funnel, "step_rate"),
      ("Share of all new leads", DataDictionary.funnel, "overall_rate"),
      ("Lost", DataDictionary.funnel, "lost"),
      ("Still open", DataDictionary.funnel, "open"),
      ("Median time", DataDictionary.timeInStatus, "km_median_seconds"),
      ("First quartile", DataDictionary.timeInStatus, "p25_seconds"),
      ("Third quartile", DataDictionary.timeInStatus, "p75_seconds"),
      ("Changes a day", DataDictionary.daily, "changes"),
      ("Delivery rate", DataDictionary.delivery, "rate"),
      ("Standing still", DataDictionary.stalled, "p90_seconds"),
    ]
    let entries = terms.compactMap { term, file, name -> HTML? in
      guard let column = file.columns.first(where: { $0.name == name }) else { return nil }
      return """
        <div><dt>\(term)</dt><dd>\(column.description) (\(file.name), \(name))</dd></div>

        """
    }
    return .join(entries) + """
      <div><dt>95 % interval</dt><dd>Where the true share lies, given how few leads were seen \
      (Wilson). Wide means: too few to tell.</dd></div>

      """
  }

  private static func about(_ data: PageData) -> String {
    let zone =
      switch data.timezone {
      case "mixed": "days are local days of each property"
      case let name?: "days are in \(name)"
      case nil: "days are local days of each property"
      }
    let run = data.night.map { " Run \($0.runID)." } ?? ""
    return
      "Figures as of \(Formatting.instant(data.asOf)); times are UTC, \(zone). Shares are rounded; "
      + "100 % means all. “Not known yet” and “–” mean that there is "
      + "no figure; they never mean 0. The same figures are in the CSV files beside this page."
      + run
  }
}

/// The quirks of the data in words, with the name that data_quality.csv has for them.
enum QuirkWords {
  private static let words = [
    "bridged": "step filled in",
    "continuity_break": "gap between two statuses",
    "future": "dated after this report",
    "future_version": "changed in the future",
    "illegal": "move outside the rules",
    "noop": "no real change",
    "reopened": "came back after leased or lost",
    "synced_before_it_occurred": "two clocks that disagree",
    "truncated": "history starts before the log",
    "unknown_status": "unknown status",
    "unknown_timezone": "unknown time zone",
    "without_lead": "row without a lead",
    "without_property": "lead without a property",
    "without_time": "row without a time",
  ]

  /// In words, the name below.
  static func named(_ issue: String) -> HTML {
    Table.cell(words[issue] ?? issue.replacing("_", with: " "), issue)
  }
}
