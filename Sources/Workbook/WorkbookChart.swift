import CLibXLSX
import Glibc

/// A native chart of rows of one sheet.
package struct WorkbookChart: Sendable {
  package enum Kind: Sendable {
    /// Bars from left to right, the first category on top.
    case bars
    /// Columns side by side.
    case columns
    /// A line through points whose places on the horizontal axis are numbers, of shares from 0 to 1.
    case curve

    var type: lxw_chart_type {
      switch self {
      case .bars: LXW_CHART_BAR
      case .columns: LXW_CHART_COLUMN
      case .curve: LXW_CHART_SCATTER_STRAIGHT
      }
    }
  }

  /// Cells of one column that follow each other, as the values of one name over those of another column.
  package struct Series: Sendable {
    var name: String
    var sheet: String
    var rows: ClosedRange<Int>
    var categories: Int
    var values: Int

    /// - Parameters:
    ///   - rows: rows of the sheet, counted from 0.
    ///   - categories: the column of what the values are over.
    package init(
      _ name: String, sheet: String, rows: ClosedRange<Int>, categories: Int, values: Int
    ) {
      self.name = name
      self.sheet = sheet
      self.rows = rows
      self.categories = categories
      self.values = values
    }
  }

  package var kind: Kind
  package var title: String
  /// What the chart shows, in a sentence, for those who do not see it.
  package var description: String
  /// What the axis across says, and that of the values.
  package var axes: (categories: String, values: String)
  package var series: [Series]

  package init(
    _ kind: Kind, title: String, description: String, axes: (categories: String, values: String),
    series: [Series]
  ) {
    self.kind = kind
    self.title = title
    self.description = description
    self.axes = axes
    self.series = series
  }
}

extension Worksheet {
  /// Puts a chart onto the sheet, its upper left corner at a row and column counted from 0.
  package func put(_ chart: WorkbookChart, row: Int, column: Int) throws(WorkbookError) {
    guard let made = book.chart(chart.kind) else {
      throw WorkbookError(description: "add the chart \(chart.title)", number: ENOMEM)
    }
    for series in chart.series {
      guard let drawn = chart_add_series(made, nil, nil) else { continue }
      chart_series_set_name(drawn, series.name)
      let first = lxw_row_t(series.rows.lowerBound)
      let last = lxw_row_t(series.rows.upperBound)
      chart_series_set_categories(
        drawn, series.sheet, first, lxw_col_t(series.categories), last,
        lxw_col_t(series.categories))
      chart_series_set_values(
        drawn, series.sheet, first, lxw_col_t(series.values), last, lxw_col_t(series.values))
    }
    chart_title_set_name(made, chart.title)
    // The library calls the horizontal axis x, which is that of the values where bars lie.
    let (across, up) = (made.pointee.x_axis, made.pointee.y_axis)
    let (categories, values) = chart.kind == .bars ? (up, across) : (across, up)
    chart_axis_set_name(categories, chart.axes.categories)
    chart_axis_set_name(values, chart.axes.values)
    if chart.kind == .bars { chart_axis_set_reverse(categories) }
    if chart.kind == .curve { chart_axis_set_num_format(values, "0%") }
    if chart.series.count == 1 {
      chart_legend_set_position(made, UInt8(LXW_CHART_LEGEND_NONE.rawValue))
    }
    let words = strdup(chart.description)
    defer { free(words) }
    var options = lxw_chart_options()
    (options.x_scale, options.y_scale) = (1.6, 1.3)
    options.description = words
    let outcome = worksheet_insert_chart_opt(
      sheet, lxw_row_t(row), lxw_col_t(column), made, &options)
    guard outcome == LXW_NO_ERROR else {
      throw WorkbookError(description: "place the chart \(chart.title)")
    }
  }
}
