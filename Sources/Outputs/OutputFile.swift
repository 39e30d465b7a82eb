import Foundation
import Leads

/// Where the rows of an output file are read from.
package enum OutputSource: Sendable {
  /// A `metric_…` table; the rows of the report's `as_of`.
  case metric(String)
  /// A table keyed by `run_id`; the rows of one run, those of one verdict left out.
  case run(String, without: Verdict? = nil)
  /// The standing items of `review_item`; without a run those that stood at the report's `as_of`.
  case review

  /// The name of the table.
  package var table: String {
    switch self {
    case .metric(let name): name
    case .run(let name, _): name
    case .review: "review_item"
    }
  }
}

/// One key of a file's total sort order; nulls come first, text sorts by its bytes.
package enum SortKey: Sendable {
  case ascending(String)
  case descending(String)
  /// By place in the funnel, lost last, unknown statuses after it by name.
  case status(String)

  /// The column it sorts by.
  package var column: String {
    switch self {
    case .ascending(let name), .descending(let name), .status(let name): name
    }
  }
}

/// One output file: its rows, its columns, their order.
package struct OutputFile: Sendable {
  /// The file, `funnel.csv`.
  package var name: String
  /// A few words.
  package var title: String
  /// The grain: what one row is.
  package var grain: String
  /// Where the rows come from.
  package var source: OutputSource
  /// The columns, in the order written; columns are only ever appended.
  package var columns: [OutputColumn]
  /// The columns that tell rows apart.
  package var key: [String]
  /// The total order.
  package var sort: [SortKey]

  /// The name without its ending, as the data package names it.
  package var resourceName: String { String(name.prefix { $0 != "." }) }

  /// The table the rows come from.
  package var table: String { source.table }

  /// Which of the columns are text to a spreadsheet.
  package var textColumns: [Bool] { columns.map(\.type.isText) }

  /// The statement that gives every cell as text, in the columns' order and the file's row order.
  ///
  /// - Parameters:
  ///   - asOf: the report's instant; metric tables are read at it.
  ///   - runID: the run whose drift is listed, and that lists the questions standing now; nil gives no row of drift,
  ///     and the questions of `asOf`.
  ///   - property: the only one whose rows are listed; nil: all, and the portfolio.
  ///
  /// COPY takes no parameters, so all are written as literals: an `Instant` prints digits and
  /// punctuation only, a UUID hexadecimal digits and hyphens.
  package func select(asOf: Instant, runID: UUID?, property: UUID? = nil) -> String {
    let cells = columns.map { "\(cell($0, asOf: asOf, runID: runID)) as \($0.name)" }
    return """
      select \(cells.joined(separator: ",\n  "))
      from (select * from \(table) where \(condition(asOf: asOf, runID: runID))\(only(property)))
        as shown
      order by \(sort.map(order).joined(separator: ", "))
      """
  }

  private func cell(_ column: OutputColumn, asOf: Instant, runID: UUID?) -> String {
    guard case .review = source, runID == nil, column.name == "state" else {
      return column.type.text(of: column.name)
    }
    // What was answered, or ended, later was open then.
    return "case when answered_at <= timestamptz '\(asOf.iso8601)' then state else 'open' end"
  }

  private func condition(asOf: Instant, runID: UUID?) -> String {
    switch source {
    case .metric: "as_of = timestamptz '\(asOf.iso8601)'"
    case .run(_, let omitted):
      (runID.map { "run_id = uuid '\($0.uuidString.lowercased())'" } ?? "false")
        + (omitted.map { " and verdict <> '\($0.rawValue)'" } ?? "")
    case .review where runID != nil: Self.standing
    case .review:
      "first_seen <= timestamptz '\(asOf.iso8601)' and (\(Self.standing) "
        + "or coalesce(answered_at, last_seen) > timestamptz '\(asOf.iso8601)')"
    }
  }

  private static let standing = "state in ('open', 'accepted', 'ignored')"

  private func only(_ property: UUID?) -> String {
    property.map { " and property_id = uuid '\($0.uuidString.lowercased())'" } ?? ""
  }

  private func order(_ key: SortKey) -> String {
    let column = "shown.\(key.column)"
    let isText = columns.first { $0.name == key.column }?.type == .text
    let plain = isText ? "\(column) collate \"C\"" : column
    switch key {
    case .ascending: return "\(plain) nulls first"
    case .descending: return "\(plain) desc nulls last"
    case .status:
      let order = Status.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
      return "array_position(array[\(order)], \(column)::text), \(plain) nulls first"
    }
  }
}
