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

  /// The text; `gauges` are read by the caller.
  func text(gauges: [(name: String, help: String, value: Int)]) -> String {
    let state = state.withLock { $0 }
    var lines = [
      "# HELP status_sync_http_requests_total Requests answered.",
      "# TYPE status_sync_http_requests_total counter",
    ]
    for (series, count) in state.requests.sorted(by: { Self.key($0.key) < Self.key($1.key) }) {
      lines.append(
        "status_sync_http_requests_total{method=\"\(series.method)\",route=\"\(series.route)\","
          + "status=\"\(series.status)\"} \(count)")
    }
    lines += [
      "# HELP status_sync_http_request_seconds Time to the answer.",
      "# TYPE status_sync_http_request_seconds histogram",
    ]
    for (route, histogram) in state.seconds.sorted(by: { $0.key < $1.key }) {
      let name = "status_sync_http_request_seconds"
      for (bound, count) in zip(Self.buckets, histogram.counts) {
        lines.append("\(name)_bucket{route=\"\(route)\",le=\"\(bound)\"} \(count)")
      }
      lines.append("\(name)_bucket{route=\"\(route)\",le=\"+Inf\"} \(histogram.count)")
      lines.append("\(name)_sum{route=\"\(route)\"} \(histogram.sum)")
      lines.append("\(name)_count{route=\"\(route)\"} \(histogram.count)")
    }
    lines += [
      "# HELP status_sync_webhooks_total Webhooks by outcome.",
      "# TYPE status_sync_webhooks_total counter",
    ]
    for (outcome, count) in state.webhooks.sorted(by: { $0.key < $1.key }) {
      lines.append("status_sync_webhooks_total{outcome=\"\(outcome)\"} \(count)")
    }
    let own = [("status_sync_http_in_flight", "Requests being answered.", state.inFlight)]
    for (name, help, value) in own + gauges.map({ ($0.name, $0.help, $0.value) }) {
      lines += ["# HELP \(name) \(help)", "# TYPE \(name) gauge", "\(name) \(value)"]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func key(_ series: Series) -> String {
    "\(series.route) \(series.method) \(series.status)"
  }
}
