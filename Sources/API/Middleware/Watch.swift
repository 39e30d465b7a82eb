import HTTPTypes
import Hummingbird
import Logging
import Postgres
import StatusSync

/// The outermost of all: every request is counted, timed and written down, and whatever was thrown
/// becomes a problem. Of a request the log has its route, never its path, query, headers or body.
struct Watch: RouterMiddleware {
  typealias Context = APIContext

  let metrics: APIMetrics
  let routes: RouteTable
  let clock: RunClock
  let logger: Logger

  func handle(
    _ request: Request, context: APIContext,
    next: (Request, APIContext) async throws -> Response
  ) async throws -> Response {
    let start = clock.elapsed()
    metrics.began()
    var response = await answer(request, context: context, next: next)
    // Whatever is answered: a body here would be read as the start of the next answer.
    if request.method == .head { response = response.createHeadResponse() }
    let seconds = (clock.elapsed() - start) / .seconds(1)
    let route = routes.template(of: request.uri.path) ?? "unmatched"
    let status = Int(response.status.code)
    metrics.ended(
      method: RouteTable.label(request.method), route: route, status: status, seconds: seconds)
    logger.info(
      "request",
      metadata: [
        "method": "\(RouteTable.label(request.method))", "route": "\(route)",
        "status": "\(status)", "ms": "\(Int((seconds * 1000).rounded()))", "id": "\(context.id)",
      ])
    return response
  }

  private func answer(
    _ request: Request, context: APIContext,
    next: (Request, APIContext) async throws -> Response
  ) async -> Response {
    do {
      return try await next(request, context)
    } catch let problem as Problem {
      return .problem(problem)
    } catch let error as any HTTPResponseError where error.status == .notFound {
      return unmatched(request)
    } catch let error as PostgresError where error.isCancelled {
      return .problem(Problem(.unavailable))
    } catch is CancellationError {
      return .problem(Problem(.unavailable))
    } catch let error as PostgresError {
      logger.error(
        "the database failed", metadata: ["reason": "\(error.label)", "id": "\(context.id)"])
      return .problem(
        error.isConnectionFailure
          ? Problem(.unavailable, "the database cannot be reached", retryAfter: 5)
          : Problem(.internalError))
    } catch {
      logger.error(
        "a request failed",
        metadata: ["reason": "\(type(of: error))", "id": "\(context.id)"])
      return .problem(Problem(.internalError))
    }
  }

  /// No route: the path is unknown, or it does not take this method.
  private func unmatched(_ request: Request) -> Response {
    let allowed = routes.methods(of: request.uri.path)
    guard !allowed.isEmpty else { return .problem(Problem(.notFound)) }
    var response = Response.problem(Problem(.methodNotAllowed))
    response.headers[.allow] = allowed.joined(separator: ", ")
    return response
  }
}

/// Lets in whoever has a key, and nobody else.
struct KeyCheck: RouterMiddleware {
  typealias Context = APIContext

  let keys: APIKeys

  func handle(
    _ request: Request, context: APIContext,
    next: (Request, APIContext) async throws -> Response
  ) async throws -> Response {
    let parts = request.headers[.authorization]?.split(separator: " ") ?? []
    guard parts.count == 2, parts[0].lowercased() == "bearer",
      let caller = try await keys.caller(String(parts[1]))
    else { throw Problem(.unauthorized) }
    var context = context
    context.caller = caller
    return try await next(request, context)
  }
}
