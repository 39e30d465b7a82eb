import HTTPTypes
import Leads

/// Every endpoint: one method on one path. The router, the paths of the OpenAPI document, the answer to a wrong
/// method, the route in the log and the metrics, and the table in docs/api.md come from this list.
enum Endpoint: String, CaseIterable, Sendable {
  case updateStatus
  case statusHistory
  case createWorkflow
  case listWorkflows
  case switchWorkflow
  case receiveStatusUpdate
  case analyticsMetrics
  case analyticsTrends
  case analyticsPerformance
  case listNotifications
  case markNotificationRead
  case health
  case ready
  case metrics
  case openapi

  /// Who may call it.
  enum Access: Sendable {
    /// A caller with an API key.
    case key
    /// A sender that signs the message with ResMan's secret.
    case signature
    /// Everybody who can reach the port.
    case open
  }

  /// The quota that the keys share; answers say what is left for the caller.
  enum Share: Sendable { case changes, windows }

  struct Route: Sendable {
    var method: HTTPRequest.Method
    /// Variable segments in braces.
    var path: String
    var access = Access.key
    /// Null where there is no quota.
    var share: Share?
  }

  var route: Route {
    switch self {
    case .updateStatus:
      Route(method: .put, path: "/api/resman/leads/{lead_id}/status", share: .changes)
    case .statusHistory:
      Route(method: .get, path: "/api/resman/leads/{lead_id}/status-history")
    case .createWorkflow:
      Route(method: .post, path: "/api/resman/status-workflows")
    case .listWorkflows:
      Route(method: .get, path: "/api/resman/status-workflows/{property_id}")
    case .switchWorkflow:
      Route(method: .patch, path: "/api/resman/status-workflows/{property_id}/{workflow_id}")
    case .receiveStatusUpdate:
      Route(method: .post, path: "/api/resman/webhooks/status-update", access: .signature)
    case .analyticsMetrics:
      Route(method: .get, path: "/api/resman/analytics/{property_id}/metrics", share: .windows)
    case .analyticsTrends:
      Route(method: .get, path: "/api/resman/analytics/{property_id}/trends", share: .windows)
    case .analyticsPerformance:
      Route(method: .get, path: "/api/resman/analytics/{property_id}/performance", share: .windows)
    case .listNotifications:
      Route(method: .get, path: "/api/resman/notifications/{property_id}")
    case .markNotificationRead:
      Route(
        method: .post, path: "/api/resman/notifications/{property_id}/{notification_id}/read")
    case .health: Route(method: .get, path: "/health", access: .open)
    case .ready: Route(method: .get, path: "/ready", access: .open)
    case .metrics: Route(method: .get, path: "/metrics", access: .open)
    case .openapi: Route(method: .get, path: "/openapi.json", access: .open)
    }
  }

  /// What it does, for the OpenAPI document and docs/api.md.
  var summary: String {
    switch self {
    case .updateStatus: "Move a lead to a status, in ResMan and here."
    case .statusHistory: "The status changes of a lead, newest first."
    case .createWorkflow: "Make a rule."
    case .listWorkflows: "The rules of a property, oldest first."
    case .switchWorkflow: "Switch a rule on or off."
    case .receiveStatusUpdate: "ResMan's webhook (Standard Webhooks): let in by its signature."
    case .analyticsMetrics, .analyticsTrends, .analyticsPerformance:
      "Figures of a property over a window, as of the last measurement."
    case .listNotifications: "Messages of the app's inbox at a property, latest first."
    case .markNotificationRead: "Mark a message as read; again changes nothing."
    case .health: "The process answers."
    case .ready: "The database answers too."
    case .metrics: "Counts in Prometheus' text format."
    case .openapi: "This document."
    }
  }
}

extension Endpoint {
  /// The path that a request's path belongs to, variable segments in braces; null for an unknown one.
  static func template(of path: String) -> String? { matching(path).first?.route.path }

  /// The methods that a request's path accepts, HEAD wherever GET; empty for an unknown path.
  static func methods(of path: String) -> [HTTPRequest.Method] {
    matching(path).flatMap { $0.route.method == .get ? [.get, .head] : [$0.route.method] }
  }

  private static let patterns = allCases.map { endpoint in
    (endpoint: endpoint, segments: endpoint.route.path.split(separator: "/"))
  }

  private static func matching(_ path: String) -> [Endpoint] {
    let segments = path.split(separator: "/")
    return patterns.filter { pattern in
      pattern.segments.count == segments.count
        && zip(pattern.segments, segments).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }.map(\.endpoint)
  }
}

extension HTTPRequest.Method {
  /// The method's name; `other` for one that HTTP does not define, so that callers cannot make new series.
  var label: String {
    let known: [HTTPRequest.Method] = [
      .get, .head, .put, .post, .patch, .delete, .options, .trace,
    ]
    return known.contains(self) ? rawValue : "other"
  }
}
