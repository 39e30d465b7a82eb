import HTTPTypes
import Hummingbird
import Leads
import Live
import Store

/// Answers every request in time (docs/reliability.md#invariants, 16): one that takes longer is cancelled and
/// answered with 503, or with 504 where it writes: its transaction may be at its end. A status change ends a little
/// earlier by itself, because it continues. This is the outermost responder: it also gives every request its id and
/// the headers for browsers.
struct TimeoutResponder<Inner: HTTPResponder>: HTTPResponder where Inner.Context == APIContext {
  let inner: Inner
  let clock: RunClock
  let timeout: Duration

  func respond(to request: Request, context: APIContext) async throws -> Response {
    var context = context
    context.began = clock.elapsed()
    context.trace = RequestTrace(of: request)
    let begun = context
    let work = Task { try await inner.respond(to: request, context: begun) }
    let answered = try await withTaskCancellationHandler {
      try await work.value(within: timeout, clock: clock)
    } onCancel: {
      work.cancel()
    }
    if answered == nil { work.cancel() }
    let isRead = [.get, .head].contains(request.method)
    var response =
      answered
      ?? .problem(
        Problem(
          isRead ? .unavailable : .unresolved, "it could not be answered in time", retryAfter: 5),
        requestID: begun.trace.id)
    response.headers[named: RequestTrace.header] = begun.trace.id
    for (name, value) in Self.forBrowsers { response.headers[named: name] = value }
    return response
  }

  /// Answers are for programs: no browser may guess their type, load anything because of them, show them within
  /// another page, or send their address on.
  private static var forBrowsers: [(String, String)] {
    [
      ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
      (
        "Content-Security-Policy",
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
      ),
    ]
  }
}
