import CSV
import Foundation
import Leads
import Outputs
import Pages
import Workbook

/// The workbook of a report: a sheet a file in the dictionary's order, from the same rows as the CSV files, with a
/// sheet that explains them and one of charts before them.
final class ReportWorkbook {
  /// The most rows of a sheet that lists leads, one a row; the CSV file has all.
  static let mostLeads = 10_000
  /// The most rows of any other sheet. A spreadsheet holds ten times as many, but takes a minute to open them.
  static let mostRows = 100_000

  static func name(day: String) -> String { "statussync-\(day).xlsx" }

  private let book: Workbook
  private let asOf: Instant
  private let readme: Worksheet
  private let charts: Worksheet
  private let scope: String
  private let mostRows: Int
  private var sheets: [ReportSheet] = []

  /// - Parameters:
  ///   - path: of the file; `temporary`: of a folder for rows on their way into it.
  ///   - property: the only one the report is about; null: all of them and the portfolio.
  ///   - mostRows: of a sheet.
  init(
    path: String, temporary: String, asOf: Instant, property: UUID?,
    mostRows: Int = ReportWorkbook.mostRows
  ) throws {
    self.asOf = asOf
    self.mostRows = mostRows
    scope = property == nil ? "portfolio" : "property"
    book = try Workbook(
      path: path, temporary: temporary, title: "StatusSync, figures as of \(asOf.iso8601)",
      created: Int(asOf.microseconds / 1_000_000))
    readme = try book.add("Read me", columns: Self.readmeColumns)
    charts = try book.add(
      "Charts",
      columns: [
        WorkbookColumn("chart", .text), WorkbookColumn("series", .text),
        WorkbookColumn("over", .number), WorkbookColumn("value", .number),
      ])
  }

  /// The sheet for a file's rows.
  func sheet(of file: OutputFile) throws -> ReportSheet {
    let most = file.listsLeads ? min(Self.mostLeads, mostRows) : mostRows
    let table = try book.add(
      file.resourceName, columns: file.workbookColumns, atMost: most)
    let sheet = ReportSheet(
      file, table, series: ReportChart.all.flatMap(\.series).filter { $0.file == file.name },
      scope: scope)
    sheets.append(sheet)
    return sheet
  }

  /// Explains, draws, and writes the file.
  func close() throws {
    for line in notes { readme.add([nil, nil, line]) }
    for sheet in sheets { explain(sheet) }
    for (place, chart) in ReportChart.all.enumerated() {
      let series = chart.series.compactMap { points(of: $0, in: chart) }
      guard !series.isEmpty else { continue }
      try charts.put(
        WorkbookChart(
          chart.kind, title: chart.title, description: chart.description, axes: chart.axes,
          series: series), row: 22 * place, column: 5)
    }
    try book.close()
  }

  /// Writes the points of a series beside the charts; nil where there is none.
  private func points(
    of series: ReportChart.Series, in chart: ReportChart
  ) -> WorkbookChart.Series? {
    let points = sheets.lazy.compactMap { $0.points(of: series) }.first ?? []
    let rows = points.compactMap { charts.add([chart.title, series.name, $0.over, $0.value]) }
    guard let first = rows.first, let last = rows.last else { return nil }
    return WorkbookChart.Series(
      series.name, sheet: charts.name, rows: first...last, categories: 2, values: 3)
  }

  private static let readmeColumns = [
    WorkbookColumn("sheet", .text), WorkbookColumn("column", .text),
    WorkbookColumn("meaning", .sentence), WorkbookColumn("unit", .text),
    WorkbookColumn("shown as", .text), WorkbookColumn("empty means", .text),
  ]

