/// What the cells of a column are in a workbook. The texts that cells are made of have the form of the CSV files.
package enum CellKind: Sendable, Equatable {
  /// A text, whatever it looks like: never a number, a date or a formula.
  case text
  /// A text that may take several lines.
  case sentence
  /// A whole number; counts have separators for thousands.
  case whole(isCount: Bool)
  /// A number as it is.
  case number
  /// A share from 0 to 1, shown per cent; what is below 1 is never shown as 100 %.
  case share
  /// Seconds, kept as the fraction of a day that spreadsheets count durations by, shown as hours:minutes:seconds.
  case duration
  /// `true` or `false`.
  case flag
  /// ISO 8601; kept as the spreadsheet's date and time, in UTC.
  case instant
  /// `YYYY-MM-DD`; kept as the spreadsheet's date.
  case day
  /// A number in the unit that the same row names in the column at this place: `rate` is a share, `seconds` a
  /// duration.
  case inUnit(ofColumn: Int)

  /// How a cell of this kind is shown; nil: as the spreadsheet shows any number.
  var numberFormat: String? {
    switch self {
    case .text: "@"
    case .whole(let isCount): isCount ? "#,##0" : "0"
    case .sentence, .number, .flag, .inUnit: nil
    case .share: "[=1]0.0%;[>=0.9995]\">99.9%\";0.0%"
    case .duration: "[h]:mm:ss"
    case .instant: "yyyy-mm-dd hh:mm:ss"
    case .day: "yyyy-mm-dd"
    }
  }

  /// The characters a value takes at most; nil: as many as its text has.
  var width: Int? {
    switch self {
    case .text, .whole, .number, .inUnit: nil
    case .sentence: 90
    case .share, .flag: 8
    case .duration: 11
    case .instant: 19
    case .day: 10
    }
  }
}

/// One column of a sheet.
package struct WorkbookColumn: Sendable, Equatable {
  package var name: String
  package var kind: CellKind

  package init(_ name: String, _ kind: CellKind) {
    self.name = name
    self.kind = kind
  }
}

/// Why a workbook could not be written.
package struct WorkbookError: Error, Sendable, CustomStringConvertible {
  /// One phrase.
  package var description: String
  /// The system's own number; 0 where it has none.
  package var number: Int32 = 0
}
