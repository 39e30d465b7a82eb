import HTTPTypes
import Hummingbird
import Tracing

extension RequestLogging {
  /// The answer, as a span of the caller's trace, or of a new one. The span names the route and never the path.
  func traced(
    _ request: Request, route: String, _ answer: () async -> Response
  ) async -> Response {
    var caller = ServiceContext.current ?? .topLevel
    InstrumentationSystem.instrument.extract(
      request.headers, into: &caller, using: HeaderFields())
    let method = request.method.label
    return await withSpan("\(method) \(route)", context: caller, ofKind: .server) { span in
      let response = await answer()
      guard span.isRecording else { return response }
      span.updateAttributes { attributes in
        attributes["http.request.method"] = method
        attributes["http.route"] = route
        attributes["http.response.status_code"] = Int(response.status.code)
      }
      if response.status.code >= 500 { span.setStatus(SpanStatus(code: .error)) }
      return response
    }
  }
}

/// Reads a header field of a request.
private struct HeaderFields: Extractor {
  func extract(key: String, from carrier: HTTPFields) -> String? {
    HTTPField.Name(key).flatMap { carrier[$0] }
  }
}
