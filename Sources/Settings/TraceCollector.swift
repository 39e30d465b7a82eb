import Foundation

/// Where traces are sent: a collector of OpenTelemetry that takes OTLP over HTTP.
package struct TraceCollector: Sendable, Equatable {
  /// Of `/v1/traces` itself.
  package var url: String
  /// They may hold a key.
  private var secret: Secret

  /// - Parameters:
  ///   - endpoint: an address before `/v1/traces`, or that of `/v1/traces`.
  ///   - headers: `name=value` pairs separated by commas, percent-encoded, as in `OTEL_EXPORTER_OTLP_HEADERS`.
  package init(endpoint: String, headers: String = "") {
    let base = endpoint.hasSuffix("/") ? String(endpoint.dropLast()) : endpoint
    url = base.hasSuffix("/v1/traces") ? base : base + "/v1/traces"
    secret = Secret(headers)
  }

  package var headers: [(name: String, value: String)] {
    secret.reveal().split(separator: ",").compactMap { pair in
      let parts = pair.split(separator: "=", maxSplits: 1)
        .map { $0.trimmingCharacters(in: .whitespaces) }
      guard parts.count == 2, !parts[0].isEmpty else { return nil }
      return (parts[0].lowercased(), parts[1].removingPercentEncoding ?? parts[1])
    }
  }
}

extension SettingsReader {
  /// The collector of the configuration, else the one that the variables of OpenTelemetry name; null: none.
  func traceCollector() throws(ConfigurationError) -> TraceCollector? {
    let own = try text("monitor.otlp_endpoint")
    let endpoint = own.isEmpty ? environment["OTEL_EXPORTER_OTLP_ENDPOINT"] ?? "" : own
    guard !endpoint.isEmpty else { return nil }
    try require(
      own.isEmpty ? "OTEL_EXPORTER_OTLP_ENDPOINT" : "monitor.otlp_endpoint", endpoint,
      ["http", "https"])
    return TraceCollector(
      endpoint: endpoint, headers: environment["OTEL_EXPORTER_OTLP_HEADERS"] ?? "")
  }
}
