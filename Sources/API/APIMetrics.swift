import StatusSync
import Synchronization

/// Counts for `/metrics`, in Prometheus' text format. Labels come from fixed lists, so that callers cannot
/// make new series.
final class APIMetrics: Sendable {
  /// Upper bounds of the buckets, in seconds; a status change is answered within 10.
  static let buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

  private struct Series: Hashable {
    var method: String
    var route: String
    var status: Int
  }

  private struct Histogram {
    var counts = [Int](repeating: 0, count: APIMetrics.buckets.count)
    var sum = 0.0
    var count = 0
  }

  private struct State {
    var requests: [Series: Int] = [:]
    var seconds: [String: Histogram] = [:]
    var webhooks: [String: Int] = [:]
    var inFlight = 0
  }

  private let state = Mutex(State())

  /// A request has arrived.
  func began() { state.withLock { $0.inFlight += 1 } }

  /// A request was answered.
  func ended(method: String, route: String, status: Int, seconds: Double) {
    state.withLock { state in
      state.inFlight -= 1
      state.requests[Series(method: method, route: route, status: status), default: 0] += 1
      var histogram = state.seconds[route] ?? Histogram()
      for (index, bound) in Self.buckets.enumerated() where seconds <= bound {
        histogram.counts[index] += 1
      }
      histogram.sum += seconds
      histogram.count += 1
      state.seconds[route] = histogram
    }
  }

  /// A webhook was accepted or refused.
  func webhook(_ outcome: String) { state.withLock { $0.webhooks[outcome, default: 0] += 1 } }

  /// The text; `gauges` are read by the caller, their names without `status_sync_`.
  func text(gauges: [(name: String, help: String, value: Int)]) -> String {
    let state = state.withLock { $0 }
    var text = PrometheusText()
    text.head("http_requests_total", "Requests answered.", "counter")
    for (series, count) in state.requests.sorted(by: { Self.key($0.key) < Self.key($1.key) }) {
      text.sample(
        "http_requests_total",
        [("method", series.method), ("route", series.route), ("status", "\(series.status)")],
        Double(count))
    }
    let name = "http_request_seconds"
    text.head(name, "Time to the answer.", "histogram")
    for (route, histogram) in state.seconds.sorted(by: { $0.key < $1.key }) {
      for (bound, count) in zip(Self.buckets, histogram.counts) {
        text.sample("\(name)_bucket", [("route", route), ("le", "\(bound)")], Double(count))
      }
      text.sample("\(name)_bucket", [("route", route), ("le", "+Inf")], Double(histogram.count))
      text.sample("\(name)_sum", [("route", route)], histogram.sum)
      text.sample("\(name)_count", [("route", route)], Double(histogram.count))
    }
    text.head("webhooks_total", "Webhooks by outcome.", "counter")
    for (outcome, count) in state.webhooks.sorted(by: { $0.key < $1.key }) {
      text.sample("webhooks_total", [("outcome", outcome)], Double(count))
    }
    text.gauge("http_in_flight", "Requests being answered.", Double(state.inFlight))
    for gauge in gauges { text.gauge(gauge.name, gauge.help, Double(gauge.value)) }
    return text.text
  }

  private static func key(_ series: Series) -> String {
    "\(series.route) \(series.method) \(series.status)"
  }
}
