import Foundation
import Hummingbird
import Leads
import Live
import Store

/// Figures of one property, by subject.
struct AnalyticsController: Sendable {
  let analytics: StatusAnalytics

  @Sendable func metrics(_ request: Request, _ context: APIContext) async throws -> Response {
    let (property, window, caller) = try Self.question(request, context)
    return try .json(try await analytics.metrics(property, window, caller: caller))
  }

  @Sendable func trends(_ request: Request, _ context: APIContext) async throws -> Response {
    let (property, window, caller) = try Self.question(request, context)
    return try .json(try await analytics.trends(property, window, caller: caller))
  }

  @Sendable func performance(_ request: Request, _ context: APIContext) async throws -> Response {
    let (property, window, caller) = try Self.question(request, context)
    return try .json(try await analytics.performance(property, window, caller: caller))
  }

  private static func question(
    _ request: Request, _ context: APIContext
  ) throws -> (UUID, StatusAnalytics.Window, Caller) {
    let property = try context.id("property_id")
    var reader = RequestReader(request, query: ["date_from", "date_to"])
    let period = reader.period()
    try reader.done()
    return (
      property, StatusAnalytics.Window(start: period.from, end: period.to),
      try context.requireCaller()
    )
  }
}
