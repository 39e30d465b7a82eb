import CLibXLSX
import Glibc

/// One sheet: a header that stays in sight and filters, then rows.
package final class Worksheet {
  /// Rows under the header that a spreadsheet holds.
  package static let mostRows = Int(LXW_ROW_MAX) - 1
  /// The widest column, in characters.
  private static let widest = 48

  package let name: String
  package let columns: [WorkbookColumn]
  /// Rows written, the header apart.
  package private(set) var rows = 0
  let sheet: UnsafeMutablePointer<lxw_worksheet>
  unowned let book: Workbook
  private let limit: Int
  private var widths: [Int]
  private var formats: [UnsafeMutablePointer<lxw_format>?]
  private let share: UnsafeMutablePointer<lxw_format>?
  private let duration: UnsafeMutablePointer<lxw_format>?

  init(
    _ sheet: UnsafeMutablePointer<lxw_worksheet>, name: String, columns: [WorkbookColumn],
    atMost limit: Int, of book: Workbook
  ) {
    self.sheet = sheet
    self.name = name
    self.columns = columns
    self.book = book
    self.limit = min(limit, Self.mostRows)
    formats = columns.map { book.format($0.kind) }
    share = book.format(.share)
    duration = book.format(.duration)
    widths = columns.map { max($0.name.count + 3, $0.kind.width ?? 0) }
    // On paper: across, as wide as the sheet is, the header on each page.
    worksheet_set_landscape(sheet)
    worksheet_fit_to_pages(sheet, 1, 0)
    if !columns.isEmpty {
      worksheet_freeze_panes(sheet, 1, 0)
      worksheet_repeat_rows(sheet, 0, 0)
    }
    for (place, column) in columns.enumerated() {
      worksheet_write_string(sheet, 0, lxw_col_t(place), column.name, book.header)
    }
  }

  /// Adds one row; nil is an empty cell.
  /// - Returns: its row in the sheet, counted from 0; nil where the sheet is full.
  @discardableResult
  package func add(_ cells: [String?]) -> Int? {
    guard rows < limit else { return nil }
    rows += 1
    for (place, text) in cells.enumerated() {
      guard let text else { continue }
      write(text, at: place, cells)
    }
    return rows
  }

  private func write(_ text: String, at place: Int, _ cells: [String?]) {
    var kind = columns[place].kind
    var format = formats[place]
    if case .inUnit(let unit) = kind {
      switch cells[unit] {
      case "rate": (kind, format) = (.share, share)
      case "seconds": (kind, format) = (.duration, duration)
      default: kind = .number
      }
    }
    widths[place] = max(widths[place], kind.width ?? min(text.utf8.count, Self.widest))
    let row = lxw_row_t(rows)
    let column = lxw_col_t(place)
    switch CellValue(text, kind) {
    case .number(let number): worksheet_write_number(sheet, row, column, number, format)
    case .flag(let flag): worksheet_write_boolean(sheet, row, column, flag ? 1 : 0, format)
    case .text(let text):
      let shown = kind == .sentence ? format : book.format(.text)
      worksheet_write_string(sheet, row, column, CellValue.stored(text), shown)
    }
  }

  /// Sets what depends on all rows: filters and widths.
  func finish() throws(WorkbookError) {
    for (place, width) in widths.enumerated() {
      let column = lxw_col_t(place)
      worksheet_set_column(sheet, column, column, Double(width + 1), nil)
    }
    if !columns.isEmpty {
      worksheet_autofilter(sheet, 0, 0, lxw_row_t(rows), lxw_col_t(columns.count - 1))
    }
    // The library does not look whether the rows reached the disk.
    guard let file = sheet.pointee.optimize_tmpfile else { return }
    guard fflush(file) == 0, ferror(file) == 0 else {
      throw WorkbookError(description: "write the sheet \(name)", number: errno)
    }
  }
}
