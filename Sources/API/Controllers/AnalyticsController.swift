import Foundation
import Hummingbird
import Leads
import StatusSync

/// `GET …/analytics/{property_id}/{metrics|trends|performance}`.
struct AnalyticsController: Sendable {
  let analytics: StatusAnalytics

  func add(to group: RouterGroup<APIContext>) {
    group.get("analytics/:property_id/metrics") { request, context in
      let (property, window, caller) = try Self.question(request, context)
      return try Response.json(
        try await analytics.metrics(property, window, caller: caller))
    }
    group.get("analytics/:property_id/trends") { request, context in
      let (property, window, caller) = try Self.question(request, context)
      return try Response.json(try await analytics.trends(property, window, caller: caller))
    }
    group.get("analytics/:property_id/performance") { request, context in
      let (property, window, caller) = try Self.question(request, context)
      return try Response.json(
        try await analytics.performance(property, window, caller: caller))
    }
  }

  private static func question(
    _ request: Request, _ context: APIContext
  ) throws -> (UUID, StatusAnalytics.Window, Caller) {
    let query = try request.query(["date_from", "date_to"])
    let window = StatusAnalytics.Window(
      start: try query.instant("date_from", .first), end: try query.instant("date_to", .last))
    return (try request.id(3), window, try context.requireCaller())
  }
}
