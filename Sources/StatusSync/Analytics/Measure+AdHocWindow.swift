import Foundation
import Leads
import Postgres

extension Measure {
  /// Measures another window as of the last measurement, beside what is kept: until the transaction
  /// ends, temporary tables stand before the `metric_` tables, with this window's figures alone. The
  /// definitions are the same, and nothing is written that outlasts the transaction.
  /// - Parameters:
  ///   - start: null: 90 days before the end.
  ///   - end: excluded; null: the instant of the last measurement.
  /// - Returns: what was measured, from no earlier than the first stay; null where nothing was
  ///   measured yet, or nothing is in the window.
  static func aside(
    from start: Instant?, to end: Instant?, funnelWindowDays: Int = 90,
    on database: isolated PostgresConnection
  ) throws -> (asOf: Instant, window: MeasureWindow)? {
    guard let state = try MeasureState.read(on: database),
      let first: Instant = try database.queryOne(SQL(file: PackageResources.journey_first_sql))?[
        "first"]
    else { return nil }
    let end = end ?? state.asOf
    // From there on back there is nothing but days without anything, for each of which there is a row.
    let window = MeasureWindow(
      start: max(start ?? MeasureWindow.before(end).start, first - .seconds(86_400)),
      end: min(end, state.asOf))
    guard window.start < window.end else { return nil }
    for table in tables {
      let name = "metric_\(table)"
      try database.execute(
        """
        create temporary table \(identifier: name) (like \(identifier: name) including all)
        on commit drop
        """)
    }
    let pass = Measurement(
      asOf: state.asOf, window: window, funnelSeconds: funnelWindowDays * 86_400, runID: nil,
      cohort: nil, isStandard: nil)
    _ = try pass.run(
      on: database, fence: StableWatermark(seq: state.watermark), stays: { 0 },
      log: { try LogFigures.read(on: database) })
    return (state.asOf, window)
  }
}
