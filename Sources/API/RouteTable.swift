import HTTPTypes
import Hummingbird

/// Every route there is: for the log, the metrics, the answer to a wrong method, and the OpenAPI
/// document. A test holds it against what the router answers.
struct RouteTable: Sendable {
  /// One path and what it takes.
  struct Route: Sendable, Equatable {
    /// Variable segments in braces.
    var template: String
    var methods: [String]
  }

  static let standard = RouteTable(routes: [
    Route(template: "/api/resman/leads/{lead_id}/status", methods: ["PUT"]),
    Route(template: "/api/resman/leads/{lead_id}/status-history", methods: ["GET"]),
    Route(template: "/api/resman/status-workflows", methods: ["POST"]),
    Route(template: "/api/resman/status-workflows/{property_id}", methods: ["GET"]),
    Route(
      template: "/api/resman/status-workflows/{property_id}/{workflow_id}", methods: ["PATCH"]),
    Route(template: "/api/resman/webhooks/status-update", methods: ["POST"]),
    Route(template: "/api/resman/analytics/{property_id}/metrics", methods: ["GET"]),
    Route(template: "/api/resman/analytics/{property_id}/trends", methods: ["GET"]),
    Route(template: "/api/resman/analytics/{property_id}/performance", methods: ["GET"]),
    Route(template: "/api/resman/notifications/{property_id}", methods: ["GET"]),
    Route(
      template: "/api/resman/notifications/{property_id}/{notification_id}/read",
      methods: ["POST"]),
    Route(template: "/health", methods: ["GET"]), Route(template: "/ready", methods: ["GET"]),
    Route(template: "/metrics", methods: ["GET"]),
    Route(template: "/openapi.json", methods: ["GET"]),
  ])

  var routes: [Route]

  /// The route a path belongs to.
  func template(of path: String) -> String? { route(path)?.template }

  /// The methods a path takes, HEAD wherever GET; empty for an unknown one.
  func methods(of path: String) -> [String] {
    (route(path)?.methods ?? []).flatMap { $0 == "GET" ? ["GET", "HEAD"] : [$0] }
  }

  /// A method's name, of those there are: what others send must not make new series or lines.
  static func label(_ method: HTTPRequest.Method) -> String {
    let known = ["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", "TRACE"]
    return known.contains(method.rawValue) ? method.rawValue : "other"
  }

  private func route(_ path: String) -> Route? {
    let segments = path.split(separator: "/")
    return routes.first { route in
      let pattern = route.template.split(separator: "/")
      return pattern.count == segments.count
        && zip(pattern, segments).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }
  }
}