  private var notes: [String] {
    [
      "Lead statuses in ResMan and DomIQ: the figures as of \(asOf.iso8601). Each sheet holds the rows of the CSV "
        + "file of the same name; the definitions are in docs/figures.md.",
      "A sheet ends after \(Formatting.count(Self.mostRows)) rows, one that lists leads after "
        + "\(Formatting.count(Self.mostLeads)); then it says so here, and the CSV file has all.",
      "An empty cell is not known or does not apply; it never means 0. The column \"empty means\" says which.",
      "Times are UTC; days are local days of the property, with their time zone beside them.",
      "A duration is shown as hours:minutes:seconds. Its cell holds days, as spreadsheets count: times 86,400 gives "
        + "the seconds that its column is named after and the CSV file has.",
      "A share is shown per cent and held from 0 to 1. Every share has its 95 % interval beside it.",
      "Texts stay texts: an id keeps its zeros, and a name that begins with = is no formula. A text over 32,767 "
        + "characters is cut.",
    ]
  }

  private func explain(_ sheet: ReportSheet) {
    let file = sheet.file
    var meaning = "\(file.title). \(file.grain) \(Formatting.count(sheet.table.rows)) rows."
    if sheet.left > 0 {
      meaning =
        "\(file.title). \(file.grain) Only the first \(Formatting.count(sheet.table.rows)) of "
        + "\(Formatting.count(sheet.table.rows + sheet.left)) rows; all are in \(file.name)."
    }
    readme.add([file.resourceName, nil, meaning])
    for (column, shown) in zip(file.columns, sheet.table.columns) {
      readme.add([
        file.resourceName, column.name, column.description, column.unit, shown.kind.words,
        column.null ?? "never",
      ])
    }
  }
}

/// One file's sheet, as its rows come.
final class ReportSheet {
  let file: OutputFile
  let table: Worksheet
  /// Rows that the sheet had no room for.
  private(set) var left = 0
  private let scope: String
  private var series: [(ReportChart.Series, points: [Point])]

  /// One value of a chart, and what it is over, as the file has them.
  typealias Point = (over: String, value: String)

  init(_ file: OutputFile, _ table: Worksheet, series: [ReportChart.Series], scope: String) {
    self.file = file
    self.table = table
    self.scope = scope
    self.series = series.map { ($0, []) }
  }

  func add(_ fields: [CSVField]) {
    let cells = fields.map(\.content)
    if table.add(cells) == nil { left += 1 }
    for (place, (series, points)) in series.enumerated()
    where points.count < ReportChart.mostPoints && series.takes(cells, of: file, scope: scope) {
      guard let over = file.cell(series.categories, of: cells),
        let value = file.cell(series.values, of: cells)
      else { continue }
      self.series[place].points.append((over, value))
    }
  }

  /// In the order drawn; nil where the series is of another file.
  func points(of series: ReportChart.Series) -> [Point]? {
    guard let points = self.series.first(where: { $0.0 == series })?.points else { return nil }
    return series.isNewestFirst ? points.reversed() : points
  }
}

extension OutputFile {
  /// Whether a row is a lead.
  fileprivate var listsLeads: Bool { columns.contains { $0.name == "resman_lead_id" } }

  func place(of column: String) -> Int? { columns.firstIndex { $0.name == column } }

  func cell(_ column: String, of cells: [String?]) -> String? {
    place(of: column).flatMap { cells[$0] }
  }

  /// The columns as a spreadsheet has them. A number in the unit its row names follows that unit.
  var workbookColumns: [WorkbookColumn] {
    let unit = place(of: "unit")
    return columns.map { column in
      let kind: CellKind =
        switch column.type {
        case .text, .uuid, .path: .text
        case .integer: column.name == "id" ? .text : .whole(isCount: column.unit != nil)
        case .number:
          ["value", "lo95", "hi95"].contains(column.name)
            ? unit.map { .inUnit(ofColumn: $0) } ?? .number : .number
        case .rate: .share
        case .probability: .number
        case .seconds: .duration
        case .flag: .flag
        case .instant: .instant
        case .day: .day
        }
      return WorkbookColumn(column.name, kind)
    }
  }
}

extension CellKind {
  /// How a cell is shown, for the sheet that explains; nil: as it is.
  fileprivate var words: String? {
    switch self {
    case .share: "per cent"
    case .duration: "hours:minutes:seconds"
    case .instant: "date and time, UTC"
    case .day: "date"
    case .inUnit: "as unit says"
    case .text, .sentence, .whole, .number, .flag: nil
    }
  }
}
