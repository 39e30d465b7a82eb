import Foundation
import Leads
import Postgres
import Store

extension Measure {
  /// Measures another window as of the last measurement. Until the transaction ends, temporary tables hide the views
  /// `metric_…` and have this window's figures alone. The definitions are the same, and nothing outlasts the transaction.
  /// - Parameters:
  ///   - start: null: 90 days before the end.
  ///   - end: excluded; null: the instant of the last measurement.
  /// - Returns: the measured window, which starts no earlier than a day before the first stay; null where nothing was
  ///   measured yet, or the window is empty.
  package static func aside(
    from start: Instant?, to end: Instant?, funnelWindowDays: Int = 90,
    on database: isolated PostgresConnection
  ) throws -> (asOf: Instant, window: MeasureWindow)? {
    guard let state = try MeasureState.read(on: database),
      let first: Instant = try database.queryOne(SQL(file: PackageResources.stays_first_sql))?[
        "first"]
    else { return nil }
    let end = end ?? state.asOf
    // Earlier days have rows with zeros only.
    let window = MeasureWindow(
      start: max(start ?? MeasureWindow.before(end).start, first - .seconds(86_400)),
      end: min(end, state.asOf))
    guard window.start < window.end else { return nil }
    let pass = Measurement(
      asOf: state.asOf, window: window, funnelSeconds: funnelWindowDays * 86_400, runID: nil,
      cohort: nil, isStandard: nil)
    _ = try pass.run(
      on: database, stable: StableWatermark(seq: state.watermark), stays: { 0 },
      log: { try LogFigures.read(on: database) })
    return (state.asOf, window)
  }
}
