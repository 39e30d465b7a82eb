import Foundation
import Postgres

/// A published history as a log of statuses, measured like any other log. `Reference/events.R` writes the logs.
struct ReferenceLog: Sendable {
  /// The name of its file in `Reference`, with which the names of its figures begin.
  let name: String
  /// What the statuses stand for.
  let statuses: String
  /// The time zone of the property that all leads are at.
  let timezone: String
  let from: String
  let to: String
  let asOf: String
  let funnelWindowDays: Int

  /// All of them; `Reference/figures.py` has the same windows.
  static let all = [
    ReferenceLog(
      name: "pbcseq",
      statuses: """
        A lead is a patient. The stage that a visit found, 1 to 4, is `new`, `contacted`, `qualified` or `tour_scheduled`;
        a transplant is `leased`, death is `lost`. Most visits change nothing. The data count
        days from each patient's registration, here 1974-01-01 for all.
        """,
      timezone: "America/Chicago", from: "1974-01-01", to: "1984-01-01", asOf: "1984-01-01",
      funnelWindowDays: 1825),
    ReferenceLog(
      name: "jasa",
      statuses: """
        A lead is a patient. Accepted for a transplant is `new`, transplanted is `tour_scheduled`, death is `lost`.
        """,
      timezone: "America/Los_Angeles", from: "1969-01-01", to: "1974-01-01", asOf: "1974-04-01",
      funnelWindowDays: 365),
  ]

  /// How the log is measured, for the page.
  var note: String {
    """
    \(statuses)
    Measured as of \(asOf), with the window from \(from) to \(to) and a funnel window of \(funnelWindowDays) days. All of
    these days begin at 00:00 in UTC; the property's own days are those of \(timezone).
    """
  }

  /// One of the figures that are compared; nil where it is NULL.
  static func figure(_ name: String) async throws -> Double? {
    guard let figure = try await measured.value[name] else {
      throw ReferenceTests.Unknown.figure(name)
    }
    return figure
  }

  /// The figures that are compared, by their names. Each log is measured once.
  private static let measured = Task {
    var figures: [String: Double?] = [:]
    for log in all {
      for (name, value) in try await log.figures() {
        guard figures.updateValue(value, forKey: name) == nil else {
          throw ReferenceTests.Unknown.figure("\(name), twice")
        }
      }
    }
    return figures
  }

  /// Measures the log, and reads the figures that are compared. Their names are those of `metric_long`: the table and
  /// the column, what tells the rows apart, and `lo` or `hi` for an end of the interval.
  private func figures() async throws -> [(String, Double?)] {
    let log = try await load()
    try await log.measure(
      asOf: Self.midnight(asOf), from: Self.midnight(from), to: Self.midnight(to),
      funnelWindowDays: funnelWindowDays)
    let names = try ReferenceTests.names.filter { $0.hasPrefix("\(name).") }
    let rows = try await log.database.query(
      """
      with figure as (
        select
          concat_ws('.', \(name)::text, metric, (
            select string_agg(part.value, '.' order by part.key)
            from jsonb_each_text(dimension) as part)) as name,
          value,
          lo95,
          hi95
        from metric_long
        where scope = 'portfolio'
      )
      select figure.name || cell.suffix as name, cell.value
      from figure
      cross join lateral (values
        ('', figure.value), ('.lo', figure.lo95), ('.hi', figure.hi95)) as cell (suffix, value)
      where figure.name || cell.suffix = any(\(names)::text[])
      """)
    return try rows.map { row in
      let value: Double? = try row["value"]
      return (try row["name"], value)
    }
  }

  /// A database with the log.
  private func load() async throws -> MeasuredLog {
    let log = try await MeasuredLog.empty()
    let property = SmallLog.id(1)
    try await log.property(property, name, timezone: timezone)
    var entries: [MeasuredLog.Entry] = []
    var held: [String: String] = [:]
    for cells in try ReferenceTests.lines(of: "\(name).csv", separator: ",").dropFirst() {
      let (lead, day, status) = (cells[0], cells[1], cells[2])
      entries.append(
        MeasuredLog.Entry(
          lead: lead, property: property, old: held[lead], new: status, at: Self.midnight(day)))
      held[lead] = status
    }
    try await log.write(entries)
    return log
  }

  private static func midnight(_ day: String) -> String { "\(day)T00:00:00Z" }
}
