import Synchronization
import Tracing

/// What is kept of a span. Its values are names, numbers and ids that the program chose; of an error, its type.
package struct FinishedSpan: Sendable {
  package var place: TraceContext
  package var parent: UInt64?
  package var name: String
  package var kind: SpanKind
  /// Nanoseconds since 1970.
  package var start: UInt64
  package var end: UInt64 = 0
  package var attributes = SpanAttributes()
  package var isFailed = false
}

/// A span from its beginning to its end. Events, links and the texts of errors are not kept: they may say anything.
package final class RecordedSpan: Span {
  package let context: ServiceContext
  private let state: Mutex<FinishedSpan>
  private let ended: @Sendable (FinishedSpan) -> Void

  init(
    _ span: FinishedSpan, context: ServiceContext, ended: @escaping @Sendable (FinishedSpan) -> Void
  ) {
    self.context = context
    self.ended = ended
    state = Mutex(span)
  }

  package var isRecording: Bool { state.withLock { $0.place.isSampled } }

  package var operationName: String {
    get { state.withLock { $0.name } }
    set { state.withLock { $0.name = newValue } }
  }

  package var attributes: SpanAttributes {
    get { state.withLock { $0.attributes } }
    set { state.withLock { $0.attributes = newValue } }
  }

  package func setStatus(_ status: SpanStatus) {
    state.withLock { $0.isFailed = status.code == .error }
  }

  package func addEvent(_ event: SpanEvent) {}

  package func addLink(_ link: SpanLink) {}

  package func recordError<Instant: TracerInstant>(
    _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
  ) {
    state.withLock { $0.attributes["error.type"] = "\(type(of: error))" }
  }

  /// The first time counts. A wall clock that was set back makes no negative span.
  package func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
    let now = instant().nanosecondsSinceEpoch
    let finished: FinishedSpan? = state.withLock { span in
      guard span.end == 0, span.place.isSampled else { return nil }
      span.end = max(now, span.start)
      return span
    }
    if let finished { ended(finished) }
  }
}
