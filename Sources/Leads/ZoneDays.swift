/// The local days of one time zone, counted from 2000-01-01, PostgreSQL's own count.
package struct ZoneDays: Sendable {
  /// Consecutive days with one offset from midnight in UTC.
  private struct Run: Sendable {
    var firstDay: Int32
    /// By how many microseconds their local midnight comes before midnight in UTC.
    var ahead: Int64
  }

  private var runs: [Run] = []

  /// Without days; `day(of:)` needs at least one run.
  package init() {}

  /// The days of UTC.
  package static let utc: ZoneDays = {
    var days = ZoneDays()
    days.append(firstDay: .min, ahead: 0)
    return days
  }()

  /// Adds days after those before.
  /// - Parameters:
  ///   - firstDay: the first of them; they last until the next run begins.
  ///   - ahead: microseconds by which their local midnight comes before midnight in UTC.
  package mutating func append(firstDay: Int32, ahead: Int64) {
    runs.append(Run(firstDay: firstDay, ahead: ahead))
  }

  /// The local day of an instant, in microseconds since 1970.
  package func day(of microseconds: Int64) -> Int32 {
    var day = Self.utcDay(microseconds)
    // Local time is at most a day away from UTC.
    if begin(of: day + 1) <= microseconds { day += 1 }
    if begin(of: day) > microseconds { day -= 1 }
    return day
  }

  /// The first microsecond of a local day.
  private func begin(of day: Int32) -> Int64 {
    var low = 0
    var high = runs.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if runs[middle].firstDay <= day { low = middle } else { high = middle }
    }
    return Instant.postgresEpoch + Int64(day) * Instant.day - runs[low].ahead
  }

  /// The day in UTC of an instant; instants that are too far away for a day are the first or the last one.
  package static func utcDay(_ microseconds: Int64) -> Int32 {
    let since2000 = microseconds.subtractingReportingOverflow(Instant.postgresEpoch)
    guard !since2000.overflow else { return Int32.min / 2 }
    let (quotient, rest) = since2000.partialValue.quotientAndRemainder(dividingBy: Instant.day)
    return Int32(clamping: rest < 0 ? quotient - 1 : quotient)
  }
}
