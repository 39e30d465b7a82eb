import Hummingbird
import Live
import Store

/// Lets requests with a valid API key pass; answers all others with 401.
struct APIKeyAuthentication: RouterMiddleware {
  typealias Context = APIContext

  let keys: APIKeys
  let connections: Connections

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
    context.trace.keyName = caller.name
    connections.recognise(context.channel, as: .key(caller.id))
    return try await next(request, context)
  }
}
