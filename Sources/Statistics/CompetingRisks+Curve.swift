import Glibc

extension CompetingRisks {
  /// One point of the cumulative incidence of the event.
  package struct Point: Sendable, Equatable {
    package var time: Int64
    /// How many had the event by then.
    package var reached: Int
    /// How many were watched for longer and had neither end by then.
    package var waiting: Int
    /// As `incidence(by:)`; nil where nobody was watched up to that time while some still waited.
    package var probability: Double?
    /// Its 95 % interval; nil where the probability is nil, 0 or 1.
    package var low: Double?
    package var high: Double?
  }

  /// The probability that the event has come by each of `times`, which ascend, with its interval.
  ///
  /// The estimate is that of Aalen and Johansen (1978), its variance that of the delta method (Marubini and
  /// Valsecchi 1995, section 10.3), which is also that of R's `survfit`; the interval is on the log-log scale,
  /// F^exp(±z·σ/(F·ln F)).
  package mutating func curve(at times: [Int64]) -> [Point] {
    packed.sort()
    var estimate = Estimate()
    var index = 0
    return times.map { time in
      while index < packed.count, packed[index] >> 2 <= time {
        let first = index
        var (events, ends) = (0, 0)
        while index < packed.count, packed[index] >> 2 == packed[first] >> 2 {
          if packed[index] & 3 == End.event.rawValue { events += 1 }
          if packed[index] & 3 != End.censored.rawValue { ends += 1 }
          index += 1
        }
        if ends > 0 { estimate.add(events: events, ends: ends, atRisk: packed.count - first) }
      }
      var point = Point(time: time, reached: estimate.reached, waiting: packed.count - index)
      let isWatched = packed.last.map { $0 >> 2 >= time || estimate.waiting == 0 } ?? false
      guard isWatched else { return point }
      point.probability = min(estimate.incidence, 1)
      (point.low, point.high) = estimate.interval
      return point
    }
  }

  /// The estimate up to a time, and the sums of which its variance is made.
  private struct Estimate {
    var reached = 0
    var incidence = 0.0
    /// S: neither end has come.
    var waiting = 1.0
    // Over the times u so far, with g = d/(n(n − d)) of all ends, k the events, and S before u.
    private var g = 0.0
    private var gF = 0.0
    private var gFF = 0.0
    private var own = 0.0
    private var crossed = 0.0
    private var crossedF = 0.0

    mutating func add(events: Int, ends: Int, atRisk: Int) {
      let (k, d, n) = (Double(events), Double(ends), Double(atRisk))
      reached += events
      incidence += waiting * k / n
      // After the last end nothing can be added to the incidence, so that g has no weight.
      if ends < atRisk {
        let weight = d / (n * (n - d))
        g += weight
        gF += weight * incidence
        gFF += weight * incidence * incidence
      }
      own += waiting * waiting * k * (n - k) / (n * n * n)
      crossed += waiting * k / (n * n)
      crossedF += waiting * k / (n * n) * incidence
      waiting = ends == atRisk ? 0 : waiting * (1 - d / n)
    }

    /// Σ (F − F(u))²·g + Σ S²·k(n − k)/n³ − 2·Σ (F − F(u))·S·k/n².
    private var variance: Double {
      let spread = incidence * incidence * g - 2 * incidence * gF + gFF
      return max(0, spread + own - 2 * (incidence * crossed - crossedF))
    }

    var interval: (Double?, Double?) {
      guard incidence > 0, incidence < 1 else { return (nil, nil) }
      let deviation = variance.squareRoot() / (incidence * -log(incidence))
      let limits = [-1.0, 1.0].map { pow(incidence, exp(-$0 * 1.959963984540054 * deviation)) }
      return (limits[0], limits[1])
    }
  }
}
