import Leads

/// The result of one measurement.
package struct MeasureSummary: Sendable, Equatable {
  /// The instant of all figures.
  var asOf: Instant
  /// Start of the window, included.
  var windowStart: Instant
  /// End of the window, excluded.
  var windowEnd: Instant
  /// The number of leads computed, or of all stays where the whole log was read.
  package var computed: Int
  /// Rows written, by table of the database.
  var rows: [String: Int]
  /// Seconds that each step took.
  package var seconds: [String: Double]
}

/// The window of a report, half-open.
package struct MeasureWindow: Sendable, Equatable {
  /// Start, included.
  package var start: Instant
  /// End, excluded.
  package var end: Instant

  /// The window from `start` up to `end`.
  package init(start: Instant, end: Instant) {
    self.start = start
    self.end = end
  }

  /// The 90 times 24 hours before an instant.
  package static func before(_ end: Instant) -> MeasureWindow {
    MeasureWindow(start: end - .seconds(86_400 * 90), end: end)
  }
}
