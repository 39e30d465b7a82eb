import Hummingbird
import Leads
import StatusSync

/// Answers in time, whatever happens behind it (reliability.md, invariant 16): what takes longer is
/// cut off and said to be unavailable. A status change looks after itself, a little earlier: it may
/// have been made, and goes on.
struct InTime<Inner: HTTPResponder>: HTTPResponder where Inner.Context == APIContext {
  let inner: Inner
  let clock: RunClock
  let patience: Duration

  func respond(to request: Request, context: APIContext) async throws -> Response {
    var context = context
    context.began = clock.elapsed()
    let begun = context
    let work = Task { try await inner.respond(to: request, context: begun) }
    let response = try await withTaskCancellationHandler {
      try await work.value(within: patience, clock: clock)
    } onCancel: {
      work.cancel()
    }
    if let response { return response }
    work.cancel()
    return .problem(Problem(.unavailable, "it could not be answered in time", retryAfter: 5))
  }
}
