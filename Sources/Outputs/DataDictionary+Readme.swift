/// The data dictionary as `reports/README.md`.
extension DataDictionary {
  /// The whole of `reports/README.md`, ending in a newline. A test keeps the file equal to it.
  static var readme: String {
    ([introduction] + files.map(section) + views.map(section)).joined(separator: "\n") + "\n"
      + otherFiles
  }

  private static let introduction = """
    # Reports: the data dictionary

    Each night writes one folder, `reports/<day>/` (the UTC day of `as_of`; a second run of a day gets
    `<day>T<time>Z`), and then points `reports/latest` at it. `status-sync report` writes a folder of its
    own, `reports/report-<as_of>/`; it replaces no run's folder and does not move `latest`.
    `reports/sample/` is the folder of a demo night; its leads are invented. This file is generated from
    the same dictionary as the CSV headers, `datapackage.json` and the glossary of `summary.html`.

    How to read the files:

    - CSV as in RFC 4180: UTF-8 without a BOM, comma, CRLF, one header line, `.` for decimals.
    - An empty cell is *not known* or *does not apply*; it never means 0. The column *empty means*
      says which. A quoted empty cell (`""`) is a text of no characters.
    - Instants are ISO 8601 in UTC. Days are local days of the property, with their `timezone`.
    - Columns that end in `_seconds` are elapsed seconds. Rates run from 0 to 1 with 6 decimals;
      every rate has its 95 % interval beside it.
    - Rows are in one total order, so the same report written twice is the same, byte for byte.
    - `excel/` holds the same files for double-clicking: with a BOM, and with `'` before text cells
      that a spreadsheet would take for a formula. Programs should read the plain files.
    - Columns are only ever appended. The same rows are in Postgres, in the table named with each
      file; `metric_<name>_latest` shows those of the newest night.

    | file | one row is | table |
    |---|---|---|
    \(files.map { "| [\($0.name)](#\(anchor($0))) | \($0.grain) | `\($0.table)` |" }
      .joined(separator: "\n"))

    """

  private static func section(_ file: OutputFile) -> String {
    let rows = file.columns.map { column in
      let cells = [
        "`\(column.name)`", column.type.rawValue, column.unit ?? "", column.description,
        column.null ?? "never",
      ]
      return "| " + cells.map(cell).joined(separator: " | ") + " |"
    }
    let order = file.sort.map { key in
      switch key {
      case .ascending(let name): "`\(name)`"
      case .descending(let name): "`\(name)` (highest first)"
      case .status(let name): "`\(name)` (funnel order)"
      }
    }
    return """
      ## \(file.name)

      \(file.title). \(file.grain)

      Table `\(file.table)`. Rows are told apart by \(list(file.key)) and sorted by \
      \(order.joined(separator: ", ")).

      | column | type | unit | meaning | empty means |
      |---|---|---|---|---|
      \(rows.joined(separator: "\n"))

      """
  }

  private static let otherFiles = """
    ## The other files

    | file | what it is |
    |---|---|
    | statussync-`<day>`.xlsx | the same tables as one workbook, a sheet a file: numbers, per cents, durations and dates as such, \
    an explanation of every column, charts; `<day>` is the day of the folder |
    | summary.html | the page for managers: one file, no script, no network; made to be printed |
    | property/&lt;name&gt;-&lt;id8&gt;.html | the page of one property, its figures beside those of the others; property/index.html lists them |
    | run.json | the night's own account: counts that add up, digests, exit codes; only if a run wrote the report |
    | datapackage.json | this dictionary for programs ([Frictionless](https://frictionlessdata.io) data package) |
    | manifest.json | SHA-256, size and row count of each file of the folder |

    """

  private static func list(_ names: [String]) -> String {
    names.map { "`\($0)`" }.joined(separator: ", ")
  }

  /// The anchor a Markdown viewer gives the heading of a file.
  private static func anchor(_ file: OutputFile) -> String {
    file.name.filter { $0 != "." }
  }

  /// A table cell: a bar in the text would end it.
  private static func cell(_ text: String) -> String {
    text.replacing("|", with: "\\|")
  }
}
