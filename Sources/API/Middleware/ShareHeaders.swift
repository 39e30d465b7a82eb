import HTTPTypes
import Hummingbird
import Leads
import Live

/// Adds `RateLimit` headers: what the caller's key has left of the quota that keys share.
struct ShareHeaders: RouterMiddleware {
  typealias Context = APIContext

  let shares: Shares

  func handle(
    _ request: Request, context: APIContext,
    next: (Request, APIContext) async throws -> Response
  ) async throws -> Response {
    let caller = try context.requireCaller()
    var response: Response
    do {
      response = try await next(request, context)
    } catch let problem as Problem {
      response = .problem(problem, requestID: context.trace.id)
    }
    let limit = shares.limit(of: caller.id)
    response.headers[named: "RateLimit-Policy"] =
      "\"\(limit.name)\";q=\(limit.quota);qu=\"concurrent-requests\""
    response.headers[named: "RateLimit"] = "\"\(limit.name)\";r=\(limit.remaining)"
    return response
  }
}
