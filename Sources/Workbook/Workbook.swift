import CLibXLSX
import Glibc

/// A spreadsheet file, written by libxlsxwriter sheet by sheet and row by row, with memory that does not grow with
/// the rows. The same rows give the same bytes.
package final class Workbook {
  private let book: UnsafeMutablePointer<lxw_workbook>
  private var isOpen = true
  private var formats: [String: UnsafeMutablePointer<lxw_format>] = [:]
  private var sheets: [Worksheet] = []
  /// Of headers.
  let header: UnsafeMutablePointer<lxw_format>
  private let wrapped: UnsafeMutablePointer<lxw_format>

  /// - Parameters:
  ///   - path: the file; it is replaced.
  ///   - temporary: the folder for the rows until the file is closed.
  ///   - created: what the file says of when it was made, in seconds of Unix.
  package init(
    path: String, temporary: String, title: String, created: Int
  ) throws(WorkbookError) {
    let folder = strdup(temporary)
    defer { free(folder) }
    var options = lxw_workbook_options(constant_memory: 1, tmpdir: folder, use_zip64: 1)
    guard let book = workbook_new_opt(path, &options), let header = workbook_add_format(book),
      let wrapped = workbook_add_format(book)
    else { throw WorkbookError(description: "create the workbook", number: ENOMEM) }
    self.book = book
    self.header = header
    self.wrapped = wrapped
    format_set_bold(header)
    format_set_bottom(header, UInt8(LXW_BORDER_THIN.rawValue))
    format_set_text_wrap(wrapped)
    format_set_align(wrapped, UInt8(LXW_ALIGN_VERTICAL_TOP.rawValue))
    let words = strdup(title)
    defer { free(words) }
    var properties = lxw_doc_properties()
    properties.title = words
    properties.created = created
    workbook_set_properties(book, &properties)
  }

  deinit { if isOpen { lxw_workbook_free(book) } }

  /// Adds a sheet after those there are.
  /// - Parameters:
  ///   - name: at most 31 characters, none of `[]:*?/\`.
  ///   - columns: none for a sheet of charts.
  ///   - rows: the most under the header.
  package func add(
    _ name: String, columns: [WorkbookColumn], atMost rows: Int = Worksheet.mostRows
  ) throws(WorkbookError) -> Worksheet {
    guard let sheet = workbook_add_worksheet(book, name) else {
      throw WorkbookError(description: "add the sheet \(name)", number: errno)
    }
    let made = Worksheet(sheet, name: name, columns: columns, atMost: rows, of: self)
    sheets.append(made)
    return made
  }

  /// The format of a kind of cell; nil where it needs none.
  func format(_ kind: CellKind) -> UnsafeMutablePointer<lxw_format>? {
    if kind == .sentence { return wrapped }
    guard let code = kind.numberFormat else { return nil }
    if let made = formats[code] { return made }
    guard let format = workbook_add_format(book) else { return nil }
    format_set_num_format(format, code)
    formats[code] = format
    return format
  }

  /// A chart of this workbook, to be put onto one of its sheets.
  func chart(_ kind: WorkbookChart.Kind) -> UnsafeMutablePointer<lxw_chart>? {
    workbook_add_chart(book, UInt8(kind.type.rawValue))
  }

  /// Writes the file.
  package func close() throws(WorkbookError) {
    for sheet in sheets { try sheet.finish() }
    isOpen = false
    let outcome = workbook_close(book)
    guard outcome == LXW_NO_ERROR else {
      let words = lxw_strerror(outcome).map { String(cString: $0) } ?? "error"
      throw WorkbookError(description: "write the workbook (\(words))", number: errno)
    }
  }
}
