/// The content of a column of an output file; it determines the text form, the SQL, and the type in
/// `datapackage.json`.
package enum ColumnType: String, Sendable, CaseIterable {
  /// Free text or a name from a fixed list.
  case text
  /// A UUID in its canonical lower-case form.
  case uuid
  /// A count or an order.
  case integer
  /// A figure in the unit its row names; up to 6 decimals, no trailing zeros.
  case number
  /// A share from 0 to 1 with exactly 6 decimals; below 1 it never prints as 1.
  case rate
  /// A p- or q-value: 6 to 9 significant digits, with an exponent where it is tiny (`2e-28`).
  case probability
  /// Elapsed seconds, up to 3 decimals, no trailing zeros.
  case seconds
  /// `true` or `false`.
  case flag
  /// An instant, ISO 8601 in UTC: `2026-03-01T02:00:00Z`, microseconds only if not zero.
  case instant
  /// A local day, `YYYY-MM-DD`.
  case day
  /// Statuses walked in order, joined by `>`.
  case path

  /// The unit as the dictionary prints it; nil where the column has none.
  package var unit: String? {
    switch self {
    case .rate: "share, 0 to 1"
    case .seconds: "seconds"
    case .number: "as the row's unit says"
    case .probability: "probability, 0 to 1"
    case .instant: "ISO 8601, UTC"
    case .day: "local day"
    case .path: "statuses joined by >"
    case .text, .uuid, .integer, .flag: nil
    }
  }

  /// Whether a cell of this type is text to a spreadsheet, and so may need defusing.
  var isText: Bool {
    switch self {
    case .text, .uuid, .path, .instant, .day: true
    case .integer, .number, .rate, .probability, .seconds, .flag: false
    }
  }

  /// The SQL expression that gives the cell as text, null where the value is null.
  ///
  /// In one place, so that a figure has the same printed form in every file. `trim_scale` keeps durations
  /// short; a rate below 1 is limited to 0.999999, because figures are rounded down.
  package func text(of column: String) -> String {
    switch self {
    case .text, .uuid, .integer: "\(column)::text"
    case .number: "trim_scale(round(\(column)::numeric, 6))::text"
    case .seconds: "trim_scale(round(\(column)::numeric, 3))::text"
    case .rate:
      "case when \(column) < 1 then least(round(\(column)::numeric, 6), 0.999999)"
        + " else round(\(column)::numeric, 6) end::text"
    case .probability: "(case when \(column) < 1e-30 then 0 else \(column) end)::real::text"
    case .flag: "case \(column) when true then 'true' when false then 'false' end"
    case .day: "to_char(\(column), 'YYYY-MM-DD')"
    case .instant:
      "to_char(\(column) at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS')"
        + " || coalesce(nullif(to_char(\(column) at time zone 'UTC', '.US'), '.000000'), '')"
        + " || 'Z'"
    case .path: "nullif(array_to_string(\(column), '>'), '')"
    }
  }
}

/// One column of one output file.
package struct OutputColumn: Sendable {
  /// The header, and the name in the table.
  package var name: String
  /// What a cell holds.
  package var type: ColumnType
  /// The unit; nil where there is none.
  package var unit: String?
  /// What an empty cell means; nil where there is never one.
  package var null: String?
  /// One sentence.
  package var description: String

  private static func make(
    _ type: ColumnType, _ name: String, _ text: String, _ null: String?, unit: String? = nil
  ) -> Self {
    .init(name: name, type: type, unit: unit ?? type.unit, null: null, description: text)
  }

  package static func text(_ name: String, _ text: String, null: String? = nil) -> Self {
    make(.text, name, text, null)
  }
  package static func uuid(_ name: String, _ text: String, null: String? = nil) -> Self {
    make(.uuid, name, text, null)
  }
  /// A count of `unit`; plain orders and numbers give no unit.
  package static func count(_ name: String, of unit: String?, _ text: String, null: String? = nil)
    -> Self
  {
    make(.integer, name, text, null, unit: unit)
  }
  package static func number(_ name: String, _ text: String, null: String? = nil) -> Self {
    make(.number, name, text, null)
  }
  package static func rate(_ name: String, _ text: String, null: String? = nil) -> Self {
    make(.rate, name, text, null)
  }
  package static func probability(_ name: String, _ text: String, null: String? = nil) -> Self {
    make(.probability, name, text, null)
  }
  package static func seconds(_ name: String, _ text: String, null: String? = nil) -> Self {
    make(.seconds, name, text, null)
  }
  package static func flag(_ name: String, _ text: String, null: String? = nil) -> Self {
    make(.flag, name, text, null)
  }
  package static func instant(_ name: String, _ text: String, null: String? = nil) -> Self {
    make(.instant, name, text, null)
  }
  package static func day(_ name: String, _ text: String, null: String? = nil) -> Self {
    make(.day, name, text, null)
  }
  package static func path(_ name: String, _ text: String, null: String? = nil) -> Self {
    make(.path, name, text, null)
  }
}
