import Foundation
import HTTPTypes
import Hummingbird
import Leads
import Live

extension HTTPFields {
  /// A header that `HTTPField.Name` has no constant for.
  subscript(named name: String) -> String? {
    get { HTTPField.Name(name).flatMap { self[$0] } }
    set {
      guard let name = HTTPField.Name(name) else { return }
      self[name] = newValue
    }
  }
}

extension Response {
  /// JSON as text.
  static func json(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
    body(text, type: "application/json", status: status)
  }

  /// A value as JSON.
  static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
    json(try JSON.encode(value), status: status)
  }

  /// `application/problem+json`.
  static func problem(_ problem: Problem, requestID: String) -> Response {
    var response =
      (try? json(problem.body(requestID: requestID), status: .init(code: problem.kind.status)))
      ?? Response(status: .internalServerError)
    response.headers[.contentType] = "application/problem+json"
    if let seconds = problem.retryAfter { response.headers[.retryAfter] = String(seconds) }
    if problem.kind == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
    return response
  }

  /// The answer of a request that may have been answered before, under the same `Idempotency-Key`.
  static func reply(_ reply: StatusChangeService.Reply) -> Response {
    var response = json(reply.body, status: .init(code: reply.status))
    if reply.status >= 400 { response.headers[.contentType] = "application/problem+json" }
    if reply.isReplayed { response.headers[named: "Idempotency-Replayed"] = "true" }
    return response
  }

  static func body(
    _ text: String, type: String, status: HTTPResponse.Status = .ok
  ) -> Response {
    body(ByteBuffer(string: text), type: type, status: status)
  }

  static func body(
    _ bytes: ByteBuffer, type: String, status: HTTPResponse.Status = .ok
  ) -> Response {
    var headers = HTTPFields()
    headers[.contentType] = type
    headers[.cacheControl] = "no-store"
    return Response(
      status: status, headers: headers,
      body: ResponseBody(byteBuffer: bytes))
  }
}
