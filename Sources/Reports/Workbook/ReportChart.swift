import Outputs
import Workbook

/// A chart of the workbook, over rows of the portfolio, or of the only property of the report.
struct ReportChart: Sendable {
  /// One column of the rows that have these values.
  struct Series: Sendable, Equatable {
    var name: String
    var file: String
    var condition: [String: String]
    var categories: String
    var values: String
    /// Whether the file's rows run against the axis.
    var isNewestFirst = false

    /// Whether a row belongs to it.
    func takes(_ cells: [String?], of file: OutputFile, scope: String) -> Bool {
      file.cell("scope", of: cells) == scope
        && condition.allSatisfy { file.cell($0.key, of: cells) == $0.value }
    }
  }

  var kind: WorkbookChart.Kind
  var title: String
  var description: String
  var axes: (categories: String, values: String)
  var series: [Series]

  /// The most points of a series.
  static let mostPoints = 500

  /// In the order drawn.
  static let all = [funnel, weeks, curves]

  private static let funnel = ReportChart(
    kind: .bars, title: "How far new leads come",
    description:
      "Leads created in the window by the highest status they reached; those that entered the status "
      + "itself beside them. Of leads of every age.",
    axes: ("status", "leads"),
    series: ["reached", "visited"].map { column in
      Series(
        name: column, file: "funnel.csv", condition: ["maturity": "all"], categories: "status",
        values: column)
    })

  private static let weeks = ReportChart(
    kind: .columns, title: "New leads, tours and leases by week",
    description:
      "What happened in each week, Monday to Sunday, by local days; the last one still runs.",
    axes: ("week from", "in the week"),
    series: [("new leads", "new_leads"), ("tours", "tours"), ("leases", "leases")].map {
      Series(
        name: $0.0, file: "weeks.csv", condition: ["metric": $0.1], categories: "week_start",
        values: "value", isNewestFirst: true)
    })

  private static let curves = ReportChart(
    kind: .curve, title: "How soon new leads come to a tour and to a lease",
    description:
      "Probability of having reached it by so many days after the creation of a lead, loss competing.",
    axes: ("days since creation", "share of leads"),
    series: ["tour", "lease"].map { curve in
      Series(
        name: curve, file: "curves.csv", condition: ["curve": curve], categories: "day",
        values: "probability")
    })
}
