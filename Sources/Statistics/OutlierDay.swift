/// A day of the last week whose figure is out of line with the four weeks before.
package struct OutlierDay: Sendable, Equatable {
  /// One full local day of a figure.
  package struct Day: Sendable, Equatable {
    /// `YYYY-MM-DD`.
    var day: String
    /// 1 Monday to 7 Sunday.
    var weekday: Int
    /// One of the last seven; else one of the 28 before.
    var isRecent: Bool
    /// The count, or the successes of a rate.
    var count: Int
    /// What the successes are of; nil: the figure is a count.
    var trials: Int?

    package init(day: String, weekday: Int, isRecent: Bool, count: Int, trials: Int?) {
      self.day = day
      self.weekday = weekday
      self.isRecent = isRecent
      self.count = count
      self.trials = trials
    }
  }

  /// A count is flagged beyond this many standard deviations.
  static let scoreLimit = 3.5
  /// A rate is flagged below this probability of its tail.
  static let tailLimit = 0.001
  /// With less in the four weeks before there is nothing to be out of line with.
  static let enough = 30

  package var day: String
  package var observed: Double
  package var expected: Double
  /// z of a count.
  package var score: Double?
  /// Tail probability of a rate.
  package var pValue: Double?
  /// What was compared, in words.
  package var note: String

  /// The days of one figure that are out of line; `days` in any order.
  package static func find(in days: [Day]) -> [OutlierDay] {
    let recent = days.filter(\.isRecent)
    let before = days.filter { !$0.isRecent }
    return days.contains { $0.trials != nil }
      ? outlyingRates(recent, against: before) : outlyingCounts(recent, against: before)
  }

  /// Level × weekday: over four whole weeks the product of the two is the weekday's own mean. Where
  /// days scatter more than Poisson counts do, the variance is scaled by Pearson's χ² over its degrees
  /// of freedom (McCullagh and Nelder 1989, section 6.2), never down; a quarter is added, for the
  /// expectation rests on four days itself; below one a day it is held at one.
  private static func outlyingCounts(_ recent: [Day], against before: [Day]) -> [OutlierDay] {
    let total = before.reduce(0) { $0 + $1.count }
    guard before.count == 28, total >= enough else { return [] }
    var byWeekday = [Double](repeating: 0, count: 8)
    for day in before { byWeekday[day.weekday] += Double(day.count) / 4 }
    let pearson = before.reduce(0.0) { sum, day in
      let expected = byWeekday[day.weekday]
      let residual = Double(day.count) - expected
      return expected > 0 ? sum + residual * residual / expected : sum
    }
    let dispersion = max(1, pearson / 21)
    return recent.compactMap { day in
      let expected = byWeekday[day.weekday]
      let deviation = (dispersion * max(1, expected) * 1.25).squareRoot()
      let score = (Double(day.count) - expected) / deviation
      guard abs(score) > scoreLimit else { return nil }
      return OutlierDay(
        day: day.day, observed: Double(day.count), expected: expected, score: score,
        note:
          "\(day.count) where about \(Int(expected.rounded())) were to be expected on that weekday"
      )
    }
  }

  /// The nearer tail of the binomial with the rate of the four weeks before. Half a success and half a
  /// failure are added to those, so that one failure after none is not taken for impossible.
  private static func outlyingRates(_ recent: [Day], against before: [Day]) -> [OutlierDay] {
    let trials = before.reduce(0) { $0 + ($1.trials ?? 0) }
    let successes = before.reduce(0) { $0 + $1.count }
    guard trials >= enough else { return [] }
    let usual = (Double(successes) + 0.5) / Double(trials + 1)
    return recent.compactMap { day in
      guard let of = day.trials, of > 0 else { return nil }
      let binomial = Binomial(trials: of, probability: usual)
      let tail = min(binomial.atMost(day.count), binomial.atLeast(day.count))
      guard tail < tailLimit else { return nil }
      let expected = Double(successes) / Double(trials)
      return OutlierDay(
        day: day.day, observed: Double(day.count) / Double(of), expected: expected, pValue: tail,
        note: "\(day.count) of \(of) where \(successes) of \(trials) were usual")
    }
  }
}
