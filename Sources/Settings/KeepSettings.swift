/// How long what the nights write is kept; the log is kept for good.
package struct KeepSettings: Sendable, Equatable {
  /// Days that a day's folder of reports is kept.
  package var reportsDays: Int
  /// Days of which every measurement is kept.
  package var nights: Int
  /// Of this many weeks before, the last night's measurement is kept.
  package var weeks: Int
  /// Of this many months before, the last night's measurement is kept.
  package var months: Int
  /// Days that runs are kept, with their drift.
  package var driftDays: Int
  /// Days that messages and follow-ups are kept after their end.
  package var messagesDays: Int

  package init(
    reportsDays: Int = 400, nights: Int = 35, weeks: Int = 12, months: Int = 36,
    driftDays: Int = 400, messagesDays: Int = 400
  ) {
    self.reportsDays = reportsDays
    self.nights = nights
    self.weeks = weeks
    self.months = months
    self.driftDays = driftDays
    self.messagesDays = messagesDays
  }
}
