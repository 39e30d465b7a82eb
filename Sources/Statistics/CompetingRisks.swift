/// Durations that end in one of two ways, or are censored.
///
/// A duration and its end share one integer, so that plain sorting puts ends before censorings at
/// one time, and a million of them are 8 MB.
package struct CompetingRisks: Sendable {
  /// How a duration ended.
  package enum End: Int64, Sendable {
    /// The event of interest.
    case event = 0
    /// The competing event, after which the first can no longer occur.
    case competing = 1
    /// Neither, as long as it was observed.
    case censored = 2
  }

  private var packed: [Int64] = []

  /// None yet.
  package init() {}

  /// How many there are.
  package var count: Int { packed.count }

  /// Adds one. A negative time counts as 0; times beyond 73,000 years in microseconds as that.
  package mutating func append(time: Int64, end: End) {
    packed.append(min(max(time, 0), Int64.max >> 3) << 2 | end.rawValue)
  }

  /// Adds those of another.
  package mutating func append(contentsOf other: CompetingRisks) {
    packed.append(contentsOf: other.packed)
  }

  /// The probability that the event has come by each of `times`, by Aalen and Johansen (1978):
  /// F(t) = Σ S(u−)·d(u)/n(u) over the event times u ≤ t, S being the Kaplan-Meier estimate of
  /// neither having come. nil for a time that nobody was watched up to while some still waited.
  package mutating func incidence(by times: [Int64]) -> [Double?] {
    packed.sort()
    var answers: [Double?] = Array(repeating: nil, count: times.count)
    let ascending = times.indices.sorted { times[$0] < times[$1] }
    var waiting = 1.0
    var incidence = 0.0
    var index = 0
    for place in ascending {
      while index < packed.count, packed[index] >> 2 <= times[place] {
        let time = packed[index] >> 2
        let atRisk = Double(packed.count - index)
        var (events, ends) = (0, 0)
        while index < packed.count, packed[index] >> 2 == time {
          if packed[index] & 3 == End.event.rawValue { events += 1 }
          if packed[index] & 3 != End.censored.rawValue { ends += 1 }
          index += 1
        }
        incidence += waiting * Double(events) / atRisk
        waiting = Double(ends) == atRisk ? 0 : waiting * (1 - Double(ends) / atRisk)
      }
      let watched = packed.last.map { $0 >> 2 >= times[place] || waiting == 0 } ?? false
      answers[place] = watched ? min(incidence, 1) : nil
    }
    return answers
  }
}
