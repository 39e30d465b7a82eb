import Foundation
import Leads
import Pages
import Postgres

extension Report {
  /// The report of an instant as people get it.
  /// - Parameters:
  ///   - property: the only one it is about, with its name; null: all of them.
  ///   - link: where the whole page is.
  package func digest(
    asOf: Instant, runID: UUID?, property: (id: UUID, name: String?)? = nil, link: String?
  ) async throws -> ReportDigest {
    ReportDigest(
      try await pageData(asOf: asOf, runID: runID, property: property?.id),
      property: property.map { $0.name ?? $0.id.uuidString.lowercased() }, link: link)
  }
}
