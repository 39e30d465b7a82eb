import Hummingbird
import Leads
import StatusSync

/// Answers in time, whatever happens behind it (docs/reliability.md#invariants, 16): what takes
/// longer is cut off and said to be unavailable. A status change looks after itself, a little
/// earlier: it may have been made, and goes on. As the outermost of all it gives every request its
/// id.
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
    var response =
      answered
      ?? .problem(
        Problem(.unavailable, "it could not be answered in time", retryAfter: 5),
        requestID: begun.trace.id)
    response.headers[named: RequestTrace.header] = begun.trace.id
    for (name, value) in Self.forBrowsers { response.headers[named: name] = value }
    return response
  }

  /// Whatever is answered is for programs: no browser is to guess what it is, load anything because of
  /// it, show it within another page, or tell anybody where it came from.
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
