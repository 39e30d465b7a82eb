import HTTPTypes
import Hummingbird
import Live
import Logging
import Postgres
import Store
import Tracing

/// Counts, times and logs every request, and turns whatever was thrown into a problem. The log has a request's
/// route, its id and the name of its key, never its path, query, headers or body.
struct RequestLogging: RouterMiddleware {
  typealias Context = APIContext

  let metrics: APIMetrics
  let clock: RunClock
  let logger: Logger

  func handle(
    _ request: Request, context: APIContext,
    next: (Request, APIContext) async throws -> Response
  ) async throws -> Response {
    let start = clock.elapsed()
    metrics.began()
    let route = Endpoint.template(of: request.uri.path) ?? "unmatched"
    var response = await traced(request, route: route) {
      await answer(request, context: context, next: next)
    }
    // An answer to HEAD has no body: the client would read it as the start of the next answer.
    if request.method == .head { response = response.createHeadResponse() }
    let seconds = (clock.elapsed() - start) / .seconds(1)
    let status = Int(response.status.code)
    metrics.ended(
      method: request.method.label, route: route, status: status, seconds: seconds)
    var line: Logger.Metadata = [
      "method": "\(request.method.label)", "route": "\(route)",
      "status": "\(status)", "ms": "\(Int((seconds * 1000).rounded()))",
      "request_id": "\(context.trace.id)",
    ]
    if let key = context.trace.keyName { line["key"] = "\(key)" }
    logger.info("request", metadata: line)
    return response
  }

  private func answer(
    _ request: Request, context: APIContext,
    next: (Request, APIContext) async throws -> Response
  ) async -> Response {
    do {
      return try await next(request, context)
    } catch let error as any HTTPResponseError where error.status == .notFound {
      return unmatched(request, context)
    } catch {
      return .problem(problem(of: error, context), requestID: context.trace.id)
    }
  }

  private func problem(of error: any Error, _ context: APIContext) -> Problem {
    switch error {
    case let problem as Problem: return problem
    case is CancellationError: return Problem(.unavailable)
    case let error as PostgresError where error.isCancelled: return Problem(.unavailable)
    case let error as PostgresError:
      logger.error(
        "the database failed",
        metadata: ["reason": "\(error.label)", "request_id": "\(context.trace.id)"])
      if error.isCommitUnknown {
        return Problem(.unresolved, "the database did not say whether it was done", retryAfter: 5)
      }
      return error.isConnectionFailure
        ? Problem(.unavailable, "the database cannot be reached", retryAfter: 5)
        : Problem(.internalError)
    default:
      logger.error(
        "a request failed",
        metadata: ["reason": "\(type(of: error))", "request_id": "\(context.trace.id)"])
      return Problem(.internalError)
    }
  }

  /// 404 for an unknown path, 405 for a method that the path does not have.
  private func unmatched(_ request: Request, _ context: APIContext) -> Response {
    let allowed = Endpoint.methods(of: request.uri.path)
    guard !allowed.isEmpty else {
      return .problem(Problem(.notFound), requestID: context.trace.id)
    }
    var response = Response.problem(Problem(.methodNotAllowed), requestID: context.trace.id)
    response.headers[.allow] = allowed.map(\.rawValue).joined(separator: ", ")
    return response
  }
}
