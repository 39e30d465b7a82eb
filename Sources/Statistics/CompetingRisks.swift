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

  var packed: [Int64] = []

  /// None yet.
  package init() {}

  /// How many there are.
  package var count: Int { packed.count }

  /// Adds one. A negative time counts as 0; times beyond 73,000 years in microseconds as that.
  package mutating func append(time: Int64, end: End) {
    packed.append(min(max(time, 0), Int64.max >> 3) << 2 | end.rawValue)
  }

  /// Adds one by when it began and when its ends came, nil for an end that did not come; of two at one time the
  /// event counts. `until` is up to when it was watched.
  package mutating func append(from start: Int64, event: Int64?, competing: Int64?, until: Int64) {
    let time = min(event ?? until, competing ?? until, until) - start
    if let event, event <= competing ?? event {
      append(time: time, end: .event)
    } else {
      append(time: time, end: competing == nil ? .censored : .competing)
    }
  }

  /// Adds those of another.
  package mutating func append(contentsOf other: CompetingRisks) {
    packed.append(contentsOf: other.packed)
  }

  /// The probability that the event has come by each of `times`, by Aalen and Johansen (1978):
  /// F(t) = Σ S(u−)·d(u)/n(u) over the event times u ≤ t, S being the Kaplan-Meier estimate of
  /// neither having come. nil for a time that nobody was watched up to while some still waited.
  package mutating func incidence(by times: [Int64]) -> [Double?] {
    let ascending = times.indices.sorted { times[$0] < times[$1] }
    var answers: [Double?] = Array(repeating: nil, count: times.count)
    for (place, point) in zip(ascending, curve(at: ascending.map { times[$0] })) {
      answers[place] = point.probability
    }
    return answers
  }
}
