import Logging
import Settings
import Store
import Tracing

/// Traces of runs and requests for a collector of OpenTelemetry, where one is configured.
package enum Traces {
  /// How long the end of a program waits for its last spans.
  static let patience = Duration.seconds(3)

  /// Works, and sends the spans of the work to the collector. Without one there are no spans, and nothing is done.
  /// - Parameter version: the program's.
  package static func sent<T: Sendable>(
    to collector: TraceCollector?, version: String, clock: RunClock = .system(), logger: Logger,
    _ work: () async throws -> T
  ) async throws -> T {
    guard let collector else { return try await work() }
    let exporter = SpanExporter(collector, version: version, clock: clock)
    let sending = Task { await exporter.run() }
    let result: Result<T, any Error>
    do {
      result = .success(try await withTracer(SpanTracer { exporter.add($0) }) { try await work() })
    } catch { result = .failure(error) }
    sending.cancel()
    // Not part of the work's task, so that work that was stopped is seen, too.
    let loss = await Task {
      await sending.value
      return await exporter.finish(within: patience)
    }.value
    if let loss {
      logger.warning(
        "spans did not reach the collector",
        metadata: ["spans": "\(loss.lost)", "reason": "\(loss.reason)"])
    }
    return try result.get()
  }
}
