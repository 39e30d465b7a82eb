import Foundation
import Leads
import Live

/// `/openapi.json`, built from `Endpoint` and the constants of the code; schemathesis compares the answers
/// with it.
enum OpenAPIDocument {
  /// The document as JSON text.
  static func text() throws -> String { try JSON.encode(document) }

  static var document: JSONValue {
    [
      "openapi": "3.1.0",
      "info": [
        "title": "StatusSync", "version": "1.0.0",
        "description": "Keeps the status of every lead the same in ResMan and DomIQ.",
      ],
      "paths": .object(paths),
      "components": [
        "securitySchemes": ["key": ["type": "http", "scheme": "bearer"]],
        "schemas": .object(schemas),
      ],
    ]
  }

  private static var paths: [String: JSONValue] {
    Endpoint.allCases.reduce(into: [:]) { paths, endpoint in
      let (path, method) = (endpoint.route.path, endpoint.route.method.rawValue.lowercased())
      paths[path] = (paths[path] ?? [:]).with(method, operation(of: endpoint))
    }
  }

  private static func operation(of endpoint: Endpoint) -> JSONValue {
    let content = Operation(endpoint)
    var operation: JSONValue = [
      "operationId": .string(endpoint.rawValue), "summary": .string(endpoint.summary),
      "parameters": .array(content.parameters), "responses": .object(responses(content)),
      "security": endpoint.route.access == .key ? [["key": []]] : [],
    ]
    if let body = content.body {
      operation = operation.with(
        "requestBody",
        ["required": true, "content": ["application/json": ["schema": reference(body)]]])
    }
    return operation
  }

  private static func responses(_ content: Operation) -> [String: JSONValue] {
    var responses: [String: JSONValue] = [:]
    for (status, answer) in content.answers {
      var response: JSONValue = [
        "description": .string(status == 202 ? "Kept until the lead is known" : "Done")
      ]
      var headers = requestIDHeader
      if content.hasReplays {
        headers["Idempotency-Replayed"] = [
          "description": "Present where this is the first answer again.",
          "schema": ["type": "string", "enum": ["true"]],
        ]
      }
      switch answer {
      case .empty: response = response.with("headers", .object(headers))
      case .schema(let schema):
        response = response.with(
          "content", ["application/json": ["schema": reference(schema)]]
        ).with("headers", .object(headers))
      case .text:
        response = [
          "description": "OK", "content": ["text/plain": ["schema": ["type": "string"]]],
        ]
      }
      responses[String(status)] = response
    }
    for status in content.problems { responses[String(status)] = problem(status) }
    return responses
  }

  private static let requestIDHeader: [String: JSONValue] = [
    RequestTrace.header: [
      "description": "The request's id, as sent, else a new one; the log has it too.",
      "schema": ["type": "string"],
    ]
  ]

  /// The problems of one HTTP status, by their types.
  private static func problem(_ status: Int) -> JSONValue {
    let kinds = Problem.Kind.allCases.filter { $0.status == status }
    let names = kinds.map { "\($0.rawValue): \($0.title)" }.joined(separator: "; ")
    return [
      "description": .string(names), "headers": .object(requestIDHeader),
      "content": ["application/problem+json": ["schema": reference("Problem")]],
    ]
  }

  static func reference(_ schema: String) -> JSONValue {
    ["$ref": .string("#/components/schemas/\(schema)")]
  }
}
