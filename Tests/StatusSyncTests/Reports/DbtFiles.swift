import Foundation
import Leads

import Analytics
import Outputs
@testable import Reports  // uses `isForSpreadsheets`, internal

/// The files for dbt in `reports/dbt`, from the dictionary: what the tables are, who reads them, and a semantic model.
/// `WRITE_GOLDEN=1` writes them anew.
enum DbtFiles {
  private static let head = """
    # Generated from the data dictionary; a test holds it equal. See docs/metrics.md.
    version: 2

    """

  /// The tables of figures, the view over all of them and the view of leads.
  static let tables: [OutputFile] =
    DataDictionary.files.filter { file in
      if case .metric = file.source { true } else { false }
    } + DataDictionary.views

  /// `sources.yml`.
  static var sources: String {
    var lines = [
      "sources:", "  - name: status_sync",
      "    description: \(text("Figures of StatusSync; the role status_sync_reader may read all of them."))",
      "    schema: \"{{ var('status_sync_schema', 'public') }}\"", "    tables:",
    ]
    lines += measurement
    for file in tables {
      lines += table(file)
      if file.table.hasPrefix("metric_") {
        lines += [
          "      - name: \(file.table)_latest",
          "        description: \(text("\(file.table) of the newest night; its columns are the same."))",
        ]
      }
    }
    return head + lines.joined(separator: "\n") + "\n"
  }

  /// The table that says how fresh the figures are: a night is late after 26 hours, like `monitor.stale_hours`.
  private static let measurement = [
    "      - name: measurement",
    "        description: \(text("One measurement whose figures the metric_ tables hold."))",
    "        config:", "          loaded_at_field: as_of",
    "          freshness:",
    "            warn_after: {count: 26, period: hour}",
    "            error_after: {count: 50, period: hour}",
    "            filter: run_id is not null",
    "        columns:",
    "          - name: as_of",
    "            description: \(text("The instant its figures are pinned to."))",
    "            data_tests: [not_null, unique]",
  ]

  private static func table(_ file: OutputFile) -> [String] {
    var lines = [
      "      - name: \(file.table)", "        description: \(text("\(file.title). \(file.grain)"))",
      "        data_tests:",
      "          # What tells rows apart; as one array, so that NULL counts as a value.",
      "          - unique:", "              arguments:",
      "                column_name: jsonb_build_array(\(file.key.joined(separator: ", ")))",
      "        columns:",
    ]
    for column in file.columns {
      lines.append("          - name: \(column.name)")
      var meaning = column.description
      if let unit = column.unit { meaning += " Unit: \(unit)." }
      if let null = column.null { meaning += " NULL: \(null)." }
      lines.append("            description: \(text(meaning))")
      let values = values(of: column, in: file)
      guard column.null == nil || values != nil else { continue }
      lines.append("            data_tests:")
      if column.null == nil { lines.append("              - not_null") }
      if let values {
        lines += [
          "              - accepted_values:", "                  arguments:",
          "                    values: [\(values.joined(separator: ", "))]",
        ]
      }
    }
    return lines
  }

  /// The fixed list that a column's values are from; nil: there is none.
  private static func values(of column: OutputColumn, in file: OutputFile) -> [String]? {
    switch (file.name, column.name) {
    case (_, "scope"): ["portfolio", "property"]
    case (_, "maturity"): ["mature", "all"]
    case (_, "grain"): CohortGrain.allCases.map(\.rawValue)
    case ("delivery.csv", "kind"): ["sync", "notification"]
    case ("daily.csv", "direction"): ["to_resman", "from_resman"]
    case ("daily.csv", "updated_by"): ["chatbot", "resman_user", "system"]
    case ("changes.csv", "verdict"): ["up", "down", "no clear change", "too few"].map(text)
    case ("performance.csv", "unit"): ["count", "rate", "seconds", "days", "rank"]
    case ("metric_long", "unit"): ["count", "rate", "seconds", "days", "rank", "probability"]
    case ("funnel.csv", "status"), ("cohorts.csv", "status"):
      Status.allCases.filter { $0 != .lost }.map(\.rawValue)
    case ("time_in_status.csv", "status"), ("conversion.csv", "status"):
      Status.allCases.filter { $0 != .lost && $0 != .leased }.map(\.rawValue)
    default: nil
    }
  }

  /// `exposures.yml`: the outputs that people read.
  static var exposures: String {
    let outputs: [(name: String, type: String, words: String, files: [OutputFile])] = [
      (
        "status_sync_page", "dashboard",
        "summary.html of each night, the page for managers.",
        tables.filter { $0.source.table != "lead_times" && $0.name != "metric_long" }
      ),
      (
        "status_sync_workbook", "analysis",
        "statussync-<day>.xlsx of each night, a sheet a figure.",
        tables.filter { $0.isForSpreadsheets && $0.name != "metric_long" }
      ),
      (
        "status_sync_leads", "analysis",
        "leads.csv of each night, for those who compute figures of their own.",
        [DataDictionary.leads]
      ),
    ]
    let blocks = outputs.map { output in
      ([
        "  - name: \(output.name)", "    type: \(output.type)", "    maturity: high",
        "    description: \(text(output.words))",
        "    owner:", "      name: StatusSync", "      email: status-sync@example.com",
        "    depends_on:",
      ]
        + output.files.map { "      - source('status_sync', '\($0.table)')" })
        .joined(separator: "\n")
    }
    return head + "exposures:\n" + blocks.joined(separator: "\n\n") + "\n"
  }

  /// A text as YAML and JSON quote it.
  static func text(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
