import Tracing

/// Makes spans, and carries their place to and from other systems.
package struct SpanTracer: Tracer {
  /// Takes each span at its end.
  let ended: @Sendable (FinishedSpan) -> Void

  package init(ended: @escaping @Sendable (FinishedSpan) -> Void) { self.ended = ended }

  package func startSpan<Instant: TracerInstant>(
    _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: SpanKind,
    at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
  ) -> RecordedSpan {
    var context = context()
    let parent = context[TraceContextKey.self]
    let place = TraceContext.child(of: parent)
    context[TraceContextKey.self] = place
    return RecordedSpan(
      FinishedSpan(
        place: place, parent: parent?.span, name: operationName, kind: kind,
        start: instant().nanosecondsSinceEpoch),
      context: context, ended: ended)
  }

  /// Spans are sent by themselves, and at the end.
  package func forceFlush() {}

  package func extract<Carrier, Extract: Extractor>(
    _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
  ) where Extract.Carrier == Carrier {
    context[TraceContextKey.self] = extractor.extract(key: "traceparent", from: carrier)
      .flatMap { TraceContext(traceparent: $0) }
  }

  package func inject<Carrier, Inject: Injector>(
    _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
  ) where Inject.Carrier == Carrier {
    guard let place = context[TraceContextKey.self] else { return }
    injector.inject(place.traceparent, forKey: "traceparent", into: &carrier)
  }
}
