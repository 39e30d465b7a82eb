import Foundation
import Tracing

extension UpstreamHost {
  /// One attempt, as a span of what it is for. The span names the route and never the path, which may hold ids.
  func traced(_ call: OutgoingCall) async -> Result<IncomingAnswer, CallFailure> {
    let route = call.route ?? String(call.path.prefix { $0 != "?" })
    return await withSpan("\(call.method.rawValue) \(route)", ofKind: .client) { span in
      let result = await bounded(call)
      guard span.isRecording else { return result }
      span.updateAttributes { attributes in
        attributes["http.request.method"] = call.method.rawValue
        attributes["url.template"] = route
        attributes["server.address"] = URL(string: settings.url)?.host() ?? ""
        switch result {
        case .success(let answer):
          attributes["http.response.status_code"] = answer.status
          if answer.status >= 400 { span.setStatus(SpanStatus(code: .error)) }
        case .failure(let failure):
          attributes["error.type"] = failure.label
          span.setStatus(SpanStatus(code: .error))
        }
      }
      return result
    }
  }
}

/// Carries the place of the current span to the other system, as `traceparent`.
struct TraceHeaders: Injector {
  /// Adds nothing where nothing is traced.
  static func add(to headers: inout [(name: String, value: String)]) {
    guard let context = ServiceContext.current else { return }
    InstrumentationSystem.instrument.inject(context, into: &headers, using: TraceHeaders())
  }

  func inject(
    _ value: String, forKey key: String, into carrier: inout [(name: String, value: String)]
  ) {
    carrier.append((name: key, value: value))
  }
}
