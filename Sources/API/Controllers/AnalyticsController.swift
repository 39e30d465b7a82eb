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
    let property = try request.id(3)
    var reader = RequestReader(request, query: ["date_from", "date_to"])
    let period = reader.period()
    try reader.done()
    return (
      property, StatusAnalytics.Window(start: period.from, end: period.to),
      try context.requireCaller()
    )
  }
}
