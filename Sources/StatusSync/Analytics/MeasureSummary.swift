public import Leads

/// The result of one measurement.
public struct MeasureSummary: Sendable, Equatable {
  /// The instant of all figures.
  public var asOf: Instant
  /// Start of the window, included.
  public var windowStart: Instant
  /// End of the window, excluded.
  public var windowEnd: Instant
  /// The number of leads computed, or of all stays where the whole log was read.
  public var computed: Int
  /// Rows written, by table of the database.
  public var rows: [String: Int]
  /// Seconds that each step took.
  public var seconds: [String: Double]
}

/// The window of a report, half-open.
public struct MeasureWindow: Sendable, Equatable {
  /// Start, included.
  public var start: Instant
  /// End, excluded.
  public var end: Instant

  /// The window from `start` up to `end`.
  public init(start: Instant, end: Instant) {
    self.start = start
    self.end = end
  }

  /// The given number of times 24 hours before an instant; 90 unless told.
  public static func before(_ asOf: Instant, days: Int = 90) -> MeasureWindow {
    MeasureWindow(start: asOf - .seconds(86_400 * days), end: asOf)
  }
}
